#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples on four machines: any of them goes on where any other stopped.

usage: run_cross.py [--seed=N] [--quick] [--build=FOLDER] [--msrck=PROGRAM] [--example=NAME]...

Builds libmsrck and the examples for x86-64, s390x, i386 and aarch64 (scripts/sysroots must have run) and then checks, at
poll-points chosen at random from the seed, which is printed:
  directions   a checkpoint from each machine is resumed on each other one
  chain        x86-64, s390x, i386, aarch64, x86-64 in one run
  same bytes   a checkpoint at the same poll-point is the same file on all four
  same state   one taken after a resume elsewhere has the digest of one taken at that poll-point without (needs --msrck)
  refused      a long that does not fit i386 is refused there with its path, and resumes elsewhere
  programs     with --msrck: `msrck verify --program` and `--target` say so of each machine beforehand
  versions     with --msrck: newer versions of a program resume a checkpoint of the first one on another machine
Output always has to equal that of the plain twin on this machine.
"""
import argparse
import concurrent.futures
import itertools
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "examples")]

from chance import add_seed_option  # noqa: E402  (the path is set above)
from emulation import emulator_of  # noqa: E402  (the path is set above)
from example_runs import STOPPED, Example, Failure, Run  # noqa: E402  (the path is set above)

MACHINES = ["x86_64", "s390x", "i386", "aarch64"]
CHAIN = ["x86_64", "s390x", "i386", "aarch64", "x86_64"]
DOES_NOT_FIT = 7
WIDE_SEED = "5000000000"

# Arguments for each example; the first alone with --quick.
CASES = {
    "figure1": [["10", "4"], ["7", "-2"]],
    "test_pointer": [["20", "1"], ["200", "-9"]],
    "linpack": [["40", "1", "local"], ["40", "2", "static"], ["60", "3", "heap"]],
    "bitonic": [["32", "1"], ["700", "2"]],
    "heat": [["16", "1"], ["30", "5"]],
    "journal": [["30", "1"], ["200", "-7"]],
}

# Their first poll-point after a resume is the one they stopped at.
POLL_AGAIN = ["heat"]


def build(folder, machine):
    """Libmsrck and the examples, with neither tests nor tools. The folder of the programs."""
    binary = os.path.join(folder, machine)
    toolchain = [f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/toolchain-{machine}.cmake"]
    if machine == "x86_64":
        toolchain = []
    commands = [["cmake", "-S", ROOT, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DMSRCK_TESTS=OFF",
                 "-DMSRCK_TOOL=OFF", "-DMSRCK_VERSIONS=ON", "-DMSRCK_SANITIZE=OFF", "-DMSRCK_WERROR=ON", *toolchain],
                ["cmake", "--build", binary, "--", "--quiet"]]
    for command in commands:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}\n{done.stdout}")
    return os.path.join(binary, "examples")


class Cross:
    """One example on all machines with one set of arguments."""

    def __init__(self, name, folders, arguments, scratch, verify):
        self.on = {machine: Example(name, folder, emulator_of(machine)) for machine, folder in folders.items()}
        self.arguments = arguments
        self.scratch = scratch
        self.verify = verify
        native = self.on["x86_64"]
        self.title = f"{name} {' '.join(arguments)}"
        self.expected = native.plain(arguments)
        self.points = native.count_points(arguments, self.file("count"))
        self.wide_arguments = [arguments[0], WIDE_SEED, *arguments[2:]]
        self.wide_points = native.count_points(self.wide_arguments, self.file("count"))

    def file(self, name):
        return os.path.join(self.scratch, f"{self.on['x86_64'].name}-{'-'.join(self.arguments)}-{name}.msrck")

    def check_machine(self, machine):
        """Undisturbed, the emulated program prints the same: arithmetic does not differ."""
        self.on[machine].run(self.arguments).expect(0, self.expected)

    def check_direction(self, source, target, point):
        file = self.file(f"{source}-{target}")
        self.on[source].stop_at(self.arguments, point, file).expect(STOPPED)
        self.check_file(file)
        self.on[target].resume(file).expect(0, self.expected)

    def check_chain(self, steps):
        """Stops at steps[0], goes on elsewhere, stops steps[1] poll-points later, and so on."""
        arguments = self.arguments
        for number, (machine, step) in enumerate(zip(CHAIN, steps)):
            file = self.file(f"chain{number}")
            self.on[machine].stop_at(arguments, step, file).expect(STOPPED)
            self.check_file(file)
            arguments = [f"--resume={file}"]
        self.on[CHAIN[-1]].run(arguments).expect(0, self.expected)

    def check_same_bytes(self, point):
        contents = {}
        for machine, example in self.on.items():
            file = self.file(f"bytes-{point}-{machine}")
            example.stop_at(self.arguments, point, file, "--checkpoint-no-provenance").expect(STOPPED)
            with open(file, "rb") as stream:
                contents[machine] = stream.read()
        for machine, content in contents.items():
            if content != contents["x86_64"]:
                raise Failure(f"{self.title}: the checkpoint at poll-point {point} differs between x86_64 and {machine}: "
                              f"{self.file(f'bytes-{point}-x86_64')} {self.file(f'bytes-{point}-{machine}')}")

    def digest(self, file):
        answer = Run([self.verify, "info", "--json", "--digest", file]).expect(0).output
        return json.loads(answer)["files"][0]["digest"]

    def check_same_state(self, source, target, point, step):
        """Blocks lie elsewhere after a resume, and so stand elsewhere in the file; the state is the same."""
        begin, resumed, undisturbed = (self.file(f"state-{source}-{target}-{part}") for part in range(3))
        native = self.on["x86_64"]
        native.stop_at(self.arguments, point + step, undisturbed).expect(STOPPED)
        self.on[source].stop_at(self.arguments, point, begin).expect(STOPPED)
        again = 1 if native.name in POLL_AGAIN else 0
        self.on[target].stop_at([f"--resume={begin}"], step + again, resumed).expect(STOPPED)
        if self.digest(resumed) != self.digest(undisturbed):
            raise Failure(f"{self.title}: {resumed} and {undisturbed} have different digests")

    def check_refused(self, point):
        """The seed is a long. It is in the checkpoint wherever the program prints it at its end."""
        file = self.file("wide")
        expected = self.on["x86_64"].plain(self.wide_arguments)
        self.on["x86_64"].stop_at(self.wide_arguments, point, file).expect(STOPPED)
        refused = self.on["i386"].resume(file).expect(DOES_NOT_FIT, b"")
        message = refused.messages.decode()
        if "seed" not in message or WIDE_SEED not in message or message.count("\n") != 1:
            raise Failure(f"the message does not name the variable and the value: {refused.describe()}")
        self.on["s390x"].resume(file).expect(0, expected)

    def check_programs(self, point):
        """`msrck verify --program` reads every machine's program, and knows which of them refuses the wide seed."""
        if self.verify is None:
            return
        file = self.file("programs")
        self.on["x86_64"].stop_at(self.wide_arguments, point, file).expect(STOPPED)
        for machine, example in self.on.items():
            Run([self.verify, "verify", f"--program={example.program}", file]).expect(
                DOES_NOT_FIT if machine == "i386" else 0)
            Run([self.verify, "verify", f"--target={machine}", file]).expect(DOES_NOT_FIT if machine == "i386" else 0)

    def check_file(self, file):
        if self.verify is not None:
            Run([self.verify, "verify", file]).expect(0)

    def tasks(self, chance, quick):
        """(title, function, arguments) of every check, with its poll-points chosen."""
        def anywhere():
            return chance.randint(1, self.points)
        for machine in MACHINES[1:]:
            yield f"{machine} undisturbed", self.check_machine, (machine,)
        directions = list(itertools.permutations(MACHINES, 2))
        for source, target in chance.sample(directions, 4) if quick else directions:
            point = anywhere()
            yield f"{source} to {target} at {point}", self.check_direction, (source, target, point)
        if self.points >= len(CHAIN):
            # Four stops that are in order and apart, as steps from one to the next.
            stops = sorted(chance.sample(range(1, self.points), len(CHAIN) - 1))
            steps = [after - before for before, after in zip([0] + stops, stops)]
            yield f"chain {steps}", self.check_chain, (steps,)
        for point in {anywhere() for _ in range(1 if quick else 2)}:
            yield f"same bytes at {point}", self.check_same_bytes, (point,)
        if self.verify is not None and self.points > 1:
            for source, target in chance.sample(directions, 2 if quick else 4):
                point = chance.randint(1, self.points - 1)
                step = chance.randint(1, self.points - point)
                yield (f"same state, {source} to {target} at {point} and {step} later", self.check_same_state,
                       (source, target, point, step))
        point = chance.randint(1, self.wide_points)
        yield f"refused at {point}", self.check_refused, (point,)
        yield f"programs at {point}", self.check_programs, (point,)


