# SPDX-License-Identifier: MIT
"""msrck info: what a checkpoint is."""
import os

import tool_case
from tool_case import ToolCase


class Info(ToolCase):
    def test_text_tells_program_position_and_sizes(self):
        out, err = self.expect(0, "info", self.good)
        self.assertEqual(err, "")
        self.assertEqual(out.split("\n")[0], self.good)
        for pattern in (r"program +sample\n", r"fingerprint +[0-9a-f]{64}\n", r"format +1\.0, needs a reader of 1\.0\n",
                        r"frames +2\n", r"stopped in +merge at point 2, after left\n", r"blocks +13\n",
                        r"with codec zlib, filter planes", r"file +%d bytes\n" % os.path.getsize(self.good)):
            self.assertRegex(out, pattern)
        self.assertIn("host = b\u00fcro", out)

    def test_json_tells_the_same(self):
        document = self.json("info", 0, "info", "--json", self.good)
        file = document["files"][0]
        self.assertEqual(file["program"], "sample")
        self.assertEqual(file["frames"][0], {"function": "merge", "point": 2, "label": "after left"})
        self.assertEqual(file["blocks"], "13")
        self.assertEqual(file["file_bytes"], str(os.path.getsize(self.good)))
        self.assertEqual(sum(int(coding["chunks"]) for coding in file["coding"]), int(file["chunks"]))
        self.assertLess(int(file["stored_bytes"]), int(file["raw_bytes"]))
        self.assertEqual(file["notes"], [{"key": "host", "value": "b\u00fcro"}])

    def test_several_files_are_told_in_order_and_failures_among_them(self):
        garbage = self.file("garbage", b"garbage")
        document = self.json("info", 5, "info", "--json", self.good, garbage, self.sample("good", "none"))
        self.assertEqual([file["file"] for file in document["files"]],
                         [self.good, garbage, self.sample("good", "none")])
        self.assertEqual(document["files"][1]["error"]["class"], "not a checkpoint")
        code, out, _ = self.run_tool("info", self.path("missing"), self.good)
        self.assertEqual(code, 3)
        self.assertIn("sample", out)


tool_case.main()
