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
  root=$(root_of coreutils dash curl libstdc++6 libatomic1)
  cp "$here/../../node_modules/node/bin/node" "$root/usr/bin/node"
  import "$node" "$root" 'CMD ["node"]'
fi
stand_in() {
  image=operator-lab/$1:$version
  missing "$image" && printf 'FROM %s\nCOPY . /stand-in/\nENTRYPOINT ["node", "/stand-in/%s.mjs"]\n' "$node" "$1" > "$here/.Dockerfile" \
    && DOCKER_BUILDKIT=0 docker build -q -t "$image" -f "$here/.Dockerfile" "$here/stand-in" >/dev/null
  echo "$image"
}

echo "export LAB_IMAGE_ETCD='$etcd'"
echo "export LAB_IMAGE_PROMETHEUS='$prometheus'"
