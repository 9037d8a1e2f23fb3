#!/usr/bin/env bash
# make soak VISITS=10000 SEED=n [PHONES=50] [DATABASE=postgis]: many phones, a fifth of all requests broken, nothing may get lost.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"
close_settings
spatialite
python_env requirements-dev.lock
node_modules
"$PY" -m soak --visits "${VISITS:-10000}" --seed "${SEED:-20181008}" --phones "${PHONES:-50}" --database "${DATABASE:-spatialite}"
