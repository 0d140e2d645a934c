#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Small C programs through `msrck cc`: migrated at every poll-point they reach, they print what the plain build prints.

usage: run_precompiler.py --msrck-cc=PROGRAM [--machines=x86_64,s390x,i386] [--build=FOLDER] [--points=K|all] [--steps=K]
                          [--seed=N] [--program=NAME]... [--optimise=-O2] [--extra=OPTION]... [--keep=FOLDER] [--jobs=N]
                          [--programs=FOLDER] [--arguments=NAME=WORDS]... [--sanitize] [--list]

programs/NAME.c, or the .c files of programs/NAME/, are one program each. Its first comment may hold

    options: -std=gnu89 --poll=calls         for `msrck cc`; those that are the compiler's are the plain build's, too
    run: 3 words                             the program's arguments
    note: unportable                         migrated on this machine only
    note: casts                              keeps pointers to what is not of their type, which msrck verify tells of
    note: refused                            `msrck cc` must fail, and its messages contain each "message:" line
    message: TEXT                            what the messages of `msrck cc` must contain

NAME.in beside it, or programs/NAME/in, is its standard input. Each program is built plain and by `msrck cc` for every machine; the
output of both has to be the same undisturbed.

--points=all: a journey begins on each machine; at every poll-point the program stops, and goes on on the next machine: x86_64 to
s390x to i386 to x86_64. So each poll-point is left on each machine and reached again on the next. A journey has to pass as many
poll-points as there are. --steps=K lets a journey pass over 1 to K poll-points at a time, as the seed says.

--points=K: the program stops at K of its poll-points, chosen from the seed, which is printed, and runs to its end on the next machine.

