# SPDX-License-Identifier: MIT
"""msrck graph: DOT that Graphviz takes, SVG, and a page that a real browser shows."""
import hashlib
import html
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import unittest
import zlib

import tool_case
from tool_case import ToolCase

EXAMPLES = sys.argv[4] if len(sys.argv) > 4 else None
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def replaced(content, changes):
    """A checkpoint with bytes of equal length exchanged in the payloads of its sections, checksums made good."""
    content, at, kinds = bytearray(content), 64, None
    while at < len(content) - 32:
        tag = bytes(content[at:at + 4])
        length, = struct.unpack(">Q", content[at + 8:at + 16])
        payload = bytes(content[at + 24:at + 24 + length])
        for old, new in changes:
            payload = payload.replace(old, new)
        if tag == b"TYPE":
            kinds = payload
        if tag == b"PROG":
            name, = struct.unpack(">I", payload[:4])
            place = 4 + (name + 3) // 4 * 4
            zeroed = payload[:place] + bytes(32) + payload[place + 32:]
            payload = payload[:place] + hashlib.sha256(kinds + zeroed).digest() + payload[place + 32:]
        content[at + 24:at + 24 + length] = payload
        content[at + 16:at + 20] = struct.pack(">I", zlib.crc32(payload))
        content[at + 20:at + 24] = struct.pack(">I", zlib.crc32(content[at:at + 20]))
        at += 24 + (length + 7) // 8 * 8
    return bytes(content)


