# SPDX-License-Identifier: MIT
"""msrck verify: findings, levels, several files, JSON."""
import subprocess

import tool_case
from tool_case import WRITE_SAMPLE, ToolCase


class Verify(ToolCase):
    def faults(self):
        out = subprocess.run([WRITE_SAMPLE, "--faults"], check=True, stdout=subprocess.PIPE).stdout.decode()
        return [line.split() for line in out.splitlines()]

    def test_a_good_file_is_met_with_silence(self):
        for codec in ("none", "zlib"):
            for level in ([], ["--deep"], ["-q"], ["--quick", "-q"]):
                self.assertEqual(self.expect(0, "verify", *level, self.sample("good", codec)), ("", ""))

    def test_quick_says_that_contents_were_not_read(self):
        out, err = self.expect(0, "verify", "--quick", self.good)
        self.assertEqual(out, "")
        self.assertEqual(err, "msrck: %s: the structure is whole; contents were not read\n" % self.good)

    def test_each_fault_gives_its_finding(self):
        self.assertGreater(len(self.faults()), 5)
        for fault, finding, level in self.faults():
            path = self.sample(fault)
            out, err = self.expect(1, "verify", "--deep", path)
            self.assertRegex(out, r"\A%s: \d+: %s: \S[^\n]+\n\Z" % (path, finding))
            self.assertEqual(err, "")
            self.expect(0 if level == "deep" else 1, "verify", path)
            self.expect(0, "verify", "-q", "--quick", path)

    def test_quiet_changes_what_is_printed_not_the_code(self):
        self.assertEqual(self.expect(1, "verify", "-q", self.sample("pointer")), ("", ""))

    def test_the_largest_code_of_several_files_wins(self):
        garbage = self.file("garbage", b"garbage")
        self.expect(1, "verify", self.good, self.sample("pointer"), self.good)
        self.expect(5, "verify", self.sample("pointer"), garbage, self.good)
        self.expect(3, "verify", self.path("missing"), self.good)

    def test_json_reports_every_file(self):
        garbage = self.file("garbage", b"garbage")
        document = self.json("verify", 5, "verify", "--json", self.good, self.sample("union"), garbage)
        self.assertEqual([file["valid"] for file in document["files"]], [True, False, None])
        self.assertEqual(document["files"][1]["findings"][0]["id"], "union")
        self.assertEqual(document["files"][2]["error"]["class"], "not a checkpoint")
        document = self.json("verify", 1, "verify", "--json", self.file("cut", self.content(self.good)[:3000]))
        self.assertEqual(document["files"][0]["findings"][0]["id"], "truncated")
        self.assertEqual(document["files"][0]["findings"][0]["offset"], "3000")

    def test_findings_can_be_limited(self):
        damaged = bytearray(self.content(self.sample("good", "none")))
        for at in range(10000, len(damaged) - 5000, 200000):
            damaged[at] ^= 1
        path = self.file("many", bytes(damaged))
        out, _ = self.expect(1, "verify", path)
        self.assertGreaterEqual(out.count("\n"), 3)
        out, _ = self.expect(1, "verify", "--max-findings=2", path)
        self.assertEqual(out.count("\n"), 2)


tool_case.main()
