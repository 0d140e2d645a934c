#!/bin/sh
# SPDX-License-Identifier: MIT
#
# request_from_outside.sh COUNTER - signals from another process while the program runs: every one gives a checkpoint that can be gone on from.
set -u
counter=$1
folder=$(mktemp -d) || exit 1
trap 'touch "$folder/finish"; wait; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
expected=$("$counter") || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# wait_for FILE WHAT: ten seconds at most.
wait_for() {
    tries=0
    while [ ! -e "$1" ]; do
        sleep 0.02
        tries=$((tries + 1))
        [ $tries -lt 500 ] || fail "$2"
    done
}

"$counter" waiting --checkpoint-to=one --checkpoint-signal=HUP >printed 2>said &
process=$!
wait_for ready "the program did not begin"
for round in 1 2 3; do
    rm -f one
    kill -HUP $process || fail "the program ended early"
    wait_for one "no checkpoint after signal $round"
    [ "$("$counter" --resume=one)" = "$expected" ] || fail "resume after signal $round"
done
touch finish
wait $process || fail "status of the program"
[ "$(cat printed)" = "$expected" ] || fail "the program printed '$(cat printed)'"
[ ! -s said ] || fail "the program said '$(cat said)'"
