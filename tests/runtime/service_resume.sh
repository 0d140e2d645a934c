#!/bin/sh
# SPDX-License-Identifier: MIT
#
# service_resume.sh COUNTER DESCENT - going on without a person at hand: the newest checkpoint of a directory, automatic resuming, damage, crashes.
set -u
counter=$1 descent=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# check NAME STATUS OUTPUT NOTES COMMAND...: exit status, standard output, number of lines of standard error, which stay in `note`.
check() {
    name=$1 want=$2 output=$3 notes=$4
    shift 4
    printed=$("$@" 2>note)
    got=$?
    [ "$got" -eq "$want" ] || fail "$name: status $got instead of $want: $(cat note)"
    [ "$printed" = "$output" ] || fail "$name: printed '$printed' instead of '$output'"
    [ "$(wc -l <note)" -eq "$notes" ] || fail "$name: said '$(cat note)'"
}

said() {
    grep -q -- "$1" note || fail "$name: said '$(cat note)' without '$1'"
}

# make FILE ROUND: a checkpoint of the counter.
make() {
    "$counter" --checkpoint-at="$2" --checkpoint-stop --checkpoint-to="$1" || fail "making $1"
}

damage() {
    size=$(wc -c <"$1")
    { head -c $((size / 2)) "$1"; printf '\377\376'; tail -c +$((size / 2 + 3)) "$1"; } >damaged
    touch -r "$1" damaged
    mv damaged "$1"
}

counted=$("$counter") || fail "the plain counter"

# The same command line from the first start to the end.
again="--checkpoint-to=state.msrck --resume=auto --checkpoint-exit-status=85"
check "nothing there" 85 "" 0 "$counter" plain $again --checkpoint-at=4 --checkpoint-stop
check "from the first" 85 "" 0 "$counter" plain $again --checkpoint-at=4 --checkpoint-stop
check "from the second" 0 "$counted" 0 "$counter" plain $again
[ "$(echo *)" = "note state.msrck" ] || fail "left behind: $(echo *)"
check "in a folder that is not there" 0 "$counted" 0 "$counter" --resume=auto --checkpoint-to=none/state
check "frames" 85 "" 0 "$descent" --resume=auto --checkpoint-to=deep --checkpoint-at=30 --checkpoint-stop --checkpoint-exit-status=85
check "frames again" 0 "$("$descent")" 0 "$descent" --resume=auto --checkpoint-to=deep
check "auto and standard output" 2 "" 1 "$counter" --resume=auto --checkpoint-to=-

# Walking back past damage; nothing but damage is no new beginning.
make rotated 9
make rotated.1 7
make rotated.2 5
make rotated.10 3
damage rotated
check "one damaged" 0 "$counted" 1 "$counter" --resume=auto --checkpoint-to=rotated
said "rotated: .*: passed over"
head -c 200 rotated.1 >short
mv short rotated.1
: >rotated.2
check "three damaged" 0 "$counted" 3 "$counter" --resume=auto --checkpoint-to="$folder/rotated"
said "$folder/rotated.1.*: passed over"
said "$folder/rotated.2.*: passed over"
damage rotated.10
check "all damaged" 4 "" 1 "$counter" --resume=auto --checkpoint-to=rotated
said "none of 4 checkpoints can be used, the newest: rotated"
# Files whose names are words of the message.
for word in a checkpoint not; do
    echo "something else" >$word
    check "a file called $word" 5 "" 1 "$counter" --resume=$word
    said "counter: $word: is not a checkpoint"
    rm $word
done
cp deep foreign
check "auto finds another program's" 7 "" 1 "$counter" --resume=auto --checkpoint-to=foreign
said "program 'descent'"

