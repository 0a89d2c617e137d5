#!/bin/sh
# Ends the engine that start-engine.sh started in FOLDER, with its containers, and deletes the folder. Where it started none, it only deletes.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
[ -d "$1" ] || exit 0
folder=$(cd "$1" && pwd)

# Numbers of the processes whose command line holds these words: a number that was written down could be another's by now.
working() { grep -l -a -z -F -x -e "$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3; }
children() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
ended() { for pid in "$@"; do [ ! -e "/proc/$pid" ] || return 1; done; }

engine=$(working "$folder/data")
for pid in $engine; do kill "$pid" 2>/dev/null || true; done
for _ in $(seq 300); do ended $engine && break; sleep 0.1; done
for pid in $engine; do kill -9 "$pid" 2>/dev/null || true; done
# An engine that was killed leaves its containers running, each below a program that names the engine's folder.
for shim in $(working "$folder/exec/containerd/containerd.sock") $(working "$folder/exec/containerd/containerd.toml"); do
  kill -9 $(children "$shim") "$shim" 2>/dev/null || true
done
sleep 0.1
# What a killed engine leaves mounted would be deleted through.
grep -o " $folder/[^ ]*" /proc/mounts | sort -r | while read -r mount; do umount "$mount" 2>/dev/null || umount -l "$mount"; done
rm -rf "$folder"
