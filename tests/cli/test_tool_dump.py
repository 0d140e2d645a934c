# SPDX-License-Identifier: MIT
"""msrck dump: text for people, JSON for programs."""
import json
import os
import re
import resource
import subprocess
import sys

import tool_case
from tool_case import MSRCK, ROOT, ToolCase


class Dump(ToolCase):
    def test_the_json_is_what_an_independent_reader_says(self):
        for codec in ("none", "zlib"):
            path = self.sample("good", codec)
            out, _ = self.expect(0, "dump", "--json", path)
            reader = os.path.join(ROOT, "tests/reader/read_checkpoint.py")
            other = subprocess.run([sys.executable, reader, path], check=True, stdout=subprocess.PIPE).stdout.decode("ascii")
            self.assertEqual(out.split("\n"), other.split("\n"))

    def test_the_json_is_valid_and_complete(self):
        document = self.json("dump", 0, "dump", "--json", self.good)
        self.assertEqual(list(document), ["schema", "schema_version", "format", "program", "notes", "types",
                                          "variables", "frames", "extents"])
        blocks = [block for extent in document["extents"] for block in extent["blocks"]]
        self.assertEqual([block["block"] for block in blocks], [str(i) for i in range(1, 14)])
        everything = blocks[1]["elements"][0]
        self.assertEqual(everything["large"], "-5000000000")
        self.assertEqual(everything["fine"], "nan:0x7ff8000000001234")
        self.assertEqual(everything["shapes"][1], {"kind": 1, "area": {"sides": [3, -4]}})
        self.assertEqual(everything["call"], {"function": "descending"})
        self.assertEqual(blocks[6]["elements"], [i * 0.1 for i in range(100000)])

    def test_parts_can_be_chosen(self):
        for option, keys in (("--types", ["program", "notes", "types"]), ("--globals", ["variables"]),
                             ("--frames", ["frames"]), ("--blocks", ["extents"])):
            document = self.json("dump", 0, "dump", "--json", option, self.good)
            self.assertEqual(list(document)[3:], keys)
        out, _ = self.expect(0, "dump", "--types", self.good)
        self.assertIn("struct node *left;", out)
        self.assertNotIn("heap", out)

    def test_frames_show_function_point_live_variables_and_locals(self):
        out, _ = self.expect(0, "dump", "--frames", self.good)
        self.assertEqual(out, "frames, innermost first\n"
                              "#0  merge at point 2 \"after left\"\n"
                              "    struct node *root = -> heap#10 struct node\n"
                              "    int spare = 42\n"
                              "    struct node *pair[2] = {-> heap#9 struct node, NULL}\n"
                              "#1  main at point 1 \"sorting\"\n"
                              "    int step = 7\n")

    def test_pointers_are_shown_as_block_and_element(self):
        out, _ = self.expect(0, "dump", self.good)
        for text in ("text = -> literal#12[7] \"\\\"world\\\"\\n\"", "call = -> descending",
                     "handle = -> opaque#13 of 5 bytes", "anything = -> heap#11.data[1]", "inside = -> global#1 grid[1][2]", "end = -> heap#7[100000]",
                     "row = -> global#1 grid[1]", "heap#9 = {value = 20, left = NULL, right = -> heap#8 struct node}"):
            self.assertIn(text, out)

    def test_values_are_shown_as_c_would_write_them(self):
        out, _ = self.expect(0, "dump", "--globals", self.good)
        for text in ("flag = true", "letter = 65 'A'", "huge = 18446744073709551615", "single = 0.1", "color = GREEN",
                     "name = \"sample\"", "bits = {ready = 5, level = -16}", "area = {no active member}",
                     "wide = 0x1.5555555555555555555555555555p-1", "{0 <4 times>}"):
            self.assertIn(text, out)

    def test_blocks_without_their_variables_are_shown_in_full(self):
        out, _ = self.expect(0, "dump", "--blocks", self.good)
        self.assertIn("global#1 = {0 <6 times>, 6, 7, 8, 9, 10, 11}", out)
        out, _ = self.expect(0, "dump", self.good)
        self.assertIn("    global#1 is grid\n", out)

    def test_a_limit_cuts_blocks_and_arrays(self):
        out, _ = self.expect(0, "dump", "--limit", "2", self.good)
        self.assertIn("heap#7 = {0.0, 0.1, ... 99998 more}", out)
        self.assertIn("... 1 more\n", out)
        document = self.json("dump", 0, "dump", "--json", "--limit=2", self.good)
        self.assertEqual([extent.get("omitted") for extent in document["extents"]][7], "1")

    # ---- Parts

    def numbers(self, *arguments):
        out, _ = self.expect(0, "dump", "--json", *arguments, self.good)
        document = json.loads(out)
        return document, [int(block["block"]) for extent in document["extents"] for block in extent["blocks"]]

    def test_a_root_shows_what_it_leads_to(self):
        whole = self.json("dump", 0, "dump", "--json", self.good)
        name = next(variable["name"] for variable in whole["variables"] if variable["place"])
        document, every = self.numbers("--root", name)
        self.json("dump", 0, "dump", "--json", "--limit=3", "--root", name, self.good)
        self.assertEqual([line["path"] for line in document["selection"]], [name])
        self.assertNotIn("types", document)
        for depth in range(4):
            _, some = self.numbers("--root", name, "--max-depth=%d" % depth)
            self.assertLessEqual(set(some), set(every))
            self.assertTrue(depth > 0 or some == [])
        # Each pointer in what is shown leads to what is shown.
        def pointers(value):
            if isinstance(value, dict) and set(value) == {"block", "leaf"}:
                yield int(value["block"])
            elif isinstance(value, (dict, list)):
                for item in value.values() if isinstance(value, dict) else value:
                    yield from pointers(item)
        shown = set(every)
        for extent in document["extents"]:
            for block in extent["blocks"]:
                self.assertLessEqual(set(pointers(block["elements"])), shown)
        self.assertLessEqual(set(pointers(document["selection"][0]["value"])), shown)

    def test_depth_alone_counts_from_all_variables(self):
        whole, every = self.numbers("--blocks")
        _, reached = self.numbers("--blocks", "--max-depth=100000")
        _, roots = self.numbers("--blocks", "--max-depth=0")
        self.assertLess(set(roots), set(reached))
        self.assertLessEqual(set(reached), set(every))

    def test_paths_that_lead_nowhere_are_usage_errors(self):
        for arguments in (["--root=missing"], ["--path=grid..x"], ["--path="], ["--raw", "--json"], ["--raw", "--root=grid"],
                          ["--color=sometimes"], ["--max-depth=-1"]):
            self.expect(2, "dump", *arguments, self.good)

    def test_raw_explains_every_byte(self):
        content, at = self.content(self.good), 0
        out, _ = self.expect(0, "dump", "--raw", self.good)
        for line in out.splitlines():
            found = re.match(r"([0-9a-f]{8})  ((?:[0-9a-f]{2} ?){1,8}) ", line)
            if not found:
                continue
            bytes_there = bytes.fromhex(found.group(2))
            self.assertEqual(int(found.group(1), 16), at)
            self.assertEqual(content[at:at + len(bytes_there)], bytes_there)
            at += len(bytes_there)
        self.assertEqual(at, len(content))
        for name in ("header.magic", "header.pointer_width = 4", "TYPE.types[0].kind = 0", "trailer.end magic",
                     "DATA.raw_length", "INDX.entries[0].tag", "row 0, "):
            self.assertIn(name, out)

    def test_colour_changes_nothing_but_colour(self):
        plain, _ = self.expect(0, "dump", self.good)
        coloured, _ = self.expect(0, "dump", "--color=always", self.good)
        self.assertNotIn("\033", plain)
        self.assertIn("\033[", coloured)
        self.assertEqual(re.sub(r"\033\[[0-9]*m", "", coloured), plain)
        self.assertNotIn("\033", self.expect(0, "dump", "--color=always", "--json", self.good)[0])

    def test_memory_stays_bounded(self):
        def bound():
            resource.setrlimit(resource.RLIMIT_DATA, (24 << 20, 24 << 20))

        if "sanitize" in os.environ.get("MSRCK_TEST_BUILD", ""):
            self.skipTest("the sanitizers need more memory than the tool")
        out = subprocess.run([MSRCK, "dump", "--json", "--max-memory=1MiB", self.good], stdout=subprocess.PIPE,
                             preexec_fn=bound, timeout=60)
        self.assertEqual(out.returncode, 0)
        json.loads(out.stdout)


tool_case.main()
