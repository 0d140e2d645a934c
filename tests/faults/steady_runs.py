# SPDX-License-Identifier: MIT
"""Runs of the program `steady`, and what must hold of the folder it writes its checkpoint to."""
import argparse
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True                           # the source tree stays as it is
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402

CHECKPOINT = "state.msrck"


class Failure(Exception):
    """Something does not hold; the text says what and how it came to that."""


class Steady:
    def __init__(self, program, msrck, folder):
        self.program, self.msrck, self.folder = program, msrck, folder
        self.checkpoint = os.path.join(folder, CHECKPOINT)

    def command(self, *words):
        return [self.program, *words, f"--checkpoint-to={self.checkpoint}"]

    def run(self, *words, fault=None):
        environment = dict(os.environ)
        if fault is not None:
            environment["FAULT"] = fault
        return subprocess.run(self.command(*words), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=environment, timeout=100, check=False)

    def resume(self, *words, fault=None):
        return self.run(*words, f"--resume={self.checkpoint}", fault=fault)

    def expect_sound(self, story):
        verified = subprocess.run([self.msrck, "verify", self.checkpoint], capture_output=True, text=True, check=False)
        if verified.returncode != 0:
            raise Failure(f"{story}: the checkpoint is damaged: {verified.stdout}{verified.stderr}")

    def expect_tidy(self, story, leftovers=0):
        others = [name for name in os.listdir(self.folder) if name != CHECKPOINT]
        if len(others) > leftovers:
            raise Failure(f"{story}: left behind: {' '.join(others)}")


def counted(done):
    """How many calls of the kind there were."""
    for line in done.stderr.splitlines():
        if line.startswith("counted "):
            return int(line.split()[1])
    raise Failure(f"exit code {done.returncode}: {done.stderr}")


def main(check):
    """Calls check(steady, arguments) with a fresh folder; its failures end the test."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("msrck")
    parser.add_argument("--every", type=int, default=1, help="try every N-th fault only")
    add_seed_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(Steady(arguments.program, arguments.msrck, folder), arguments)
        except Failure as failure:
            sys.exit(str(failure))