What was printed before and after has to be, together, what the plain build prints. --list tells about each program.
With one machine only, it goes on there. Cross builds of libmsrck are those of tests/cross in --build, made where missing.
"""
import argparse
import concurrent.futures
import itertools
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(HERE))

from chance import add_seed_option  # noqa: E402
from emulation import emulator_of  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
STOPPED = 75
LONGEST_RUN = 300
VERIFIED = 16                       # of so many checkpoints of a journey one is verified without the program
COMPILERS = {"x86_64": "gcc", "s390x": "s390x-linux-gnu-gcc", "i386": "i686-linux-gnu-gcc", "aarch64": "aarch64-linux-gnu-gcc"}


class Failure(Exception):
    """Something that must not be; the text tells what and how to repeat it."""


def run(command, expected=None, stdin=None, folder=None):
    """Output and messages of a command that has to end with one of the expected codes."""
    with open(stdin if stdin else os.devnull, "rb") as stream:
        try:
            done = subprocess.run(command, stdin=stream, capture_output=True, timeout=LONGEST_RUN, check=False, cwd=folder)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"still running after {LONGEST_RUN} s: {shlex.join(command)}") from error
    if expected is not None and done.returncode not in expected:
        raise Failure(f"exit code {done.returncode}: {shlex.join(command)}\n{done.stderr.decode(errors='replace')}"
                      f"{done.stdout.decode(errors='replace')[-2000:]}")
    return done


class Program:
    """The sources of one program and what its first comment asks for."""

    def __init__(self, name, sources, stdin):
        self.name, self.sources, self.stdin = name, sources, stdin
        self.options, self.arguments, self.notes, self.messages = [], [], [], []
        with open(sources[0], encoding="utf-8") as file:
            comment = re.search(r"/\*(?! SPDX)(.*?)\*/", file.read(), re.DOTALL)
        for line in (comment.group(1) if comment else "").splitlines():
            key, _, value = line.strip(" *").partition(": ")
            if key == "options":
                self.options += shlex.split(value)
            elif key == "run":
                self.arguments += shlex.split(value)
            elif key == "note":
                self.notes.append(value.strip())
            elif key == "message":
                self.messages.append(value.strip())


def find_programs(folder, wanted):
    programs = []
    for entry in sorted(os.listdir(folder)):
        path = os.path.join(folder, entry)
        name = entry[:-2] if entry.endswith(".c") else entry
        if wanted and name not in wanted:
            continue
        if entry.endswith(".c"):
            stdin = path[:-2] + ".in"
            programs.append(Program(name, [path], stdin if os.path.exists(stdin) else None))
        elif os.path.isdir(path):
            sources = sorted(os.path.join(path, file) for file in os.listdir(path) if file.endswith(".c"))
            stdin = os.path.join(path, "in")
            if sources:
                programs.append(Program(name, sources, stdin if os.path.exists(stdin) else None))
    return programs


def give_arguments(programs, given):
    """Those of --arguments, to the programs they name."""
    for item in given:
        name, _, words = item.partition("=")
        for program in programs:
            if program.name == name:
                program.arguments = shlex.split(words)


class Machine:
    """How to build for a machine, and to run there."""

    def __init__(self, name, msrck_cc, build, extra):
        self.name = name
        self.emulator = emulator_of(name)
        self.compiler = [COMPILERS[name]]
        self.precompiler = [msrck_cc]
        self.tool = os.path.join(os.path.dirname(msrck_cc), "msrck")        # verifies checkpoints, unless it is None
        self.link = []
        self.options = (["-msse2", "-mfpmath=sse"] if name == "i386" else []) + extra
        if name != "x86_64":
            library = self.cross_library(build)
            self.precompiler += [f"--cc={COMPILERS[name]}", f"--msrck-lib={library}"]
            self.link = ["-static"]

    def cross_library(self, build):
        """The folder of libmsrck.a, built as tests/cross does."""
        binary = os.path.join(build, self.name)
        commands = [["cmake", "-S", ROOT, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DMSRCK_TESTS=OFF",
                     "-DMSRCK_TOOL=OFF", "-DMSRCK_SANITIZE=OFF", "-DMSRCK_WERROR=ON",
                     f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/toolchain-{self.name}.cmake"],
                    ["cmake", "--build", binary, "--", "--quiet"]]
        for command in commands:
            run(command, [0])
        return os.path.join(binary, "src", "libmsrck")


class Built:
    """A program built for one machine, plain and by msrck cc."""

    def __init__(self, program, machine, folder, optimise):
        self.program, self.machine, self.folder = program, machine, os.path.join(folder, machine.name)
        os.makedirs(self.folder, exist_ok=True)
        self.plain, self.migratable = (os.path.join(self.folder, name) for name in ("plain", "migratable"))
        # The same arithmetic everywhere: neither extended precision nor fused operations.
        self.common = ["-w", "-ffp-contract=off", *machine.options, *program.sources, *machine.link, "-lm"]
        own = [option for option in program.options if not option.startswith("--")]
        run([*machine.compiler, optimise, *own, *self.common, "-o", self.plain], [0])

    def translate(self, optimise):
        program = self.program
        done = run([*self.machine.precompiler, optimise, f"--program-name={program.name}", *program.options, *self.common,
                    "-o", self.migratable], [0] if "refused" not in program.notes else None)
        self.messages = done.stderr.decode(errors="replace")
        self.refused = done.returncode != 0

    def expected(self):
        return self.finish([self.plain, *self.program.arguments])

    def finish(self, command, stdin=None):
        return run(self.machine.emulator + command, None, stdin or self.program.stdin, self.folder)

    def undisturbed(self):
        return self.finish([self.migratable, *self.program.arguments])

    def stop_at(self, point, file, resumed=None):
        """Runs up to a poll-point, counted from the beginning or from where the resumed checkpoint was taken."""
        begin = [f"--resume={resumed}"] if resumed else self.program.arguments
        return self.finish([self.migratable, *begin, f"--checkpoint-at={point}", "--checkpoint-stop",
                            f"--checkpoint-to={file}", f"--checkpoint-exit-status={STOPPED}", "--checkpoint-no-sync",
                            "--checkpoint-no-control"])

    def resume(self, file):
        return self.finish([self.migratable, f"--resume={file}"])


class Case:
    """One program on all machines."""

    def __init__(self, program, machines, folder, optimise):
        self.program = program
        self.folder = folder
        self.plain = None
        self.built = [Built(program, machine, folder, optimise) for machine in machines]
        if "unportable" in program.notes:
            self.built = self.built[:1]

    def translate(self, optimise):
        for built in self.built:
            built.translate(optimise)

    def check_messages(self):
        for text in self.program.messages:
            if text not in self.built[0].messages:
                raise Failure(f"{self.program.name}: the messages of msrck cc lack '{text}':\n{self.built[0].messages}")
        if "refused" in self.program.notes and not self.built[0].refused:
            raise Failure(f"{self.program.name}: msrck cc does not refuse it")

    def check_undisturbed(self):
        if self.plain is None:
            self.plain = self.built[0].expected()
        for built in self.built:
            done = built.undisturbed()
            if (done.returncode, done.stdout) != (self.plain.returncode, self.plain.stdout):
                raise Failure(f"{self.program.name} on {built.machine.name}: other output than the plain build's, undisturbed "
                              f"(exit codes {self.plain.returncode} and {done.returncode}, in {built.folder})\n"
                              f"{done.stderr.decode(errors='replace')}{difference(self.plain.stdout, done.stdout)}")

    def count_points(self):
        """By stopping at one after the other, by bisection."""
        def reached(point):
            done = self.built[0].stop_at(point, os.path.join(self.folder, "count.msrck"))
            if done.returncode not in (STOPPED, self.plain.returncode):
                raise Failure(f"{self.program.name}: exit code {done.returncode} when stopping at poll-point {point} in "
                              f"{self.built[0].folder}\n{done.stderr.decode(errors='replace')}")
            if done.returncode != STOPPED and done.stderr != self.plain.stderr:
                raise Failure(f"{self.program.name}: no checkpoint at poll-point {point} in {self.built[0].folder}\n"
                              f"{done.stderr.decode(errors='replace')}")
            return done.returncode == STOPPED
        below, above = 0, 1
        while reached(above):
            below, above = above, above * 4
        while above - below > 1:
            middle = (below + above) // 2
            below, above = (middle, above) if reached(middle) else (below, middle)
        return below

    def check_file(self, file, title):
        """The file is sound in the eyes of those who do not have the program, too."""
        if self.built[0].machine.tool is None or "casts" in self.program.notes:
            return
        done = run([self.built[0].machine.tool, "verify", "--deep", file])
        if done.returncode != 0:
            raise Failure(f"{title}: msrck verify finds fault\n{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")

    def check_migration(self, source, target, point):
        file = os.path.join(self.folder, f"{source.machine.name}-{point}.msrck")
        title = f"{self.program.name}: {source.machine.name} to {target.machine.name} at poll-point {point}"
        before = source.stop_at(point, file)
        if before.returncode != STOPPED:
            raise Failure(f"{title}: exit code {before.returncode}, in {source.folder}\n{before.stderr.decode(errors='replace')}")
        self.check_file(file, title)
        after = target.resume(file)
        if (after.returncode, before.stdout + after.stdout) != (self.plain.returncode, self.plain.stdout):
            raise Failure(f"{title}: other output (exit codes {self.plain.returncode} and {after.returncode}; {file}, {target.folder})\n"
                          f"{after.stderr.decode(errors='replace')}{difference(self.plain.stdout, before.stdout + after.stdout)}")
        os.remove(file)

    def journey(self, first, steps):
        """From one machine to the next at poll-point after poll-point; how many it stopped at."""
        place, stops, printed, resumed = 0, 0, b"", None
        while True:
            source = self.built[(first + stops) % len(self.built)]
            file = os.path.join(self.folder, f"journey-{first}-{stops % 2}.msrck")
            step = next(steps)
            done = source.stop_at(step, file, resumed)
            place, printed = place + step, printed + done.stdout
            title = f"{self.program.name}: journey from {self.built[first].machine.name}, stop {stops + 1} on {source.machine.name} at " \
                    f"poll-point {place}"
            if done.returncode not in (STOPPED, self.plain.returncode) or not self.plain.stdout.startswith(printed):
                raise Failure(f"{title}: exit code {done.returncode}, resumed from {resumed} in {source.folder}\n"
                              f"{done.stderr.decode(errors='replace')}{difference(self.plain.stdout, printed)}")
            if done.returncode != STOPPED:
                break
            if stops % VERIFIED == 0:
                self.check_file(file, title)
            stops, resumed = stops + 1, file
        if printed != self.plain.stdout:
            raise Failure(f"{title}: ends early\n{done.stderr.decode(errors='replace')}{difference(self.plain.stdout, printed)}")
        return stops

    def check_everywhere(self, count):
        """A journey from each machine, with a stop at each poll-point."""
        made = [self.journey(first, itertools.repeat(1)) for first in range(len(self.built))]
        if set(made) != {count}:
            raise Failure(f"{self.program.name}: has {count} poll-points, but the journeys stopped at {made}")
        return sum(made)

    def check_strides(self, longest, seed):
        """Journeys that pass over some of the poll-points."""
        chance = random.Random(f"{seed} {self.program.name}")
        return sum(self.journey(first, iter(lambda: chance.randint(1, longest), None)) for first in range(len(self.built)))

    def check_sample(self, count, most, seed):
        points = list(range(1, count + 1))
        if count > most:
            points = sorted({1, count, *random.Random(f"{seed} {self.program.name}").sample(points, max(most - 2, 0))})
        for point in points:
            for number, source in enumerate(self.built):
                self.check_migration(source, self.built[(number + 1) % len(self.built)], point)
        return len(points) * len(self.built)

    def check(self, options):
        """How many poll-points there are and how many migrations were made."""
        self.translate(options.optimise)
        self.check_messages()
        if "refused" in self.program.notes:
            return 0, 0
        self.check_undisturbed()
        count = self.count_points()
        if count == 0 and "no points" not in self.program.notes:
            raise Failure(f"{self.program.name}: reaches no poll-point")
        if options.steps:
            return count, self.check_strides(options.steps, options.seed)
        if options.points:
            return count, self.check_sample(count, options.points, options.seed)
        return count, self.check_everywhere(count)


def difference(expected, found):
    """The first line that differs."""
    for number, (one, other) in enumerate(zip(expected.split(b"\n") + [b"(end)"], found.split(b"\n") + [b"(end)"])):
        if one != other:
            return f"line {number + 1}: '{one.decode(errors='replace')[:300]}' expected, '{other.decode(errors='replace')[:300]}' found"
    return "the same output"


def check_program(program, machines, options, scratch):
    folder = os.path.join(options.keep or scratch, program.name)
    os.makedirs(folder, exist_ok=True)
    try:
        return Case(program, machines, folder, options.optimise).check(options)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def check_all(programs, machines, options, scratch):
    failures, points, migrations = 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
        checks = {pool.submit(check_program, program, machines, options, scratch): program for program in programs}
        for check in concurrent.futures.as_completed(checks):
            try:
                reached, made = check.result()
                points, migrations = points + reached, migrations + made
                if options.list:
                    print(f"precompiler: {checks[check].name}: {reached} poll-points, {made} migrations", flush=True)
            except Failure as failure:
                failures += 1
                print(f"precompiler: FAILED {checks[check].name}\n{failure}", flush=True)
    print(f"precompiler: {len(programs)} programs, {points} poll-points, {migrations} migrations, {failures} failed", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--msrck-cc", required=True, help="the msrck-cc program of a build for this machine")
    parser.add_argument("--machines", default="x86_64,s390x,i386")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="where the cross builds are")
    parser.add_argument("--programs", default=os.path.join(HERE, "programs"))
    parser.add_argument("--program", action="append", help="this one only")
    parser.add_argument("--arguments", action="append", default=[], metavar="NAME=WORDS", help="what a program gets that says no run:")
    parser.add_argument("--points", type=lambda text: 0 if text == "all" else int(text), default=0,
                        help="at most so many poll-points of a program; all (the default): a stop at each of them")
    parser.add_argument("--steps", type=int, default=0, help="stops 1 to so many poll-points apart")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="programs at a time")
    parser.add_argument("--list", action="store_true", help="tell about each program")
    add_seed_option(parser)
    parser.add_argument("--optimise", default="-O2")
    parser.add_argument("--extra", action="append", default=[], help="an option more for every compiler")
    parser.add_argument("--sanitize", action="store_true", help="with address and undefined-behaviour sanitizers; libmsrck has to have them, too")
    parser.add_argument("--keep", help="a folder for what is built; it is not removed")
    options = parser.parse_args()
    options.keep = os.path.abspath(options.keep) if options.keep else None
    begin = time.monotonic()
    if options.sanitize:
        options.extra += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]
        # A program that stops leaves its blocks as they are.
        os.environ["ASAN_OPTIONS"] = "detect_leaks=0:" + os.environ.get("ASAN_OPTIONS", "")
    print(f"precompiler: seed {options.seed} (--seed={options.seed} repeats this run)", flush=True)
    try:
        machines = [Machine(name, os.path.abspath(options.msrck_cc), options.build, options.extra) for name in options.machines.split(",")]
    except Failure as failure:
        print(failure)
        return 1
    with tempfile.TemporaryDirectory(prefix="msrck-precompiler-") as scratch:
        programs = find_programs(options.programs, options.program)
        give_arguments(programs, options.arguments)
        failures = check_all(programs, machines, options, scratch)
    print(f"precompiler: {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
