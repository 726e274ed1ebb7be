#!/bin/sh
# Runs the fault tests on separate database servers. The tests start and stop every other process.
set -u
cd "$(dirname "$0")/.." || exit
export EMBEDDED_NAME=faults
servers() { .venv/bin/python -m echo_portal.local_servers.servers "$1" --name faults --no-fsync; }
trap 'servers stop' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
servers start || exit 1
.venv/bin/python -m tools.faults "$@"
