#!/bin/sh
# Checks code, templates, migrations, translations and settings without running the portal. Runs every step, then lists
# those that failed.
set -u
cd "$(dirname "$0")/.." || exit
PATH="$PWD/.venv/bin:$PATH"
failed=

step() { # NAME COMMAND…
    name=$1
    shift
    started=$(date +%s)
    if output=$("$@" 2>&1); then
        printf '  ok      %s (%s s)\n' "$name" "$(($(date +%s) - started))"
    else
        printf '  FAILED  %s\n%s\n' "$name" "$output"
        failed="$failed $name,"
    fi
}

templates() { git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 "$@"; }

template_lines() {
    too_long=$(git ls-files -z --cached --others --exclude-standard templates |
        LC_ALL=C.UTF-8 xargs -0 grep -snE '.{161}' | cut -d: -f1,2)
    [ -z "$too_long" ] || { printf 'longer than 160 characters: %s\n' $too_long; return 1; }
}

# Runs a command with production settings that have sample values: these commands open no connection.
in_production() {
    env DEBUG=0 DEMO=0 SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        ALLOWED_HOSTS=echo.example.org SITE_URL=https://echo.example.org \
        EMAIL_URL=smtp+tls://user:password@mail.example.org:587 DEFAULT_FROM_EMAIL='ECHO <echo@example.org>' \
        CALENDAR_DOMAIN=echo.example.org OPERATOR_EMAIL=office@echo.example.org \
        OPERATOR_ADDRESS='1 Example Street, Ottawa ON  A1A 1A1' \
        CERTIFICATE_KEYS=2026:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE= \
        DATABASE_URL='postgresql://echo@/echo?host=/nonexistent' REDIS_URL=redis://localhost:1/0 "$@"
}

compose() {
    if docker compose version >/dev/null 2>&1; then
        env POSTGRES_PASSWORD=x SECRET_KEY=x docker compose --file docker-compose.yml config --quiet
    else
        python -m tools.compose_lint
    fi
}

export DEBUG=1
step "code (ruff)" ruff check --quiet .
step "format (ruff)" ruff format --check --quiet .
step "types (mypy, strict)" mypy accounts attendance credits echo_portal evaluations hubs news pages programme proposals registrations sessions tests tools manage.py
step "rooms (import-linter)" lint-imports --no-cache
step "templates (djlint)" djlint --quiet --lint templates
step "templates (djade)" templates djade --check --target-version 6.1
step "template lines" template_lines
step "file lengths and names" python -m tools.check_files
step "migrations" in_production python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
step "sentences in both languages" python -m tools.messages check
step "production settings (check --deploy)" in_production python manage.py check --deploy --fail-level WARNING
step "docker-compose.yml" compose

if [ -n "$failed" ]; then
    printf '\nFailed:%s and nothing else.\n' "$failed"
    exit 1
fi
