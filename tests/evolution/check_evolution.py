#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Newer versions of a program resume a checkpoint of the first, say what they made of it, and verify had said so before.

usage: check_evolution.py FOLDER MSRCK [--old=FOLDER] [--old-emulator=COMMAND] [--emulator=COMMAND]

FOLDER holds the programs versions_*; the checkpoints are made by versions_first in the folder --old, which may be of another
machine.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

DOES_NOT_FIT = 7
FIRST = """frame depth 0 fresh -1 corners 0 0
frame depth 1 fresh -1 corners 1 -1
count 0 big 0 colour red cells 1/0 2/0 0/0 tag 2 real 0.5 bits 7 length 40
count 100 big 1000 colour blue cells 2/0 3/0 0/0 tag 2 real 1.5 bits 8 length 41
count 200 big 2 colour red cells 3/0 4/0 0/0 tag 2 real 2.5 bits 9 length 42
table 10 11 12 0 pointers 2 4 grid 5 6 scale 1.5
"""

# Version: what it replaces in that output, and its report. Where it says nothing else, all of it holds for both checkpoints.
RESUMED = {
    "first": ([], []),
    "added": ([(" length", " fresh 2.5 zero 0 length")],
              ["struct node.fresh: added; becomes its default", "struct node.zero: added; becomes zero"]),
    "removed": ([(" length 40", ""), (" length 41", ""), (" length 42", "")],
                ["struct node.length: removed; what it held is dropped"]),
    "renamed": ([], ["struct node.size: renamed; was length"]),
    "widened": ([], ["struct node.count: was int, is long"]),
    "narrowed": ([], ["struct node.count: was int, is short"]),
    "reordered": ([], ["struct node: its fields stand in another order"]),
    "grown": ([(" 0/0 tag", " 0/0 0/0 0/0 tag")], ["struct node.cells: was struct cell [3], is struct cell [5]"]),
    "cut": ([(" 0/0 tag", " tag")], ["struct node.cells: was struct cell [3], is struct cell [2]"]),
    "nested_default": ([("/0", "/5"), (" 0/5 tag", " 0/5 0/5 0/5 tag")],
                       ["struct cell.weight: added; becomes its default",
                        "struct node.cells: was struct cell [3], is struct cell [5]"]),
    "enum_added": ([], ["enum colour: its numbers have changed; values follow their names", "enum colour: BLACK added"]),
    "enum_removed": ([], ["enum colour: its numbers have changed; values follow their names",
                          "enum colour: GREEN removed; a value of it is refused"]),
    "union_added": ([], ["union content.text: added"]),
    "union_removed": ([], ["union content.number: removed; a value of it is refused"]),
    "globals": ([("12 0 pointers", "12 0 -5 -6 pointers"), ("grid 5 6", "grid 5 6 0 0"),
                 ("scale 1.5\n", "scale 1.5\nfresh_global 77\n")],
                ["table: was int [4], is int [6]", "grid: was short [2][3], is short [4][3]", "factor: renamed; was scale",
                 "spare: removed; what it held is dropped", "fresh_global: added; keeps what the program gave it"]),
    "table_cut": ([("12 0 pointers 2 4", "12 pointers 2 3")], ["table: was int [4], is int [3]"]),
    "live": ([("fresh -1", "fresh 9")], ["struct descend_variables.depth: was int, is long",
                                         "struct descend_live.gone: removed; what it held is dropped",
                                         "struct descend_variables.fresh: added; becomes its default"]),
    "locals": ([("corners 0 0", "corners 0 0 0 0"), ("corners 1 -1", "corners 1 -1 0 0")],
               ["descend.gone: removed; what it held is dropped", "descend.added: added; keeps what the program gave it",
                "descend.corners: was int [2], is int [4]"]),
    "points": ([], ["descend: point 1 ('here') is point 2 now", "descend: point 2 ('call') is point 3 now"]),
}

