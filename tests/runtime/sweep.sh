#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sweep.sh PROGRAM MOST HOP - a checkpoint at every poll-point of a run, in each of the three ways, and a resume from each: all must print what an undisturbed
# run prints. MOST bounds the number of poll-points, so that a program that never ends fails. HOP is the poll-point of a resumed run that is the next one: 1 with frames,
# which go on behind the poll-point, 2 for a program whose loop begins with it.
set -u
program=$1
most=$2
hop=$3
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

same() {
    [ "$1" = "$expected" ] || fail "$2: '$1' instead of '$expected'"
}

expected=$("$program") || fail "the plain run"
at=1
while [ "$at" -le "$most" ]; do
    # Stopping: the exit status tells whether the poll-point was reached.
    rm -f stop aside place
    printed=$("$program" --checkpoint-at="$at" --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=stop --checkpoint-no-sync)
    status=$?
    if [ "$status" -eq 0 ]; then
        same "$printed" "stop behind the last poll-point"
        [ -e stop ] && fail "a checkpoint behind the last poll-point"
        break
    fi
    [ "$status" -eq 42 ] || fail "stop at $at: status $status"
    [ -z "$printed" ] || fail "stop at $at: printed '$printed'"
    same "$("$program" --resume=stop)" "resume from $at"

    same "$("$program" --checkpoint-at="$at" --checkpoint-to=aside --checkpoint-no-sync 2>&1)" "aside at $at"
    same "$("$program" --resume aside 2>&1)" "resume from aside at $at"

    same "$("$program" --checkpoint-at="$at" --checkpoint-in-place --checkpoint-to=place --checkpoint-no-sync 2>&1)" "in place at $at"
    same "$("$program" --resume=- <place 2>&1)" "resume from in place at $at"

    # A checkpoint in place that cannot be written: the program goes on and says so.
    printed=$("$program" --checkpoint-at="$at" --checkpoint-in-place --checkpoint-to=no/such/place 2>note) || fail "failing at $at"
    same "$printed" "failing in place at $at"
    grep -q "no/such/place" note || fail "failing at $at: '$(cat note)' does not name the file"
    at=$((at + 1))
done
[ "$at" -le "$most" ] || fail "more than $most poll-points"
[ "$at" -gt 5 ] || fail "only $at poll-points"

# From poll-point to poll-point: each process does one step.
"$program" --checkpoint-at=1 --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=hop --checkpoint-no-sync >printed
status=$?
hops=1
while [ "$status" -eq 42 ] && [ "$hops" -le "$most" ]; do
    "$program" --resume=hop --checkpoint-at="$hop" --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=hop --checkpoint-no-sync >printed
    status=$?
    hops=$((hops + 1))
done
[ "$status" -eq 0 ] || fail "hop $hops: status $status"
same "$(cat printed)" "after $hops hops"
[ "$hops" -eq "$at" ] || fail "$hops hops, but $at poll-points"
echo "$hops poll-points"
