# SPDX-License-Identifier: MIT
"""verify --target and --program: can the checkpoint be restored there, and if not, which variable keeps it from that.

Two more arguments than the other tests have: the folder of the versions of elsewhere_program.c, and of the examples.
"""
import os
import struct
import subprocess
import sys
import unittest

import tool_case
from tool_case import ToolCase

VERSIONS, EXAMPLES = sys.argv[4:6]
MACHINES = ["i386", "x86_64", "aarch64", "armhf", "s390x", "ppc64le", "ppc32", "riscv64", "mips", "mips64el", "x32"]


def version(name):
    return os.path.join(VERSIONS, "elsewhere_" + name)


def symbols_and_relocations(content):
    """Offsets of the words of the tables that the loader goes by: dynamic symbols, relocations."""
    offset, = struct.unpack_from("<Q", content, 40)
    size, count = struct.unpack_from("<HH", content, 58)
    for section in range(count):
        kind, = struct.unpack_from("<I", content, offset + section * size + 4)
        start, length = struct.unpack_from("<QQ", content, offset + section * size + 24)
        if kind in (4, 11):
            # The first of many tell as much as all.
            yield from range(start, start + min(length, 240), 8)


class Elsewhere(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.state = cls.path("state.msrck")
        subprocess.run([version("plain"), "--checkpoint-at=1", "--checkpoint-stop", "--checkpoint-to=" + cls.state],
                       check=True, timeout=60)

    def obstacles(self, where, *, file=None, code=7):
        out, err = self.expect(code, "verify", where, file or self.state)
        self.assertEqual(err, "")
        name = where.split("=", 1)[1]
        prefix = "%s: %s: " % (file or self.state, name)
        for line in out.splitlines():
            self.assertTrue(line.startswith(prefix), line)
        return [line[len(prefix):] for line in out.splitlines()]

    # ---- Targets

    def test_the_machines_are_listed_with_their_facts(self):
        out, _ = self.expect(0, "verify", "--target=list")
        for name in MACHINES:
            self.assertRegex(out, r"(?m)^%s +(big|little) " % name)
        targets = {row["target"]: row for row in self.json("verify", 0, "verify", "--json", "--target=list")["targets"]}
        self.assertEqual([targets["i386"][key] for key in ("pointer_bytes", "long_double", "double_alignment")],
                         [4, "80-bit", 4])
        self.assertEqual([targets["s390x"][key] for key in ("byte_order", "long_double", "long_double_alignment")],
                         ["big", "128-bit", 8])

    def test_a_value_out_of_range_is_named_by_its_path(self):
        for name in ("i386", "armhf", "ppc32", "mips", "x32"):
            self.assertEqual(self.obstacles("--target=" + name), [
                "value: list->next->next->number: 5000000000 does not fit in 32-bit long"])
        for name in ("x86_64", "aarch64", "s390x", "ppc64le", "riscv64", "mips64el"):
            self.assertEqual(self.expect(0, "verify", "--target", name, self.state), ("", ""))

    def test_the_path_is_one_that_get_takes(self):
        path = self.obstacles("--target=i386")[0].split(": ")[1]
        out, _ = self.expect(0, "get", self.state, path)
        self.assertIn("5000000000", out)

    def test_several_machines_at_once(self):
        out, _ = self.expect(7, "verify", "--target=i386,s390x", "--target=mips", self.state)
        self.assertEqual([line.split(": ")[1] for line in out.splitlines()], ["i386", "mips"])

    def test_long_doubles_that_other_formats_do_not_hold(self):
        # A third in binary128: every narrower format would round it.
        for name in ("x86_64", "ppc64le", "armhf"):
            found = [line for line in self.obstacles("--target=" + name, file=self.good) if "long double" in line]
            self.assertEqual(len(found), 1, found)
            self.assertIn("0x1.5555555555555555555555555555p-1 does not fit in ", found[0])
        found = self.expect(0, "verify", "--target=s390x,aarch64", self.good)
        self.assertEqual(found, ("", ""))

    def test_json_says_the_same(self):
        document = self.json("verify", 7, "verify", "--json", "--target=i386,s390x", "--program=" + version("plain"),
                             self.state)
        first, second, third = document["files"][0]["elsewhere"]
        self.assertEqual((first["target"], first["fits"], first["count"]), ("i386", False, "1"))
        self.assertEqual(first["obstacles"][0]["path"], "list->next->next->number")
        self.assertEqual((second["fits"], second["obstacles"]), (True, []))
        self.assertEqual((third["program"], third["fits"]), (version("plain"), True))

    def test_quiet_and_the_exit_code(self):
        self.assertEqual(self.expect(7, "verify", "-q", "--target=i386", self.state), ("", ""))

    def test_unknown_machines_are_usage_errors(self):
        for name in ("pdp11", "", "i386,", "x" * 100):
            _, err = self.expect(2, "verify", "--target=" + name, self.state)
            self.assertIn("--target=list", err)

    def test_damaged_files_are_not_examined(self):
        path = self.file("cut", self.content(self.state)[:-40])
        out, _ = self.expect(1, "verify", "--target=i386", path)
        self.assertIn("truncated", out)

    # ---- Programs

    def test_the_program_itself_can_go_on(self):
        self.assertEqual(self.obstacles("--program=" + version("plain"), code=0), [])

    @unittest.skipUnless(os.path.exists(version("shared")), "built without the shared library")
    def test_programs_with_the_shared_library(self):
        for name in ("shared", "fixed"):
            self.assertEqual(self.obstacles("--program=" + version(name), code=0), [], name)
            subprocess.run([version(name), "--resume=" + self.state], stdout=subprocess.DEVNULL, check=True, timeout=60)
            content = self.content(version(name))
            for place in symbols_and_relocations(content):
                for word in (b"\xff" * 7 + b"\x7f", b"\0\0\0\x01\0\0\0\0"):
                    damaged = bytearray(content)
                    damaged[place:place + 8] = word
                    code, out, err = self.run_tool("verify", "--program=" + self.file("damaged", bytes(damaged)), self.state)
                    self.assertIn(code, (0, 4, 5, 6, 7), (place, out, err))

    def test_fields_may_come_go_and_change_their_names(self):
        for name, change in (("renamed", "struct item.count: renamed; was number"),
                             ("dropped", "struct item.number: removed; what it held is dropped")):
            self.assertEqual(self.obstacles("--program=" + version(name), code=0), [f"change: {change}"], name)
            found = self.json("verify", 0, "verify", "--json", "--program=" + version(name), self.state)
            self.assertEqual([found["text"] for found in found["files"][0]["elsewhere"][0]["changes"]], [change])

    def test_every_difference_is_a_sentence(self):
        self.assertEqual(self.obstacles("--program=" + version("narrow")),
                         ["value: list->next->next->number: 5000000000 does not fit in 16-bit short",
                          "change: struct item.number: was long, is short"])
        self.assertEqual(self.obstacles("--program=" + version("fewer"), code=0),
                         ["change: table: was int [4], is int [3]"])
        self.assertEqual(self.obstacles("--program=" + version("silent")),
                         ["function: list->next->call: points to function 'callback', which the program does not name"])
        found = self.obstacles("--program=" + version("pointer"))
        self.assertEqual(found, ["type: struct item.real: double cannot become struct item *"])

    def test_what_verify_says_is_what_resuming_does(self):
        for name in ("plain", "renamed", "dropped", "narrow", "fewer", "silent", "pointer"):
            said, _, _ = self.run_tool("verify", "--program=" + version(name), self.state)
            done = subprocess.run([version(name), "--resume=" + self.state], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, timeout=60)
            self.assertEqual(done.returncode, said, (name, done.stderr))

    def test_the_examples_know_their_checkpoints(self):
        for name in ("bitonic", "figure1", "test_pointer", "linpack"):
            path = self.path(name + ".msrck")
            subprocess.run([os.path.join(EXAMPLES, name), "--checkpoint-to=" + path, "--checkpoint-at=5",
                            "--checkpoint-stop"], stdout=subprocess.DEVNULL, timeout=60)
            for other in ("bitonic", "figure1", "test_pointer", "linpack", "heat"):
                code = 0 if other == name else 7
                self.obstacles("--program=" + os.path.join(EXAMPLES, other), file=path, code=code)

    # ---- Files that are no such programs

    def test_files_that_are_no_programs(self):
        for program, code, word in ((self.path("missing"), 3, "No such file"), (self.folder.name, 3, "directory"),
                                    (self.state, 5, "not an ELF program"), ("/dev/null", 5, "not an ELF program"),
                                    (self.file("empty", b""), 5, "not an ELF program"),
                                    (sys.executable, 5, "no tables of msrck")):
            _, err = self.expect(code, "verify", "--program=" + program, self.state)
            self.assertIn(word, err)

    def test_cut_and_damaged_programs_do_no_harm(self):
        content = self.content(version("plain"))
        for length in [4, 16, 20, 52, 64, 300, 4096, len(content) // 2, len(content) - 1]:
            code, out, _ = self.run_tool("verify", "--program=" + self.file("cut-program", content[:length]), self.state)
            self.assertIn(code, (0, 4, 5, 7), (length, out))
        # Everything that says where things are, one word after the other: headers, and the sections of the tables.
        places = list(range(0, 64, 2)) + list(range(64, 64 + 56 * 8, 8))
        sections = struct.unpack_from("<Q", content, 40)[0]
        places += range(sections, len(content) - 8, 24)
        for place in places:
            for word in (b"\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x00\x00\x00\x01\x00\x00\x00\x00"):
                damaged = bytearray(content)
                damaged[place:place + 8] = word
                code, out, err = self.run_tool("verify", "--program=" + self.file("damaged", bytes(damaged)), self.state)
                self.assertIn(code, (0, 4, 5, 6, 7), (place, out, err))


tool_case.main()
