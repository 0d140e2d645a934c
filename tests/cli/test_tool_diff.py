# SPDX-License-Identifier: MIT
"""msrck diff and msrck verify --same, on graphs that are made to order.

Called as: test_tool_diff.py MSRCK WRITE_SAMPLE SOURCE_ROOT WRITE_GRAPH WRITE_GROWN
"""
import copy
import json
import os
import pty
import random
import subprocess
import sys
import time

import tool_case
from tool_case import ToolCase

WRITE_GRAPH, WRITE_GROWN = (os.path.abspath(argument) for argument in sys.argv[4:6])
SANITIZED = os.environ.get("MSRCK_TEST_BUILD") == "sanitize"


def apply_patch(document, patch):
    """A patch on a dump, as schemas/README.md says. Blocks become a dictionary; new ones keep their names."""
    document = copy.deepcopy(document)
    names = {entry["id"]: entry["name"] for entry in document["types"]}
    blocks = {block["block"]: (extent["segment"], names[extent["type"]], extent["count"], block)
              for extent in document["extents"] for block in extent["blocks"]}
    for operation in patch["operations"]:
        if operation["op"] == "add":
            assert operation["block"] not in blocks
            blocks[operation["block"]] = (operation["segment"], operation["type"], operation["count"],
                                          {"elements": operation["elements"]})
        elif operation["op"] == "set":
            place, key = blocks[operation["block"]][3], "elements"
            for step in operation["at"]:
                place, key = place[key], step
            assert place[key] == operation["old"], operation
            place[key] = operation["new"]
    roots = {"variables": [dict(entry, type=names[entry["type"]]) for entry in document["variables"]],
             "frames": [{key: entry[key] for key in ("name", "point", "live", "locals")}
                        for entry in document["frames"]]}
    roots.update({operation["op"]: operation["new"] for operation in patch["operations"] if operation["op"] in roots})
    return blocks, roots


def canonical(blocks, roots):
    """The state without its block numbers: blocks in the order in which they are found from the roots."""
    numbers, queue = {}, []

    def renamed(value):
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) != {"block", "leaf"}:
            return {key: renamed(item) for key, item in value.items()}
        if value["block"] not in numbers:
            numbers[value["block"]] = len(numbers)
            queue.append(value["block"])
        return {"number": numbers[value["block"]], "leaf": value["leaf"]}

    state = [renamed(roots)]
    for block in queue:
        segment, type_name, count, content = blocks[block]
        state.append((segment, type_name, count, renamed(content["elements"])))
    return state


# Fields that say which member of a union is active: one with another's tag would not be a state any more, and is refused.
TAGS = ("kind",)


def collect_places(holder, key, path, found):
    """Where values and pointers stand, by what they are, without tags: elements of an array and fields of a name are the same."""
    value = holder[key]
    if value is None or (isinstance(value, dict) and set(value) == {"block", "leaf"}):
        found.setdefault(path + ("pointer",), []).append((holder, key))
    elif isinstance(value, (dict, list)):
        for step in value if isinstance(value, dict) else range(len(value)):
            collect_places(value, step, path + (step if isinstance(value, dict) else "#",), found)
    elif key not in TAGS:
        found.setdefault(path + ("value",), []).append((holder, key))


