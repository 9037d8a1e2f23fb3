#!/usr/bin/env bash
# make bench [ONLY=name]: measure the bars, print a table, write var/bench.json.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"
close_settings
spatialite
python_env requirements-dev.lock
node_modules
build
"$PY" -m bench ${ONLY:+"$ONLY"}