class Graph(ToolCase):
    def dot(self, *arguments, path=None):
        """The DOT text, which Graphviz accepts."""
        out, err = self.expect(0, "graph", *arguments, path or self.good)
        self.assertEqual(err, "")
        if shutil.which("dot"):
            done = subprocess.run(["dot", "-Tsvg"], input=out.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn(b"syntax error", done.stderr)
        return out

    def example(self, name, *arguments):
        if EXAMPLES is None:
            self.skipTest("the examples are not built")
        path = self.path(name + ".msrck")
        subprocess.run([os.path.join(EXAMPLES, name), *arguments, "--checkpoint-stop", "--checkpoint-to=" + path],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return path

    def hostile(self):
        """Names and texts that are markup: the program's, a field's, a string's."""
        path = self.path("hostile.msrck")
        if not os.path.exists(path):
            content = replaced(self.content(self.sample("good", "none")), [
                (b"\0\0\0\6sample\0\0", b"\0\0\0\6<b>&\"'\0\0"), (b"anything", b"<script>"),
                (b'hello, "world"\n', b"</script><i>\"'&")])
            self.file("hostile.msrck", content)
            self.expect(0, "dump", path)
        return path

    # ---- DOT and SVG ----

    def test_blocks_stand_in_their_segments_with_names_and_values(self):
        out = self.dot()
        for cluster in ("global", "heap", "literal", "opaque", "stack"):
            self.assertIn("subgraph cluster_%s {" % cluster, out)
        for text in ("struct everything <b>(all)</b>", "struct node *[2] <b>(merge.pair)</b>", "<b>(merge)</b>",
                     "value = 10", "[1] = NULL", "spare = 42"):
            self.assertIn(text, out)
        self.assertIn('"anything \u2192 data[1]"', out)
        self.assertIn('b3 -> b8 [label=""', out)
        # From the stack to the heap: written the other way round.
        self.assertIn('b10 -> b5 [label="root", color="#b9771d", dir=back]', out)

    def test_pointers_of_a_block_to_itself_are_one_loop(self):
        out = self.dot("--fold=type", path=self.example("test_pointer", "100", "--checkpoint-at=60"))
        loops = re.findall(r'b(\d+) -> b(\d+) \[label=(".*?"), color', out)
        loops = [(a, label) for a, b, label in loops if a == b]
        self.assertEqual(len(loops), len(set(a for a, _ in loops)))
        self.assertTrue(any(re.fullmatch(r'"left ×\d+" \+ "\\n" \+ "right ×\d+"', label) for _, label in loops), loops)

    def test_the_graph_of_the_papers_figure_1(self):
        out = self.dot(path=self.example("figure1", "--checkpoint-at=5"))
        edges = re.findall(r'b(\d+) -> b(\d+) \[label="([^"]*)", color="[^"]*"(, dir=back)?', out)
        edges = sorted((int(b), int(a), label) if back else (int(a), int(b), label) for a, b, label, back in edges)
        self.assertEqual(edges, [(1, 8, ""), (2, 11, ""), (4, 3, ""), (5, 4, "q"), (5, 6, "p \u2192 [4]"), (6, 8, "[0]"),
                                 (6, 9, "[1]"), (6, 10, "[2]"), (6, 11, "[3]"), (8, 11, "link"), (9, 8, "link"),
                                 (10, 9, "link")])

    def test_large_graphs_are_folded_by_type(self):
        path = self.example("bitonic", "1000", "1", "--checkpoint-at=500")
        out = self.dot(path=path)
        self.assertIn("499 blocks, 5.8 KiB", out)
        self.assertIn("509 blocks, folded by type (--fold=none shows each)", out)
        counts = [int(count) for count in re.findall(r'"(?:left|right) \u00d7(\d+)"', out)]
        self.assertEqual(sum(counts), 499 - 8)
        self.assertIn("(build#3)", out)
        self.assertEqual(self.dot("--fold=none", path=path).count("struct node</td>"), 499)
        self.assertEqual(len(re.findall(r"struct node</td>", self.dot("--fold=type"))), 1)

    def test_a_root_a_depth_and_a_limit_choose_the_blocks(self):
        out = self.dot("--root=merge.root")
        self.assertEqual(sorted(re.findall(r"^    b(\d+) ", out, re.M), key=int), ["5", "8", "9", "10"])
        out = self.dot("--root=merge.root", "--max-depth=1")
        self.assertEqual(sorted(re.findall(r"^    b(\d+) ", out, re.M), key=int), ["5", "10"])
        self.assertIn("left = \u2192 9", out)
        self.assertIn("2 of 13 blocks", out)
        out = self.dot("--limit=4")
        self.assertIn("4 of 13 blocks (--limit)", out)
        self.assertEqual(len(re.findall(r"^    b(\d+) ", out, re.M)), 4)
        self.assertEqual(len(re.findall(r"^    b(\d+) ", self.dot("--max-depth=0"), re.M)), 6)

    def test_the_same_file_gives_the_same_text(self):
        self.assertEqual(self.dot(), self.dot())
        self.assertEqual(self.expect(0, "graph", "-", input=self.content(self.good))[0], self.dot())

    def test_names_cannot_break_out_of_dot(self):
        out = self.dot(path=self.hostile())
        self.assertIn("\\\"'", out)
        self.assertIn("&lt;/script&gt;&lt;i&gt;", out)
        self.assertIn('label="<script> \u2192 data[1]"', out)

    @unittest.skipUnless(shutil.which("dot"), "Graphviz is not installed")
    def test_svg_is_laid_out_by_graphviz(self):
        out, _ = self.expect(0, "graph", "--svg", self.good)
        self.assertTrue(out.startswith("<?xml"))
        self.assertIn("</svg>", out)
        self.assertIn("(merge.pair)", out)
        path = self.path("out.svg")
        self.expect(0, "graph", "--svg", "-o", path, self.good)
        self.assertEqual(self.content(path).decode(), out)

    def test_without_graphviz_the_message_tells(self):
        path = self.path("none.svg")
        _, err = self.expect(3, "graph", "--svg", "-o", path, self.good, env={"PATH": self.folder.name})
        self.assertIn("Graphviz", err)
        self.assertFalse(os.path.exists(path))

    # ---- Files and errors ----

    def test_output_files_are_not_overwritten_unasked(self):
        path = self.path("out.dot")
        self.expect(0, "graph", "-o", path, self.good)
        self.assertEqual(self.content(path).decode(), self.dot())
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode) & 0o600, 0o600)
        _, err = self.expect(2, "graph", "-o", path, "--limit=1", self.good)
        self.assertIn("-f", err)
        self.expect(0, "graph", "-f", "-o", path, "--limit=1", self.good)
        self.assertNotEqual(self.content(path).decode(), self.dot())
        before = self.content(self.good)
        self.expect(2, "graph", "-f", "-o", self.good, self.good)
        self.assertEqual(self.content(self.good), before)
        self.expect(3, "graph", "-o", self.path("no/such/folder"), self.good)
        self.expect(3, "graph", "-o", "/dev/full", self.good)
        self.assertEqual([name for name in os.listdir(self.folder.name) if name.startswith("out.dot")], ["out.dot"])

    def test_wrong_options_are_usage_errors(self):
        for arguments in (["--fold=colour"], ["--max-depth=x"], ["--html", "--root=all"], ["--html", "--fold=type"]):
            self.expect(2, "graph", *arguments, self.good)
        for root in ("nothing", "all..x", "merge.root->nothing"):
            self.expect(2, "graph", "--root=" + root, self.good)
        self.expect(2, "graph")

    def test_bad_files_have_the_codes_of_every_verb(self):
        content = self.content(self.good)
        for form in ("--dot", "--svg", "--html"):
            path = self.path("bad-out")
            self.expect(3, "graph", form, "-o", path, self.path("missing"))
            self.expect(4, "graph", form, "-o", path, self.file("cut", content[:len(content) // 2]))
            self.expect(5, "graph", form, "-o", path, self.file("garbage", b"garbage"))
            self.expect(6, "graph", form, "-o", path, "--max-blocks=3", self.good)
            self.assertFalse(os.path.exists(path))
            if form != "--svg":
                with open("/dev/full", "wb") as full:
                    self.expect(3, "graph", form, self.good, stdout=full)

    def test_pointers_to_nowhere_are_shown(self):
        self.assertIn("\u2192 nowhere", self.dot(path=self.sample("pointer")))

    # ---- The page ----

    def page(self, path, *arguments):
        page = path + ".html"
        self.expect(0, "graph", "--html", "-f", "-o", page, *arguments, path)
        return page

    def browse(self, page, fragment):
        """The elements of the page after its script has run."""
        if BROWSER is None:
            self.skipTest("no chromium: the page is not tested in a browser")
        done = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                               "--disable-background-networking", "--disable-component-update", "--disable-sync",
                               "--user-data-dir=" + self.path("browser"), "--virtual-time-budget=5000", "--dump-dom",
                               "file://" + page + fragment], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
        self.assertEqual(done.returncode, 0)
        return done.stdout.decode("utf-8")

    def text(self, dom):
        """What a person reads of the main part."""
        main = re.search(r"<main.*?>(.*)</main>", dom, re.S).group(1)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "|", main)))

    def test_the_page_holds_the_dump_and_needs_nothing_else(self):
        text = self.content(self.page(self.good, "--limit=0")).decode("utf-8")
        data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1)
        self.assertEqual(json.loads(data), json.loads(self.expect(0, "dump", "--json", self.good)[0]))
        self.assertNotRegex(text, r'(?:src|href)="(?!#)')
        self.assertNotRegex(text, r"https?://")
        self.assertIn("default-src 'none'", text)

    def test_hostile_names_stay_text(self):
        page = self.page(self.hostile())
        text = self.content(page).decode("utf-8")
        self.assertEqual(len(re.findall(r"<script", text)), 2)
        self.assertEqual(len(re.findall(r"</script", text)), 2)
        self.assertIn("<title>&#60;b&#62;&amp;&#34;'</title>".replace("&amp;", "&#38;"), text)
        dom = self.browse(page, "#block=12")
        self.assertIn("</script><i>", self.text(dom))
        self.assertEqual(len(re.findall(r"<script", dom)), 2)
        self.assertEqual(dom.count("<i>"), 0)
        self.assertIn("<script>|", self.text(self.browse(page, "#block=2")))

    def test_the_browser_shows_frames_and_variables_first(self):
        text = self.text(self.browse(self.page(self.good), ""))
        for wanted in ("merge()", "point 2, after left", "spare|", "|42|", "main()", "|grid|", "|int [12]|", "#8 struct node"):
            self.assertIn(wanted, text)

    def test_the_browser_shows_blocks_links_and_back_links(self):
        page = self.page(self.good)
        dom = self.browse(page, "#block=8")
        text = self.text(dom)
        self.assertIn("#8 struct node", text)
        self.assertIn("|value|", text)
        self.assertIn('<a href="#block=9">', dom)
        back = text.split("Pointed to by")[1]
        self.assertIn("#9 struct node| |right|", back)
        self.assertIn("(root)", back)
        text = self.text(self.browse(page, "#block=2"))
        for wanted in ("GREEN (5)", "descending()", "at .data[1]", 'at [7] "\\"world\\"\\012"', "shapes[1].area.sides[1]",
                       "18446744073709551615", "nan:0x7ff8000000001234", "no active member"):
            self.assertIn(wanted, text)
        self.assertIn('class="here"', self.browse(page, "#block=2&leaf=3"))

    def test_the_browser_pages_through_large_blocks(self):
        page = self.page(self.good)
        text = self.text(self.browse(page, "#block=7&page=2"))
        self.assertIn("|[400]|", text)
        self.assertNotIn("|[600]|", text)
        self.assertIn("page 3", text)

    def test_the_browser_shows_types_and_searches(self):
        page = self.page(self.good)
        type_id = next(entry["id"] for entry in json.loads(self.expect(0, "dump", "--types", "--json", self.good)[0])["types"]
                       if entry["name"] == "struct node")
        text = self.text(self.browse(page, "#type=%d" % type_id))
        self.assertIn("struct node * left;", text)
        self.assertIn("#10 struct node", text)
        for search, wanted in (("search=30&where=value", "#10 struct node"), ("search=pair", "(merge.pair)"),
                               ("search=packet&where=type", "struct packet"), ("search=world", "#12 char[16]"),
                               ("search=nosuchthing", "Nothing was found")):
            self.assertIn(wanted, self.text(self.browse(page, "#" + search)), search)

    def test_large_checkpoints_are_cut_and_the_page_says_so(self):
        path = self.example("bitonic", "1000", "1", "--checkpoint-at=500")
        page = self.path("cut.html")
        _, err = self.expect(0, "graph", "--html", "--limit=100", "-f", "-o", page, path)
        self.assertIn("leaves out 399 of 509 blocks", err)
        self.assertIn("399 blocks are left out", self.text(self.browse(page, "")))
        self.assertIn("left out of this page", self.text(self.browse(page, "#block=500")))


tool_case.main()
