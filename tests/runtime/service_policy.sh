#!/bin/sh
# SPDX-License-Identifier: MIT
#
# service_policy.sh COUNTER DESCENT - checkpoints that nobody asks for one by one: by time, by share of the run time, before a deadline; rotation, timings, and
# signals that ask the program to save and leave. The program of these tests polls for two seconds.
set -u
counter=$1 descent=$2
folder=$(mktemp -d) || exit 1
trap 'touch "$folder/finish"; wait; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# lines FILE LEAST MOST WHAT: as many checkpoints as that, all good, and whole lines.
lines() {
    count=$(wc -l <"$1")
    [ "$count" -ge "$2" ] && [ "$count" -le "$3" ] || fail "$4: $count checkpoints: $(cat "$1")"
    [ "$(grep -cE '^time=[0-9.]+ pid=[0-9]+ checkpoint=[0-9]+ result=written blocks=[1-9][0-9]* live_bytes=[1-9][0-9]* raw_bytes=[1-9][0-9]* file_bytes=[1-9][0-9]* mark_ns=[0-9]+ encode_ns=[0-9]+ compress_ns=[0-9]+ write_ns=[0-9]+ pause_ns=[1-9][0-9]* total_ns=[1-9][0-9]* mode=[a-z-]+ path=' "$1")" -eq "$count" ] ||
        fail "$4: $(cat "$1")"
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

counted=$("$counter") || fail "the plain counter"

# By time, aside and in place. All policies run side by side: each waits for two seconds.
"$counter" slow --checkpoint-every=0.3 --checkpoint-timings=every.log --checkpoint-to=every --checkpoint-keep=3 >every.out 2>&1 &
every=$!
"$counter" slow --checkpoint-every=300m --checkpoint-timings=rare.log --checkpoint-to=rare >rare.out 2>&1 &
rare=$!
"$counter" slow --checkpoint-every=0.3 --checkpoint-spacing=0.8s --checkpoint-in-place --checkpoint-timings=- --checkpoint-to=spaced >spaced.out 2>spaced.log &
spaced=$!
"$counter" slow --checkpoint-overhead=50% --checkpoint-spacing=0.1 --checkpoint-timings=share.log --checkpoint-to=share >share.out 2>&1 &
share=$!
"$counter" slow --checkpoint-deadline=2 --checkpoint-timings=deadline.log --checkpoint-to=deadline --checkpoint-exit-status=85 >deadline.out 2>&1 &
deadline=$!
SLURM_JOB_END_TIME=$(($(date +%s) - 5)) "$counter" slow --checkpoint-deadline=auto --checkpoint-to=slurm --checkpoint-exit-status=85 >slurm.out 2>&1 &
slurm=$!
"$counter" slow --checkpoint-deadline=@$(($(date +%s) + 10000)) --checkpoint-to=far >far.out 2>&1 &
far=$!

for way in every rare spaced share far; do
    eval "wait \$$way" || fail "$way: status $?: $(cat $way.out)"
    [ "$(cat $way.out)" = "$counted" ] || fail "$way: printed '$(cat $way.out)'"
done
lines every.log 2 7 "every 0.3 s for 2 s"
lines rare.log 0 0 "every 300 minutes"
lines spaced.log 1 3 "0.8 s apart"
lines share.log 1 12 "half of the time"
[ ! -e far ] || fail "a checkpoint before a deadline that is hours away"
for way in deadline slurm; do
    eval "wait \$$way"
    status=$?
    [ $status -eq 85 ] || fail "$way: status $status: $(cat $way.out)"
    [ ! -s $way.out ] || fail "$way: printed $(cat $way.out)"
done
lines deadline.log 1 2 "before a deadline"
for way in every spaced share deadline slurm; do
    [ "$("$counter" --resume=$way)" = "$counted" ] || fail "resume from $way"
done

SLURM_JOB_END_TIME=soon "$counter" --checkpoint-deadline=auto >slurm.out 2>&1
[ $? -eq 2 ] && grep -q SLURM_JOB_END_TIME slurm.out || fail "a batch system's odd time: $(cat slurm.out)"

# Rotation: as many as asked for, the newest first, each a whole checkpoint; a failure changes none.
[ "$(echo every*)" = "every every.1 every.2 every.log every.out" ] || fail "rotated: $(echo every*)"
for at in 1 2 3 4 5; do
    "$counter" --checkpoint-at=$at --checkpoint-stop --checkpoint-to=kept --checkpoint-keep=3 || fail "making $at"
    cp kept made.$at
done
cmp kept made.5 && cmp kept.1 made.4 && cmp kept.2 made.3 || fail "the order of rotated checkpoints"
[ "$(echo kept* .kept*)" = "kept kept.1 kept.2 .kept*" ] || fail "left: $(echo kept* .kept*)"
"$counter" dangling --checkpoint-at=9 --checkpoint-to=kept --checkpoint-keep=3 >dangling.out 2>&1 || fail "a failing checkpoint"
cmp kept made.5 && cmp kept.1 made.4 && cmp kept.2 made.3 || fail "a failed checkpoint changed those before"
[ "$("$counter" --resume=kept.2)" = "$counted" ] || fail "resume from a rotated one"
"$counter" dangling --checkpoint-at=9 --checkpoint-to=kept --checkpoint-timings=failed.log >dangling.out 2>&1
grep -q "result=failed .*reason=.*wild" failed.log || fail "timings of a failure: $(cat failed.log)"
MSRCK_CHECKPOINT_KEEP=2 "$counter" --checkpoint-at=2 --checkpoint-to=- --checkpoint-timings=piped.log | cat >piped
lines piped.log 1 1 "to a pipe"

# Hours and days: the last of each, whole ones, and a way back when all others are damaged. A failure changes none.
for at in 1 2 3; do
    "$counter" --checkpoint-at=$at --checkpoint-stop --checkpoint-to=hours --checkpoint-keep-hourly=2 --checkpoint-keep-daily=1 --checkpoint-keep=2 || fail "making $at"
done
for kept in hours.hourly-* hours.daily-*; do
    echo "$kept" | grep -qE '^hours\.(hourly-[0-9]{8}T[0-9]{2}|daily-[0-9]{8})$' || fail "kept as $kept"
done
set -- hours.hourly-*
[ $# -le 2 ] || fail "more hours than asked for: $*"
cmp hours "$(ls -d hours.hourly-* | tail -1)" && cmp hours hours.daily-* || fail "the last of the hour and the day"
cp hours.daily-* hours.good && rm hours.daily-* && mv hours.good hours.daily-20200101
"$counter" dangling --checkpoint-at=9 --checkpoint-to=hours --checkpoint-keep-hourly=2 --checkpoint-keep-daily=1 >dangling.out 2>&1 || fail "a failing checkpoint"
cmp hours hours.daily-20200101 || fail "a failed checkpoint changed those before"
for damaged in hours hours.1 hours.hourly-*; do
    cp "$damaged" copy && printf X | dd of=copy bs=1 seek=700 conv=notrunc 2>dd.log && mv copy "$damaged"
done
printed=$("$counter" --resume=auto --checkpoint-to=hours 2>said) || fail "resuming from a day: $(cat said)"
[ "$printed" = "$counted" ] || fail "resumed from a day: $printed"
[ "$(grep -c 'passed over' said)" -ge 3 ] || fail "said $(cat said)"
rm hours.daily-20200101
"$counter" --resume=auto --checkpoint-to=hours >printed 2>said && fail "resumed from damaged ones"

# Save and leave on one signal, save and go on on the other; frames and variables.
"$counter" waiting --checkpoint-to=one --checkpoint-signal=HUP --checkpoint-stop-signal=TERM --checkpoint-exit-status=85 >printed 2>said &
process=$!
wait_for ready "the program did not begin"
kill -HUP $process
wait_for one "no checkpoint after the signal"
kill -TERM $process || fail "the program ended after the signal that only asks to save"
wait $process
status=$?
[ $status -eq 85 ] || fail "status $status after the signal to stop: $(cat said)"
[ ! -s printed ] && [ ! -s said ] || fail "printed $(cat printed said)"
[ "$("$counter" --resume=one)" = "$counted" ] || fail "resume after the signal to stop"

# A checkpoint before the end that cannot be written leaves the program running; the next signal may do better.
rm ready one
"$counter" waiting --checkpoint-to=later/one --checkpoint-stop-signal=TERM --checkpoint-exit-status=85 >printed 2>said &
process=$!
wait_for ready "the program did not begin"
kill -TERM $process
sleep 0.2
kill -0 $process || fail "the program left without a checkpoint: $(cat said)"
mkdir later
kill -TERM $process
wait $process
status=$?
[ $status -eq 85 ] && [ -s later/one ] || fail "status $status after the second signal: $(cat said)"

# Values that are none.
for option in every=soon every=-1 every=1y overhead=0 overhead=101 overhead=5x spacing= deadline=@ deadline=never keep=-1 attempts=x stop-signal=KILLER keep-hourly=x keep-daily=-1 background=maybe background=yes control=; do
    "$counter" --checkpoint-$option >printed 2>said
    status=$?
    [ $status -eq 2 ] && grep -q "checkpoint-${option%%=*}" said || fail "$option: status $status, said $(cat said)"
done
"$counter" --checkpoint-timings=no/such/file >printed 2>said
status=$?
[ $status -eq 3 ] && grep -q "no/such/file" said || fail "timings nowhere: status $status"
"$descent" --checkpoint-every=0.001 --checkpoint-in-place --checkpoint-to=frames --checkpoint-no-sync >printed || fail "frames by time"
[ "$(cat printed)" = "$("$descent")" ] || fail "frames by time printed $(cat printed)"
echo "all as it should be"
