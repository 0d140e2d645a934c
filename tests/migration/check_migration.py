#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Moving running programs with msrck migrate: whatever happens on the way, one of them goes on, and it prints what it must.

usage: check_migration.py MSRCK EXAMPLES [--seed=N] [--machines=FOLDER] [--rounds=N] [--only=WORD]

Without --machines everything runs on this machine, and each way to fail has a case of its own. With it, FOLDER/MACHINE/examples
holds the examples of each machine (tests/cross/run_cross.py builds them): programs migrate --rounds times in a row between random
machines, over commands and TLS, and in half of the rounds the connection is cut at a random byte.
"""
import argparse
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from copies import (DOUBT, LONGEST, Copy, Failure, Migration, World, listening, migrate_to_command,  # noqa: E402
                    migrate_to_port)
from cutting import Cutter, Proxy  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402

# Runs of half a second and of a second here, so that there is time to move them; with sanitizers everything takes longer.
LONG_RUNS = {"bitonic": ["1000000", "1"], "linpack": ["1300", "3", "heap"]}
SHORT_RUNS = {"bitonic": ["400000", "1"], "linpack": ["1200", "3", "heap"], "heat": ["420", "1"]}
SANITIZED_RUNS = {"bitonic": ["150000", "1"], "linpack": ["700", "3", "heap"], "heat": ["300", "1"]}
WIDE_SEED = "5000000000"
# A command that ends at once is noticed by reading its answer or by writing to it, whichever comes first.
ENDED = "closed the connection|it has ended"


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Checks:
    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.expected = {}

    def plain(self, name, arguments):
        key = (name, *arguments)
        if key not in self.expected:
            self.expected[key] = self.world.plain(name, arguments)
        return self.expected[key]

    def source(self, name="bitonic", machine="x86_64", arguments=None, *options):
        arguments = arguments or SHORT_RUNS[name]
        resumes = arguments[0].startswith("--resume")
        expected = None if resumes else self.plain(name, arguments)
        copy = Copy(self.world, machine, name, arguments, *options)
        copy.expected = expected
        # Until it can be asked; sooner, msrck migrate says that there is no socket.
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and not any(entry.startswith(f"{copy.pid}-") and entry.endswith(".control")
                                               for entry in self.control()):
            expect(not copy.ended(), f"the program ended at once: {copy.said()}")
            time.sleep(0.005)
        return copy

    def control(self):
        try:
            return os.listdir(self.world.control)
        except FileNotFoundError:
            return []

    # ---- How it must end ----

    def expect_moved(self, migration, source, destination):
        expect(migration.document["result"] == "migrated", f"not migrated: {migration.document}")
        code, output = source.wait()
        expect((code, output) == (0, b""), f"the source ended with {code} and printed {output!r}: {source.said()}")
        code, output = destination.wait()
        expect(code == 0 and output == source.expected, f"the destination ended with {code} and printed {output!r}: {destination.said()}")

    def expect_stayed(self, migration, source, code, word):
        expect(migration.document["result"] == "stayed", f"it did not stay: {migration.document}")
        expect(migration.code() == code, f"msrck migrate ended with {migration.process.returncode}, not {code}: {migration.document}")
        expect(re.search(word, migration.document["error"]["message"]) is not None, f"it says {migration.document['error']['message']!r}, without {word!r}")
        got, output = source.wait()
        expect(got == 0 and output == source.expected, f"the source ended with {got} and printed {output!r}: {source.said()}")

    def expect_one(self, migration, source, destination, lost=None):
        """Whatever the outcome: exactly one copy reaches the end, and it agrees with what msrck migrate said."""
        result = migration.document["result"]
        code, output = source.wait()
        ends = [output == source.expected]
        if result == "stayed":
            expect(ends[0], f"it stayed, but the source ended with {code}: {source.said()}")
            if not destination.ended() and destination.process is not None:
                destination.process.terminate()
        _, output = destination.wait()
        if lost is not None and os.path.exists(lost):
            with open(lost, "rb") as file:
                output += file.read()
        ends.append(source.expected in output)
        if result == "unknown":
            expect(code == DOUBT and not ends[0], f"in doubt the source ended with {code}: {source.said()}")
            expect(os.path.exists(source.state), "in doubt the state was not saved")
            resumed = subprocess.run([*self.world.command("x86_64", source.name), f"--resume={source.state}"], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, timeout=LONGEST, check=False)
            expect(resumed.stdout == source.expected, "the state that was saved in doubt is not the program's")
            expect(sum(ends) <= 1, "two programs went on")
        else:
            expect(sum(ends) == 1, f"{sum(ends)} programs went on ({result}): {source.said()}{destination.said()}")
        if result == "migrated":
            expect(ends[1], "it moved, but the destination did not go on")
        return result

    # ---- Cases ----

    def case_commands(self):
        for name in SHORT_RUNS:
            for options in (), ("--checkpoint-in-place",):
                source = self.source(name, "x86_64", None, *options)
                migration, destination = migrate_to_command(self.world, source, "x86_64")
                self.expect_moved(migration, source, destination)

    def case_listening(self):
        for name in SHORT_RUNS:
            destination = listening(self.world, "x86_64", name)
            source = self.source(name)
            migration = migrate_to_port(self.world, source, destination.port)
            self.expect_moved(migration, source, destination)

    def case_in_a_row(self):
        source = first = self.source("bitonic", "x86_64", LONG_RUNS["bitonic"])
        for _ in range(4):
            destination = listening(self.world, "x86_64", "bitonic")
            migration = migrate_to_port(self.world, source, destination.port)
            expect(migration.document["result"] == "migrated", f"not migrated: {migration.document}")
            expect(source.wait() == (0, b""), f"the source did not just leave: {source.said()}")
            source = destination
        expect(source.wait() == (0, first.expected), f"the last one: {source.said()}")

    def case_exit_status_of_a_scheduler(self):
        source = self.source("heat", "x86_64", None, "--checkpoint-exit-status=85", "--checkpoint-stop")
        migration, destination = migrate_to_command(self.world, source, "x86_64")
        self.expect_moved(migration, source, destination)

    def case_wrong_key(self):
        other = self.world.next_file("key")
        subprocess.run([self.world.msrck, "migrate", f"--make-key={other}"], check=True)
        destination = listening(self.world, "x86_64", "bitonic")
        source = self.source()
        self.expect_stayed(migrate_to_port(self.world, source, destination.port, key=other), source, 3, "do not share a key")
        expect(not destination.ended(), "the listener did not wait on")
        source = self.source()
        self.expect_moved(migrate_to_port(self.world, source, destination.port), source, destination)

    def case_garbage_and_silence(self):
        destination = listening(self.world, "x86_64", "linpack")
        peers = [socket.create_connection(("127.0.0.1", destination.port)) for _ in range(40)]
        for number, peer in enumerate(peers):
            if number % 2 == 0:
                try:
                    peer.sendall(bytes(self.chance.randrange(256) for _ in range(self.chance.randint(1, 600))))
                except OSError:
                    pass
        source = self.source("linpack")
        self.expect_moved(migrate_to_port(self.world, source, destination.port), source, destination)
        for number, peer in enumerate(peers):
            peer.settimeout(LONGEST)
            try:
                got = peer.recv(4096)
            except OSError:
                got = b""
            # Nothing, or a TLS alert.
            expect(got == b"" or (got[0] == 21 and len(got) == 7), f"peer {number} was told {got!r}")
            peer.close()

    def case_another_program(self):
        source = self.source()
        migration, destination = migrate_to_command(self.world, source, "x86_64", name="heat")
        self.expect_stayed(migration, source, 7, "is a checkpoint of program 'bitonic'; this is 'heat'")
        expect(destination.printed() == b"", "the other program ran")
        waiting = listening(self.world, "x86_64", "heat")
        source = self.source()
        self.expect_stayed(migrate_to_port(self.world, source, waiting.port), source, 7, "this is 'heat'")
        expect(not waiting.ended(), "the listener did not wait on")
        source = self.source("heat")
        self.expect_moved(migrate_to_port(self.world, source, waiting.port), source, waiting)

    def stays_with(self, to, code, word, limit=60):
        source = self.source("heat")
        output = self.world.next_file("migrate")
        migration = Migration(self.world, source, to, limit, output)
        migration.outcome()
        self.expect_stayed(migration, source, code, word)

    def case_destinations_that_are_none(self):
        self.stays_with("sleep 100", 3, "was silent for 1 seconds", limit=1)
        self.stays_with("cat >/dev/null", 3, "which must not lead elsewhere", limit=1)
        self.stays_with("true", 3, ENDED)
        self.stays_with("echo hello; exit 3", 3, ENDED)
        self.stays_with("/no/such/program", 3, ENDED)
        self.stays_with("tcp:127.0.0.1:1", 3, "cannot connect")
        self.stays_with("tcp:nonsense", 2, "is no address")
        hello = "head -c 44 >/dev/null; echo msrck-transfer 1 waiting; "
        self.stays_with(hello + "sleep 100", 3, "the destination", limit=1)
        self.stays_with(hello + "exit 0", 3, "the destination")
        self.stays_with(hello + "cat >/dev/null; sleep 100", 3, "silent for 1 seconds", limit=1)
        self.stays_with(hello + "echo msrck-transfer 1 refused 6 too large; cat >/dev/null", 6, "too large")
        self.stays_with(hello + "echo msrck-transfer 1 gone; cat >/dev/null", 3, "out of order")
        self.stays_with(hello + "echo msrck-transfer 1 ready; cat >/dev/null", 3, "out of order")

    def case_state_that_is_told(self):
        """msrck ps says that a program migrates while it halts for it, and what it does once nobody speaks to it any more."""
        source = Copy(self.world, "x86_64", "bitonic", ["4000000", "1"])

        def wait_for(*states):
            end = time.monotonic() + LONGEST
            while time.monotonic() < end and not source.ended():
                done = subprocess.run([self.world.msrck, "ps", "--json", f"--control={self.world.control}", str(source.pid)],
                                      capture_output=True, check=False)
                if done.returncode == 0 and json.loads(done.stdout)["programs"][0]["state"] in states:
                    return
            expect("migrating" not in states, f"the state was never one of {states}: {done.stdout} {done.stderr}")
        wait_for("running")
        process = subprocess.Popen([self.world.msrck, "migrate", str(source.pid), f"--control={self.world.control}",
                                    "--to=head -c 44 >/dev/null; echo msrck-transfer 1 waiting; cat >/dev/null"],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("migrating")
        process.kill()
        process.wait()
        wait_for("running")
        source.kill()

    def case_msrck_killed(self):
        for _ in range(6):
            destination = listening(self.world, "x86_64", "bitonic")
            source = self.source()
            process = subprocess.Popen([self.world.msrck, "migrate", str(source.pid), f"--to=tcp:127.0.0.1:{destination.port}",
                                        f"--key={self.world.key}", "--timeout=3", f"--control={self.world.control}"],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.chance.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            process.wait()
            code, output = source.wait()
            if output == source.expected:
                expect(code == 0, f"the source ended with {code}")
                destination.process.terminate()
                expect(destination.wait()[1] == b"", "both went on")
            else:
                # It was killed so late that the source was in doubt, or had left already.
                expect(code in (0, DOUBT) and output == b"", f"the source ended with {code} and printed {output!r}")
                expect(code == 0 or os.path.exists(source.state), "in doubt the state was not saved")
                code, output = destination.wait()
                expect(output in (b"", source.expected), f"the destination printed {output!r}")

    def case_last_words_over_tls(self):
        """A cut after each record that the destination sends, and before it is passed on; the source asks again."""
        seen = set()
        for record in range(1, 10):
            for before in False, True:
                name = "heat" if before else "bitonic"
                destination = listening(self.world, "x86_64", name)
                source = self.source(name)
                proxy = Proxy(destination.port, Cutter(at_record=record, before=before))
                migration = migrate_to_port(self.world, source, proxy.port, limit=20)
                result = self.expect_one(migration, source, destination)
                expect(result != "unknown", f"record {record}: in doubt although the connection came back: {migration.document}")
                seen.add((result, migration.document["asked_again"] != "0"))
                proxy.stop()
        expect(seen >= {("stayed", False), ("migrated", True), ("migrated", False)}, f"not every outcome was seen: {seen}")

    def case_last_words_lost_for_good(self):
        """The network does not come back: in doubt the state is saved, and there are never two."""
        seen = set()
        for record in range(6, 10):
            for before in False, True:
                destination = listening(self.world, "x86_64", "heat")
                source = self.source("heat")
                proxy = Proxy(destination.port, Cutter(at_record=record, before=before), always=True)
                migration = migrate_to_port(self.world, source, proxy.port, limit=2)
                seen.add(self.expect_one(migration, source, destination))
                proxy.stop()
        expect("unknown" in seen, f"doubt was not seen: {seen}")

    def case_commands_cut(self):
        source = self.source("heat")
        migration, destination = migrate_to_command(self.world, source, "x86_64")
        self.expect_moved(migration, source, destination)
        total = int(migration.document["bytes"])
        for at in [0, 1, 8, 43, 44] + [self.chance.randint(0, total + 200) for _ in range(6)]:
            source = self.source("heat")
            migration, destination = migrate_to_command(self.world, source, "x86_64", at_byte=at, limit=20)
            self.expect_one(migration, source, destination, destination.lost)
        for word, name, options in (("waiting", "heat", ()), ("ready", "heat", ()), ("ready", "bitonic", ("--checkpoint-in-place",)),
                                    ("gone", "heat", ()), ("gone", "bitonic", ()), ("gone", "linpack", ("--checkpoint-in-place",)),
                                    ("gone", "heat", ("--checkpoint-in-place", "--checkpoint-exit-status=85"))):
            source = self.source(name, "x86_64", None, *options)
            migration, destination = migrate_to_command(self.world, source, "x86_64", forget=f"msrck-transfer 1 {word}", limit=20)
            result = self.expect_one(migration, source, destination, destination.lost)
            expect(result == ("unknown" if word == "gone" else "stayed"), f"'{word}' was lost: {result}")

    def case_garbage_on_standard_input(self):
        """What calls itself a transfer and is none: an answer, an end with a reason, and nothing that runs."""
        state = self.world.next_file("state")
        command = self.world.command("x86_64", "heat")
        subprocess.run([*command, "60", "1", "--checkpoint-at=5", "--checkpoint-stop", f"--checkpoint-to={state}"], check=True)
        with open(state, "rb") as file:
            content = file.read()

        def frame(tag, data=b""):
            return tag + struct.pack(">I", len(data)) + data
        hello = b"\x8aMIG\r\n\x1a\n" + frame(b"HELO", struct.pack(">III", 1, 5000, 0) + bytes(16))
        good = hello + frame(b"DATA", content[:70]) + frame(b"NONE") + frame(b"DATA", content[70:])
        good += frame(b"DONE", struct.pack(">Q", len(content)))
        ends = [(good + frame(b"GOON"), 0), (good, 3), (good + frame(b"STOP", b"no"), 3), (good + frame(b"DATA", b"x"), 3),
                (hello + frame(b"DONE", struct.pack(">Q", 1)), 4), (hello + frame(b"WHAT"), 4), (hello + b"DATA\xff\xff\xff\xff", 4),
                (b"\x8aMIG\r\n\x1a\n" + frame(b"HELO", struct.pack(">III", 2, 5000, 0) + bytes(16)), 5), (hello[:30], 4), (hello, 4),
                (hello + frame(b"STOP", b"changed my mind"), 3), (hello + frame(b"DATA", content) + frame(b"DONE", bytes(8)), 4)]
        for _ in range(60):
            damaged = bytearray(good)
            for _ in range(self.chance.randint(1, 3)):
                damaged[self.chance.randrange(len(damaged))] = self.chance.randrange(256)
            ends.append((bytes(damaged)[:self.chance.randint(1, len(damaged))], None))
        for given, code in ends:
            done = subprocess.run([*command, "--resume=-"], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LONGEST,
                                  check=False)
            expect(done.returncode == code if code is not None else done.returncode in range(3, 8),
                   f"{given[:80]!r}... of {len(given)} bytes: ended with {done.returncode}, not {code}: {done.stderr}")
            ran = any(not line.startswith(b"msrck-transfer") for line in done.stdout.splitlines())
            expect(code == 0 or not ran, f"{given[:80]!r}... ran: {done.stdout}")
            expect(code in (0, None) or b"msrck-transfer 1 refused %d " % code in done.stdout or len(given) < 44, f"{given[:80]!r}...: {done.stdout}")

    # ---- Between machines ----

    def one_round(self, source, machine, over_tls, cut):
        """(the copy that goes on, what happened); None: the source had come to its end before it could be moved."""
        world, at = self.world, self.chance.randint(0, int(self.last_bytes * 1.05) + 600) if cut else -1
        if over_tls:
            destination = listening(world, machine, source.name)
            proxy = Proxy(destination.port, Cutter(at_byte=at if cut else None))
            migration = migrate_to_port(world, source, proxy.port)
            proxy.stop()
        else:
            migration, destination = migrate_to_command(world, source, machine, at_byte=at)
        document = migration.document
        happened = f"{source.machine} to {machine} over {'TLS' if over_tls else 'a command'}{f', cut at {at}' if cut else ''}: {document['result']}"
        if document["result"] == "migrated":
            self.last_bytes = int(document["bytes"])
            code, output = source.wait()
            expect((code, output) == (0, b""), f"{happened}; the source ended with {code} and printed {output!r}: {source.said()}")
            destination.expected = source.expected
            return destination, happened
        if document["result"] == "stayed":
            expect(not source.ended() or source.printed() == source.expected, f"{happened}; the source is gone: {document} {source.said()}")
            if destination.process is not None:
                destination.process.terminate()
            expect(source.expected not in destination.wait()[1], f"{happened}; two programs went on")
            if not cut and re.search("cannot ask process|has ended or fallen silent", document["error"]["message"]):
                source.wait()  # on its way out: it does not answer any more, and is not gone yet
            if source.ended():
                return None, happened
            expect(cut, f"{happened}, without a cut: {document}")
            return source, happened
        expect(cut and not over_tls, f"{happened}: {document}")
        expect(source.wait()[0] == DOUBT, f"{happened}; the source goes on: {source.said()}")
        destination.wait()
        with open(destination.lost, "rb") as file:
            lost = file.read()
        if source.expected in lost:
            destination.expected, destination.wait = source.expected, lambda: (0, lost)
            return destination, happened + ", went on"
        resumed = self.source(source.name, "x86_64", [f"--resume={source.state}"])
        resumed.expected = source.expected
        return resumed, happened + ", resumed"

    def check_rounds(self, name, rounds):
        machines = list(self.world.folders)
        arguments = LONG_RUNS[name]
        self.last_bytes = 1000000
        cuts = [number % 2 == 1 for number in range(rounds)]
        self.chance.shuffle(cuts)
        copy = first = self.source(name, "x86_64", arguments)
        for cut in cuts:
            time.sleep(self.chance.uniform(0, 0.03))
            machine = self.chance.choice([other for other in machines if other != copy.machine])
            over_tls = self.chance.random() < 0.6
            while True:
                moved, happened = self.one_round(copy, machine, over_tls, cut)
                if moved is not None:
                    break
                # The program was faster than this machine is today: once more from the beginning.
                copy = self.source(name, "x86_64", arguments)
            copy = moved
            print(f"  {name}: {happened}", flush=True)
        code, output = copy.wait()
        expect(code == 0 and output == first.expected, f"{name} on {copy.machine} ended with {code} and printed {output!r}: {copy.said()}")

    def check_wide(self):
        """A seed that does not fit in the destination's long: refused with the variable, and the source goes on."""
        arguments = [SHORT_RUNS["bitonic"][0], WIDE_SEED]
        for over_tls in False, True:
            source = self.source("bitonic", "x86_64", arguments)
            if over_tls:
                waiting = listening(self.world, "i386", "bitonic")
                migration = migrate_to_port(self.world, source, waiting.port)
            else:
                migration, waiting = migrate_to_command(self.world, source, "i386")
            self.expect_stayed(migration, source, 7, WIDE_SEED)
            if waiting.process is not None:
                waiting.process.terminate()
            expect(waiting.wait()[1] == b"", "the destination went on with a value that does not fit")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("msrck")
    parser.add_argument("examples")
    add_seed_option(parser)
    parser.add_argument("--machines", help="folder of the builds for other machines")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--sanitized", action="store_true", help="the examples are built with sanitizers: shorter runs")
    parser.add_argument("--only", default="", help="cases whose names hold this")
    options = parser.parse_args()
    print(f"migration: seed {options.seed} (--seed={options.seed} repeats this run)", flush=True)
    if options.sanitized:
        SHORT_RUNS.update(SANITIZED_RUNS)
        LONG_RUNS["bitonic"] = ["300000", "1"]
    folders = {"x86_64": os.path.abspath(options.examples)}
    if options.machines:
        folders |= {machine: os.path.join(os.path.abspath(options.machines), machine, "examples")
                    for machine in ("s390x", "i386", "aarch64")}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="msrck-migration-", ignore_cleanup_errors=True) as scratch:
        world = World(options.msrck, folders, scratch)
        checks = Checks(world, random.Random(options.seed))
        if options.machines:
            cases = [(name, lambda name=name: checks.check_rounds(name, options.rounds)) for name in LONG_RUNS]
            cases.append(("wide", checks.check_wide))
        else:
            cases = [(name[5:], getattr(checks, name)) for name in sorted(dir(checks)) if name.startswith("case_")]
        for name, case in cases:
            if options.only not in name:
                continue
            begin = time.monotonic()
            try:
                case()
                print(f"{name}: passed, {time.monotonic() - begin:.1f} s", flush=True)
            except (Failure, subprocess.SubprocessError, OSError) as failure:
                failed += 1
                print(f"{name}: FAILED: {failure}", flush=True)
            world.clean()
    print(f"migration: {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
