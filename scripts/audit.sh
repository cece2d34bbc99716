#!/usr/bin/env bash
# Known vulnerabilities of everything in requirements.lock; findings are discussed in docs/dependencies.md.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .make
grep -v '\.whl' requirements.lock > .make/audit.txt || true
uvx pip-audit --requirement .make/audit.txt --no-deps --disable-pip --strict --progress-spinner off
