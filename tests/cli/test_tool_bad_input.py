# SPDX-License-Identifier: MIT
"""What every verb answers to files that are no good: message and exit code."""
import os
import re
import struct
import subprocess
import zlib

import tool_case
from tool_case import MSRCK, ROOT, ToolCase

VERBS = ["info", "dump", "verify"]

# How each verb is asked for something about one file; a verb that is not here fails the test that looks for it.
CALLS = {
    "info": [["info", "{}"], ["info", "--json", "{}"]],
    "dump": [["dump", "{}"], ["dump", "--json", "{}"], ["dump", "--raw", "{}"], ["dump", "--max-depth=3", "{}"]],
    "get": [["get", "{}", "*"], ["get", "--json", "{}", "x.y->z[3]"]],
    "diff": [["diff", "{}", "{}"], ["diff", "--json", "{}", "{good}"]],
    "verify": [["verify", "{}"], ["verify", "--deep", "--json", "{}"], ["verify", "--target=i386,s390x", "{}"],
               ["verify", "--same", "{}", "{good}"]],
    "stat": [["stat", "{}"], ["stat", "--json", "{}"]],
    "convert": [["convert", "--to=json", "-o", "{out}", "{}"], ["convert", "--to=ckpt", "-o", "{out}", "{}"]],
    "graph": [["graph", "--dot", "{}"], ["graph", "--svg", "-o", "{out}", "{}"]],
}
VECTORS = os.path.join(ROOT, "tests/vectors")


def from_hexdump(path):
    """The bytes of a vector: hexadecimal pairs between the offset and the bar."""
    content = bytearray()
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#") and line.strip():
                content += bytes.fromhex(line.split("|")[0].split(None, 1)[1])
    return bytes(content)


READ_NO_CHECKPOINT = {"help", "version", "ps", "checkpoint", "migrate", "cc"}


class BadInput(ToolCase):
    def calls(self, path):
        """Every verb with its options on the file, as command lines."""
        out, _ = self.expect(0, "help")
        listed = re.findall(r"(?m)^  ([a-z]+) ", out.split("verbs:")[1].split("exit status:")[0])
        self.assertEqual(set(listed) - READ_NO_CHECKPOINT, set(CALLS))
        number = 0
        for verb in listed:
            for call in CALLS.get(verb, []):
                number += 1
                yield [word.format(path, good=self.good, out=self.path("out-%d" % number)) for word in call]

    def check_refusal(self, call, codes):
        """One line of message, and neither output file nor crash."""
        code, out, err = self.run_tool(*call)
        self.assertIn(code, codes, "%s: %s%s" % (" ".join(call), out[:300], err))
        if 3 <= code <= 6:
            self.assertRegex(err, r"\Amsrck: [^\n]+\n\Z", " ".join(call))
        for word in call:
            if "/out-" in word and code != 0:
                self.assertFalse(os.path.exists(word), " ".join(call))
            elif "/out-" in word:
                os.unlink(word)
        return code

    def test_every_verb_refuses_what_is_no_checkpoint(self):
        cases = {self.path("missing"): {3}, self.folder.name: {3}, self.file("empty", b""): {5},
                 self.file("garbage", bytes(range(256)) * 40): {5}, "/dev/null": {5}}
        for path, codes in cases.items():
            for call in self.calls(path):
                # JSON is what convert takes, too: what is neither is said to be that.
                self.check_refusal(call, codes | ({4, 5} if call[0] == "convert" and codes == {5} else set()))

    def test_every_verb_survives_every_bad_vector(self):
        names = sorted(name for name in os.listdir(VECTORS) if name.startswith("bad-") and name.endswith(".hex"))
        self.assertGreater(len(names), 100)
        for number, name in enumerate(names):
            path = self.file(name[:-4] + ".msrck", from_hexdump(os.path.join(VECTORS, name)))
            # All verbs on every fifth, one call each on the others: the whole takes minutes with sanitizers.
            calls = list(self.calls(path))
            for call in calls if number % 5 == 0 else calls[number % len(calls)::5]:
                self.check_refusal(call, {0, 1, 2, 4, 5, 6, 7})

    def test_every_verb_notices_that_nothing_can_be_written(self):
        for call in self.calls(self.good):
            if any("/out-" in word for word in call) or call[0] == "get":
                continue
            with open("/dev/full", "wb") as full:
                code, _, err = self.run_tool(*call, stdout=full)
            if call[0] == "verify" and "--json" not in call and "--target" not in " ".join(call):
                continue            # says nothing about a good file
            if call[0] == "diff" and "--json" not in call:
                continue
            self.assertEqual(code, 7 if code == 7 else 3, " ".join(call))
            self.assertIn("standard output", err)
            done = subprocess.run([MSRCK, *call], stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1), timeout=120)
            self.assertEqual(done.returncode, code, " ".join(call))

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
