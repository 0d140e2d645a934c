# SPDX-License-Identifier: MIT
"""What the tests of the msrck command share: running it, samples, schemas.

Each test script is called as: test_tool_SUBJECT.py MSRCK WRITE_SAMPLE SOURCE_ROOT
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import jsonschema

MSRCK, WRITE_SAMPLE, ROOT = (os.path.abspath(argument) for argument in sys.argv[1:4])


class ToolCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.good = cls.sample("good")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    @classmethod
    def sample(cls, fault, codec="zlib"):
        path = cls.path("%s-%s.msrck" % (fault, codec))
        if not os.path.exists(path):
            subprocess.run([WRITE_SAMPLE, path, fault, codec], check=True)
        return path

    @classmethod
    def file(cls, name, content):
        with open(cls.path(name), "wb") as file:
            file.write(content)
        return cls.path(name)

    @classmethod
    def content(cls, path):
        with open(path, "rb") as file:
            return file.read()

    def run_tool(self, *arguments, **options):
        """(exit code, standard output, standard error) as text."""
        options.setdefault("stdin", subprocess.DEVNULL)
        if "input" in options:
            del options["stdin"]
        done = subprocess.run([MSRCK, *arguments], stdout=options.pop("stdout", subprocess.PIPE),
                              stderr=subprocess.PIPE, timeout=120, **options)
        return done.returncode, (done.stdout or b"").decode("utf-8"), done.stderr.decode("utf-8")

    def expect(self, code, *arguments, **options):
        """Runs the tool and checks the exit code; whenever it is no answer (0, 1, 7) one line on standard error says why."""
        got, out, err = self.run_tool(*arguments, **options)
        self.assertEqual(got, code, "%s: %s%s" % (" ".join(arguments), out[:500], err))
        if 3 <= code <= 6:
            self.assertRegex(err, r"\Amsrck: [^\n]+\n\Z")
        return out, err

    def json(self, schema, code, *arguments, **options):
        """The document, valid by its schema."""
        out, _ = self.expect(code, *arguments, **options)
        with open(os.path.join(ROOT, "schemas", schema + ".schema.json"), encoding="utf-8") as file:
            definition = json.load(file)
        document = json.loads(out, object_pairs_hook=without_duplicates)
        jsonschema.Draft202012Validator.check_schema(definition)
        jsonschema.Draft202012Validator(definition).validate(document)
        self.assertTrue(out.isascii() and out.endswith("}\n"))
        return document


def without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice: %r" % keys)
    return dict(pairs)


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
