# shellcheck shell=bash
# Shared by the scripts of this folder, which source it. Everything here may be interrupted and run again.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
export PYTHONPATH=$ROOT PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1
PY=$ROOT/.venv/bin/python
SPATIALITE_PACKAGE=libsqlite3-mod-spatialite

say() { printf '\033[1m· %s\033[0m\n' "$*"; }

# need <what is missing> <the one command that helps>
need() {
  printf '\n%s is missing. Please run:\n\n    %s\n\nand start again.\n' "$1" "$2" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

apt_install() {
  say "installing $*"
  local options=(-y -qq --no-install-recommends -o Dpkg::Use-Pty=0)
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" >/dev/null; } ||
    need "$*" "apt-get update && apt-get install -y --no-install-recommends $*"
}

# A person without a home of their own still needs somewhere to keep downloads.
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export npm_config_cache=$ROOT/var/npm-cache PIP_CACHE_DIR=$ROOT/var/pip-cache
fi

digest() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# fresh <stamp file> <digest>: was the thing beside this stamp made from exactly this?
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

shopt -s nullglob
find_spatialite() { # find_spatialite <folder…>: the library's path in the first that has it
  local folder
  for folder; do
    if [ -e "$folder/mod_spatialite.so" ]; then
      echo "$folder/mod_spatialite.so"
      return
    fi
  done
  return 1
}

spatialite() {
  [ -z "${SPATIALITE_LIBRARY_PATH:-}" ] || return 0
  find_spatialite /usr/lib/*-linux-gnu /usr/lib64 >/dev/null && return
  if is_root; then
    apt_install $SPATIALITE_PACKAGE
  else
    [ -f vendor/.whole ] || unpack_spatialite
    use_vendored_spatialite
  fi
}

# Without root: the same Debian packages, unpacked beside the code instead of installed.
unpack_spatialite() {
  say "unpacking SpatiaLite into ./vendor"
  rm -rf vendor && mkdir -p vendor/deb/lists/partial vendor/deb/cache/archives/partial
  local apt=(apt-get -qq -o Dir::State::Lists="$ROOT/vendor/deb/lists" -o Dir::Cache="$ROOT/vendor/deb/cache" -o Debug::NoLocking=1)
  local missing
  { "${apt[@]}" update && missing=$("${apt[@]}" -s --no-install-recommends install $SPATIALITE_PACKAGE | awk '/^Inst/ {print $2}') &&
    (cd vendor/deb && xargs -n 50 "${apt[@]}" download <<<"$missing"); } >vendor/deb/log 2>&1 ||
    need "SpatiaLite" "sudo apt-get install -y $SPATIALITE_PACKAGE"
  local package
  for package in vendor/deb/*.deb; do dpkg -x "$package" vendor; done
  rm -rf vendor/deb && touch vendor/.whole
}

use_vendored_spatialite() {
  SPATIALITE_LIBRARY_PATH=$(find_spatialite "$ROOT"/vendor/usr/lib/*-linux-gnu)
  export SPATIALITE_LIBRARY_PATH PROJ_LIB=$ROOT/vendor/usr/share/proj
  LD_LIBRARY_PATH=$(dirname "$SPATIALITE_LIBRARY_PATH")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
}

python_env() { # python_env requirements.lock | requirements-dev.lock
  local lock=$1 now
  now=$(digest "$lock")
  fresh ".venv/.$lock" "$now" && return
  make_venv
  say "installing Python packages ($lock)"
  rm -f .venv/.requirements*.lock
  "$PY" -m pip install --quiet --require-hashes -r "$lock"
  # the longer list contains the shorter one
  digest requirements.lock >.venv/.requirements.lock
  echo "$now" >".venv/.$lock"
}

make_venv() {
  "$PY" -m pip --version >/dev/null 2>&1 && return
  local base=${PYTHON:-python3}
  "$base" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    need "Python 3.11" "sudo apt-get install -y python3 python3-venv"
  if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
    is_root || need "Python's venv" "sudo apt-get install -y python3-venv"
    apt_install python3-venv
  fi
  say "making .venv"
  "$base" -m venv --clear .venv
}

node_modules() {
  local now
  now=$(digest package-lock.json)
  fresh node_modules/.hetu "$now" && return
  if ! { node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' && npm --version; } >/dev/null 2>&1; then
    need "Node 20" "curl -fsSL https://deb.nodesource.com/setup_20.x | sudo bash - && sudo apt-get install -y nodejs"
  fi
  say "installing front-end packages"
  npm ci --loglevel error --no-audit --no-fund >/dev/null
  echo "$now" >node_modules/.hetu
}

build() {
  local now stamp=service-worker/dist/.sources
  now=$(find package-lock.json webapp/static webapp/templates service-worker -path '*/dist' -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
  fresh $stamp "$now" && [ -f webapp/static/dist/.vite/phone.json ] && return
  rm -f $stamp
  say "building the pages"
  mkdir -p var
  npm run --silent build >var/build.log 2>&1 || { cat var/build.log >&2 && return 1; }
  echo "$now" >$stamp
}

node_tests() { # what failed, in full, and the sums
  local status=0
  NODE_OPTIONS=--test-reporter=tap npm test --silent >"$HETU_VAR/node.log" 2>&1 || status=$?
  awk '/^ *not ok/ { shown = 1 } shown; /^ *\.\.\.$/ { shown = 0 } /^# (tests|pass|fail) /' "$HETU_VAR/node.log"
  return $status
}

close_settings() {
  # what is tested is the code, not this shell's settings
  local name
  for name in $(compgen -e HETU_); do unset "$name"; done
  HETU_VAR=$(mktemp -d -t hetu-XXXXXX)
  chmod 711 "$HETU_VAR" # PostgreSQL runs as another user in a folder below
  export HETU_VAR TMPDIR=$HETU_VAR
  trap 'rm -rf "$HETU_VAR"' EXIT
}
