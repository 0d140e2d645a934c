#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared library exports what the public headers declare, no more and no less, and libmsrck.map says so.

usage: check_exports.py ROOT [LIBRARY]    without LIBRARY only the headers and libmsrck.map are compared
"""
import glob
import os
import re
import subprocess
import sys

# A declarator's name: before its parameters, or before the end, a comma or an array's length.
FUNCTION = re.compile(r"\b(msrck_\w+)\s*\(")
VARIABLE = re.compile(r"\b(msrck_\w+)\s*(?=\[|,|;|$)")


# In libmsrck-tls, which programs link beside libmsrck.
ELSEWHERE = {"msrck_tls_openssl"}


def declarations(include):
    """The text of all public headers after preprocessing, without what they include from elsewhere, cut at file scope."""
    names = sorted(os.path.basename(path) for path in glob.glob(os.path.join(include, "msrck", "*.h")))
    source = "".join(f"#include <msrck/{name}>\n" for name in names)
    text = subprocess.run(["gcc", "-std=gnu11", "-E", "-I", include, "-x", "c", "-"], input=source,
                          capture_output=True, text=True, check=True).stdout
    kept, ours = [], False
    for line in text.split("\n"):
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            ours = "/msrck/" in marker.group(1)
        elif ours and not line.startswith("#"):
            kept.append(line)
    return file_scope("\n".join(kept))


def file_scope(text):
    """Declarations one by one; what stands in braces is left out, and a body ends its function."""
    current, depth, parentheses = "", 0, 0
    for character in text:
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0 and ")" in current:
                yield current.strip() + " {}"
                current = ""
        elif depth == 0 and character == ";":
            yield current.strip()
            current = ""
        elif depth == 0:
            current += character


def without_attributes(declaration):
    return re.sub(r"__attribute__\s*\(\(.*?\)\)(?=\s*(__attribute__|$|;|\{|,|\())", "", declaration, flags=re.S)


def declared(include):
    """Names with external linkage that the headers declare."""
    names = set()
    for declaration in declarations(include):
        words = declaration.split()
        if not words or words[0] in ("typedef", "static", "_Static_assert") or 'visibility("hidden")' in declaration:
            continue
        declaration = without_attributes(declaration)
        function = FUNCTION.search(declaration)
        if function:
            names.add(function.group(1))
        elif words[0] == "extern":
            # The type may be a name of ours, too: `extern const msrck_type msrck_int, msrck_long`.
            first, *others = declaration.split(",")
            found = re.findall(r"\b\w+\b", first)
            names.add(found[-1] if "[" not in first else re.search(r"(\w+)\s*\[", first).group(1))
            names.update(re.search(r"\w+", other).group(0) for other in others)
    return names - ELSEWHERE


def listed(path):
    text = re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)
    return set(re.findall(r"\b(msrck_\w+)\s*;", text.split("local:")[0]))


def exported(library):
    """(name, version) of each symbol that the library defines for others."""
    text = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    symbols = set()
    for line in text.split("\n")[:-1]:
        name, _, version = line.split()[-1].partition("@")
        if line.split()[-2] != "A":     # the versions themselves
            symbols.add((name, version.lstrip("@")))
    return symbols


def main():
    root = sys.argv[1]
    headers = declared(os.path.join(root, "include"))
    script = listed(os.path.join(root, "src/libmsrck/libmsrck.map"))
    findings = [f"{name}: declared in a public header, but not in src/libmsrck/libmsrck.map" for name in headers - script]
    findings += [f"{name}: in src/libmsrck/libmsrck.map, but in no public header" for name in script - headers]
    if len(headers) < 100:
        findings.append(f"only {len(headers)} declarations were found: this check no longer sees the headers")
    if len(sys.argv) > 2:
        symbols = exported(sys.argv[2])
        names = {name for name, _ in symbols}
        findings += [f"{name}: exported, but in no public header" for name in names - headers]
        findings += [f"{name}: declared in a public header, but not exported" for name in headers - names]
        findings += [f"{name}: exported without a version" for name, version in symbols if not version]
    print("\n".join(sorted(findings)))
    print(f"{len(headers)} declarations, {len(script)} entries of libmsrck.map, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
