#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every limit refuses with exit code 6 and names the option that raises it; raised, it lets the same file pass. What the
format itself bounds, nesting and names, is refused as damage whatever the options say (the vectors have those)."""
import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True                           # the source tree stays as it is

from tool_case import MSRCK, ToolCase  # noqa: E402

# Option, a value that is too small, one that is enough, and verbs that it keeps from their work.
LIMITS = [
    ("--max-metadata", "10", "1MiB", [["info"], ["dump"], ["verify"], ["verify", "--deep"], ["stat"]]),
    ("--max-chunk", "1", "1MiB", [["dump"], ["verify"], ["verify", "--deep"], ["info", "--digest"], ["stat"]]),
    ("--max-blocks", "1", "1000", [["info"], ["dump"], ["verify"], ["verify", "--deep"], ["stat"]]),
    ("--max-memory", "1", "1MiB", [["info", "--digest"], ["stat"]]),
]


class Limits(ToolCase):
    def test_each_limit_refuses_and_names_its_option(self):
        for option, small, enough, verbs in LIMITS:
            for verb in verbs:
                with self.subTest(option=option, verb=verb):
                    message = self.run_tool(*verb, f"{option}={small}", self.good)
                    self.assertEqual(message[0], 6, message)
                    self.assertIn(option, message[2])
                    self.assertEqual(self.run_tool(*verb, f"{option}={enough}", self.good)[0], 0)

    def test_limits_hold_for_documents_too(self):
        document = self.file("good.json", self.expect(0, "dump", "--json", self.good)[0].encode())
        for option, small, enough in (("--max-metadata", "10", "1MiB"), ("--max-chunk", "1", "1MiB"), ("--max-blocks", "1", "1000"),
                                      ("--max-memory", "100", "1MiB")):
            for path in (document, "-"):
                with open(document, "rb") as file:
                    message = self.run_tool("convert", f"{option}={small}", path, "-fo", self.path("made"), stdin=file)
                    self.assertEqual(message[0], 6, message)
                    self.assertIn(option, message[2])
                    self.assertFalse(os.path.exists(self.path("made")))
            self.expect(0, "convert", f"{option}={enough}", document, "-fo", self.path("made"))
            os.remove(self.path("made"))

    def test_a_row_that_a_document_claims_takes_no_memory(self):
        document = json.loads(self.expect(0, "dump", "--json", self.good)[0])
        index = max(range(len(document["types"])), key=lambda i: document["types"][i].get("kind") == "array")
        document["types"][index]["count"] = str(1 << 50) if isinstance(document["types"][index]["count"], str) else 1 << 50
        path = self.file("claims.json", json.dumps(document).encode())
        code, _, message = self.run_tool("convert", path, "-o", self.path("claimed"))
        self.assertIn(code, (4, 6), message)

    def test_limits_hold_for_pipes_too(self):
        for option, small, _, verbs in LIMITS:
            message = self.run_tool(*verbs[0], f"{option}={small}", "-", input=self.content(self.good))
            self.assertEqual(message[0], 6, message)
            self.assertIn(option, message[2])

    def test_the_defaults_are_documented_in_the_help(self):
        text = self.run_tool("verify", "--help")[1]
        for option, default in (("--max-metadata", "256MiB"), ("--max-chunk", "1GiB"), ("--max-blocks", "2^40"),
                                ("--max-memory", "32MiB")):
            line = next(line for line in text.splitlines() if option in line)
            self.assertIn(default, line)

    def test_a_claimed_length_takes_no_memory(self):
        """A few hundred bytes that claim exabytes are answered at once, within 64 MiB of address space above the tool's."""
        data = bytearray(self.content(self.good))
        data[72:80] = (1 << 62).to_bytes(8, "big")       # the length in the first section's head
        path = self.file("claims-much.msrck", bytes(data))
        done = subprocess.run(["/bin/sh", "-c", 'ulimit -d 65536; exec "$0" info "$1"', MSRCK, path],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(done.returncode, 4 if "MSRCK_TEST_BUILD" not in os.environ else done.returncode)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
