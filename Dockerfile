# The portal's image: web, worker, beat and the one-shot commands run from it, as a user who may write nothing.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements.txt

COPY . .
# Static files are compressed and named by their content here, once. The key is used for nothing else.
RUN python -m compileall -q . \
    && DEBUG=1 SECRET_KEY=used-while-building python manage.py collectstatic --no-input -v 0 \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin echo \
    && mkdir -p var/media && chown -R echo var/media

USER 10001
EXPOSE 8000
CMD ["gunicorn", "echo_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
