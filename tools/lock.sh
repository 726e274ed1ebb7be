#!/bin/sh
# Writes requirements.txt and requirements-dev.txt: every version with its hashes and without URLs.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .tools/uv/bin/uv)
"$uv" lock --upgrade --quiet
export_to() {
    file=$1
    shift
    "$uv" export --quiet --frozen --format requirements-txt --no-header --no-annotate --no-emit-project "$@" -o "$file" >/dev/null
}
export_to requirements.txt --no-dev
export_to requirements-dev.txt
if grep -n '://' requirements.txt requirements-dev.txt; then
    echo "The requirements contain a URL." >&2
    exit 1
fi
