#!/bin/sh
# Ends the engine that start-engine.sh started in FOLDER, and deletes the folder. Where it started none, it only deletes.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
folder=$(cd "$1" && pwd)
if [ -e "$folder/engine.pid" ]; then
  pid=$(cat "$folder/engine.pid")
  # The number could be another's by now: it is ours only while its command line names our folder.
  if tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q -- "--data-root $folder/data"; then
    kill "$pid"
    for _ in $(seq 300); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  # What a killed engine leaves mounted would be deleted through.
  grep -o " $folder/[^ ]*" /proc/mounts | sort -r | while read -r mount; do umount "$mount" 2>/dev/null || umount -l "$mount"; done
fi
rm -rf "$folder"
