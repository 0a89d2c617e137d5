#!/bin/sh
# Unpacks programs of Debian packages into a folder, without installing them, and prints where the programs are.
# Usage: export PATH="$(test/fetch-debian.sh [-s suite] [-d folder] [-c] package …):$PATH"
#   -s  Debian's suite, default trixie (etcd-server 3.5, prometheus 2.53, docker.io 26, docker-compose 2.26)
#   -d  where to, default below TMPDIR and named after the packages; a folder that is complete is not fetched again
#   -c  complete: with everything the packages depend on, so that the folder can be the root of a container
# Needs apt-get and dpkg-deb. The machine's own package lists stay as they are: everything apt writes goes below the folder.
set -eu

suite=trixie folder='' complete=''
while getopts s:d:c option; do
  case $option in
    s) suite=$OPTARG ;;
    d) folder=$OPTARG ;;
    c) complete=yes ;;
    *) sed -n '2,7p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
folder=${folder:-${TMPDIR:-/tmp}/operator-lab-debian/$suite-$(echo "$complete $*" | tr -s ' ' '-')}
root=$folder/root
programs=$root/usr/bin:$root/usr/sbin

if [ -e "$folder/complete" ]; then
  echo "$programs"
  exit 0
fi

apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$root"
: > "$apt/status"
# The mirror that this machine already uses for Debian itself (not its security archive).
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep -v security | grep '/debian/\{0,1\}$' | head -n 1)
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
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
export APT_CONFIG="$apt/apt.conf"
apt-get -q update >&2
if [ -n "$complete" ]; then
  apt-get -q -y install --download-only "$@" >&2
else
  (cd "$apt/archives" && apt-get -q download "$@" >&2)
fi
# A merged /usr, as Debian's own installer leaves it: packages of today expect it.
for each in bin sbin lib lib64; do
  mkdir -p "$root/usr/$each"
  [ -e "$root/$each" ] || ln -s "usr/$each" "$root/$each"
done
for package in "$apt"/archives/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink; done
rm -rf "$apt"
: > "$folder/complete"
echo "$programs"
