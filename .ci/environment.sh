# Sourced by start and test. `environment FILE…` makes .venv hold what those requirements files ask for.
# .venv/installed keeps copies of the files that are installed; .venv/unfinished marks work in progress.

virtualenv=virtualenv==21.15.7
uv=uv==0.13.8

unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*"; }
stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

is_usable() { # the versions that the pinned packages are built for
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_usable "$name"; then
            command -v "$name"
            return
        fi
    done
    stop "MochiCare needs Python 3.11, 3.12, 3.13 or 3.14, and none was found. Install one, then try again."
}

has_pip() { .venv/bin/python -m pip --version >/dev/null 2>&1; }

apt_install() { # false where apt is missing or may not be used
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        root=
    elif sudo -n true 2>/dev/null; then
        root='sudo -n'
    else
        return 1
    fi
    say "Installing with apt: $*"
    $root apt-get update -qq || say "apt could not refresh its lists; trying with the ones it has."
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

virtualenv_by_pip() { # for Debian's Python without python3-venv
    "$1" -m pip --version >/dev/null 2>&1 || return 1
    scratch=$(mktemp -d)
    "$1" -m pip install --quiet --target "$scratch" "$virtualenv" &&
        PYTHONPATH=$scratch "$1" -m virtualenv --quiet .venv || true
    rm -rf "$scratch"
    has_pip
}

make_venv() {
    python=$(find_python) || exit 1
    say "Making .venv with $("$python" --version)."
    rm -rf .venv
    log=$("$python" -m venv .venv 2>&1) && has_pip && return
    virtualenv_by_pip "$python" && return
    package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    rm -rf .venv
    apt_install "$package" && log=$("$python" -m venv .venv 2>&1) && has_pip && return
    say "$log" >&2
    stop "This Python cannot make an environment. On Debian and Ubuntu, install $package as root, then try again."
}

has_torch() {
    .venv/bin/python -c '
import importlib.metadata, sys
sys.exit(importlib.metadata.version("torch").split("+")[0] != sys.argv[1])' "$1" 2>/dev/null
}

cpu_torch_by_uv() { # uv knows where PyTorch keeps its CPU builds
    scratch=.venv/scratch
    .venv/bin/python -m pip install --quiet --target $scratch "$uv" &&
        UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=0 $scratch/bin/uv pip install --quiet --no-config --cache-dir $scratch/cache \
            --python .venv/bin/python --no-deps --torch-backend cpu "torch==$1" 2>/dev/null || true
    rm -rf $scratch
    has_torch "$1"
}

install_cpu_torch() { # the ordinary index's build for Linux brings CUDA, useless without an NVIDIA GPU
    if [ "$(uname -s)" != Linux ] || [ -e /dev/nvidiactl ]; then return; fi
    torch=$(sed -n 's/^torch==//p' requirements.txt)
    if has_torch "$torch"; then return; fi
    say "Getting the CPU build of torch $torch (about 190 MB)."
    if .venv/bin/python -m pip install --quiet --no-deps "torch==$torch+cpu" 2>/dev/null; then return; fi
    if cpu_torch_by_uv "$torch"; then return; fi
    say "No CPU build of torch $torch can be reached from here, so the ordinary build is downloaded: about 2.7 GB with CUDA."
}

is_ready() {
    [ ! -e .venv/unfinished ] || return 1
    for file in "$@"; do
        cmp -s "$file" ".venv/installed/$(dirname "$file")/requirements.txt" || return 1
    done
    is_usable .venv/bin/python
}

environment() {
    if is_ready "$@"; then return; fi
    [ -w . ] || stop "$(pwd) is not writable for $(id -un): the environment cannot be made in it."
    other=$(cat .venv/unfinished 2>/dev/null || true)
    if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
        stop "Process $other is making the environment already. Wait for it to end, then try again."
    fi
    if [ -n "$other" ] || ! is_usable .venv/bin/python || ! has_pip; then make_venv; fi
    printf '%s\n' "$$" >.venv/unfinished
    rm -rf .venv/installed
    install_cpu_torch
    say "Installing the packages of: $*. The first time this takes some minutes."
    for file in "$@"; do set -- "$@" -r "$file"; shift; done
    quiet=--quiet
    [ ! -t 1 ] || quiet=
    .venv/bin/python -m pip install $quiet "$@" ||
        stop "The packages could not be installed; the lines above say why. Try again once that is mended."
    while [ $# -gt 0 ]; do
        mkdir -p ".venv/installed/$(dirname "$2")"
        cp "$2" ".venv/installed/$(dirname "$2")/requirements.txt"
        shift 2
    done
    rm .venv/unfinished
}