def check_all(folders, options, scratch):
    """The number of failures; prints one line for each example and every failure."""
    chance, failures = random.Random(options.seed), 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name in options.example or CASES:
            for arguments in CASES[name][:1] if options.quick else CASES[name]:
                cross = Cross(name, folders, arguments, scratch, options.msrck)
                running = {pool.submit(check, *values): title
                           for title, check, values in cross.tasks(chance, options.quick)}
                failed = 0
                for done in concurrent.futures.as_completed(running):
                    error = done.exception()
                    if error is not None:
                        failed += 1
                        print(f"FAILED {cross.title}: {running[done]}: {error}", flush=True)
                print(f"{cross.title}: {cross.points} poll-points, {len(running)} checks, {failed} failed", flush=True)
                failures += failed
    return failures


# A checkpoint of the first version there is resumed by the newer ones here.
VERSIONS = [("s390x", "x86_64"), ("x86_64", "i386"), ("i386", "s390x"), ("x86_64", "aarch64")]


def check_versions(folders, options):
    """The number of failures of tests/evolution across machines."""
    failures = 0

    for old, new in VERSIONS[:1] if options.quick else VERSIONS:
        programs = {machine: os.path.join(os.path.dirname(folders[machine]), "tests", "evolution") for machine in (old, new)}
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "evolution", "check_evolution.py"), programs[new],
                               options.msrck, f"--old={programs[old]}", f"--old-emulator={shlex.join(emulator_of(old))}",
                               f"--emulator={shlex.join(emulator_of(new))}"], stdin=subprocess.DEVNULL, check=False)
        failures += done.returncode != 0
        print(f"versions, {old} to {new}: {'failed' if done.returncode else 'good'}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_seed_option(parser)
    parser.add_argument("--quick", action="store_true", help="one set of arguments and few directions for each example")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "cross"), help="where to build (build/cross)")
    parser.add_argument("--msrck", help="the msrck command, to verify every checkpoint with")
    parser.add_argument("--example", action="append", choices=sorted(CASES), help="this example only")
    options = parser.parse_args()
    begin = time.monotonic()
    print(f"cross: seed {options.seed} (--seed={options.seed} repeats this run)", flush=True)
    try:
        folders = {machine: build(options.build, machine) for machine in MACHINES}
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"cross: built for {', '.join(MACHINES)} in {time.monotonic() - begin:.0f} s", flush=True)
    with tempfile.TemporaryDirectory(prefix="msrck-cross-") as scratch:
        failures = check_all(folders, options, scratch)
    if options.msrck is not None and options.example is None:
        failures += check_versions(folders, options)
    print(f"cross: {failures} failed, {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
