#!/bin/sh
# Makes the images of the tests from Debian's packages, without pulling anything, and prints the variables that name them.
# Usage: eval "$(sh test/docker/build-images.sh)"      (needs an engine, see start-engine.sh; what is there already is kept)
# etcd and Prometheus are Debian trixie's. Everything else that the Compose files start is a stand-in on Node (stand-in.mjs):
# PD, TiKV, Grafana, go-ycsb. The operator's image is the real one, built from compose/operator/Dockerfile on a base from here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here/build-images.sh" "$here"/stand-in/* | cksum | cut -d ' ' -f 1)
log=${TMPDIR:-/tmp}/operator-lab-images.log

# The root folder of Debian packages with everything they need, less what a container never reads.
root_of() { programs=$(sh "$here/../fetch-debian.sh" -c "$@" 2>"$log") || { tail -n 5 "$log" >&2; exit 1; }; echo "${programs%%/usr/bin:*}"; }
missing() { ! docker image inspect "$1" >/dev/null 2>&1; }
# Packages are only unpacked, so nobody has made the users' files, the places that everybody may write to, and the name service's order.
import() {
  image=$1 root=$2 change=$3
  mkdir -p "$root/etc" "$root/tmp" "$root/root" "$root/proc" "$root/sys" "$root/dev" "$root/data" "$root/prometheus"
  chmod 1777 "$root/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  echo 'root:x:0:' > "$root/etc/group"
  echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
  tar -C "$root" --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude=./usr/share/fonts -c . |
    docker import --change "$change" --change 'ENV PATH=/usr/bin:/usr/sbin' - "$image" >/dev/null
}

etcd=operator-lab/etcd:$version
missing "$etcd" && import "$etcd" "$(root_of etcd-server etcd-client coreutils dash curl)" 'CMD ["etcd"]'
prometheus=operator-lab/prometheus:$version
missing "$prometheus" && import "$prometheus" "$(root_of prometheus promtool coreutils dash)" 'ENTRYPOINT ["prometheus"]'
node=operator-lab/node:$version
if missing "$node"; then
  root=$(root_of coreutils dash curl libstdc++6 libatomic1 ca-certificates)
  cp "$here/../../node_modules/node/bin/node" "$root/usr/bin/node"
  # npm and the authorities that this machine trusts, so that the operator's image can be built on it.
  mkdir -p "$root/usr/lib/node_modules" "$root/etc/ssl/certs"
  cp -R "$(npm root -g)/npm" "$root/usr/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
  import "$node" "$root" 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'
fi
stand_in() {
  image=operator-lab/$1:$version
  missing "$image" || return 0
  printf 'FROM %s\nCOPY stand-in/ /stand-in/\nENTRYPOINT ["node", "/stand-in/%s.mjs"]\n' "$node" "$1" > "$log.Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$image" -f "$log.Dockerfile" "$here" >/dev/null 2>"$log" || { cat "$log" >&2; exit 1; }
}

echo "export LAB_IMAGE_ETCD='$etcd'"
echo "export LAB_IMAGE_PROMETHEUS='$prometheus'"
for each in pd-server tikv-server grafana go-ycsb; do stand_in "$each"; done
echo "export LAB_IMAGE_PD='operator-lab/pd-server:$version'"
echo "export LAB_IMAGE_TIKV='operator-lab/tikv-server:$version'"
echo "export LAB_IMAGE_GRAFANA='operator-lab/grafana:$version'"
echo "export LAB_IMAGE_YCSB='operator-lab/go-ycsb:$version'"
echo "export LAB_IMAGE_NODE='$node'"
# The stand-in is content with the files that an engine started here may open.
echo "export LAB_TIKV_OPEN_FILES='$(ulimit -Hn)'"
