#!/bin/sh
# Unpacks Debian's Prometheus (server and promtool) into a folder, without installing it, and prints where the programs are.
# Suite trixie (the default) has 2.53, forky has 3.5.
# Usage: PROMETHEUS_BIN=$(test/telemetry/fetch-prometheus.sh [suite [folder]])/prometheus npm exec vitest -- run --project realprom
# Needs apt-get and dpkg-deb. The machine's own package lists stay as they are: everything apt writes goes below the folder.
set -eu

suite=${1:-trixie}
folder=${2:-${TMPDIR:-/tmp}/operator-lab-prometheus-$suite}
bin=$folder/root/usr/bin

if [ -x "$bin/prometheus" ] && [ -x "$bin/promtool" ]; then
  echo "$bin"
  exit 0
fi

apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$folder/root"
: > "$apt/status"
# The mirror that this machine already uses for Debian itself (not its security archive).
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "no Debian mirror in this machine's apt configuration" >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$apt/sources.list"
# A configuration of its own, so that no other source and no preference of this machine takes part.
cat > "$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
export APT_CONFIG="$apt/apt.conf"
apt-get -q update >&2
(cd "$folder" && apt-get -q download prometheus promtool >&2)
for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
"$bin/prometheus" --version >&2
echo "$bin"
