# The portal's image, for web, worker, beat and one-shot commands. It runs as a user who may write to var/media only.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
# WeasyPrint sets certificates with Pango.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements.txt

COPY . .
# Collect the static files once, compressed and with hashed names. The secret key is used for this command only.
RUN python -m compileall -q . \
    && DEBUG=1 SECRET_KEY=used-while-building python manage.py collectstatic --no-input -v 0 \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin echo \
    && mkdir -p var/media && chown -R echo var/media

USER 10001
EXPOSE 8000
CMD ["gunicorn", "echo_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
