#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What must hold of the tree itself: layers include only downwards, files and functions stay short, names are unique.

usage: check_tree.py ROOT
"""
import os
import re
import subprocess
import sys

LAYERS = ["base", "types", "encoding", "file", "memory", "msrm", "runtime"]
LIBRARY = "src/libmsrck"
LONGEST_FILE = 600
LONG_FUNCTION = 60
LONGEST_FUNCTION = 120
SHARE_OF_LONG_FUNCTIONS = 0.05
SOURCE = (".c", ".h", ".py", ".sh", ".cmake", ".x")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True)
    if out.returncode == 0 and out.stdout:
        return out.stdout.split("\n")[:-1]
    found = []
    for folder, _, names in os.walk(root):
        if "/build" in folder or "/.git" in folder:
            continue
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found


def layer_of(path):
    parts = path.split("/")
    if path.startswith(LIBRARY + "/") and len(parts) > 3:
        return parts[2]
    return None


def check_layers(root, files, findings):
    """A library file includes headers of its own layer and those below; tools see public headers and their own."""
    for path in files:
        if not path.endswith((".c", ".h")) or not path.startswith("src/"):
            continue
        layer = layer_of(path)
        for number, line in enumerate(open(os.path.join(root, path), encoding="utf-8"), 1):
            match = INCLUDE.match(line)
            if match is None:
                continue
            quoted, target = match.group(1) == '"', match.group(2)
            first = target.split("/")[0]
            if layer is not None and first in LAYERS and LAYERS.index(first) > LAYERS.index(layer):
                findings.append(f"{path}:{number}: layer {layer} includes {target} of a layer above it")
            if layer is not None and target.startswith("msrck/msrck.h") and layer != "runtime":
                findings.append(f"{path}:{number}: only the runtime layer implements msrck.h")
            if path.startswith("src/cli/") and quoted and first in LAYERS:
                findings.append(f"{path}:{number}: a tool reaches into the library: {target}")
    for path in files:
        if path.startswith(LIBRARY + "/") and path.endswith((".c", ".h")) and layer_of(path) not in LAYERS:
            findings.append(f"{path}: not in the folder of a layer")


def function_lengths(text):
    """(name, lines) of each function: from the line of its opening brace in column 0 to the closing one."""
    lines, start, lengths = text.split("\n"), None, []
    for number, line in enumerate(lines):
        if line == "{" and number > 0:
            start = number
        elif line == "}" and start is not None:
            head = re.findall(r"(\w+)\s*\(", " ".join(lines[max(0, start - 4):start]))
            lengths.append((head[0] if head else "?", number - start + 1))
            start = None
    return lengths


def check_lengths(root, files, findings):
    lengths = []
    for path in files:
        if not path.startswith("src/") or not path.endswith(".c"):
            continue
        text = open(os.path.join(root, path), encoding="utf-8").read()
        if text.count("\n") > LONGEST_FILE:
            findings.append(f"{path}: {text.count(chr(10))} lines, more than {LONGEST_FILE}")
        for name, length in function_lengths(text):
            lengths.append(length)
            if length > LONGEST_FUNCTION:
                findings.append(f"{path}: {name} has {length} lines, more than {LONGEST_FUNCTION}")
    long_ones = sum(1 for length in lengths if length > LONG_FUNCTION)
    if lengths and long_ones > SHARE_OF_LONG_FUNCTIONS * len(lengths):
        findings.append(f"{long_ones} of {len(lengths)} functions have more than {LONG_FUNCTION} lines")
    if len(lengths) < 100:
        findings.append(f"only {len(lengths)} functions were found: this check no longer sees the code")


def check_headers_of_files(root, files, findings):
    seen = {}
    for path in files:
        name = os.path.basename(path)
        if path.endswith(SOURCE) and "SPDX-License-Identifier: MIT" not in open(os.path.join(root, path), encoding="utf-8").read(400):
            findings.append(f"{path}: no SPDX line at its beginning")
        if path.endswith((".c", ".h")):
            if name in seen and not path.startswith("include/"):
                findings.append(f"{path}: {seen[name]} has the same file name")
            seen[name] = path


def main():
    root, findings = sys.argv[1], []
    files = [path for path in tracked(root) if os.path.isfile(os.path.join(root, path))]
    check_layers(root, files, findings)
    check_lengths(root, files, findings)
    check_headers_of_files(root, files, findings)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


sys.exit(main())
