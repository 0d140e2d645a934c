# SPDX-License-Identifier: MIT
"""msrck stat: where the bytes are. Totals are held against each other and against dump."""
import os
import subprocess
import sys

import tool_case
from tool_case import ToolCase

EXAMPLES = sys.argv[4] if len(sys.argv) > 4 else None


class Stat(ToolCase):
    def stat(self, *arguments, code=0):
        return self.json("stat", code, "stat", "--json", *arguments)

    def row(self, rows, **wanted):
        found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
        self.assertEqual(len(found), 1, wanted)
        return found[0]

    def test_tables_add_up(self):
        document = self.stat("--chunks", self.good)
        totals = document["totals"]
        self.assertEqual(totals["file_bytes"], str(os.path.getsize(self.good)))
        for key in ("types", "segments", "extents"):
            for of_row, of_totals in (("bytes", "bytes"), ("stored", "stored"), ("blocks", "blocks")):
                self.assertEqual(sum(int(row[of_row]) for row in document[key]), int(totals[of_totals]), (key, of_row))
        self.assertEqual(sum(int(row["bytes"]) for row in document["chunks"]), int(totals["bytes"]))
        self.assertEqual(sum(int(row["chunks"]) for row in document["extents"]), len(document["chunks"]))
        self.assertEqual(len(document["largest_blocks"]), int(totals["blocks"]))

    def test_what_roots_reach_first_adds_up_to_everything(self):
        document = self.stat(self.good)
        reached = sum(int(row["first_bytes"]) for row in document["roots"])
        self.assertEqual(reached + int(document["totals"]["unreachable_bytes"]), int(document["totals"]["bytes"]))
        for row in document["roots"]:
            self.assertLessEqual(int(row["only_bytes"]), int(row["first_bytes"]))
            self.assertLessEqual(int(row["first_bytes"]), int(row["reachable_bytes"]))

    def test_shared_and_cyclic_structures_are_attributed(self):
        """The sample's nodes 0 -> 1, 2; 1 -> 0; 2 -> 1 hang on root, merge.root and merge.pair."""
        document = self.stat(self.good)
        root = self.row(document["roots"], name="root")
        self.assertEqual((root["kind"], root["bytes"]), ("root", "4"))
        self.assertEqual((root["reachable_blocks"], root["reachable_bytes"]), ("4", "40"))
        self.assertEqual((root["first_blocks"], root["only_blocks"], root["only_bytes"]), ("4", "1", "4"))
        live = self.row(document["roots"], name="merge.root")
        self.assertEqual((live["kind"], live["reachable_blocks"], live["reachable_bytes"]), ("live", "3", "40"))
        self.assertEqual((live["only_blocks"], live["only_bytes"]), ("0", "4"))
        pair = self.row(document["roots"], name="merge.pair")
        self.assertEqual((pair["kind"], pair["bytes"], pair["only_blocks"]), ("local", "8", "1"))
        owner = self.row(document["roots"], name="all")
        self.assertEqual((owner["only_blocks"], owner["reachable_blocks"]), ("5", "6"))
        frame = self.row(document["frames"], frame="0")
        self.assertEqual((frame["name"], frame["label"], frame["bytes"]), ("merge", "after left", "16"))
        self.assertEqual((frame["reachable_blocks"], frame["only_blocks"]), ("4", "1"))

    def test_the_largest_blocks_come_first_with_their_root(self):
        blocks = self.stat("--by=block", "--limit=2", self.good)["largest_blocks"]
        self.assertEqual([(block["type"], block["bytes"], block["root"]) for block in blocks],
                         [("double", "800000", "all"), ("struct everything", "162", "all")])

    def test_compression_is_told_by_extent_and_chunk(self):
        document = self.stat("--by=extent", "--by=chunk", self.good)
        self.assertEqual(set(document) - {"schema", "schema_version", "file", "totals"}, {"extents", "chunks"})
        numbers = self.row(document["extents"], type="double")
        self.assertEqual((numbers["coding"], numbers["bytes"], numbers["chunks"]), ("zlib+planes", "800000", "4"))
        self.assertLess(numbers["ratio"], 0.1)
        self.assertEqual({chunk["codec"] for chunk in document["chunks"]}, {"none", "zlib"})

    def test_text_shows_every_table_with_readable_sizes(self):
        out, err = self.expect(0, "stat", self.good)
        self.assertEqual(err, "")
        for pattern in (r"\nby type\n", r"\nby segment\n", r"\nby root\n", r"\nby frame\n", r"\nlargest blocks\n",
                        r"\ncompression\n", r"data +781\.6 KiB \(800319 bytes\)", r"double +1 +100000 +781\.2 KiB"):
            self.assertRegex(out, pattern)
        self.assertNotRegex(out, r"(?m) $")
        self.assertNotIn("\nchunks\n", out)
        self.assertIn("\nchunks\n", self.expect(0, "stat", "--chunks", self.good)[0])

    def test_du_is_stat(self):
        self.assertEqual(self.expect(0, "du", self.good), self.expect(0, "stat", self.good))
        self.assertEqual(self.expect(0, "help", "du"), self.expect(0, "help", "stat"))

    def test_rows_are_limited_and_sorted_as_asked(self):
        out, _ = self.expect(0, "stat", "--by=type", "--limit=2", self.good)
        self.assertIn("... and 8 more (--limit=0 shows all)", out)
        document = self.stat("--by=type", "--limit=2", self.good)
        self.assertEqual((len(document["types"]), document["types_omitted"]), (2, "8"))
        names = [row["name"] for row in self.stat("--by=type", "--sort=name", self.good)["types"]]
        self.assertEqual(names, sorted(names))
        blocks = [int(row["blocks"]) for row in self.stat("--by=type", "--sort=blocks", self.good)["types"]]
        self.assertEqual(blocks, sorted(blocks, reverse=True))
        ratios = [row["ratio"] for row in self.stat("--by=extent", "--sort=ratio", self.good)["extents"]]
        self.assertEqual(ratios, sorted(ratios, reverse=True))

    def test_wrong_options_are_usage_errors(self):
        for arguments in (["--by=colour"], ["--sort=colour"], ["--by=type", "--sort=only_bytes"], ["--limit=x"]):
            _, err = self.expect(2, "stat", *arguments, self.good)
            self.assertIn(arguments[-1].split("=")[0], err)
        self.expect(2, "stat")
        self.expect(2, "stat", self.good, self.good)

    def test_bad_files_have_the_codes_of_every_verb(self):
        content = self.content(self.good)
        self.expect(3, "stat", self.path("missing"))
        self.expect(3, "stat", self.folder.name)
        self.expect(4, "stat", self.file("cut", content[:len(content) // 2]))
        self.expect(5, "stat", self.file("garbage", b"garbage"))
        self.expect(6, "stat", "--max-blocks=3", self.good)
        _, err = self.expect(6, "stat", "--max-memory=10", self.good)
        self.assertIn("--max-memory", err)
        with open("/dev/full", "wb") as full:
            self.expect(3, "stat", self.good, stdout=full)
        document = self.stat(self.file("garbage", b"garbage"), code=5)
        self.assertEqual(document["error"]["class"], "not a checkpoint")

    def test_pointers_to_nowhere_are_counted_and_answered_with_4(self):
        document = self.stat(self.sample("pointer"), code=4)
        self.assertEqual(document["totals"]["dangling"], "1")
        out, err = self.expect(4, "stat", self.sample("pointer"))
        self.assertIn("1 that lead nowhere", out)
        self.assertIn("1 pointers lead nowhere", err)

    def test_damaged_data_matters_to_those_who_read_it(self):
        damaged = bytearray(self.content(self.good))
        damaged[len(damaged) // 2] ^= 1
        path = self.file("damaged", bytes(damaged))
        self.expect(0, "stat", "--by=type", path)

    def test_a_pipe_gives_the_same(self):
        by_name, _ = self.expect(0, "stat", "--json", self.good)
        by_pipe, _ = self.expect(0, "stat", "--json", "-", input=self.content(self.good))
        self.assertEqual(by_pipe.replace('"-"', '"%s"' % self.good, 1), by_name)

    def test_a_hundred_thousand_nodes_in_a_deep_graph(self):
        if EXAMPLES is None:
            self.skipTest("the examples are not built")
        path = self.path("bitonic.msrck")
        subprocess.run([os.path.join(EXAMPLES, "bitonic"), "100000", "1", "--checkpoint-at=150000", "--checkpoint-stop",
                        "--checkpoint-to=" + path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        document = self.stat(path)
        self.assertEqual(self.row(document["types"], name="struct node")["blocks"], "131071")
        outermost = self.row(document["roots"], name="run.root")
        self.assertEqual(outermost["reachable_blocks"], "131071")
        self.assertEqual(document["totals"]["unreachable_blocks"], "0")


tool_case.main()
