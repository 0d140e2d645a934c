#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does what docs/tutorial.md says: writes its files, executes its commands one after the other, compares what they print.

usage: check_tutorial.py MARKDOWN SOURCE_ROOT WORK_FOLDER

A block ```c NAME (or any language with a name) is a file. A block ```console holds commands, behind "$ ", each with its output below; … is
any text, alone on a line any number of lines. All commands are one shell's, in WORK_FOLDER/tutorial; the sources
are in WORK_FOLDER/msrck. A command has to succeed, unless `echo $?` follows.
"""
import os
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def blocks(text):
    """(line, language, name, content) of each fenced block."""
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2), match.group(3)


def commands(line, content):
    """(line, command, expected output) of a console block."""
    found = []
    for offset, text in enumerate(content.splitlines(), 1):
        if text.startswith("$ "):
            found.append([line + offset, text[2:], []])
        elif found:
            found[-1][2].append(text)
        else:
            sys.exit(f"line {line + offset}: output without a command")
    return found


def pattern(lines):
    """The regular expression of an expected output."""
    parts = []
    for line in lines:
        if line == "…":
            parts.append(r"(?:.*\n)*")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.split("…")) + r"\n")
    return re.compile("".join(parts))


class Shell:
    """One bash for all commands: variables, background processes and the folder stay."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["bash", "--norc"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def run(self, command):
        """(status, output). What a background process prints comes with whatever command runs then."""
        mark = "=== the command has ended ==="
        self.process.stdin.write(f"{command}\n__status=$?; printf '%s %d\\n' '{mark}' $__status; (exit $__status)\n")
        self.process.stdin.flush()
        output = ""
        for line in self.process.stdout:
            before, found, after = line.partition(mark + " ")
            output += before
            if found:
                return int(after), output
        sys.exit(f"the shell ended at: {command}\n{output}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(600)


def execute(shell, line, command, expected, status_is_shown):
    status, output = shell.run(command)
    if status != 0 and not status_is_shown:
        sys.exit(f"line {line}: $ {command}\nexit status {status}\n{output[-4000:]}")
    if not pattern(expected).fullmatch(output):
        sys.exit(f"line {line}: $ {command}\nexpected:\n" + "\n".join(expected) + f"\nprinted:\n{output[-4000:]}")


def main():
    markdown, root, work = (os.path.abspath(argument) for argument in sys.argv[1:4])
    shutil.rmtree(work, ignore_errors=True)
    folder = os.path.join(work, "tutorial")
    os.makedirs(folder)
    os.symlink(root, os.path.join(work, "msrck"))
    shell, files, count = Shell(folder), 0, 0
    with open(markdown, encoding="utf-8") as file:
        text = file.read()
    for line, language, name, content in blocks(text):
        if language == "console":
            steps = commands(line, content)
            for number, (where, command, expected) in enumerate(steps):
                shown = number + 1 < len(steps) and steps[number + 1][1] == "echo $?"
                execute(shell, where, command, expected, shown)
            count += len(steps)
        elif name is not None:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(content)
            files += 1
        else:
            sys.exit(f"line {line}: a block that is neither a file nor commands")
    shell.close()
    if count < 20 or files < 3:
        sys.exit(f"only {count} commands and {files} files: this check no longer sees the tutorial")
    print(f"{count} commands executed, {files} files written")


main()
