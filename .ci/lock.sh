#!/usr/bin/env bash
# make lock: resolve pyproject.toml and package.json again, after a change there.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"
make_venv
tools=$(mktemp -d -t hetu-lock-XXXXXX)
trap 'rm -rf "$tools"' EXIT
"$PY" -m venv "$tools"
"$tools/bin/python" -m pip install --quiet pip-tools
options=(--quiet --allow-unsafe --generate-hashes --no-emit-find-links --no-emit-index-url --strip-extras pyproject.toml)
"$tools/bin/pip-compile" --output-file=requirements.lock "${options[@]}"
"$tools/bin/pip-compile" --extra=dev --constraint=requirements.lock --output-file=requirements-dev.lock "${options[@]}"
npm install --package-lock-only
