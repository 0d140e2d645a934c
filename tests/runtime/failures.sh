#!/bin/sh
# SPDX-License-Identifier: MIT
#
# failures.sh COUNTER DESCENT RENAMED CHANGED - checkpoints and resumes that fail, and what the program says and does then.
set -u
counter=$1 descent=$2 renamed=$3 changed=$4
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# check NAME STATUS OUTPUT NOTE COMMAND...: exit status, standard output, and a word of standard error ("" for none at all).
check() {
    name=$1 want=$2 output=$3 note=$4
    shift 4
    printed=$("$@" 2>note)
    got=$?
    [ "$got" -eq "$want" ] || fail "$name: status $got instead of $want: $(cat note)"
    [ "$printed" = "$output" ] || fail "$name: printed '$printed' instead of '$output'"
    if [ -z "$note" ]; then
        [ ! -s note ] || fail "$name: said '$(cat note)'"
    else
        grep -q -- "$note" note || fail "$name: said '$(cat note)' without '$note'"
        [ "$(wc -l <note)" -eq 1 ] || fail "$name: more than one line: $(cat note)"
    fi
}

counted=$("$counter") || fail "the plain counter"
descended=$("$descent") || fail "the plain descent"

# A checkpoint that cannot be written leaves the program running, however it is taken.
for way in "" --checkpoint-in-place --checkpoint-stop; do
    check "no directory $way" 0 "$counted" "no/such/file" "$counter" plain --checkpoint-at=4 --checkpoint-to=no/such/file $way
    check "full device $way" 0 "$counted" "/dev/full" "$counter" plain --checkpoint-at=4 --checkpoint-to=/dev/full $way
    check "full device $way" 0 "$descended" "/dev/full" "$descent" --checkpoint-at=4 --checkpoint-to=/dev/full $way
    # The checkpoint before stays.
    "$counter" --checkpoint-at=2 --checkpoint-to=kept >printed || fail "a good checkpoint"
    cp kept before
    check "dangling $way" 0 "$counted" "wild" "$counter" dangling --checkpoint-at=8 --checkpoint-to=kept $way
    check "unregistered $way" 0 "$counted" "wild" "$counter" unregistered --checkpoint-at=8 --checkpoint-to=kept $way
    cmp -s kept before || fail "a failed checkpoint changed the one before"
    check "resume from the one before" 0 "$counted" "" "$counter" --resume=kept
done
[ "$(ls -A | tr '\n' ' ')" = "before kept note printed " ] || fail "something was left behind: $(ls -A)"
check "untracked as NULL" 0 "$counted" "" "$counter" unregistered --checkpoint-at=8 --checkpoint-null-untracked --checkpoint-to=kept
check "resume from it" 0 "$counted" "" "$counter" --resume=kept

# Requests: a signal, the environment, two in a row.
check "signal" 0 "$counted" "" "$counter" signal --checkpoint-to=signalled
check "resume after a signal" 0 "$counted" "" "$counter" --resume=signalled
check "environment" 42 "" "" env MSRCK_CHECKPOINT_AT=3 MSRCK_CHECKPOINT_STOP=yes MSRCK_CHECKPOINT_EXIT_STATUS=42 "$counter"
check "resume by environment" 0 "$counted" "" env MSRCK_RESUME=counter.msrck "$counter"
check "the command line wins" 0 "$counted" "" env MSRCK_CHECKPOINT_AT=3 "$counter" --checkpoint-at 0 --checkpoint-to=never
[ ! -e never ] || fail "--checkpoint-at=0 took a checkpoint"
check "two in a row" 0 "$counted" "no/such/directory" "$counter" twice --checkpoint-to=twice
check "resume from the second" 0 "$counted" "" "$counter" --resume=twice
check "standard output" 42 "$(printf '')" "" sh -c "'$counter' --checkpoint-at=3 --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=- >piped"
check "resume from a pipe" 0 "$counted" "" sh -c "cat piped | '$counter' --resume=-"
check "a limit on file sizes" 0 "$counted" "too large" sh -c "ulimit -f 1; exec '$counter' --checkpoint-at=4 --checkpoint-to=limited | cat"
check "no waiting for processes" 0 "$counted" "" sh -c "trap '' CHLD; exec '$counter' --checkpoint-at=4 --checkpoint-to=ignored"
check "resume from it" 0 "$counted" "" "$counter" --resume=ignored
for option in --checkpoint-all --checkpoint-threads=3 --checkpoint-in-place; do
    check "$option" 0 "$counted" "" "$counter" --checkpoint-at=9 --checkpoint-to=optional $option
    check "resume from $option" 0 "$counted" "" "$counter" --resume=optional
    check "frames $option" 0 "$descended" "" "$descent" --checkpoint-at=40 --checkpoint-to=optional $option
    check "resume frames from $option" 0 "$descended" "" "$descent" --resume=optional
done
for codec in none zlib:9; do
    check "codec $codec" 42 "" "" "$descent" --checkpoint-at=9 --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=coded --checkpoint-codec=$codec
    check "resume from $codec" 0 "$descended" "" "$descent" --resume=coded
done
for each in 1 2; do
    check "deterministic" 42 "" "" "$descent" --checkpoint-at=9 --checkpoint-stop --checkpoint-exit-status=42 --checkpoint-to=same$each --checkpoint-no-provenance
done
cmp same1 same2 || fail "the same run gave different bytes"

# Checkpoints of something else.
check "other program" 7 "" "is a checkpoint of program 'descent'; this is 'renamed'" "$renamed" --resume=coded
check "variables without a program" 7 "" "program 'descent'; this is 'counter'" "$counter" --resume=coded
check "changed program" 0 "$descended" "" "$changed" --resume=coded
echo "no checkpoint at all, not even a short one" >text
check "not a checkpoint" 5 "" "text" "$counter" --resume=text
check "no file" 3 "" "absent" "$counter" --resume=absent
mkdir hollow
check "a directory of nothing" 5 "" "has no checkpoint of program 'counter'" "$counter" --resume=hollow
head -c 300 coded >short
check "truncated" 4 "" "short" "$descent" --resume=short
size=$(wc -c <coded)
{ head -c $((size / 2)) coded; printf '\377\376'; tail -c +$((size / 2 + 3)) coded; } >damaged
check "damaged" 4 "" "damaged" "$descent" --resume=damaged

# Options.
check "unknown option" 2 "" "--checkpoint-soon" "$counter" --checkpoint-soon
check "no value" 2 "" "--checkpoint-to" "$counter" --checkpoint-to
check "bad number" 2 "" "--checkpoint-at" "$counter" --checkpoint-at=soon
check "bad codec" 2 "" "lzw" "$counter" --checkpoint-codec=lzw
check "bad signal" 2 "" "--checkpoint-signal" "$counter" --checkpoint-signal=USR9
check "a signal nobody can catch" 2 "" "signal 9" "$counter" --checkpoint-signal=KILL
check "not ours" 0 "$counted" "" "$counter" plain -- --checkpoint-soon
echo "all as it should be"
