#!/usr/bin/env bash
# Make .venv with exactly the packages of requirements.lock. uv is installed from the package index where it is absent.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .make

if command -v uv >/dev/null 2>&1; then
  uv=uv
elif [ -x .make/uv/bin/uv ]; then
  uv=.make/uv/bin/uv
else
  echo "Installing uv ..."
  python3 -m venv .make/uv || {
    echo "python3 with venv is missing. On Debian: apt-get install python3-venv" >&2
    exit 1
  }
  .make/uv/bin/pip install --quiet uv
  uv=.make/uv/bin/uv
fi

if [ ! -x .venv/bin/python ]; then
  "$uv" venv --quiet --python 3.11 .venv || {
    echo "Python 3.11 is missing and could not be fetched. Install Python 3.11 and try again." >&2
    exit 1
  }
fi
echo "Installing packages (the first time this takes some minutes) ..."
# Compiled once here, so that nobody waits for it at the first start.
"$uv" pip sync --compile-bytecode --python .venv/bin/python requirements.lock
"$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
