# SPDX-License-Identifier: MIT
"""Manual pages: correct, and with just the options that the tool has."""
import os
import re
import subprocess

import tool_case
from tool_case import ROOT, ToolCase

PAGES = ["msrck", "msrck-info", "msrck-dump", "msrck-get", "msrck-diff", "msrck-convert", "msrck-stat", "msrck-graph", "msrck-verify"]


class Manual(ToolCase):
    def page(self, name):
        with open(os.path.join(ROOT, "man", name + ".1"), encoding="utf-8") as file:
            return file.read()

    def test_mandoc_finds_nothing_wrong(self):
        for name in PAGES:
            path = os.path.join(ROOT, "man", name + ".1")
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", path], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            # Pages that are not installed here cannot be found; that is no fault of the page.
            lines = [line for line in done.stdout.decode().splitlines() if "referenced manual not found" not in line]
            self.assertEqual(lines, [])

    def test_pages_and_help_have_the_same_options(self):
        for verb in ("info", "dump", "get", "diff", "convert", "stat", "graph", "verify"):
            out, _ = self.expect(0, "help", verb)
            text = self.page("msrck-" + verb)
            helped = set(re.findall(r"--([a-z-]+)", out))
            described = {name for line in text.splitlines() if line.startswith(".It Fl")
                         for name in re.findall(r"-([a-z][a-z-]+)", line)}
            self.assertEqual(described, helped)
            synopsis = text.split(".Sh SYNOPSIS")[1].split(".Sh DESCRIPTION")[0]
            for name in helped - {"help", "quiet"}:
                self.assertIn("-" + name, synopsis)

    def test_the_exit_codes_are_in_the_page_and_in_the_header(self):
        with open(os.path.join(ROOT, "src/cli/exit_codes.h"), encoding="utf-8") as file:
            codes = re.findall(r"EXIT_CODE_\w+ = (\d)", file.read())
        self.assertEqual(codes, [str(i) for i in range(8)])
        for code in codes:
            self.assertIn(".It %s\n" % code, self.page("msrck").split(".Sh EXIT STATUS")[1])

    def test_every_finding_is_explained(self):
        with open(os.path.join(ROOT, "schemas/verify.schema.json"), encoding="utf-8") as file:
            known = set(re.findall(r'"([a-z-]+)"', file.read().split('"id": {')[1].split("]")[0])) - {"enum"}
        explained = {name for line in re.findall(r"(?m)^\.It Sy (.*)$", self.page("msrck-verify"))
                     for name in line.split(" , ")}
        self.assertEqual(explained, known)
        self.assertIn("pointer-type", known)


tool_case.main()
