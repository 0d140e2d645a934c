#!/bin/sh
# SPDX-License-Identifier: MIT
#
# request_from_outside.sh COUNTER - signals from another process while the program runs: every one gives a checkpoint that can be gone on from.
set -u
counter=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
expected=$("$counter") || exit 1

"$counter" slow --checkpoint-to=one --checkpoint-signal=HUP >printed 2>said &
process=$!
for round in 1 2 3; do
    sleep 0.12
    rm -f one
    kill -HUP $process || { echo "FAILED: the program ended early" >&2; exit 1; }
    tries=0
    while [ ! -e one ]; do
        sleep 0.02
        tries=$((tries + 1))
        [ $tries -lt 500 ] || { echo "FAILED: no checkpoint after signal $round" >&2; exit 1; }
    done
    [ "$("$counter" --resume=one)" = "$expected" ] || { echo "FAILED: resume after signal $round" >&2; exit 1; }
done
wait $process || { echo "FAILED: status of the program" >&2; exit 1; }
[ "$(cat printed)" = "$expected" ] || { echo "FAILED: the program printed '$(cat printed)'" >&2; exit 1; }
[ ! -s said ] || { echo "FAILED: the program said '$(cat said)'" >&2; exit 1; }
