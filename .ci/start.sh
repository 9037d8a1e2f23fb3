#!/usr/bin/env bash
# make run: from whatever this machine has to a serving Hetu.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"

HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8000}

spatialite
python_env requirements.lock
node_modules
build
"$PY" .ci/prepare.py "$HOST" "$PORT"
# Two workers: SQLite has one writer, more would only lengthen its queue.
exec "$PY" -m gunicorn --preload "webapp:create_app()" --bind "$HOST:$PORT" --workers 2 --worker-class gthread --threads 4 \
  --max-requests 5000 --max-requests-jitter 500 --no-control-socket --log-level warning