# Version: what its refusal says; verify names the same place, and says the same behind it.
REFUSED = {
    "narrowed_too_far": "head->next->big: 1000 does not fit in 8-bit signed char",
    "real": "count: int cannot become double",
    "cut_too_far": "cells: element 1 is not zero, and the program has room for 1",
    "tags": "head->next->next->content: member real is not what the program's tag stands for",
    "inner_dimension": "grid: short [2][3] cannot become short [2][4]: of a variable's dimensions only the first may change",
    "point_gone": "goes on at point 1 ('here') of function 'descend', which the program does not have; its points there: "
                  "'elsewhere', 'call'",
    "function_gone": "a frame of function 'descend', which th",
}
# The same of a checkpoint that uses what these versions have removed.
REFUSED_ALL = {
    "enum_removed": "head->next->next->colour: the program's enum colour has no enumerator GREEN",
    "union_removed": "head->next->next->content: the program's union content has no member number",
}


class Evolution:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.checkpoints = {}
        for name, environment in (("old", {}), ("all", {"VERSIONS_USE_ALL": "1"})):
            self.checkpoints[name] = os.path.join(scratch, name + ".msrck")
            command = options.old_emulator.split() + [os.path.join(options.old or options.folder, "versions_first")]
            subprocess.run(command + ["--checkpoint-at=1", "--checkpoint-stop", f"--checkpoint-to={self.checkpoints[name]}"],
                           env={**os.environ, **environment}, check=True)

    def resume(self, version, name):
        """(exit code, output, message, changes of the report)"""
        report = os.path.join(self.scratch, "report")
        command = self.options.emulator.split() + [os.path.join(self.options.folder, "versions_" + version)]
        done = subprocess.run(command + [f"--resume={self.checkpoints[name]}", f"--resume-report={report}"],
                              capture_output=True, text=True, check=False)
        with open(report, encoding="utf-8") as file:
            lines = [line.rstrip("\n").split(": ", 1)[1] for line in file]
        changes = [line[len("change: "):] for line in lines if line.startswith("change: ")]
        assert (done.returncode == 0) == lines[-1].startswith("resumed"), (version, lines)
        assert done.returncode == 0 or lines[-1].startswith("refused: "), (version, lines)
        return done.returncode, done.stdout, done.stderr, changes

    def foretell(self, version, name):
        """(fits, obstacles as 'path: text', changes) by msrck verify"""
        done = subprocess.run([self.options.msrck, "verify", "--json",
                               "--program=" + os.path.join(self.options.folder, "versions_" + version),
                               self.checkpoints[name]], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["files"][0]["elsewhere"][0]
        assert done.returncode == (0 if found["fits"] else DOES_NOT_FIT), done.stdout
        return found["fits"], [": ".join(filter(None, (one["path"], one["text"]))) for one in found["obstacles"]], \
            [change["text"] for change in found["changes"]]

    def check_resumed(self, version, name):
        replacements, changes = RESUMED[version]
        code, output, message, told = self.resume(version, name)
        assert code == 0 and message == "", (version, name, code, message)
        if name == "old":
            expected = FIRST
            for before, after in replacements:
                assert before in expected, (version, before)
                expected = expected.replace(before, after)
            said = "".join(change + "\n" for change in told)
            assert output == expected + said, f"{version}:\n{output}--- expected\n{expected}{said}"
        assert sorted(told) == sorted(changes), (version, told)
        fits, obstacles, foretold = self.foretell(version, name)
        assert fits and not obstacles, (version, name, obstacles)
        assert sorted(foretold) == sorted(changes), (version, foretold)

    def check_refused(self, version, name, text):
        code, output, message, _ = self.resume(version, name)
        assert code == DOES_NOT_FIT and output == "", (version, name, code, output)
        assert text in message and message.count("\n") == 1, (version, name, message)
        fits, obstacles, _ = self.foretell(version, name)
        assert not fits and any(text in obstacle for obstacle in obstacles), (version, name, obstacles)

    def check(self):
        for version in RESUMED:
            self.check_resumed(version, "old")
            if version not in REFUSED_ALL:
                self.check_resumed(version, "all")
        for version, text in REFUSED.items():
            self.check_refused(version, "old", text)
        for version, text in REFUSED_ALL.items():
            self.check_refused(version, "all", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("msrck")
    parser.add_argument("--old")
    parser.add_argument("--old-emulator", default="")
    parser.add_argument("--emulator", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        Evolution(options, scratch).check()
    return 0


if __name__ == "__main__":
    sys.exit(main())
