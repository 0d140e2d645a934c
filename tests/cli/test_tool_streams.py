# SPDX-License-Identifier: MIT
"""Standard input, output and error: pipes, full disks, closed descriptors, masked names."""
import os
import subprocess

import tool_case
from tool_case import MSRCK, ToolCase


class Streams(ToolCase):
    CALLS = [["info"], ["info", "--json"], ["dump"], ["dump", "--json"], ["verify", "--json"]]

    def test_a_pipe_gives_the_same_as_the_file(self):
        content = self.content(self.good)
        for call in self.CALLS:
            by_name, _ = self.expect(0, *call, self.good)
            by_pipe, _ = self.expect(0, *call, "-", input=content)
            self.assertEqual(by_pipe.replace('"-"', '"%s"' % self.good).replace("-\n", self.good + "\n", 1),
                             by_name.replace('"-"', '"%s"' % self.good).replace("-\n", self.good + "\n", 1), call)
        self.expect(0, "verify", "--deep", "-", input=content)

    def test_standard_input_as_a_file_is_read_from_its_beginning(self):
        with open(self.good, "rb") as file:
            file.read(100)
            self.expect(0, "verify", "-", stdin=file)

    def test_a_named_pipe_is_read(self):
        path = self.path("fifo")
        os.mkfifo(path)
        writer = subprocess.Popen(["cp", self.good, path])
        self.expect(0, "verify", path)
        self.assertEqual(writer.wait(), 0)

    def test_an_endless_stream_of_something_else_is_refused_at_once(self):
        with open("/dev/zero", "rb") as zero:
            out, err = self.expect(5, "info", "-", stdin=zero)
        self.assertIn("standard input: ", err)
        self.expect(5, "info", "/dev/zero")

    def test_a_full_disk_is_an_error(self):
        for call in self.CALLS + [["help"], ["version"], ["help", "dump"]]:
            files = [] if call[0] in ("help", "version") else [self.good]
            with open("/dev/full", "wb") as full:
                _, err = self.expect(3, *call, *files, stdout=full)
            self.assertIn("cannot write to standard output: No space left on device", err)

    def test_closed_descriptors_are_errors_and_no_file_takes_their_place(self):
        before = self.content(self.good)
        done = subprocess.run(["sh", "-c", '"$0" dump "$1" >&-', MSRCK, self.good], stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"cannot write to standard output", done.stderr)
        done = subprocess.run(["sh", "-c", '"$0" info - <&-', MSRCK], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 3)
        done = subprocess.run(["sh", "-c", '"$0" verify /nonexistent 2>&-', MSRCK], timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(self.content(self.good), before)

    def test_a_reader_that_goes_away_ends_the_tool(self):
        done = subprocess.run(["sh", "-c", '"$0" dump "$1" | head -1', MSRCK, self.good], stdout=subprocess.PIPE,
                              timeout=60)
        self.assertEqual(done.stdout, b"types\n")

    def test_control_characters_in_names_are_masked(self):
        path = self.file("evil\x1b[2J\nname", b"garbage")
        for verb in ("info", "dump"):
            _, err = self.expect(5, verb, path)
            self.assertIn("evil?[2J?name: ", err)
        out, _ = self.expect(1, "verify", self.file("cut\x07", self.content(self.good)[:2000]))
        self.assertIn("cut?: ", out)


tool_case.main()
