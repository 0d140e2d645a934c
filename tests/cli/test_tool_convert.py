# SPDX-License-Identifier: MIT
"""msrck convert: to JSON and back, to other codecs, to NumPy; what is wrong with a document is said with its place.

One more argument than the other tests have: the folder of the example programs.
"""
import ast
import copy
import glob
import json
import os
import signal
import struct
import subprocess
import sys
import zipfile

import tool_case
from tool_case import MSRCK, ROOT, ToolCase

EXAMPLES = sys.argv[4]
sys.path.insert(0, os.path.join(ROOT, "tests/vectors"))
import hexdump  # noqa: E402

NASTY = {
    "float": ["nan:0x7f800001", "nan:0xffc12345", "-inf", -0.0, 1e-45, 3.4028235e+38, 0.1, 16777216.0],
    "double": ["nan:0x7ff0000000000001", "nan:0xfff8000000001234", "inf", -0.0, 5e-324, 2.2250738585072011e-308,
               1.7976931348623157e+308, 0.1, 9007199254740993.0, 123456789012345680.0],
    "long double": ["nan:0x7fff0000000000000000000000000001", "-inf", "0x1.ffffffffffffffffffffffffffffp+16383",
                    "0x0.0000000000000000000000000001p-16382", "0x1.5555555555555555555555555555p-1", "-0x0p+0"],
    "unsigned long": ["18446744073709551615", "9007199254740993", "0"],
    "long": ["-9223372036854775808", "9223372036854775807", "-1"],
    "signed char": [-128, 127], "unsigned short": [65535, 0], "int": [-2147483648, 2147483647],
    "_Bool": [True, False],
}


def numbers_document(values):
    """A document with an array for each type."""
    names = sorted(values)
    types = [{"id": 0, "kind": "void", "name": "void"}]
    types += [{"id": i, "kind": "scalar", "name": name, "scalar": name} for i, name in enumerate(names, 1)]
    return {"schema": "msrck-dump", "schema_version": 1,
            "program": {"name": "numbers", "functions": [], "targets": []}, "types": types,
            "variables": [{"kind": "global", "name": name.replace(" ", "_"), "type": i,
                           "place": {"block": str(10 * i), "leaf": "0"}} for i, name in enumerate(names, 1)],
            "frames": [], "extents": [{"segment": "global", "type": i, "count": str(len(values[name])),
                                       "blocks": [{"block": 10 * i, "elements": values[name]}]}
                                      for i, name in enumerate(names, 1)]}


def each_block(document):
    return (block for extent in document["extents"] for block in extent["blocks"])


def renumber(value, number):
    """Gives blocks, and all that names them, other numbers."""
    if isinstance(value, list):
        for item in value:
            renumber(item, number)
    elif isinstance(value, dict):
        for item in value.values():
            renumber(item, number)
        if "block" in value and ("leaf" in value or "elements" in value):
            value["block"] = str(number(int(value["block"])))


