#!/bin/sh
# Prepares this folder: `sh tools/bootstrap.sh run` for running the portal, `… dev` also for tests and checks,
# `… faults` also for `make faults`.
# Needs only a POSIX shell and any python3. A file in .venv stores what is installed, so that a second run does nothing.
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-run}
faults=
[ "$wanted" != faults ] || { faults=yes wanted=dev; }

say() { printf '%s\n' "$*" >&2; }
fail() { say ""; say "$*"; exit 1; }

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# --- System packages: installed if we are root and apt exists, else the command to type is printed -----------

apt_updated=
apt_install() {
    [ -n "$apt_updated" ] || apt-get -o DPkg::Lock::Timeout=300 -q update >/dev/null || return 1
    apt_updated=yes
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y \
        --no-install-recommends "$@" >/dev/null
}

# system_packages WHAT-FOR BREW-PACKAGE APT-PACKAGE…
system_packages() {
    purpose=$1 brew=$2
    shift 2
    if is_root && has apt-get; then
        say "Installing $* ($purpose) …"
        apt_install "$@" && return 0
        say "apt-get failed: $purpose is missing. Type: apt-get update && apt-get install -y $*"
    elif has apt-get; then
        say "Missing: $purpose. Type: sudo apt-get install -y $*"
    elif has brew; then
        say "Missing: $purpose. Type: brew install $brew"
    else
        say "Missing: $purpose. Install with your system's packages, on Debian: $*"
    fi
}

# --- uv: from PATH, else installed into .tools with venv, with pip, or with a pip wheel of the system -------

find_uv() {
    for candidate in "${UV:-}" "$(command -v uv || true)" .tools/uv/bin/uv; do
        if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            uv=$candidate
            return 0
        fi
    done
    return 1
}

pip_into_tools() { # PIP-COMMAND…
    rm -rf .tools/uv
    "$@" install -q --disable-pip-version-check --no-warn-script-location --target .tools/uv uv \
        >>.tools/bootstrap.log 2>&1 && [ -x .tools/uv/bin/uv ]
}

fetch_uv() {
    mkdir -p .tools
    : >.tools/bootstrap.log
    pythons=
    for name in python3 python3.13 /usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3; do
        has "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && pythons="$pythons $name"
    done
    [ -n "$pythons" ] || fail "No python3 was found. Type: sudo apt-get install -y python3 (macOS: xcode-select --install)"
    say "Fetching uv into .tools …"
    for python in $pythons; do
        rm -rf .tools/uv
        if "$python" -m venv .tools/uv >>.tools/bootstrap.log 2>&1 &&
            .tools/uv/bin/python -m pip install -q --disable-pip-version-check uv >>.tools/bootstrap.log 2>&1; then
            return 0
        fi
        pip_into_tools "$python" -m pip && return 0
    done
    # Without venv and pip: Python can run pip from its wheel. Debian has one in python3-pip-whl.
    for python in $pythons; do
        for wheel in /usr/share/python-wheels/pip-*.whl \
            "$("$python" -c 'import os; print(os.path.dirname(os.__file__))')"/ensurepip/_bundled/pip-*.whl; do
            [ -f "$wheel" ] && pip_into_tools "$python" "$wheel/pip" && return 0
        done
    done
    if has apt-get; then
        if is_root && apt_install python3-pip-whl >>.tools/bootstrap.log 2>&1; then
            folder=/usr/share/python-wheels
        elif (cd .tools && apt-get -q download python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb pip-wheel) \
            >>.tools/bootstrap.log 2>&1; then
            folder=.tools/pip-wheel/usr/share/python-wheels
        else
            folder=.tools
        fi
        for python in $pythons; do
            for wheel in "$folder"/pip-*.whl; do
                [ -f "$wheel" ] && pip_into_tools "$python" "$wheel/pip" && return 0
            done
        done
    fi
    rm -rf .tools/uv
    tail -n 3 .tools/bootstrap.log >&2
    return 1
}

# --- Python 3.13: an installed one, else one that uv can fetch ----------------------------------------------

