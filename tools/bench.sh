#!/bin/sh
# Runs the benchmark on separate servers, so that the data of `make run` and of the tests is not touched.
set -u
cd "$(dirname "$0")/.." || exit
export EMBEDDED_NAME=bench
# All forms of the benchmark are sent from one IP address.
export REGISTRATIONS_PER_NETWORK_AND_HOUR=1000000 REGISTRATIONS_PER_HOUR=1000000
servers() { .venv/bin/python -m echo_portal.local_servers.servers "$1" --name bench; }
trap 'servers stop' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
servers start || exit 1
.venv/bin/python -m tools.bench "$@"