class Convert(ToolCase):
    def convert(self, source, target, *options, code=0):
        return self.expect(code, "convert", "-f", "-o", target, *options, source)

    def digest(self, path):
        document = json.loads(self.expect(0, "info", "--json", path)[0])
        return document["files"][0]["digest"]

    def document(self, path=None):
        return json.loads(self.expect(0, "convert", path or self.good)[0])

    def write(self, document, name="edited.json", **options):
        return self.file(name, json.dumps(document, **options).encode("utf-8"))

    def round_trip(self, path):
        text, back, again = self.path("trip.json"), self.path("trip.msrck"), self.path("again.json")
        self.convert(path, text)
        self.assertEqual(self.content(text).decode("ascii"), self.expect(0, "dump", "--json", path)[0])
        self.convert(text, back)
        self.expect(0, "verify", "--deep", back)
        self.assertEqual(self.digest(back), self.digest(path))
        self.convert(back, again)
        return text, back, again

    def test_samples_come_back_with_the_same_digest_and_text(self):
        for codec in ("none", "zlib"):
            text, _, again = self.round_trip(self.sample("good", codec))
            self.assertEqual(self.content(text), self.content(again))

    def test_vectors_come_back_with_the_same_digest_and_text(self):
        count = 0
        for dump in sorted(glob.glob(os.path.join(ROOT, "tests/vectors/good-*.hex"))):
            with open(dump, encoding="utf-8") as file:
                data, facts = hexdump.read(file.read())
            path = self.file("vector.msrck", data)
            _, _, features = self.features(path)
            if "digest" not in facts or features:
                continue
            _, back, again = self.round_trip(path)
            self.assertEqual(self.digest(back), facts["digest"])
            for part in ("program", "notes", "types", "variables", "frames", "extents"):
                self.assertEqual(self.document(back)[part], self.document(path)[part], dump)
            count += 1
        self.assertGreater(count, 20)

    def features(self, path):
        form = self.document(path)["format"]
        return form["minor"], form["may_ignore"], int(form["may_read"])

    def example(self, name, at):
        path = self.path("%s-%d.msrck" % (name, at))
        subprocess.run([os.path.join(EXAMPLES, name), "--checkpoint-to=" + path, "--checkpoint-at=%d" % at,
                        "--checkpoint-stop"], stdout=subprocess.DEVNULL, timeout=60)
        return path

    def test_checkpoints_of_programs_come_back_byte_by_byte(self):
        for name in ("figure1", "test_pointer", "linpack", "bitonic", "heat"):
            path = self.example(name, 5)
            text, back, again = self.round_trip(path)
            self.assertEqual(self.content(text), self.content(again))
            self.assertEqual(self.content(path), self.content(back))

    def array_of(self, document, name):
        """Elements of the block that a variable points to."""
        blocks = {block["block"]: block["elements"] for block in each_block(document)}
        place = [variable["place"] for variable in document["variables"] if variable["name"] == name][0]
        return blocks[blocks[place["block"]][0]["block"]]

    def test_edited_values_are_what_the_program_resumes_with(self):
        """A run of 240 steps that has taken four is told that it has taken 239: the fifth is its last."""
        document = self.document(self.example("heat", 5))
        place = [variable["place"] for variable in document["variables"] if variable["name"] == "step"][0]
        block = [block for block in each_block(document) if block["block"] == place["block"]][0]
        self.assertEqual(block["elements"], [4])
        block["elements"] = [239]
        edited = self.path("edited.msrck")
        self.convert(self.write(document, indent=2), edited)
        resumed = subprocess.run([os.path.join(EXAMPLES, "heat"), "--resume=" + edited], stdout=subprocess.PIPE, check=True)
        total = float(resumed.stdout.split(b"sum ")[1].split(b",")[0])
        fifth = self.array_of(self.document(self.example("heat", 6)), "now")
        self.assertAlmostEqual(total, sum(fifth), places=6)
        self.assertNotAlmostEqual(total, sum(self.array_of(document, "now")), places=6)

    def test_numbers_are_exact(self):
        path = self.path("numbers.msrck")
        self.convert(self.write(numbers_document(NASTY)), path)
        self.expect(0, "verify", "--deep", path)
        document = self.document(path)
        for extent in document["extents"]:
            name = document["types"][extent["type"]]["name"]
            self.assertEqual(repr(extent["blocks"][0]["elements"]), repr(NASTY[name]))

    def test_decimals_become_the_nearest_float(self):
        """Not by way of double, whose rounding would be a second one."""
        text = json.dumps(numbers_document({"float": [7, 8, 9]}))
        text = text.replace("[7, 8, 9]", "[1.000000059604644775390624, 1.000000059604644775390626, 1e-46]")
        path = self.path("nearest.msrck")
        self.convert(self.file("nearest.json", text.encode()), path)
        self.assertEqual([block["elements"] for block in each_block(self.document(path))], [[1.0, 1.0000001, 0.0]])

    def test_what_editors_do_to_a_document_changes_nothing(self):
        wanted, path = self.content(self.sample("good", "none")), self.path("same.msrck")
        document = self.document(self.sample("good", "none"))
        for options in ({"indent": 4}, {"sort_keys": True}, {"ensure_ascii": False, "indent": 1}):
            self.convert(self.write(document, **options), path, "--codec=none")
            self.assertEqual(self.content(path), wanted)

    def test_numbers_and_order_of_blocks_are_free(self):
        document = self.document()
        renumber(document, lambda number: number * 7919 % 1000 + 1)
        document["extents"].reverse()
        node = [extent for extent in document["extents"] if len(extent["blocks"]) == 3][0]
        document["extents"].append(dict(node, blocks=node["blocks"][1:]))
        document["extents"].append(dict(node, blocks=[]))
        node["blocks"] = node["blocks"][:1]
        path = self.path("free.msrck")
        self.convert(self.write(document), path)
        self.expect(0, "verify", "--deep", path)
        self.assertEqual(self.digest(path), self.digest(self.good))

    def test_blocks_can_be_added_and_removed(self):
        document = self.document()
        node = [extent for extent in document["extents"] if len(extent["blocks"]) == 3][0]
        leaf = [block for block in node["blocks"] if block["elements"][0]["left"] is None][0]
        leaf["elements"][0]["left"] = {"leaf": 0, "block": 777}
        node["blocks"].append({"elements": [{"right": None, "value": 12345, "left": None}], "block": 777})
        path = self.path("added.msrck")
        self.convert(self.write(document), path)
        self.expect(0, "verify", "--deep", path)
        values = [element["value"] for block in each_block(self.document(path)) for element in block["elements"]
                  if isinstance(element, dict) and set(element) == {"value", "left", "right"}]
        self.assertEqual(len(values), 4)
        self.assertIn(12345, values)

    def bad(self, change, *words, code=4):
        """The document with a change is refused, and the message has all the words."""
        document = copy.deepcopy(self.document())
        result = change(document)
        text = result if isinstance(result, str) and result.strip()[:1] == "{" else json.dumps(document)
        target = self.path("bad.msrck")
        _, err = self.convert(self.file("bad.json", text.encode("utf-8", "surrogatepass")), target, code=code)
        for word in words:
            self.assertIn(word, err)
        self.assertFalse(os.path.exists(target))

    def test_documents_that_are_no_json_are_refused(self):
        text = self.expect(0, "dump", "--json", self.good)[0]
        for cut in (1, 100, len(text) // 3, len(text) // 2, len(text) - 3):
            self.bad(lambda _, cut=cut: text[:cut], "line ", "column ", "ends")
        self.bad(lambda _: text + "x", "the end of the document")
        self.bad(lambda _: text.replace('"schema_version":1', '"schema_version":1,', 1), "line 1, column")
        self.bad(lambda _: text.replace('"value":30', '"value":030', 1))
        self.bad(lambda _: text.replace('"value":30', '"value":+30', 1))
        self.bad(lambda _: text.replace('"sample"', '"sam\nple"', 1))
        self.bad(lambda _: text.replace('"sample"', '"\\ud800"', 1), "surrogate")
        self.bad(lambda _: text.replace('"sample"', '"\\q"', 1), "escape")
        self.bad(lambda _: '{"x":' + "[" * 100000, "in each other")
        self.bad(lambda _: '{"x":' + '{"a":' * 100000, "in each other")
        self.bad(lambda _: "{}", "missing")
        self.bad(lambda _: '{"schema":"other"}', "msrck-dump")
        self.expect(5, "convert", self.file("list.json", b"[]"))
        self.expect(5, "convert", self.file("text.json", b"hello, world"))

    def test_keys_that_stand_twice_are_refused(self):
        text = self.expect(0, "dump", "--json", self.good)[0]
        for once, twice in (('"schema_version":1', '"schema_version":1,"schema_version":1'),
                            ('"value":30', '"value":30,"value":30'), ('"leaf":"0"', '"leaf":"0","leaf":"0"'),
                            ('"segment":"heap"', '"segment":"heap","segment":"heap"'),
                            ('"kind":"global"', '"kind":"global","kind":"global"'),
                            ('{"block":"1",', '{"block":"1","block":"1",')):
            self.assertIn(once, text)
            self.bad(lambda _, a=once, b=twice: text.replace(a, b, 1), "twice")

    def everything(self, document):
        return [block for block in each_block(document) if block["block"] == "2"][0]["elements"][0]

    def test_values_that_do_not_fit_are_refused_with_their_place(self):
        for field, value, word in (("tiny", 128, "128 is out of the range"), ("byte", -1, "out of the range"),
                                   ("little", 70000, "out of the range"), ("large", "9223372036854775808", "range"),
                                   ("huge", "18446744073709551616", "no whole number"), ("huge", "-1", "range"),
                                   ("large", "12x", "no whole number"), ("byte", 1.5, "no whole number"),
                                   ("single", 1e39, "out of the range of float"), ("fine", "nan:0x7ff0000000000000", "no floating"),
                                   ("wide", "0x2p+0", "no floating"), ("fine", "1.5", "no floating"),
                                   ("flag", 2, "_Bool"), ("name", "x" * 17, "more than 16"), ("name", "\u0142", "no byte"),
                                   ("plane", [1.0], "1 elements instead of 2"), ("call", {"function": "nobody"}, "nobody"),
                                   ("text", {"block": "99", "leaf": "0"}, "no block 99"), ("text", 5, "an object"),
                                   ("text", {"block": "12", "leaf": "17"}, "with a leaf 17"),
                                   ("text", {"address": "5"}, "nowhere"), ("text", {"block": "12"}, "leaf")):
            self.bad(lambda document, f=field, v=value: self.everything(document).update({f: v}),
                     "line 1, column ", "block 2[0]." + field, word)
        self.bad(lambda document: self.everything(document)["bits"].update(ready=8), "block 2[0].bits.ready", "3 bits")
        self.bad(lambda document: self.everything(document).pop("byte"), "\"byte\"", "missing")
        self.bad(lambda document: self.everything(document).update(extra=1), "has no field \"extra\"")
        self.bad(lambda document: self.everything(document)["shapes"][1].update(kind=7), "tag")
        self.bad(lambda document: self.everything(document)["shapes"].pop(), "shapes", "2 elements instead of 3")
        self.bad(lambda document: self.everything(document).update(row={"block": "8", "leaf": "2"}), "no int")

    def test_documents_that_contradict_themselves_are_refused(self):
        def blocks(document):
            return document["extents"][0]["blocks"]

        self.bad(lambda document: blocks(document)[0].update(block="2"), "block 2 stands twice")
        self.bad(lambda document: blocks(document)[0].update(block="0"), "block 0")
        self.bad(lambda document: blocks(document)[0]["elements"].pop(), "11 elements instead of 12")
        self.bad(lambda document: blocks(document)[0]["elements"].append(1), "more than 12")
        self.bad(lambda document: document["extents"][0].update(segment="moon"), "moon")
        self.bad(lambda document: document["extents"][0].update(type=999), "999")
        self.bad(lambda document: document["extents"][0].update(omitted="3"), "left out")
        self.bad(lambda document: document["extents"][0].pop("count"), "count")
        self.bad(lambda document: document["variables"][0]["place"].update(block="99"), "no block 99")
        self.bad(lambda document: document["variables"][0].update(type=1), "type")
        self.bad(lambda document: document["types"][1].update(id=7), "types[1]", "type 7")
        self.bad(lambda document: document["types"][1].update(name="zzz"))
        self.bad(lambda document: document["types"].pop())
        self.bad(lambda document: document["frames"][0].update(function=9))
        self.bad(lambda document: document["format"].update(may_read="4"), "features")
        self.bad(lambda document: document.pop("frames"), "frames", "missing")

    def test_codecs_and_filters_change_only_the_bytes(self):
        digest = self.digest(self.good)
        for options in (["--codec=none"], ["--codec=zlib:9"], ["--codec", "zstd:3"], ["--filter=split"],
                        ["--codec=zlib", "--filter=none", "--threads=2"], ["--to=ckpt"]):
            path = self.path("codec.msrck")
            self.convert(self.good, path, *options)
            self.expect(0, "verify", "--deep", path)
            self.assertEqual(self.digest(path), digest)
        self.convert(self.good, path, "--codec=none")
        self.assertEqual(self.content(path), self.content(self.sample("good", "none")))
        for option, word in (("--codec=lzma", "lzma"), ("--codec=zlib:10", "level"), ("--codec=zstd:x", "level"),
                             ("--filter=sepia", "sepia"), ("--to=xml", "xml"), ("--threads=9999", "256")):
            _, err = self.run_tool("convert", option, self.good)[1:]
            self.assertIn(word, err)
            self.assertEqual(self.run_tool("convert", option, self.good)[0], 2)

    def test_provenance_and_digest_are_as_asked_for(self):
        path = self.path("plain.msrck")
        self.convert(self.good, path, "--no-provenance")
        self.assertEqual(self.document(path)["notes"], [])
        self.assertEqual(self.digest(path), self.digest(self.good))
        for source in (self.good, self.write(self.document())):
            self.convert(source, path, "--digest", "--to=ckpt")
            self.expect(0, "verify", "--deep", path)
            self.assertIn("(stored)", self.expect(0, "info", path)[0])
        self.convert(path, self.path("kept.msrck"), "--codec=none")
        self.assertIn("(stored)", self.expect(0, "info", self.path("kept.msrck"))[0])

    def test_unknown_sections_are_kept_where_their_tag_allows_it(self):
        with open(os.path.join(ROOT, "tests/vectors/good-unknown-sections.hex"), encoding="utf-8") as file:
            data, _ = hexdump.read(file.read())
        path = self.path("sections.msrck")
        self.convert(self.file("unknown.msrck", data), path, "--to=ckpt")
        self.expect(0, "verify", "--deep", path)
        tags = {data[at:at + 4] for at in range(64, len(data) - 24, 8)
                if data[at:at + 4].isalpha() and data[at:at + 1].islower() and data[at + 4:at + 8] == bytes(4)}
        unknown = {tag for tag in tags if tag not in (b"prov", b"dgsT")}
        self.assertTrue(unknown)
        for tag in unknown:
            self.assertEqual(tag in self.content(path), tag[3:].islower(), tag)

    def test_damaged_checkpoints_are_not_passed_on(self):
        faults = [line.split()[0] for line in subprocess.run([tool_case.WRITE_SAMPLE, "--faults"], check=True,
                                                             stdout=subprocess.PIPE).stdout.decode().splitlines()]
        target = self.path("passed.msrck")
        for fault in faults:
            code = self.run_tool("convert", "--to=ckpt", "-o", target, self.sample(fault))[0]
            self.assertIn(code, (4, 5), fault)
            self.assertFalse(os.path.exists(target))

    def patch(self, a, b):
        """The patch that makes B of A; msrck diff answers 1."""
        patch = self.path("patch.json")
        with open(patch, "wb") as file:
            self.expect(1, "diff", "--json", a, b, stdout=file)
        return patch

    def test_patches_make_one_state_of_another(self):
        target = self.path("patched.msrck")
        for name in ("figure1", "test_pointer", "linpack", "bitonic", "heat"):
            a, b = self.example(name, 1), self.example(name, 5)
            patch = self.patch(a, b)
            text = self.path("unpatched.json")
            self.convert(a, text)
            for source in (a, text):
                self.convert(source, target, "--patch=" + patch)
                self.expect(0, "verify", "--deep", target)
                self.assertEqual(self.digest(target), self.digest(b))

    def test_patches_of_other_states_are_refused(self):
        a, b, target = self.example("bitonic", 1), self.example("bitonic", 5), self.path("refused.msrck")
        patch = self.patch(a, b)
        for other in (b, self.good):
            self.convert(other, target, "--patch=" + patch, code=4)
        with open(patch, encoding="ascii") as file:
            document = json.load(file)
        operation = [operation for operation in document["patch"]["operations"] if operation["op"] == "set"][0]
        for change in ({"at": [0, "nothing"]}, {"at": [5]}, {"block": "4711"}, {"op": "do"}, {"old": "else"}, {"extra": 1}):
            changed = copy.deepcopy(document)
            changed["patch"]["operations"] = [dict(operation, **change)]
            _, err = self.convert(a, target, "--patch=" + self.write(changed, "changed.json"), code=4)
            self.assertIn("operation" if set(change) & {"op"} else "unknown" if "extra" in change else "another state", err)
        document["patch"].update(applicable=False)
        self.convert(a, target, "--patch=" + self.write(document, "changed.json"), code=4)
        self.convert(a, target, "--patch=" + self.good, code=4)
        self.convert(a, target, "--patch=" + self.path("missing"), code=3)
        self.assertFalse(os.path.exists(target))

    def test_arrays_become_numpy(self):
        path = self.path("good.npz")
        self.convert(self.good, path, "--to=npz")
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            arrays = {name[:-4]: read_npy(archive.read(name)) for name in archive.namelist()}
        header, data = arrays["grid"]
        self.assertEqual((header["descr"], header["shape"], header["fortran_order"]), (">i4", (3, 4), False))
        self.assertEqual(struct.unpack(">12i", data), tuple(self.document()["extents"][0]["blocks"][0]["elements"]))
        header, data = arrays["heap_double"]
        self.assertEqual(struct.unpack(">100000d", data), tuple(i * 0.1 for i in range(100000)))
        header, data = arrays["heap_struct_node"]
        self.assertEqual(header["descr"], [("value", ">i4"), ("left", ">u4"), ("right", ">u4")])
        nodes = [extent for extent in self.document()["extents"] if len(extent["blocks"]) == 3][0]["blocks"]
        self.assertEqual(list(struct.iter_unpack(">iII", data)),
                         [(node["value"], int((node["left"] or {"block": 0})["block"]),
                           int((node["right"] or {"block": 0})["block"]))
                          for node in (block["elements"][0] for block in nodes)])
        self.assertIn("heap_struct_packet_trailing", arrays)

    def test_numpy_loads_what_was_written(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("NumPy is not installed")
        path = self.path("loaded.npz")
        for source in [self.good] + [self.example(name, 5) for name in ("linpack", "bitonic", "heat", "test_pointer")]:
            self.convert(source, path, "--to=npz")
            with numpy.load(path) as archive:
                arrays = {name: archive[name] for name in archive}
            if source == self.good:
                self.assertEqual(arrays["grid"].tolist()[2][3], 11)
                self.assertEqual(arrays["heap_struct_node"]["value"].sum(),
                                 sum(block["elements"][0]["value"] for block in each_block(self.document())
                                     if isinstance(block["elements"][0], dict) and "left" in block["elements"][0]))

    def test_pipes_work_in_and_out(self):
        done = subprocess.run("cat '%s' | '%s' convert - | '%s' convert - | cat" % (self.good, MSRCK, MSRCK), shell=True,
                              stdout=subprocess.PIPE, timeout=60)
        self.assertEqual(self.digest(self.file("piped.msrck", done.stdout)), self.digest(self.good))
        done = subprocess.run("cat '%s' | '%s' convert --to=npz - | cat" % (self.good, MSRCK), shell=True,
                              stdout=subprocess.PIPE, timeout=60)
        self.assertEqual(done.stdout[:4], b"PK\3\4")

    def test_files_are_not_overwritten_by_accident(self):
        target = self.file("precious", b"mine")
        _, err = self.expect(2, "convert", "-o", target, self.good)[0:2]
        self.assertEqual(self.content(target), b"mine")
        self.assertIn("-f", err)
        copy_of = self.file("itself.msrck", self.content(self.good))
        self.run_tool("convert", "-f", "--codec=none", "-o", copy_of, copy_of)
        self.assertEqual(self.content(copy_of), self.content(self.good))
        os.link(copy_of, self.path("other-name"))
        self.assertEqual(self.run_tool("convert", "-f", "--codec=none", "-o", self.path("other-name"), copy_of)[0], 2)
        self.expect(3, "convert", "-o", self.path("no/such/folder"), self.good)
        self.expect(3, "convert", self.path("missing"))
        self.expect(3, "convert", self.folder.name)
        before = set(os.listdir(self.folder.name))
        self.expect(4, "convert", "-o", self.path("half"), self.file("cut.json", self.expect(0, "convert", self.good)[0][:5000].encode()))
        self.assertEqual(set(os.listdir(self.folder.name)) - before, {"cut.json"})

    def test_a_full_disk_is_an_error(self):
        text = self.write(self.document())
        for arguments in (["convert", self.good], ["convert", text], ["convert", "--to=npz", self.good],
                          ["convert", "--to=ckpt", self.good]):
            with open("/dev/full", "wb") as full:
                self.expect(3, *arguments, stdout=full)
        self.expect(3, "convert", "-o", "/dev/full", text)

    def test_a_tool_that_is_stopped_leaves_nothing_behind(self):
        before = set(os.listdir(self.folder.name))
        reading, writing = os.pipe()
        tool = subprocess.Popen([MSRCK, "convert", "-o", self.path("stopped"), "-"], stdin=reading, stderr=subprocess.DEVNULL)
        os.close(reading)
        os.write(writing, self.content(self.good)[:1000])
        tool.send_signal(signal.SIGTERM)
        tool.wait(timeout=30)
        os.close(writing)
        self.assertEqual(set(os.listdir(self.folder.name)), before)


def read_npy(data):
    """(header, bytes) of a .npy file; what NumPy's own reader insists on is checked."""
    assert data[:8] == b"\x93NUMPY\x02\x00"
    length = struct.unpack("<I", data[8:12])[0]
    assert (12 + length) % 64 == 0 and data[11 + length:12 + length] == b"\n"
    return ast.literal_eval(data[12:12 + length].decode("latin-1").strip()), data[12 + length:]


tool_case.main()
