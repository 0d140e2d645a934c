# SPDX-License-Identifier: MIT
"""The tool on real checkpoints: those of the example programs, at several poll-points.

One more argument than the other tests have: the folder of the example programs.
"""
import json
import os
import subprocess
import sys
import unittest

import tool_case
from tool_case import ROOT, ToolCase

EXAMPLES = sys.argv[4]
NAMES = ["figure1", "test_pointer", "linpack", "bitonic", "heat"]


class Examples(ToolCase):
    def checkpoints(self):
        for name in NAMES:
            for at in (1, 5, 12):
                path = self.path("%s-%d.msrck" % (name, at))
                subprocess.run([os.path.join(EXAMPLES, name), "--checkpoint-to=" + path, "--checkpoint-at=%d" % at,
                                "--checkpoint-stop"], stdout=subprocess.DEVNULL, timeout=60)
                if os.path.exists(path):
                    yield name, path

    def test_they_are_good_and_shown_in_full(self):
        seen = set()
        for name, path in self.checkpoints():
            seen.add(name)
            self.assertEqual(self.expect(0, "verify", "--deep", path), ("", ""))
            self.assertEqual(self.json("info", 0, "info", "--json", path)["files"][0]["program"], name)
            self.json("verify", 0, "verify", "--json", path)
            self.json("verify", 0, "verify", "--json", "--target=s390x,i386,armhf", path)
            self.json("stat", 0, "stat", "--json", path)
            self.json("diff", 0, "diff", "--json", path, path)
            document = self.json("dump", 0, "dump", "--json", path)
            names = [variable["name"] for variable in document["variables"]]
            names += [frame["name"] for frame in document["frames"] if frame["live"]]
            for root in names[:3]:
                self.json("dump", 0, "dump", "--json", "--max-depth=2", "--root", root, path)
                self.json("get", 0, "get", "--json", path, root)
            reader = os.path.join(ROOT, "tests/reader/read_checkpoint.py")
            other = subprocess.run([sys.executable, reader, path], check=True, stdout=subprocess.PIPE).stdout.decode()
            self.assertEqual(document, json.loads(other))
            out, _ = self.expect(0, "dump", path)
            if document["frames"]:
                self.assertIn("#0  %s at point " % document["frames"][0]["name"], out)
        self.assertEqual(seen, set(NAMES))

    @unittest.skipIf("MSRCK_TEST_BUILD" in os.environ, "sanitizers take memory of their own")
    def test_large_data_are_read_in_little_memory(self):
        path = self.path("large.msrck")                  # 64 MiB of rows
        subprocess.run([os.path.join(EXAMPLES, "linpack"), "2900", "1", "heap", "--checkpoint-to=" + path, "--checkpoint-at=1",
                        "--checkpoint-codec=none", "--checkpoint-no-sync", "--checkpoint-stop"], check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        self.assertGreater(os.path.getsize(path), 64 << 20)
        for verb in (["info", "--digest"], ["verify", "--deep", "--threads=4"], ["stat"], ["convert", "--codec=zlib:1", "-o/dev/null", "-f"]):
            tool = subprocess.Popen([tool_case.MSRCK, *verb, path], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(tool.pid, 0)
            tool.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(tool.returncode, 0, verb)
            self.assertLess(usage.ru_maxrss, 48 << 10, verb)     # KiB; a process begins with those of its parent


tool_case.main()
