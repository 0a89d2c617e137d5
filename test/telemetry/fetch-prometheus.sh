#!/bin/sh
# Unpacks Debian's Prometheus (server and promtool) into a folder, without installing it, and prints where the programs are.
# Suite trixie (the default) has 2.53, forky has 3.5.
# Usage: PROMETHEUS_BIN=$(test/telemetry/fetch-prometheus.sh [suite [folder]])/prometheus npm exec vitest -- run --project realprom
set -eu
suite=${1:-trixie}
programs=$(sh "$(dirname "$0")/../fetch-debian.sh" -s "$suite" -d "${2:-${TMPDIR:-/tmp}/operator-lab-prometheus-$suite}" prometheus promtool)
bin=${programs%%:*}
"$bin/prometheus" --version >&2
echo "$bin"
