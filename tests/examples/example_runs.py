# SPDX-License-Identifier: MIT
"""Running the examples: undisturbed, stopped at a poll-point, resumed. For the tests here and in tests/cross."""
import os
import shutil
import subprocess
import tempfile

# What a program that stopped after a checkpoint exits with in these tests, to tell it from one that ran to its end.
STOPPED = 75
LONGEST_RUN = 120

# Sizes for which a run takes well under a second, also emulated or with sanitizers.
CASES = {
    "figure1": [["1", "3"], ["5", "7"], ["10", "1"]],
    "test_pointer": [["1", "1"], ["12", "2"], ["90", "-3"]],
    "linpack": [["1", "1", "local"], ["50", "2", "local"], ["40", "3", "static"], ["60", "4", "heap"]],
    "bitonic": [["2", "1"], ["32", "5"], ["500", "6"]],
    "heat": [["3", "1"], ["20", "8"]],
    "journal": [["1", "1"], ["25", "8"], ["300", "-3"]],
}

# Their files are in the working directory.
WITH_FILES = ["journal"]


class Failure(Exception):
    """A run did not do what it must; the text tells which and how to repeat it."""


class Run:
    """One finished process."""

    def __init__(self, command, folder=None):
        self.command = command
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_RUN, check=False,
                              cwd=folder)
        self.code, self.output, self.messages = done.returncode, done.stdout, done.stderr

    def expect(self, code, output=None):
        """This run, if it ended with the code and, unless None, the output; a Failure otherwise."""
        if self.code != code:
            raise Failure(f"exit code {self.code}, not {code}: {self.describe()}")
        if output is not None and self.output != output:
            raise Failure(f"other output than the plain program: {self.describe()}\n--- expected\n{output.decode()}")
        return self

    def describe(self):
        return (f"{' '.join(self.command)}\n{self.messages.decode(errors='replace')}"
                f"{self.output.decode(errors='replace')}")


class Example:
    """An example as it was built for one machine; `emulator` is the command that runs it, [] for this machine."""

    def __init__(self, name, folder, emulator=()):
        self.name = name
        self.program = os.path.join(folder, name)
        self.emulator = list(emulator)

    def plain(self, arguments):
        with tempfile.TemporaryDirectory() as folder:
            return Run(self.emulator + [self.program + "_plain"] + arguments, folder).expect(0).output

    def run(self, arguments):
        """A program with files runs in a folder that goes with its checkpoint; a resume to another checkpoint in a copy."""
        command = self.emulator + [self.program] + arguments
        if self.name not in WITH_FILES:
            return Run(command)
        begun = [argument[9:] + ".files" for argument in arguments if argument.startswith("--resume=")]
        ended = [argument[16:] + ".files" for argument in arguments if argument.startswith("--checkpoint-to=")]
        with tempfile.TemporaryDirectory() as folder:
            place = (ended or begun or [folder])[0]
            if begun and place != begun[0]:
                shutil.copytree(begun[0], place)
            os.makedirs(place, exist_ok=True)
            return Run(command, place)

    def stop_at(self, arguments, point, file, *options):
        """Runs up to the point-th poll-point and leaves a checkpoint; the arguments may be a --resume."""
        return self.run(arguments + [f"--checkpoint-at={point}", "--checkpoint-stop", f"--checkpoint-to={file}",
                                     f"--checkpoint-exit-status={STOPPED}", "--checkpoint-no-sync", *options])

    def resume(self, file, *options):
        return self.run([f"--resume={file}", *options])

    def count_points(self, arguments, scratch):
        """How many poll-points an undisturbed run reaches: found by stopping at one after the other, by bisection."""
        def reached(point):
            run = self.stop_at(arguments, point, scratch)
            if run.code not in (0, STOPPED):
                raise Failure(f"exit code {run.code}: {run.describe()}")
            return run.code == STOPPED
        below, above = 0, 1
        while reached(above):
            below, above = above, above * 4
        while above - below > 1:
            middle = (below + above) // 2
            below, above = (middle, above) if reached(middle) else (below, middle)
        return below


def choose_points(random, count, wanted):
    """The first, the last, and others at random: `wanted` of them, or all there are."""
    chosen = {1, count}
    while len(chosen) < min(wanted, count):
        chosen.add(random.randint(1, count))
    return sorted(chosen)