is_313() { [ -n "$1" ] && "$1" -c 'import sys, ssl, sqlite3; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

# Folders where version managers install Pythons: in the user's home (HOME may point elsewhere), or next to the Python
# in use.
versions_folders() {
    eval "echo ~$(id -un)/.pyenv/versions"
    echo "${PYENV_ROOT:-/nowhere}/versions"
    python3 -c 'import os, sys; print(os.path.dirname(os.path.realpath(sys.base_prefix)))' 2>/dev/null || true
}

find_python() {
    python=$("$uv" python find --no-python-downloads --no-project 3.13 2>/dev/null || true)
    is_313 "$python" && return 0
    for python in "$(command -v python3.13 || true)" /usr/local/bin/python3.13 /opt/homebrew/bin/python3.13; do
        is_313 "$python" && return 0
    done
    for folder in $(versions_folders); do
        for python in "$folder"/*3.13*/bin/python3.13; do
            is_313 "$python" && return 0
        done
    done
    say "Fetching Python 3.13 into .tools …"
    if "$uv" python install -q 3.13 2>>.tools/bootstrap.log; then
        python=$("$uv" python find --no-project 3.13)
        return 0
    fi
    if is_root && has apt-get && apt_install python3.13 2>/dev/null && is_313 "$(command -v python3.13 || true)"; then
        python=$(command -v python3.13)
        return 0
    fi
    return 1
}

python_line() {
    if has brew; then
        printf 'brew install python@3.13'
    elif has pyenv; then
        printf 'pyenv install 3.13'
    elif has apt-get && apt-cache show python3.13 >/dev/null 2>&1; then
        printf 'sudo apt-get install -y python3.13'
    else
        printf '%s python install 3.13   (needs a network connection)' "$uv"
    fi
}

# --- The environment -----------------------------------------------------------------------------------------

requirements() { # run or dev
    if [ "$1" = dev ]; then echo requirements-dev.txt; else echo requirements.txt; fi
}

stamp() { # the content of .venv/installed for this kind
    printf '%s %s' "$1" "$(cat "$(requirements "$1")" .python-version | cksum)"
}

was_moved() { # scripts in .venv/bin contain the folder's path
    [ "$(cat .venv/folder 2>/dev/null)" != "$PWD" ]
}

is_ready() {
    [ -f .venv/installed ] && ! was_moved || return 1
    installed=$(cat .venv/installed)
    [ "$installed" = "$(stamp dev)" ] || { [ "$wanted" = run ] && [ "$installed" = "$(stamp run)" ]; } || return 1
    .venv/bin/python -c '' 2>/dev/null
}

if ! is_ready; then
    # `make run` does not turn an environment for tests into a smaller one.
    case "$(cat .venv/installed 2>/dev/null)" in dev*) kind=dev ;; *) kind=$wanted ;; esac
    mkdir -p .tools
    [ -n "${HOME:-}" ] && [ -w "$HOME" ] || export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.tools/cache}"
    export UV_PYTHON_INSTALL_DIR="${UV_PYTHON_INSTALL_DIR:-$PWD/.tools/python}"
    # Some networks use a certificate authority that only the system trusts (uv renamed the setting: set both names).
    export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
    find_uv || { fetch_uv && find_uv; } ||
        fail "uv could not be fetched. Type: sudo apt-get install -y python3-venv && make run   (macOS: brew install uv)"
    rm -f .venv/installed
    if was_moved || ! is_313 .venv/bin/python; then
        find_python || fail "Python 3.13 is not installed and could not be fetched. Type:

    $(python_line)

then run make again."
        "$uv" venv -q --clear --no-project --python "$python" .venv
    fi
    say "Installing the packages …"
    "$uv" pip sync -q --require-hashes --compile-bytecode --python .venv/bin/python "$(requirements "$kind")" ||
        fail "The packages could not be installed. Check the network connection, then run make again."
    .venv/bin/python -c 'import weasyprint' 2>/dev/null ||
        system_packages "Pango, for certificates" pango libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
    printf '%s' "$PWD" >.venv/folder
    stamp "$kind" >.venv/installed
fi

if [ "$wanted" = dev ]; then
    # The headless build is a third of the size.
    if is_root && has apt-get && ! has chromium-headless-shell; then
        apt_install chromium-headless-shell 2>/dev/null || true
    fi
    has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome || [ -n "${CHROMIUM:-}" ] ||
        [ -d "/Applications/Google Chrome.app" ] ||
        system_packages "a Chromium, for the browser tests" "--cask chromium" chromium
    has xgettext || system_packages "gettext, for finding untranslated sentences" gettext gettext
    [ -z "$faults" ] || ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 ||
        system_packages "libfaketime, for the fault F18" libfaketime faketime
    has java || system_packages "a Java runtime, for the HTML checker" openjdk default-jre-headless
fi
