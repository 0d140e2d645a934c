# SPDX-License-Identifier: MIT
"""msrck get: paths into a checkpoint, and the forms in which values are printed."""
import csv
import io
import json
import struct

import tool_case
from tool_case import ToolCase


class Get(ToolCase):
    def get(self, *paths, code=0, options=()):
        out, err = self.expect(code, "get", *options, self.good, *paths)
        return out if code == 0 else err

    # ---- paths ----

    def test_globals_fields_and_elements(self):
        self.assertEqual(self.get("grid[2][3]"), "11\n")
        self.assertEqual(self.get("all.shapes[1].area.sides[1]"), "-4\n")
        self.assertEqual(self.get("all.huge"), "18446744073709551615\n")
        self.assertEqual(self.get("all.name"), '"sample"\n')

    def test_frames_by_function_and_number(self):
        self.assertEqual(self.get("merge.spare"), "42\n")
        self.assertEqual(self.get("merge#0.spare"), "42\n")
        self.assertEqual(self.get("main.step"), "7\n")
        self.assertEqual(self.get("main"), "{step = 7}\n")

    def test_a_name_alone_is_found_in_the_innermost_frame_that_has_it(self):
        self.assertEqual(self.get("step"), "7\n")
        self.assertEqual(self.get("pair[1]"), "NULL\n")

    def test_pointers_are_followed_by_arrow_and_dot(self):
        by_arrow = self.get("root->left->value")
        self.assertEqual(by_arrow, self.get("root.left.value"))
        self.assertRegex(by_arrow, r"^-?\d+\n$")

    def test_an_asterisk_follows_and_at_counts(self):
        self.assertEqual(self.get("*all.inside"), "6\n")
        self.assertEqual(self.get("*all.inside@3"),
                         "all.inside[0] = 6\nall.inside[1] = 7\nall.inside[2] = 8\n")
        self.assertEqual(self.get("all.inside[2]"), "8\n")

    def test_globs_and_ranges_name_each_value(self):
        self.assertEqual(self.get("grid[1..2][3]"), "grid[1][3] = 7\ngrid[2][3] = 11\n")
        self.assertEqual(self.get("grid[*][2]").count("\n"), 3)
        self.assertIn("all.bits.level = -16\n", self.get("all.bits.*"))

    def test_a_glob_leaves_out_what_is_not_there(self):
        # Only the first of the three shapes has a radius.
        self.assertEqual(self.get("all.shapes[*].area.radius"), "all.shapes[0].area.radius = 2.5\n")

    def test_a_glob_behind_a_pointer_ends_with_the_array(self):
        self.assertEqual(self.get("all.inside[*]"), "all.inside[0] = 6\nall.inside[1] = 7\n")
        self.assertEqual(self.get("root[*].value").count("\n"), 1)
        self.assertRegex(self.get("root->*"), r"^root\.value = -?\d+\n")

    def test_what_a_pointer_to_void_points_to_has_the_type_of_its_block(self):
        self.assertEqual(self.get("*all.anything"), self.get("heap#11.data[1]"))

    def test_a_glob_without_any_place_says_why(self):
        self.assertIn("no field named nope", self.get("all.shapes[*].nope", code=1))
        self.assertIn("NULL", self.get("pair[1..1]->value", code=1))

    def test_indices_before_a_pointer(self):
        self.assertEqual(self.get("all.inside[-1]"), self.get("grid[1][1]"))
        self.assertEqual(self.get("all.inside[-2..-1]"), "all.inside[-2] = 0\nall.inside[-1] = 0\n")
        self.assertIn("before the beginning of the block", self.get("root[-1]", code=1))
        self.assertIn("before the beginning of the array", self.get("grid[-1]", code=1))
        self.assertIn("too large", self.get("grid[99999999999999999999]", code=2))

    def test_what_is_static_in_a_file_is_found_with_the_file_and_without(self):
        """Pre-compiled programs name it file.c:name, and the static local x of its function f file.c:f.x."""
        document = self.path("units.json")
        self.expect(0, "convert", "-o", document, self.good)
        names = {"merge": "my unit-a.c:merge", "grid": "my unit-a.c:grid", "root": "my unit-a.c:merge.root"}
        with open(document, encoding="utf-8") as file:
            state = json.load(file)
        for named in state["variables"] + state["frames"] + state["program"]["functions"]:
            named["name"] = names.get(named["name"], named["name"])
        with open(document, "w", encoding="utf-8") as file:
            json.dump(state, file)
        units = self.path("units.msrck")
        self.expect(0, "convert", "-o", units, document)
        for path in ("merge.spare", "merge#0.spare", "grid[2][3]", "merge.root->value"):
            answer = self.expect(0, "get", units, path)[0]
            self.assertEqual(self.expect(0, "get", units, "my unit-a.c:" + path)[0], answer)
        self.assertEqual(self.expect(0, "get", units, "*my unit-a.c:grid[2]")[0], "8\n")

    def test_blocks_by_their_shown_name(self):
        self.assertEqual(self.get("stack#4[0].step"), "7\n")
        self.assertEqual(self.get("heap#7[10..11]"), "heap#7[10] = 1.0\nheap#7[11] = 1.1\n")

    # ---- forms ----

    def test_formats(self):
        self.assertEqual(self.get("all.byte", options=["--format=x"]), "0xfa\n")
        self.assertEqual(self.get("all.tiny", options=["--format=x"]), "0xfd\n")
        self.assertEqual(self.get("all.byte", options=["--format=t"]), "0b11111010\n")
        self.assertEqual(self.get("all.letter", options=["--format=c"]), "'A'\n")
        self.assertEqual(self.get("all.huge", options=["--format=d"]), "18446744073709551615\n")
        self.assertEqual(self.get("heap#7[3..4]", options=["--format=%.2f"]), "heap#7[3] = 0.30\nheap#7[4] = 0.40\n")
        self.assertEqual(self.get("grid[2]", options=["--format=%03d"]), "008 009 010 011\n")

    def test_formats_that_are_none_are_usage_errors(self):
        for bad in ("%s", "%n", "%d%d", "%*d", "q", "", "%ld", "abc"):
            self.expect(2, "get", "--format=" + bad, self.good, "grid")

    def test_json(self):
        document = self.json("get", 0, "get", "--json", self.good, "all.large", "grid[0][*]", "all.text")
        self.assertEqual(document["values"][0], {"path": "all.large", "type": "long", "value": "-5000000000"})
        self.assertEqual([row["path"] for row in document["values"][1:5]], ["grid[0][%d]" % i for i in range(4)])
        self.assertEqual(document["values"][5]["value"], {"block": "12", "leaf": "7"})

    def test_csv_of_an_array_reads_back_exactly(self):
        rows = list(csv.reader(io.StringIO(self.get("heap#7", options=["--csv"]))))
        self.assertEqual(len(rows), 100000)
        self.assertEqual([float(row[0]) for row in rows[:50]], [i * 0.1 for i in range(50)])

    def test_csv_of_structs_has_names_and_as_many_columns_in_each_line(self):
        rows = list(csv.reader(io.StringIO(self.get("all.shapes", options=["--csv"]))))
        self.assertEqual(rows[0], ["kind", "area"])
        self.assertEqual(rows[1], ["0", "2.5"])
        self.assertEqual({len(row) for row in rows}, {2})

    def test_binary_gives_canonical_bytes(self):
        done = tool_case.subprocess.run([tool_case.MSRCK, "get", "--binary", self.good, "heap#7", "all.large"],
                                        stdout=tool_case.subprocess.PIPE, check=True).stdout
        self.assertEqual(len(done), 800008)
        self.assertEqual(struct.unpack(">4d", done[:32]), (0.0, 0.1, 0.2, 0.30000000000000004))
        self.assertEqual(struct.unpack(">q", done[-8:]), (-5000000000,))

    def test_csv_of_matches_has_their_paths(self):
        rows = list(csv.reader(io.StringIO(self.get("all.shapes[*]", options=["--csv"]))))
        self.assertEqual(rows, [["path", "kind", "area"], ["all.shapes[0]", "0", "2.5"], ["all.shapes[1]", "1", "3 -4"],
                                ["all.shapes[2]", "7", ""]])
        self.assertEqual(self.get("grid[1..1]", options=["--csv"]).split(), ["grid[1],0,0,6,7"])

    def test_csv_shows_arrays_of_char_as_text_unless_numbers_are_asked_for(self):
        self.assertEqual(self.get("all.name", options=["--csv"]).rstrip(), 'all.name,"sample"')
        self.assertEqual(self.get("all.name", options=["--csv", "--format=d"]).split()[:3], ["115", "97", "109"])

    def test_formats_reach_every_number(self):
        self.assertEqual(self.get("all.wide", options=["--format=%.3f"]), "0.667\n")
        self.assertEqual(self.get("all.plane", options=["--format=%.1f"]), "1.5 + i * -0.0\n")
        self.assertEqual(self.get("all.bits", options=["--format=x"]), "{ready = 0x5, level = 0xfffffff0}\n")
        self.assertEqual(self.get("all.huge", options=["--format=e"]), "1.844674e+19\n")

    def test_limit_shortens_arrays(self):
        self.assertEqual(len(self.get("heap#7", options=["--csv", "--limit=5"]).splitlines()), 5)

    # ---- answers that are no ----

    def test_paths_that_lead_nowhere_say_why(self):
        for path, why in (("nothing", "no variable or function"), ("all.nope", "no field"), ("grid[3]", "3"),
                          ("merge#1.root", "1 frame,"), ("merge.nope", "no live variable"), ("pair[1]->value", "NULL"),
                          ("all.shapes[1].area.radius", "not the active one"), ("heap#7[0].x", "no struct"),
                          ("heap#99", "99")):
            err = self.get(path, code=1)
            self.assertIn(why, err)
            self.assertIn(path, err)

    def test_paths_that_are_none_are_usage_errors_with_a_column(self):
        for path in ("", "[3]", "a.", "a[", "a[x]", "a[3", "a..b", "a@3", "*a@0", "a b", "a->", "a[5..2]"):
            err = self.get(path, code=2)
            self.assertIn("column", err)

    def test_forms_exclude_each_other(self):
        self.expect(2, "get", "--json", "--csv", self.good, "grid")
        self.expect(2, "get", "--json", "--format=x", self.good, "grid")


tool_case.main()
