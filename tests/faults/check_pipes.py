#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A large checkpoint goes through pipes: from a program to the tool, and from a program to one that resumes. The tool's memory
stays bounded. And the bytes that a program writes do not depend on the number of threads.

usage: check_pipes.py EXAMPLES_FOLDER MSRCK [--every=N]
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

# 2900 rows of as many doubles: 64 MiB.
LARGE = ["linpack", "2900", "1", "heap", "--checkpoint-at=1", "--checkpoint-codec=none"]
SMALL = [["figure1", "10", "1"], ["test_pointer", "90", "1"], ["linpack", "120", "1", "heap"], ["bitonic", "5000", "1"],
         ["heat", "40", "1"]]
MOST_MEMORY = 32 << 20                                   # of the tool, for 64 MiB


def fail(text):
    sys.exit(text)


def measured(command, source):
    """Exit code and largest memory of the command, which reads from the program's standard output."""
    program = subprocess.Popen(source, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    process = subprocess.Popen(command, stdin=program.stdout, stdout=subprocess.DEVNULL)
    program.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    program.wait()
    return process.returncode, usage.ru_maxrss * 1024


def check_tool(folder, msrck, sanitized):
    source = [os.path.join(folder, LARGE[0]), *LARGE[1:], "--checkpoint-stop", "--checkpoint-to=-"]
    for verb in (["verify", "--deep", "-"], ["stat", "-"]):
        code, memory = measured([msrck, *verb], source)
        print(f"msrck {' '.join(verb)}: {memory / 2**20:.0f} MiB")
        if code != 0:
            fail(f"msrck {' '.join(verb)} from a pipe: exit code {code}")
        if memory > MOST_MEMORY and not sanitized:
            fail(f"msrck {' '.join(verb)} from a pipe took {memory} bytes of memory for a file of 64 MiB")


def check_resume(folder, words):
    """Stopped into a pipe that another process resumes from: the output is that of an undisturbed run."""
    program = [os.path.join(folder, words[0])]
    expected = subprocess.run(program + words[1:], capture_output=True, check=True).stdout
    source = subprocess.Popen(program + words[1:] + ["--checkpoint-at=1", "--checkpoint-stop", "--checkpoint-to=-"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    resumed = subprocess.run(program + ["--resume=-"], stdin=source.stdout, capture_output=True, check=False)
    source.stdout.close()
    source.wait()
    if resumed.returncode != 0 or resumed.stdout != expected:
        fail(f"{' '.join(words)} through a pipe: exit code {resumed.returncode}, {resumed.stderr.decode()}")


def check_threads(folder, words):
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for threads in (1, 2, 3):
            path = os.path.join(scratch, str(threads))
            subprocess.run([os.path.join(folder, words[0]), *words[1:], "--checkpoint-at=1", "--checkpoint-stop",
                            "--checkpoint-no-provenance", "--checkpoint-codec=zlib", f"--checkpoint-to={path}",
                            f"--checkpoint-threads={threads}"], stdout=subprocess.DEVNULL, check=True)
            with open(path, "rb") as file:
                files.append(file.read())
        if files[0] != files[1] or files[0] != files[2]:
            fail(f"{' '.join(words)}: one, two and three threads wrote different files")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("msrck")
    parser.add_argument("--every", type=int, default=1, help="more than 1: a build with sanitizers")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    check_tool(arguments.folder, arguments.msrck, arguments.every > 1)
    for words in SMALL:
        check_resume(arguments.folder, words)
        check_threads(arguments.folder, words)
    print("resumed from pipes, and written by several threads")


if __name__ == "__main__":
    main()