# A directory: the newest of this program, whatever else is there.
mkdir many
make many/old.msrck 3
make many/new.msrck 9
touch -d "2001-01-01" many/old.msrck
touch -d "2002-01-01" many/new.msrck
echo text >many/text
echo text >many/text.msrck
cp deep many/deep
: >many/.state.msrck-1-1
check "a directory" 0 "$counted" 2 "$counter" --resume=many
said "many/deep.*program 'descent'.*passed over"
said "many/text.msrck.*passed over"
damage many/new.msrck
check "a directory with damage" 0 "$counted" 3 "$counter" --resume=many/
rm many/old.msrck
check "a directory of damage" 4 "" 1 "$counter" --resume=many
cmp -s many/text.msrck many/text || fail "the directory was changed"
ls many/*.attempts >/dev/null 2>&1 && fail "an attempt was left noted"

# Three crashes, and the checkpoint before is taken; a success in between begins anew.
make fatal 5
make fatal.1 8
for attempt in 1 2 3; do
    check "crash $attempt" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-to=fatal 2>/dev/null"
    [ -s fatal.attempts ] || fail "attempt $attempt is not noted"
done
check "set aside" 0 "$counted" 1 "$counter" crash --resume=auto --checkpoint-to=fatal
said "fatal: the program crashed after 3 attempts to go on from it: set aside as fatal.set-aside"
[ -s fatal.set-aside ] && [ ! -e fatal ] && [ ! -e fatal.attempts ] || fail "set aside: $(echo fatal*)"
check "kept" 0 "$counted" 0 "$counter" --resume=fatal.set-aside

make few 5
for attempt in 1 2; do
    check "few $attempt" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-to=few 2>/dev/null"
done
check "a good one" 0 "$counted" 0 "$counter" --resume=auto --checkpoint-to=few
[ ! -e few.attempts ] || fail "attempts are counted after a success"
check "crash of a limit of one" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-to=few 2>/dev/null"
check "a new checkpoint clears them" 85 "" 0 "$counter" --resume=auto --checkpoint-to=few --checkpoint-at=1 --checkpoint-stop --checkpoint-exit-status=85
[ ! -e few.attempts ] || fail "attempts are counted after a checkpoint"
check "crash of a limit of one" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-to=few 2>/dev/null"
check "never set aside" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-attempts=0 --checkpoint-to=few 2>/dev/null"
check "set aside at once" 0 "$counted" 1 "$counter" --resume=auto --checkpoint-to=few --checkpoint-attempts=2
[ -s few.set-aside ] || fail "not set aside"
make one 5
check "crash of the only one" 134 "" 0 sh -c "'$counter' crash --resume=auto --checkpoint-to=one 2>/dev/null"
# The counter says so by itself, too.
check "the only one set aside" 0 "$counted" 3 "$counter" --resume=auto --checkpoint-to=one --checkpoint-attempts=1 --resume-report=-
said "one: nothing to go on from: begins anew"
said "one: the program crashed after 1 attempts to go on from it: set aside"

# A machine that fails again and again: killed at any moment, the same command line gets to the end.
starts=0
while :; do
    starts=$((starts + 1))
    [ $starts -lt 60 ] || fail "no end after $starts starts: $(cat note)"
    "$counter" steady --resume=auto --checkpoint-to=killed --checkpoint-keep=3 --checkpoint-every=0.04 --checkpoint-attempts=0 --checkpoint-no-sync \
        >printed 2>note &
    process=$!
    # Longer and longer lives: a busy or emulated machine may need one just to begin.
    life=$((160 + starts * 70 % 200 + starts * starts * 2))
    sleep $((life / 1000)).$(printf %03d $((life % 1000)))
    kill -KILL $process 2>/dev/null
    wait $process 2>/dev/null
    case $? in
    0) break ;;
    137) ;;
    *) fail "killed: status $? $(cat note)" ;;
    esac
done
[ "$(cat printed)" = "$counted" ] || fail "killed $starts times: printed '$(cat printed)'"
[ $starts -gt 2 ] || fail "killed $starts times only"
[ ! -s note ] || fail "killed: said '$(cat note)'"
echo "all as it should be; $starts starts"
