#!/bin/sh
# SPDX-License-Identifier: MIT
#
# misplaced.sh PROGRAM - what the runtime says to each way of breaking the rules.
set -u
program=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "FAILED: $name: status $got, printed '$printed', said '$said'" >&2
    exit 1
}

# check NAME STATUS OUTPUT NOTE ARGUMENTS...: NOTE is part of what is said, "" for nothing.
check() {
    name=$1 want=$2 output=$3 note=$4
    shift 4
    printed=$("$program" "$@" 2>note)
    got=$?
    said=$(cat note)
    [ "$got" -eq "$want" ] && [ "$printed" = "$output" ] || fail
    [ -n "$note" ] || [ -z "$said" ] || fail
    case $said in
    *"$note"*) ;;
    *) fail ;;
    esac
}

right="misplaced: 28"
check "right" 0 "$right" "" right
check "stop" 42 "" "" right --checkpoint-at=1 --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=file
check "resume" 0 "$right" "" right --resume=file
# The program itself is not hurt when the forked process fails.
check "forgetful, aside" 0 "misplaced: 135" "not followed by msrck_leave" forgetful --checkpoint-at=1 --checkpoint-to=never
check "forgetful, in place" 2 "" "not followed by msrck_leave" forgetful --checkpoint-at=1 --checkpoint-in-place --checkpoint-to=never
check "elsewhere" 7 "" "'other' was entered where the checkpoint has a frame of 'inner'" elsewhere --resume=file
check "nowhere" 7 "misplaced: -1" "ended before it reached" nowhere --resume=file
check "returning" 7 "" "returned before it reached" returning --resume=file
check "moved" 2 "" "inner.seen is not where it was" moved --checkpoint-at=1 --checkpoint-in-place --checkpoint-to=place
check "resume from what was written before it moved" 0 "$right" "" right --resume=place
check "late, first" 0 "" "" late --checkpoint-to=late
check "late, resumed" 7 "" "msrck_restore() was not called" late --resume=late
if [ -e never ]; then
    echo "FAILED: a checkpoint with a missing frame was written" >&2
    exit 1
fi
