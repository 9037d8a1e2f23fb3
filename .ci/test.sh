#!/usr/bin/env bash
# make test: all but the long runs (make faults, make soak), on both databases and in a real browser, from a bare machine.
# shellcheck source=.ci/lib.sh
source "$(dirname "$0")/lib.sh"
close_settings

stage() { # stage <name> <command…>
  local name=$1 began=$SECONDS status
  shift
  say "$name"
  "$@"
  status=$?
  printf '  %s: %s s\n' "$name" $((SECONDS - began))
  return $status
}

system_packages() {
  local missing=()
  if is_root && ! find_spatialite /usr/lib/*-linux-gnu >/dev/null; then missing+=("$SPATIALITE_PACKAGE"); fi
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  compgen -G '/usr/lib/*-linux-gnu/libatomic.so.1' >/dev/null || missing+=(libatomic1) # Playwright's driver links to it
  [ -d /usr/share/fonts/opentype/noto ] || missing+=(fonts-noto-cjk)
  compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || missing+=(postgresql-15 postgresql-15-postgis-3)
  if [ ${#missing[@]} -gt 0 ]; then
    is_root || need "${missing[*]}" "sudo apt-get install -y --no-install-recommends ${missing[*]}"
    no_system_cluster
    apt_install "${missing[@]}"
  fi
  spatialite
}

# The tests start a PostgreSQL of their own; the package need not start another.
no_system_cluster() {
  local folder=/etc/postgresql-common
  if [ ! -e "$folder" ]; then
    mkdir -p "$folder"/createcluster.d
    echo 'create_main_cluster = false' >"$folder"/createcluster.d/hetu.conf
  fi
}

front_end() {
  stage "front-end packages" node_modules
  stage "build" build
}

stage "system packages" system_packages
# One core for each language; what the second one says follows.
front_end >"$HETU_VAR/front-end" 2>&1 &
stage "Python packages" python_env requirements-dev.lock
wait $! || { cat "$HETU_VAR/front-end" && exit 1; }
cat "$HETU_VAR/front-end"
failed=()
stage "node tests" node_tests >"$HETU_VAR/node-tests" 2>&1 &
stage "ruff" "$PY" -m ruff check --quiet . || failed+=(ruff)
stage "mypy" "$PY" -m mypy || failed+=(mypy)
wait $! || failed+=("node tests")
cat "$HETU_VAR/node-tests"
stage "pytest" "$PY" -m pytest -p no:cacheprovider -n 2 --dist worksteal -m "${MARKED:-not long}" || failed+=(pytest)
if [ ${#failed[@]} -gt 0 ]; then
  printf '\nFAILED after %s s: %s\n' $SECONDS "${failed[*]}"
  exit 1
fi
printf '\nAll passed after %s s\n' $SECONDS
