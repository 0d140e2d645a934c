# SPDX-License-Identifier: MIT
"""Verbs, options, help and version."""
import tool_case
from tool_case import ToolCase

VERBS = ["info", "dump", "verify", "ps", "checkpoint", "help", "version"]


class Usage(ToolCase):
    def test_help_lists_every_verb_and_exit_code(self):
        out, err = self.expect(0, "help")
        self.assertEqual(err, "")
        for verb in VERBS:
            self.assertRegex(out, r"(?m)^  %s +\S" % verb)
        for code in range(8):
            self.assertRegex(out, r"(?m)^  %d  \S" % code)
        self.assertEqual(self.expect(0, "--help"), (out, err))

    def test_help_of_a_verb_is_its_help_option(self):
        for verb in VERBS:
            out, _ = self.expect(0, "help", verb)
            self.assertIn("usage: msrck " + verb, out)
            self.assertEqual(self.expect(0, verb, "--help")[0], out)
            self.assertEqual(self.expect(0, verb, "-h")[0], out)

    def test_unknown_verbs_get_a_hint(self):
        _, err = self.expect(2, "dumb", "x")
        self.assertIn("did you mean 'dump'?", err)
        _, err = self.expect(2, "frobnicate")
        self.assertIn("unknown verb 'frobnicate'", err)
        self.assertNotIn("did you mean", err)
        self.expect(2, "help", "frobnicate")

    def test_wrong_calls_are_usage_errors(self):
        for arguments in ([], ["--what"], ["dump"], ["verify"], ["info"], ["dump", self.good, self.good],
                          ["verify", "--quik", "x"], ["dump", "--limit"], ["dump", "--limit", "many", self.good],
                          ["dump", "--limit=-1", self.good],
                          ["dump", "--limit=99999999999999999999", self.good], ["info", "--max-chunk=5KB", self.good],
                          ["info", "--max-chunk=99999999999TiB", self.good], ["info", "--json=yes", self.good],
                          ["verify", "-x", self.good], ["version", "surplus"], ["help", "dump", "info"], [""]):
            out, err = self.expect(2, *arguments)
            self.assertEqual(out, "", arguments)
            self.assertRegex(err, r"\Amsrck: [^\n]+\nmsrck: see 'msrck help[ a-z]*'\n\Z")

    def test_options_stand_anywhere_and_end_at_two_dashes(self):
        self.expect(0, "verify", self.good, "--deep")
        self.expect(0, "info", "--max-blocks", "100", self.good, "--max-chunk=1MiB")
        _, err = self.expect(3, "info", "--", "--json")
        self.assertIn("--json: No such file", err)
        self.expect(0, "verify", "-q", "--", self.good)

    def test_version_as_text_and_json(self):
        out, _ = self.expect(0, "version")
        self.assertRegex(out, r"\Amsrck \d+\.\d+\.\d+\nformat 1\.0\ncodecs none zlib( zstd)?\n\Z")
        self.assertEqual(self.expect(0, "--version")[0], out)
        document = self.json("version", 0, "version", "--json")
        self.assertEqual(document["format"], {"major": 1, "minor": 0})
        self.assertTrue(out.startswith("msrck " + document["version"] + "\n"))


tool_case.main()
