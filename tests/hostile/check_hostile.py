#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checkpoints with right checksums that say what no program wrote, resumed by the programs they are for: pointers that lead elsewhere, other
numbers, other counts and types of blocks, other poll-points and union members. A program may refuse such a file, end in any way of its
own, or run for ever; msrck may not crash in it. Pointers to blocks of another type are refused.

usage: check_hostile.py MSRCK EXAMPLES_FOLDER [--mutations=N] [--points=N] [--seed=N] [--whole=FOLDER] [--keep=FOLDER] [--cc=OPTION]...

--whole also takes programs of that folder, built by msrck cc with the options --cc. --keep keeps the files that made a program crash.
"""
import argparse
import concurrent.futures
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True                           # the source tree stays as it is
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402

EXAMPLES = {"figure1": ["4", "3"], "test_pointer": ["4", "2"], "bitonic": ["4", "2"], "heat": ["4", "3"], "linpack": ["4", "2", "heap"]}
STOPPED, DOES_NOT_FIT = 85, 7
STACK = 2                                                # the segment
MOST_ROWS = 400                                          # that are looked at
# Bytes of scalars; the others have eight.
WIDTHS = {"_Bool": 1, "char": 1, "signed char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2, "int": 4, "unsigned int": 4, "float": 4,
          "long double": 16, "wchar_t": 4, "char16_t": 2, "char32_t": 4, "int8_t": 1, "uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4,
          "uint32_t": 4}
# Numbers that programs do not expect.
NUMBERS = [0, 1, -1, 2, 7, 127, 255, 1 << 15, (1 << 31) - 1, -(1 << 31), 1 << 40]
SANITIZER = re.compile(r"AddressSanitizer|runtime error|LeakSanitizer")
# Frames of the library, which has no business to crash.
LIBRARY = re.compile(r"#\d+ 0x\w+ in (\w+) .*/libmsrck/")


class Subject:
    """A program, and how it is run."""

    def __init__(self, name, command):
        self.name = name
        self.command = command

    def run(self, folder, *options, seconds):
        """Exit code (None: it ran on), and what it said."""
        environment = dict(os.environ, MSRCK_CHECKPOINT_NO_CONTROL="yes", MSRCK_RESUME_POINTERS="checked",
                           ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=2048")
        with open(os.devnull, "rb") as nothing:
            try:
                done = subprocess.run([*self.command, *options], cwd=folder, stdin=nothing, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                      timeout=seconds, env=environment, check=False)
            except subprocess.TimeoutExpired:
                return None, ""
        return done.returncode, done.stderr.decode(errors="replace")


def build_whole(msrck, folder, scratch, options):
    subjects = []
    for name in sorted(os.listdir(folder)):
        sources = sorted(os.path.join(folder, name, file) for file in os.listdir(os.path.join(folder, name)) if file.endswith(".c"))
        if not sources:
            continue
        program = os.path.join(scratch, name)
        subprocess.run([msrck, "cc", "-g", "-O1", *options, "-o", program, *sources, "-lm"], check=True, stderr=subprocess.DEVNULL)
        subjects.append(Subject(name, [program]))
    return subjects


class State:
    """A checkpoint without compression: its bytes, what its types are, and where in the bytes which value stands."""

    def __init__(self, msrck, file):
        with open(file, "rb") as source:
            self.bytes = bytearray(source.read())
        dumped = subprocess.run([msrck, "dump", "--json", file], stdout=subprocess.PIPE, check=True)
        self.types = json.loads(dumped.stdout)["types"]
        self.pointer_width = struct.unpack_from(">I", self.bytes, 12)[0]
        self.sections = self.find_sections()
        self.extents = self.find_extents()
        self.values = []
        for tag, offset, _ in self.sections:
            if tag == b"DATA":
                self.find_values(offset)

    def find_sections(self):
        """Tag, offset of the payload, length of each."""
        found, at = [], 64
        while at < len(self.bytes) - 32:
            tag, _, length = struct.unpack_from(">4sIQ", self.bytes, at)
            found.append((tag, at + 24, length))
            at += 24 + (length + 7) // 8 * 8
        return found

    def find_extents(self):
        """Type, that of a flexible member, addresses of the blocks and segment of each."""
        offset = next(offset for tag, offset, _ in self.sections if tag == b"EXTE")
        found, base = [], 1
        for index in range(struct.unpack_from(">I", self.bytes, offset)[0]):
            segment, kind, count, blocks = struct.unpack_from(">IIQQ", self.bytes, offset + 4 + index * 24)
            entry = self.types[kind]
            flexible = [field for field in entry.get("fields", []) if field["role"] == "flexible"]
            leaves = self.leaves(kind) + count * self.leaves(flexible[0]["type"]) if flexible else count * self.leaves(kind)
            found.append((kind, flexible[0]["type"] if flexible else None, [base + block * (leaves + 1) for block in range(blocks)], segment))
            base += blocks * (leaves + 1)
        self.end = base
        return found

    def members(self, kind):
        return [field["type"] for field in self.types[kind]["fields"] if field["role"] != "flexible"]

    def leaves(self, kind):
        entry = self.types[kind]
        if entry["kind"] == "array":
            return int(entry["count"]) * self.leaves(entry["element"])
        if entry["kind"] in ("struct", "union"):
            leaves = [self.leaves(member) for member in self.members(kind)]
            return sum(leaves) if entry["kind"] == "struct" else max(leaves)
        return 2 if entry["kind"] == "complex" else 1

    def width(self, kind):
        entry = self.types[kind]
        if entry["kind"] == "array":
            return int(entry["count"]) * self.width(entry["element"])
        if entry["kind"] == "struct":
            return sum(self.width(member) for member in self.members(kind))
        if entry["kind"] == "union":
            return 4 + max(self.width(member) for member in self.members(kind))
        if entry["kind"] == "complex":
            return 2 * self.width(entry["element"])
        return WIDTHS.get(entry.get("scalar"), 8) if "scalar" in entry else self.pointer_width

    def find_values(self, offset):
        extent, part, _, rows = struct.unpack_from(">IIQQ", self.bytes, offset)
        kind = self.extents[extent][part]
        for row in range(min(rows, MOST_ROWS)):
            self.find_in(offset + 40 + row * self.width(kind), kind)

    def find_in(self, at, kind):
        entry = self.types[kind]
        if entry["kind"] == "array":
            for index in range(min(int(entry["count"]), MOST_ROWS)):
                self.find_in(at + index * self.width(entry["element"]), entry["element"])
        elif entry["kind"] == "struct":
            for member in self.members(kind):
                self.find_in(at, member)
                at += self.width(member)
        else:
            self.values.append((at, kind))

    def of_kind(self, *kinds):
        return [value for value in self.values if self.types[value[1]]["kind"] in kinds]


class Mutator:
    """Changes the bytes of a state at random, and its checksums after them."""

    def __init__(self, state, chance):
        self.state = state
        self.bytes = bytearray(state.bytes)
        self.chance = chance

    def put(self, at, width, number):
        self.bytes[at:at + width] = (number % (1 << 8 * width)).to_bytes(width, "big")

    def address(self):
        """Of a block, mostly, or of what is in it."""
        if self.chance.random() < 0.3:
            return self.chance.randrange(self.state.end)
        return self.chance.choice(self.chance.choice(self.state.extents)[2])

    def pointer(self):
        self.put(self.chance.choice(self.state.of_kind("pointer"))[0], self.state.pointer_width, self.address())

    def exchange(self):
        width = self.state.pointer_width
        first, second = (self.chance.choice(self.state.of_kind("pointer"))[0] for _ in range(2))
        self.bytes[first:first + width], self.bytes[second:second + width] = \
            self.bytes[second:second + width], self.bytes[first:first + width]

    def number(self):
        at, kind = self.chance.choice(self.state.of_kind("scalar", "enum"))
        self.put(at, self.state.width(kind), self.chance.choice(NUMBERS))

    def member(self):
        self.put(self.chance.choice(self.state.of_kind("union"))[0], 4, self.chance.randrange(5))

    def function(self):
        self.put(self.chance.choice(self.state.of_kind("function"))[0], self.state.pointer_width, self.chance.randrange(6))

    def word(self):
        """A number or an address in what the file says of the program, its frames, variables and blocks."""
        tags = [b"FRAM"] * 4 + [b"EXTE", b"EXTE", b"VARS", b"PROG", b"TYPE"]
        wanted = self.chance.choice(tags)
        _, offset, length = next(section for section in self.state.sections if section[0] == wanted)
        self.put(offset + 4 * self.chance.randrange(length // 4), 4, self.chance.choice([self.address(), self.chance.randrange(9)]))

    WAYS = [pointer] * 6 + [exchange] * 4 + [number] * 4 + [member, function] + [word] * 6

    def change(self):
        """The names of one to three changes; a way that finds nothing to change is passed over."""
        done = []
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            way = self.chance.choice(self.WAYS)
            try:
                way(self)
            except IndexError:
                continue
            done.append(way.__name__)
        return ", ".join(done)

    def astray(self):
        """
        Makes a pointer to a struct of pointers lead to numbers or a pointer; False where there is none such. Not to a variable on the stack: where its
        function is entered later, the pointer can only dangle, and is NULL.
        """
        types = self.state.types

        def holds_pointers(kind):
            return types[kind]["kind"] == "struct" and any(types[member]["kind"] == "pointer" for member in self.state.members(kind))

        pointers = [at for at, kind in self.state.of_kind("pointer") if holds_pointers(types[kind]["element"])]
        others = [base for kind, _, bases, segment in self.state.extents
                  if segment != STACK and types[kind]["kind"] in ("scalar", "pointer", "enum") for base in bases]
        if not pointers or not others:
            return False
        self.put(self.chance.choice(pointers), self.state.pointer_width, self.chance.choice(others))
        return True

    def write(self, file):
        for _, offset, length in self.state.sections:
            self.put(offset - 8, 4, zlib.crc32(self.bytes[offset:offset + length]))
            self.put(offset - 4, 4, zlib.crc32(self.bytes[offset - 24:offset - 4]))
        with open(file, "wb") as out:
            out.write(self.bytes)


class Tally:
    """What became of the files."""

    def __init__(self):
        self.counts = {}
        self.failures = []

    def add(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def fail(self, subject, what, said):
        self.failures.append(f"{subject.name}: {what}\n{said}")
        self.add("failed")


def is_library_crash(said):
    """The innermost frame that is not the sanitizer's or the C library's is libmsrck's."""
    for line in said.splitlines():
        if re.search(r"#\d+ 0x\w+ in ", line) and not re.search(r"asan|ubsan|sanitizer|libc\.so|/glibc", line):
            return bool(LIBRARY.search(line))
    return "libmsrck/" in said.split("runtime error")[0].splitlines()[-1] if "runtime error" in said else False


