#!/bin/sh
# Runs the faults on servers of their own; the tests start and stop the others themselves.
set -u
cd "$(dirname "$0")/.." || exit
export EMBEDDED_NAME=faults
servers() { .venv/bin/python -m echo_portal.local_servers.servers "$1" --name faults --no-fsync; }
trap 'servers stop' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
servers start || exit 1
.venv/bin/python -m tools.faults "$@"
