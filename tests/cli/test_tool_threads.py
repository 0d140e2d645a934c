#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What msrck and a resuming program answer does not depend on the number of threads: output, messages, exit codes.

usage: test_tool_threads.py MSRCK WRITE_SAMPLE SOURCE_ROOT EXAMPLES
"""
import argparse
import glob
import os
import random
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True                           # the source tree stays as it is

from tool_case import MSRCK, ROOT, ToolCase, WRITE_SAMPLE  # noqa: E402

sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "vectors")]
import hexdump  # noqa: E402
from chance import add_seed_option  # noqa: E402

PARSER = argparse.ArgumentParser()
PARSER.add_argument("programs", nargs=4)
add_seed_option(PARSER)
ARGUMENTS = PARSER.parse_args()
BITONIC = os.path.join(ARGUMENTS.programs[3], "bitonic")
THREADS = (1, 2, 4)
VERBS = (["verify", "--deep"], ["dump", "--json"], ["info", "--digest"])


class Threads(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(ARGUMENTS.seed)
        print(f"seed {ARGUMENTS.seed}", file=sys.stderr)
        cls.large = cls.path("bitonic.msrck")            # a tree in several chunks, and the frames above it
        subprocess.run([BITONIC, "131072", "--checkpoint-at=200000", "--checkpoint-stop", "--checkpoint-codec=zlib",
                        "--checkpoint-no-sync", "--checkpoint-to=" + cls.large], check=True, stdout=subprocess.DEVNULL)

    def same(self, verb, path, **options):
        """Asks with each number of threads; the answer."""
        answers = [self.run_tool(*verb, f"--threads={threads}", path, **options) for threads in THREADS]
        for threads, answer in zip(THREADS[1:], answers[1:]):
            self.assertEqual(answer, answers[0], f"{verb} {path}, {threads} threads")
        return answers[0]

    def damaged(self):
        """The large checkpoint cut and with bits changed, at random and where one chunk ends and the next begins."""
        data = self.content(self.large)
        heads = [at for at in range(0, len(data), 8) if data[at:at + 4] == b"DATA"]
        self.assertGreater(len(heads), 5)
        for at in [self.random.randrange(len(data)) for _ in range(6)] + self.random.sample(heads, 2):
            yield self.file("cut.msrck", data[:at])
        for at in [self.random.randrange(len(data)) for _ in range(6)] + [heads[2] + 30, heads[-1] + 50]:
            changed = bytearray(data)
            changed[at] ^= 1 << self.random.randrange(8)
            yield self.file("changed.msrck", bytes(changed))
        changed = bytearray(data)
        for head in heads[1::2]:
            changed[head + 70] ^= 4
        yield self.file("changed.msrck", bytes(changed))

    def test_every_vector_is_answered_alike(self):
        names = sorted(glob.glob(os.path.join(ROOT, "tests", "vectors", "*.hex")))
        if "MSRCK_TEST_BUILD" in os.environ:             # slow ones
            names = self.random.sample(names, 40)
        for name in names:
            with open(name, encoding="utf-8") as file:
                data, _ = hexdump.read(file.read())
            path = self.file(os.path.basename(name)[:-4], bytes(data))
            for verb in VERBS[:2]:
                self.same(verb, path)

    def test_every_fault_of_the_sample_is_found_alike(self):
        faults = subprocess.run([WRITE_SAMPLE, "--faults"], capture_output=True, text=True, check=True).stdout
        for line in faults.splitlines():
            code, out, _ = self.same(["verify", "--deep"], self.sample(line.split()[0]))
            self.assertEqual((code, line.split()[1] in out), (1, True), out)

    def test_a_large_file_is_answered_alike(self):
        for verb in VERBS + (["stat"], ["verify", "--deep", "--max-findings=1"], ["convert", "--codec=zlib:1"]):
            if verb[0] == "convert":
                for threads in THREADS:
                    self.expect(0, *verb, f"--threads={threads}", "-o", self.path(f"converted-{threads}"), self.large)
                    self.assertEqual(self.content(self.path(f"converted-{threads}")),
                                     self.content(self.path("converted-1")))
            else:
                self.assertEqual(self.same(verb, self.large)[0], 0)

    def test_pipes_are_answered_alike(self):
        self.assertEqual(self.same(["verify", "--deep"], "-", input=self.content(self.large))[0], 0)
        self.assertEqual(self.same(["verify"], "-", input=self.content(self.large)[:-500])[0], 1)

    def test_damage_is_answered_alike(self):
        for path in self.damaged():
            self.assertEqual(self.same(["verify", "--deep"], path)[0], 1)
            self.same(["info", "--digest"], path)
            self.same(["stat"], path)

    def test_limits_are_answered_alike(self):
        for limit in ("--max-chunk=1000", "--max-blocks=10", "--max-metadata=20"):
            self.assertEqual(self.same(["verify", limit], self.large)[0], 6)
        self.assertEqual(self.same(["info", "--digest", "--max-memory=1000"], self.large)[0], 6)

    # ---- Resuming ----

    def resume(self, path, *options, **streams):
        answers = []
        for threads in THREADS:
            done = subprocess.run([BITONIC, "131072", "--resume=" + path, f"--checkpoint-threads={threads}", *options],
                                  capture_output=True, check=False, timeout=120, **streams)
            answers.append((done.returncode, done.stdout, done.stderr))
        self.assertEqual(answers[1:], [answers[0]] * (len(THREADS) - 1))
        return answers[0]

    def test_programs_go_on_alike(self):
        plain = subprocess.run([BITONIC, "131072"], capture_output=True, check=True).stdout
        for path, streams in ((self.large, {}), ("-", {"input": self.content(self.large)})):
            self.assertEqual(self.resume(path, **streams)[:2], (0, plain))
        self.assertEqual(self.resume("auto", "--checkpoint-to=" + self.large)[:2], (0, plain))

    def test_programs_refuse_damage_alike(self):
        for path in self.damaged():
            self.assertEqual(self.resume(path)[0], 4)

    def test_programs_refuse_by_limits_that_their_options_raise(self):
        for name, small, enough in (("metadata", "20", "1MiB"), ("chunk", "1000", "1MiB"), ("blocks", "10", "1000000"),
                                    ("memory", "100KiB", "1GiB")):
            option = f"--checkpoint-max-{name}"
            for resume in (self.large, "auto"):
                code, _, message = self.resume(resume, f"{option}={small}", "--checkpoint-to=" + self.large)
                self.assertEqual(code, 6, message)
                self.assertIn(f"({option})", message.decode())
                self.assertEqual(self.resume(resume, f"{option}={enough}", "--checkpoint-to=" + self.large)[0], 0)
            environment = dict(os.environ, **{f"MSRCK_CHECKPOINT_MAX_{name.upper()}": small})
            self.assertEqual(self.resume(self.large, env=environment)[0], 6)
            self.assertEqual(self.resume(self.large, option + "=much")[0], 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