class Experiment:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.tally = Tally()

    def resume(self, subject, number, mutator, what, must_refuse):
        folder = os.path.join(self.scratch, f"{subject.name}-{number}")
        os.mkdir(folder)
        file = os.path.join(folder, "state")
        mutator.write(file)
        code, said = subject.run(folder, f"--resume={file}", "--checkpoint-max-memory=1GiB",
                                 seconds=300 if must_refuse else self.options.seconds)
        self.judge(subject, file, code, said, f"{what} ({number})", must_refuse)
        shutil.rmtree(folder)

    def judge(self, subject, file, code, said, what, must_refuse):
        crashed = code is not None and (code < 0 or SANITIZER.search(said))
        if must_refuse and code != DOES_NOT_FIT:
            self.tally.fail(subject, f"{what}: exit code {code}, not refused", said)
        elif code is None:
            self.tally.add("ran on")
        elif not crashed:
            self.tally.add("refused" if 2 <= code <= 7 and said else "ended")
        elif is_library_crash(said):
            self.tally.fail(subject, f"{what}: crashed in the library", said)
        else:
            self.tally.add(f"crashed in {subject.name}")
        if crashed and self.options.keep:
            kept = os.path.join(self.options.keep, re.sub(r"\W+", "-", f"{subject.name} {what}"))
            shutil.copy(file, kept)
            with open(kept + ".said", "w", encoding="utf-8") as out:
                out.write(said)

    def checkpoint(self, subject, point):
        """The state at a poll-point; None where the program does not come so far."""
        folder = tempfile.mkdtemp(dir=self.scratch)
        file = os.path.join(folder, "state")
        code, said = subject.run(folder, f"--checkpoint-at={point}", "--checkpoint-stop", f"--checkpoint-to={file}",
                                 f"--checkpoint-exit-status={STOPPED}", "--checkpoint-no-sync",
                                 "--checkpoint-codec=none", seconds=60)
        if code != STOPPED:
            return None
        code, said = subject.run(folder, f"--resume={file}", seconds=60)
        if code != 0:
            self.tally.fail(subject, f"point {point}: exit code {code} before anything was changed", said)
        return State(self.options.msrck, file)

    def try_subject(self, subject, index):
        chance = random.Random(self.options.seed * 1000 + index)
        states = [self.checkpoint(subject, point) for point in (2, 3, 5, 9, 17, 40, 90, 200)[:self.options.points]]
        states = [state for state in states if state is not None]
        tasks = []
        for number in range(self.options.mutations if states else 0):
            mutator = Mutator(chance.choice(states), chance)
            astray = number % 4 == 0 and mutator.astray()
            tasks.append((subject, number, mutator, "a pointer gone astray" if astray else mutator.change(), astray))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda task: self.resume(*task), tasks))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("msrck")
    parser.add_argument("examples")
    parser.add_argument("--mutations", type=int, default=100, help="of each program")
    parser.add_argument("--points", type=int, default=3, help="checkpoints of each program")
    parser.add_argument("--seconds", type=float, default=3, help="that a resumed program may run")
    parser.add_argument("--whole")
    parser.add_argument("--cc", action="append", default=[])
    parser.add_argument("--keep")
    add_seed_option(parser)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        subjects = [Subject(name, [os.path.join(os.path.abspath(options.examples), name), *words]) for name, words in EXAMPLES.items()]
        if options.whole:
            subjects += build_whole(options.msrck, options.whole, scratch, options.cc)
        experiment = Experiment(options, scratch)
        for index, subject in enumerate(subjects):
            before = dict(experiment.tally.counts)
            experiment.try_subject(subject, index)
            after = experiment.tally.counts
            print(subject.name, {what: count - before.get(what, 0) for what, count in after.items() if count != before.get(what, 0)}, flush=True)
    print("in all", experiment.tally.counts)
    for failure in experiment.tally.failures:
        print(failure)
    sys.exit(bool(experiment.tally.failures))


if __name__ == "__main__":
    main()
