#!/usr/bin/env bash
# make check: what a minute can tell.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"
close_settings
python_env requirements-dev.lock
node_modules
say "ruff" && "$PY" -m ruff check --quiet .
say "mypy" && "$PY" -m mypy
say "node tests" && node_tests
say "pytest" && "$PY" -m pytest tests/domain tests/test_floors.py tests/test_docs.py tests/test_catalogues.py
