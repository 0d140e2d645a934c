#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streams across checkpoints: nothing doubled, nothing lost, and every file that is not as it was refused by its path.

usage: check_streams.py STREAMS MSRCK
"""
import os
import shutil
import subprocess
import sys
import tempfile

POINTS = range(1, 7)
STOPPED = 75
SYSTEM, DOES_NOT_FIT, MISUSE = 3, 7, 2


class Place:
    """A folder with an input file, and the program in it."""

    def __init__(self, program, scratch, name):
        self.program, self.folder = program, os.path.join(scratch, name)
        os.mkdir(self.folder)
        self.write("in", "0123456789\n")
        self.write("log", "before\n")
        self.write("keys", "ABCDEFGHIJ")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode="w"):
        with open(self.path(name), mode, encoding="ascii") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def copy(self, name):
        other = object.__new__(Place)
        other.program, other.folder = self.program, self.folder + "-" + name
        shutil.copytree(self.folder, other.folder)
        return other

    def run(self, *arguments, code=0, stdin=None):
        with open(stdin or os.devnull, "rb") as keys:
            done = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=keys, capture_output=True,
                                  timeout=120, check=False)
        if done.returncode != code:
            raise AssertionError(f"{arguments}: exit code {done.returncode}, not {code}: {done.stderr.decode()}")
        return done.stdout.decode(errors="replace"), done.stderr.decode()

    def stop(self, point, *arguments, file="state", **keywords):
        return self.run(*arguments, f"--checkpoint-at={point}", f"--checkpoint-to={file}", "--checkpoint-stop",
                        f"--checkpoint-exit-status={STOPPED}", code=STOPPED, **keywords)

    def outputs(self):
        return [self.read(name) for name in ("out", "log", "both")]


def check_everywhere(place, expected, printed, notes):
    """Stopped, in place, aside: at every poll-point, and the same checkpoint twice."""
    for point in POINTS:
        stopped = place.copy(f"stop{point}")
        before, _ = stopped.stop(point)
        moved = stopped.copy("moved")
        for number in range(2):
            after, said = stopped.run("--resume=state")
            assert before + after == printed and said == notes, (point, number, before, after, said, notes)
            assert stopped.outputs() == expected, (point, number, stopped.outputs(), expected)
        assert moved.run("--resume=state")[1] == notes and moved.outputs() == expected, point
        for way in ([], ["--checkpoint-in-place"]):
            going = place.copy(f"going{point}{len(way)}")
            assert going.run(f"--checkpoint-at={point}", "--checkpoint-to=state", *way) == (printed, notes), (point, way)
            assert going.outputs() == expected, (point, way, going.outputs())
            going.run("--resume=state")
            assert going.outputs() == expected, (point, way, going.outputs())


def check_pipe(place, expected):
    """A checkpoint on standard output, resumed from standard input."""
    stopped = subprocess.run([place.program, "piped", "--checkpoint-at=3", "--checkpoint-to=-", "--checkpoint-stop"],
                             cwd=place.folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    done = subprocess.run([place.program, "piped", "--resume=-"], cwd=place.folder, input=stopped.stdout,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert place.outputs() == expected, place.outputs()


def check_failing(place, expected, printed):
    """A checkpoint that cannot be written changes nothing."""
    output, said = place.run("--checkpoint-at=4", "--checkpoint-to=none/state", code=SYSTEM)
    assert output == printed and "none/state" in said and place.outputs() == expected, (output, said)


def check_refused_files(place):
    """Each is refused with its path, and nothing is changed by that."""
    place.stop(4)

    def refused(name, text, change):
        other = place.copy(name.replace(" ", "-"))
        change(other)
        kept = other.read("out") if os.path.isfile(other.path("out")) else None
        output, said = other.run("--resume=state", code=DOES_NOT_FIT)
        assert output == "" and said.count("\n") == 1 and text in said, (name, said)
        assert kept is None or other.read("out") == kept, name

    refused("gone", "out: is gone", lambda other: os.remove(other.path("out")))
    refused("short", "out: has 4 bytes; it had 45 at the checkpoint", lambda other: other.write("out", "four"))
    def replace(other, make):
        os.remove(other.path("out"))
        make(other.path("out"))
    refused("a folder", "out: is no regular file; the program had one open at byte", lambda other: replace(other, os.mkdir))
    refused("a pipe", "out: is no regular file", lambda other: replace(other, os.mkfifo))
    refused("input gone", "in: is gone", lambda other: os.remove(other.path("in")))
    refused("input short", "in: has 3 bytes", lambda other: other.write("in", "012"))
    refused("input longer", "in: was changed: it has 12 bytes", lambda other: other.write("in", "x", "a"))
    refused("input changed", "in: was changed: its first 11 bytes", lambda other: other.write("in", "012345678X\n"))
    refused("output changed", "out: was changed: its first 45 bytes",
            lambda other: other.write("out", other.read("out").replace("round 1", "round 9")))
    longer = place.copy("longer")
    longer.write("out", "what a crash left", "a")
    longer.write("log", "what a crash left", "a")
    longer.run("--resume=state")
    assert "crash" not in longer.read("out") + longer.read("log")


def check_refused_streams(place):
    os.mkfifo(place.path("fifo"))
    for what, code, text in (("tmpfile", MISUSE, "odd: points to a stream that cannot be opened again"),
                             ("popen", MISUSE, "odd: points to a stream that cannot be opened again"),
                             ("fifo", DOES_NOT_FIT, "fifo: is a pipe"),
                             ("moved", SYSTEM, "out: the program has it open, but it could not be opened again")):
        _, said = place.run(what, "--checkpoint-at=2", "--checkpoint-to=refused", code=code)
        assert text in said, said
        assert not os.path.exists(place.path("refused"))


def check_map(place, expected):
    """Files that lie elsewhere on the machine that resumes."""
    place.stop(3)
    os.mkdir(place.path("there"))
    for name in ("out", "both"):
        os.rename(place.path(name), place.path(f"there/{name}.there"))
    os.rename(place.path("log"), place.path("there/log"))
    mapped = [f"--resume-map={name}=there/{name}.there" for name in ("out", "both")]
    output, said = place.run("--resume=state", *mapped, "--resume-map=lo=nowhere", code=DOES_NOT_FIT)
    assert output == "" and "log: is gone" in said, said
    place.run("--resume=state", *mapped, "--resume-map", "log=there/log")
    found = [place.read(f"there/{name}") for name in ("out.there", "log", "both.there")]
    assert found == expected, found
    _, said = place.run("--resume-map=nothing", code=MISUSE)
    assert "--resume-map" in said


def check_standard(place):
    """Standard input goes on where it is a file, and is asked for where the program had read from one."""
    keys = place.path("keys")
    _, notes = place.run("stdin", stdin=keys)
    other = place.copy("stdin")
    other.stop(4, "stdin", stdin=keys)
    assert other.run("stdin", "--resume=state", stdin=keys)[1] == notes
    _, said = other.run("stdin", "--resume=state", code=DOES_NOT_FIT)
    assert "standard input: is no regular file; the program had one open at byte 3" in said, said
    other.write("keys", "ABCDEFGHIK")
    _, said = other.run("stdin", "--resume=state", stdin=other.path("keys"), code=DOES_NOT_FIT)
    assert "standard input: was changed" in said, said
    led = place.copy("freopen")
    led.run("freopen")
    printed = led.read("printed")
    assert printed.count("\n") == 6, printed
    led.run("freopen", "--checkpoint-at=3", "--checkpoint-to=state")
    led.run("freopen", "--resume=state")
    assert led.read("printed") == printed


def check_shown(place, msrck):
    """What the tools show of a stream."""
    place.stop(4)

    def get(path):
        return subprocess.run([msrck, "get", place.path("state"), path], capture_output=True, check=True).stdout.decode()
    for path, text in (("out->position", "45"), ("in->mode", "r"), ("in->path", '"in"'), ("log_file->buffering", "line"),
                       ("standard[1]->standard", "stdout")):
        assert text in get(path), (path, get(path))
    subprocess.run([msrck, "verify", place.path("state")], check=True)
    text = subprocess.run([msrck, "dump", place.path("state")], capture_output=True, check=True).stdout.decode()
    assert "position" in text and '"out"' in text, text


def main():
    program, msrck = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(program, scratch, "place")
        undisturbed = place.copy("undisturbed")
        printed, notes = undisturbed.run()
        expected = undisturbed.outputs()
        assert expected[1].count("\n") == 8 and expected[0].count("\n") == 6, expected
        check_everywhere(place, expected, printed, notes)
        check_pipe(place.copy("pipe"), expected)
        check_failing(place.copy("failing"), expected, printed)
        check_refused_files(place.copy("files"))
        check_refused_streams(place.copy("streams"))
        check_map(place.copy("map"), expected)
        check_standard(place.copy("standard"))
        if msrck is not None:
            check_shown(place.copy("shown"), msrck)
    return 0


if __name__ == "__main__":
    sys.exit(main())
