#!/bin/sh
# Starts a Docker engine for tests when none runs, and prints what a shell needs to use it.
# Usage: eval "$(sh test/docker/start-engine.sh FOLDER)"; …; sh test/docker/stop-engine.sh FOLDER
#   FOLDER  where the engine keeps everything: socket, log, images, containers. A short path: sockets allow 107 characters.
# Where an engine already answers, that one is used and none is started, unless LAB_TEST_ENGINE_OWN=true. Compose v2 is fetched where the client has none.
# The engine is Debian's docker.io, unpacked, not installed. It needs root. It makes no bridge of its own and leaves the machine's
# packet filter alone, unless LAB_TEST_ENGINE_IPTABLES=true asks for what engines do by default.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)

fetch() { sh "$here/../fetch-debian.sh" "$@" 2>>"$folder/fetch.log" || { cat "$folder/fetch.log" >&2; exit 1; }; }
tell() { echo "export $1='$2'"; }

engine_runs() { command -v docker >/dev/null && docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

start_engine() {
  [ "$(id -u)" = 0 ] || { echo "no Docker engine answers, and starting one needs root" >&2; exit 1; }
  # Programs in C need the C library they were built for, so the engine is the one of this machine's own Debian.
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-trixie}")
  export PATH="$PATH:$(fetch -s "$suite" docker.io containerd runc)"
  socket=$folder/docker.sock
  iptables=${LAB_TEST_ENGINE_IPTABLES:-false}
  for driver in overlay2 vfs; do
    dockerd --host "unix://$socket" --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/dockerd.pid" \
      --bridge none --iptables="$iptables" --ip6tables=false --ip-forward="$iptables" --storage-driver "$driver" --live-restore=false \
      >>"$folder/dockerd.log" 2>&1 </dev/null &
    pid=$!
    echo "$pid" > "$folder/engine.pid"
    for _ in $(seq 150); do
      if DOCKER_HOST=unix://$socket docker version >/dev/null 2>&1; then
        tell DOCKER_HOST "unix://$socket"
        export DOCKER_HOST="unix://$socket"
        return
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  echo "the Docker engine did not start; the end of its log:" >&2
  tail -n 5 "$folder/dockerd.log" >&2
  exit 1
}

# Called again, it finds the engine that it started.
if [ -S "$folder/docker.sock" ] && DOCKER_HOST=unix://$folder/docker.sock docker version >/dev/null 2>&1; then
  export DOCKER_HOST="unix://$folder/docker.sock"
  tell DOCKER_HOST "$DOCKER_HOST"
fi
[ "${LAB_TEST_ENGINE_OWN:-false}" = false ] || [ "${DOCKER_HOST:-}" = "unix://$folder/docker.sock" ] || { start_engine; }
engine_runs || start_engine
# It is on this machine, whatever a machine that was made from an image looks like.
[ -n "${TESTCONTAINERS_HOST_OVERRIDE:-}" ] || case ${DOCKER_HOST:-unix:} in unix:*) tell TESTCONTAINERS_HOST_OVERRIDE 127.0.0.1 ;; esac

if ! docker compose version >/dev/null 2>&1; then
  plugins=$(fetch docker-compose)
  mkdir -p "$folder/config"
  echo "{\"cliPluginsExtraDirs\":[\"${plugins%%/usr/bin:*}/usr/libexec/docker/cli-plugins\"]}" > "$folder/config/config.json"
  tell DOCKER_CONFIG "$folder/config"
fi
tell PATH "$PATH"
