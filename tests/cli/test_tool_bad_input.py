# SPDX-License-Identifier: MIT
"""What every verb answers to files that are no good: message and exit code."""
import os
import struct
import zlib

import tool_case
from tool_case import ToolCase

VERBS = ["info", "dump", "verify"]


class BadInput(ToolCase):
    def test_what_cannot_be_opened_is_a_system_error(self):
        for verb in VERBS:
            out, err = self.expect(3, verb, self.path("missing"))
            self.assertEqual(err, "msrck: %s: No such file or directory\n" % self.path("missing"))
            self.assertEqual(out, "")
            _, err = self.expect(3, verb, self.folder.name)
            self.assertEqual(err, "msrck: %s: Is a directory\n" % self.folder.name)

    def test_foreign_files_are_no_checkpoints(self):
        foreign = {"empty": b"", "text": b"hello\n" * 1000, "zeros": bytes(100000), "elf": b"\x7fELF" + bytes(500),
                   "reversed": self.content(self.good)[::-1]}
        for name, content in foreign.items():
            for verb in VERBS:
                out, err = self.expect(5, verb, self.file(name, content))
                self.assertEqual(out, "")
                self.assertIn(self.path(name), err)

    def test_a_newer_format_is_unsupported_not_corrupt(self):
        header = bytearray(self.content(self.good)[:64])
        header[8:10] = struct.pack(">H", 2)
        header[60:64] = struct.pack(">I", zlib.crc32(header[:60]))
        path = self.file("newer", bytes(header) + self.content(self.good)[64:])
        for verb in VERBS:
            _, err = self.expect(5, verb, path)
            self.assertRegex(err, "newer|version|format")

    def test_a_cut_file_is_truncated(self):
        content = self.content(self.good)
        for length in [9, 40, 63, 64, 100, 2000, len(content) // 2, len(content) - 33, len(content) - 1]:
            path = self.file("cut", content[:length])
            for verb in ("info", "dump"):
                out, err = self.expect(4, verb, path)
                self.assertEqual(out, "")
            out, err = self.expect(1, "verify", path)
            self.assertIn("truncated", out)
            self.assertEqual(err, "")

    def test_text_mode_transfers_are_recognised(self):
        content = self.content(self.good).replace(b"\r\n", b"\n")
        for verb in VERBS:
            code, _, err = self.run_tool(verb, self.file("text-mode", content))
            self.assertIn(code, (1, 4, 5))

    def test_flipped_bits_in_the_metadata_are_corrupt(self):
        content = self.content(self.good)
        for at in range(64, 3000, 211):
            damaged = bytearray(content)
            damaged[at] ^= 0x10
            path = self.file("flipped", bytes(damaged))
            out, _ = self.expect(1, "verify", path)
            self.assertRegex(out, r"(?m)\A%s: \d+: [a-z-]+: \S" % path)
            for verb in ("info", "dump"):
                self.expect(4, verb, path)

    def test_flipped_bits_in_the_data_are_found_by_those_who_read_it(self):
        content = self.content(self.good)
        damaged = bytearray(content)
        damaged[len(content) // 2] ^= 1
        path = self.file("data", bytes(damaged))
        self.expect(0, "info", path)
        self.expect(0, "verify", "--quick", path)
        self.expect(1, "verify", path)
        self.expect(4, "dump", path)
        self.expect(4, "dump", "--json", path)

    def test_bytes_behind_the_end_are_corrupt(self):
        path = self.file("longer", self.content(self.good) + b"x")
        self.expect(1, "verify", path)
        code, _, _ = self.run_tool("dump", path)
        self.assertEqual(code, 4)

    def test_limits_refuse_and_name_the_option(self):
        for option, value in (("--max-blocks", "3"), ("--max-metadata", "100"), ("--max-chunk", "1KiB")):
            _, err = self.expect(6, "dump", option, value, self.good)
            self.assertIn(option, err)
            _, err = self.expect(6, "verify", "%s=%s" % (option, value), self.good)
            self.assertIn(option, err)
        self.expect(0, "dump", "--max-memory=1", self.good)

    def test_pointers_to_nowhere_are_shown_and_answered_with_4(self):
        path = self.sample("pointer")
        code, out, err = self.run_tool("dump", path)
        self.assertEqual(code, 4)
        self.assertIn("-> nowhere (canonical address 4000000000)", out)
        self.assertIn("4000000000 leads nowhere", err)
        code, out, _ = self.run_tool("dump", "--json", path)
        self.assertEqual(code, 4)
        self.assertIn('{"address":"4000000000"}', out)

    def test_an_unreadable_file_is_a_system_error(self):
        path = self.file("secret", b"x")
        os.chmod(path, 0)
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        for verb in VERBS:
            self.expect(3, verb, path)


tool_case.main()