class Diff(ToolCase):
    @classmethod
    def graph(cls, shape, count, *changes):
        path = cls.path("-".join([shape, str(count)] + [change.replace(":", "_") for change in changes]))
        if not os.path.exists(path):
            subprocess.run([WRITE_GRAPH, path, shape, str(count), *changes], check=True)
        return path

    def lines(self, code, *arguments):
        out, _ = self.expect(code, "diff", *arguments)
        return out.splitlines()

    def dump(self, path):
        return json.loads(self.expect(0, "dump", "--json", path)[0])

    # What differs

    def test_the_same_state_is_no_difference(self):
        for shape in ("list", "ring", "tree", "table", "numbers"):
            path = self.graph(shape, 50)
            self.assertEqual(self.lines(0, path, path), ["0 differences (exact)"])
        self.assertEqual(self.lines(0, self.good, self.sample("good", "none")), ["0 differences (exact)"])

    def test_the_order_of_blocks_in_the_file_says_nothing(self):
        lines = self.lines(0, self.graph("list", 1000), self.graph("shuffled", 1000))
        self.assertEqual(lines, ["0 differences (exact)"])

    def test_a_changed_value_has_its_path(self):
        self.assertEqual(self.lines(1, self.graph("list", 50), self.graph("list", 50, "value=2:-8")),
                         ["list->next->next->value: 14 -> -8", "1 difference (exact)"])
        self.assertEqual(self.lines(1, self.graph("numbers", 50), self.graph("numbers", 50, "value=9:1")),
                         ["numbers[9]: 15.75 -> 0.25", "1 difference (exact)"])

    def test_an_inserted_node_is_one_insertion(self):
        for shape, root in (("list", "list"), ("shuffled", "list")):
            for at in (0, 1, 17, 50):
                with self.subTest(shape=shape, at=at):
                    lines = self.lines(1, self.graph(shape, 50), self.graph(shape, 50, "insert=%d" % at))
                    self.assertEqual(len(lines), 2)
                    self.assertIn("inserted struct node {value = -1", lines[0])
        self.assertTrue(self.lines(1, self.graph("list", 50), self.graph("list", 50, "insert=17"))[0].startswith(
            "list->next{17}: inserted struct node {value = -1, name = NULL, next = list->next{17}}"))
        # Appended, the node is also what `last` leads to now.
        self.assertEqual(lines[0], "last: inserted struct node {value = -1, name = NULL, next = NULL}, "
                                   "was list->next{49}")

    def test_a_removed_node_is_one_removal(self):
        for at in (0, 17):
            lines = self.lines(1, self.graph("list", 50), self.graph("list", 50, "remove=%d" % at))
            self.assertEqual(len(lines), 2)
            self.assertRegex(lines[0], r"\Alist(->next\{17\})?: removed struct node \{value = %d, " % (at * 7))

    def test_nodes_linked_both_ways_count_once(self):
        lines = self.lines(1, self.graph("ring", 50), self.graph("ring", 50, "insert=17", "remove=30"))
        self.assertEqual(len(lines), 3)
        self.assertIn(": inserted struct twin", lines[0])
        self.assertIn(": removed struct twin", lines[1])

    def test_a_run_of_nodes_is_one_insertion(self):
        lines = self.lines(1, self.graph("list", 50), self.graph("list", 50, "insert=9", "insert=9", "insert=9"))
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[0].endswith("(3 blocks)"), lines[0])

    def test_a_subtree_is_one_insertion(self):
        lines = self.lines(1, self.graph("tree", 7), self.graph("tree", 9))
        inserted = "tree->left->left->%s: inserted struct leaf {value = %d, left = NULL, right = NULL}"
        self.assertEqual(lines, [inserted % ("left", 49), inserted % ("right", 56), "2 differences (exact)"])
        lines = self.lines(1, self.graph("tree", 31), self.graph("tree", 1))
        self.assertEqual(lines[0], "tree->left: removed struct leaf {value = 7, left = removed struct leaf, right = "
                                   "removed struct leaf} (15 blocks)")

    def test_text_constants_are_values(self):
        lines = self.lines(1, self.graph("list", 9, "name=3:hello", "name=5:you"),
                           self.graph("list", 9, "name=3:world", "name=5:you"))
        self.assertEqual(lines, ['list->next{3}->name: "hello" -> "world"', "1 difference (exact)"])

    def test_pointers_to_other_places(self):
        lines = self.lines(1, self.graph("table", 20), self.graph("table", 20, "remove=10"))
        self.assertIn("*all: 20 elements -> 19 elements", lines)
        self.assertTrue(any(line.startswith("all[10]: list->next{9} -> list->next{8}") for line in lines), lines)

    def test_other_programs_and_types(self):
        lines = self.lines(1, self.good, self.graph("list", 3))
        self.assertTrue(any(line.startswith("all: only in ") for line in lines), lines)
        self.assertTrue(any(line.startswith("merge: only in ") for line in lines), lines)
        document = self.json("diff", 1, "diff", "--json", self.good, self.graph("list", 3))
        self.assertFalse(document["patch"]["applicable"])
        self.assertIn("types", document["patch"]["reason"])
        self.assertEqual(document["patch"]["operations"], [])

    def test_a_type_that_changed_is_reported_once(self):
        old, new = self.graph("list", 50), self.path("grown")
        subprocess.run([WRITE_GROWN, new, "list", "50", "value=2:-8", "insert=17"], check=True)
        lines = self.lines(1, old, new)
        self.assertEqual(lines[0], "struct node: {int value} -> {long value, double weight}")
        self.assertEqual(lines[1], "list->next->next->value: 14 -> -8")
        self.assertTrue(lines[2].startswith("list->next{17}: inserted struct node {value = -1, "), lines)
        self.assertEqual(len(lines), 4)
        lines = self.lines(1, new, old)
        self.assertEqual(lines[0], "struct node: {long value, double weight} -> {int value}")
        self.assertEqual(len(lines), 4)

    def test_single_faults_of_the_sample(self):
        for fault, line in (("bool", "all.flag: true -> 2"), ("bit-field", "all.bits.ready: 5 -> 9"),
                            ("tag", "all.shapes[0].kind: 0 -> 1")):
            self.assertEqual(self.lines(1, self.good, self.sample(fault)), [line, "1 difference (exact)"])

    # Options

    def test_tolerances(self):
        a, b = self.graph("numbers", 9), self.graph("numbers", 9, "value=4:29")     # 7.0 and 7.25
        for spec, code in (("abs=0.25", 0), ("abs=0.2", 1), ("rel=0.04", 0), ("rel=0.03", 1), ("ulp=5", 1),
                           ("ulp=281474976710656", 0), ("abs=0.1,rel=0.04", 0), ("abs=0,ulp=1", 1)):
            with self.subTest(spec=spec):
                lines = self.lines(code, "--float=" + spec, a, b)
                self.assertEqual(lines[-1], "%d difference%s (float %s)" % (code, "s" if code == 0 else "", spec))
        for spec in ("", "abs", "abs=", "abs=x", "abs=-1", "abs=1,", "eps=1", "abs=nan", "ulp=0.5", "ulp=1e300"):
            self.expect(2, "diff", "--float=" + spec, a, b)
        self.lines(0, "--nan-equal", self.good, self.good)

    def test_ignored_paths(self):
        a = self.graph("list", 50)
        b = self.graph("list", 50, "value=2:-8", "value=20:5")
        self.assertEqual(len(self.lines(1, "--ignore", "list->next->next->value", a, b)), 2)
        for pattern in ("list", "*->value", "list*", "*"):
            self.assertEqual(self.lines(0, "--ignore=" + pattern, a, b),
                             ["0 differences (exact, ignoring %s)" % pattern])
        for pattern in ("lis", "list->next->next->valu", "value", "last"):
            self.assertEqual(len(self.lines(1, "--ignore=" + pattern, a, b)), 3)
        self.lines(0, "--ignore=list->next->next->value", "--ignore=list->next{20}", a, b)

    def test_count_summary_and_quiet(self):
        a, b = self.graph("numbers", 50), self.graph("numbers", 50, "insert=0")
        self.assertEqual(self.lines(1, "--count=2", a, b)[-2:], ["... 49 more", "51 differences (exact)"])
        summary = self.lines(1, "--summary", a, b)
        self.assertRegex("\n".join(summary), r"(?m)^value +50$")
        self.assertRegex("\n".join(summary), r"(?m)^length +1$")
        self.assertEqual(self.lines(1, "-q", a, b), [])
        self.assertEqual(self.lines(0, "-q", a, a), [])

    def test_colour(self):
        a, b = self.graph("list", 50), self.graph("list", 50, "value=2:-8")
        self.assertNotIn("\033", "".join(self.lines(1, a, b)))
        self.assertIn("\033[31m14\033[0m -> \033[32m-8\033[0m", self.lines(1, "--color=always", a, b)[0])
        self.expect(2, "diff", "--color=often", a, b)
        for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True),
                                    ({"TERM": "dumb"}, False)):
            environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
            environment.update({"TERM": "xterm"})
            environment.update(variables)
            ours, theirs = pty.openpty()
            done = subprocess.run([tool_case.MSRCK, "diff", a, b], stdout=theirs, env=environment, timeout=60)
            os.close(theirs)
            self.assertEqual(b"\033" in os.read(ours, 4096), coloured)
            os.close(ours)
            self.assertEqual(done.returncode, 1)

    # The patch

    def check_patch(self, a, b):
        document = self.json("diff", 1, "diff", "--json", a, b)
        self.assertTrue(document["patch"]["applicable"], document["patch"]["reason"])
        nothing = {"operations": []}
        self.assertEqual(canonical(*apply_patch(self.dump(a), document["patch"])),
                         canonical(*apply_patch(self.dump(b), nothing)))
        return document

    def test_the_patch_makes_b_of_a(self):
        changes = ("value=2:-8", "insert=17", "remove=30", "name=5:text")
        for shape in ("list", "ring", "tree", "table", "shuffled", "numbers"):
            a = self.graph(shape, 50, "name=4:other") if shape != "ring" else self.graph(shape, 50)
            with self.subTest(shape=shape):
                self.check_patch(a, self.graph(shape, 50, *changes))
                self.check_patch(self.graph(shape, 50, *changes), a)
        for fault in ("bool", "bit-field", "tag", "pointer-type", "opaque"):
            with self.subTest(fault=fault):
                self.check_patch(self.good, self.sample(fault))

    def mutated(self, document, dice):
        """The document with some values and pointers exchanged, blocks moved and copied: what comes out keeps its types."""
        document = copy.deepcopy(document)
        for _ in range(dice.choice((1, 1, 2, 3, 8))):
            found = {}
            for extent in document["extents"]:
                for block in extent["blocks"]:
                    collect_places(block, "elements", (extent["segment"], extent["type"]), found)
            kind = dice.choice(("value", "value", "pointer", "pointer", "move", "copy"))
            extent = dice.choice([extent for extent in document["extents"] if extent["segment"] == "heap"])
            if kind == "move":
                dice.shuffle(extent["blocks"])
            elif kind == "copy":
                blocks = [block for each in document["extents"] for block in each["blocks"]]
                twin = copy.deepcopy(dice.choice(extent["blocks"]))
                old, twin["block"] = twin["block"], str(1 + max(int(block["block"]) for block in blocks))
                extent["blocks"].insert(dice.randrange(len(extent["blocks"]) + 1), twin)
                leading = [place for path, places in found.items() if path[-1] == "pointer" for place in places
                           if place[0][place[1]] is not None and place[0][place[1]]["block"] == old]
                for holder, key in dice.sample(leading, min(1, len(leading))):
                    holder[key] = {"block": twin["block"], "leaf": holder[key]["leaf"]}
            else:
                places = dice.choice([found[path] for path in sorted(found, key=repr) if path[-1] == kind])
                (here, key), (there, other) = dice.choice(places), dice.choice(places)
                here[key], there[other] = there[other], here[key]
                if kind == "pointer" and dice.random() < 0.2:
                    here[key] = None
        return document

    def test_random_changes_are_patched_exactly(self):
        """B is A with random changes; A patched by their difference is the same state as B, with the same digest."""
        seed = int(os.environ.get("MSRCK_TEST_SEED", "20261123"))
        for base in (self.good, self.graph("tree", 30), self.graph("list", 30, "name=4:other", "name=9:text")):
            document = self.dump(base)
            for i in range(4 if SANITIZED else 12):
                changed, patch, patched = self.path("changed.msrck"), self.path("patch.json"), self.path("patched.msrck")
                mutated = self.mutated(document, random.Random(seed * 1000 + i))
                text = json.dumps(mutated)
                with self.subTest(base=base, seed=seed, i=i):
                    self.expect(0, "convert", "-f", "-o", changed, self.file("mutated.json", text.encode()))
                    code, out, err = self.run_tool("diff", "--json", base, changed)
                    self.assertIn(code, (0, 1), err)
                    self.file("patch.json", out.encode())
                    self.expect(0, "convert", "-f", "--to=ckpt", "--patch", patch, "-o", patched, base)
                    self.expect(0, "verify", "--deep", "-q", patched)
                    self.assertEqual(self.expect(0, "verify", "--same", patched, changed)[0], "")
                    digests = [json.loads(self.expect(0, "info", "--json", "--digest", path)[0])["files"][0]["digest"]
                               for path in (patched, changed)]
                    self.assertEqual(digests[0], digests[1])

    def test_the_patch_leaves_out_what_is_ignored(self):
        a, b = self.graph("list", 50), self.graph("list", 50, "value=2:-8", "value=20:5")
        document = self.json("diff", 1, "diff", "--json", "--ignore=list->next->next->value", a, b)
        self.assertEqual([operation["at"] for operation in document["patch"]["operations"]], [[0, "value"]])
        self.assertFalse(document["criterion"]["exact"])
        a, b = self.good, self.sample("tag")
        document = self.json("diff", 0, "diff", "--json", "--ignore=all.shapes[0].kind", a, b)
        self.assertEqual(document["patch"]["operations"], [])
        document = self.json("diff", 1, "diff", "--json", "--summary", a, b)
        self.assertNotIn("patch", document)
        self.assertEqual(document["differences"], [])
        self.assertEqual(document["summary"]["differences"], "1")

    # verify --same

    def test_verify_same(self):
        a, b = self.graph("list", 50), self.graph("list", 50, "value=2:-8", "value=20:5")
        self.assertEqual(self.expect(0, "verify", "--same", a, self.graph("shuffled", 50))[0], "")
        self.assertEqual(self.expect(1, "verify", "--same", a, b)[0], "list->next->next->value: 14 -> -8\n")
        self.assertEqual(self.expect(1, "verify", "--same", "-q", a, b)[0], "")
        self.assertFalse(self.json("verify", 1, "verify", "--json", "--same", a, b)["same"])
        self.assertTrue(self.json("verify", 0, "verify", "--json", "--same", a, a)["same"])
        damaged = self.json("verify", 1, "verify", "--json", "--same", self.sample("bool"), self.sample("pointer"))
        self.assertNotIn("same", damaged)
        for files in ((a,), (a, a, a), (a, "-")):
            self.expect(2, "verify", "--same", *files)

    def test_verify_compares_two_files_unless_asked_for_something_else(self):
        a, b = self.graph("list", 50), self.graph("list", 50, "value=2:-8")
        self.assertEqual(self.expect(0, "verify", a, self.graph("shuffled", 50)), ("", ""))
        self.assertEqual(self.expect(1, "verify", a, b), ("list->next->next->value: 14 -> -8\n", ""))
        self.assertFalse(self.json("verify", 1, "verify", "--json", a, b)["same"])
        for arguments in (("--each", a, b), (a, b, a), ("--quick", a, b), ("--target=s390x", a, b)):
            self.assertEqual(self.expect(0, "verify", *arguments)[0], "", arguments)
        self.expect(2, "verify", "--same", "--each", a, b)

    # Trouble

    def test_bad_input(self):
        good = self.graph("list", 50)
        cut = self.file("cut", self.content(good)[:-40])
        for bad, code in ((self.path("missing"), 3), (self.folder.name, 3), (self.file("empty", b""), 5),
                          (self.file("noise", b"noise" * 99), 5), (cut, 4), (self.sample("pointer"), 4),
                          (self.sample("function"), 4), (self.sample("union"), 4)):
            for files in ((bad, good), (good, bad), (bad, bad)):
                if bad.endswith(("zlib.msrck",)):
                    files = tuple(self.good if file == good else file for file in files)
                with self.subTest(files=files):
                    self.expect(code, "diff", "-q", *files)
                    _, err = self.expect(code, "diff", *files)
                    self.assertIn(bad, err)
        for arguments in ((), (good,), (good, good, good), ("-", "-"), ("--no-such", good, good),
                          ("--count=x", good, good)):
            self.expect(2, "diff", *arguments)
        self.expect(6, "diff", "--max-blocks=3", good, good)

    def test_streams(self):
        a, b = self.graph("list", 50), self.graph("list", 50, "value=2:-8")
        with open(b, "rb") as file:
            self.assertEqual(self.run_tool("diff", a, "-", stdin=file)[0], 1)
        with open("/dev/full", "w") as full:
            self.assertEqual(self.run_tool("diff", a, b, stdout=full)[0], 3)

    # Size

    def test_a_million_nodes_in_seconds(self):
        many, longest = (20000, 60) if SANITIZED else (1000000, 30)
        for shape, count in (("list", many), ("tree", many), ("ring", many // 10), ("shuffled", many // 10)):
            a = self.graph(shape, count)
            b = self.graph(shape, count, "value=3:-8", *([] if shape == "tree" else ["insert=%d" % (count // 2)]))
            begin = time.monotonic()
            lines = self.lines(1, a, b)
            self.assertLess(time.monotonic() - begin, longest)
            self.assertEqual(len(lines), 2 if shape == "tree" else 3, lines[:5])
            begin = time.monotonic()
            document = json.loads(self.expect(1, "diff", "--json", a, b)[0])
            self.assertLess(time.monotonic() - begin, longest)
            self.assertLess(len(document["patch"]["operations"]), 6)

    def test_everything_changed_is_no_quadratic_step(self):
        count = 5000 if SANITIZED else 200000
        a = self.graph("list", count)
        every = self.path("every")
        subprocess.run([WRITE_GRAPH, every, "list", str(count), "step=3"], check=True)
        begin = time.monotonic()
        lines = self.lines(1, "--summary", a, every)
        self.assertLess(time.monotonic() - begin, 30)
        self.assertTrue(lines[-1].endswith("differences (exact)"))


tool_case.main()
