#!/bin/sh
# Starts the "test" servers (or uses those of DATABASE_URL and REDIS_URL), runs pytest, stops what it started.
set -u
cd "$(dirname "$0")/.." || exit
export EMBEDDED_NAME=test
# Without stored bytecode, each of the fifty processes that the tests start would compile all modules again.
unset PYTHONDONTWRITEBYTECODE
servers() { .venv/bin/python -m echo_portal.local_servers.servers "$1" --name test --no-fsync; }
trap 'servers stop' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
servers start || exit 1
.venv/bin/python -m pytest -m "(not faults and not attack) or storm" "$@"
