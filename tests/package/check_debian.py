#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the Debian packages from the tracked files, unpacks them into one folder, and works with what is there.

usage: check_debian.py SOURCE_ROOT WORK_FOLDER
"""
import glob
import os
import shutil
import subprocess
import sys

ROOT, WORK = (os.path.abspath(argument) for argument in sys.argv[1:3])
PACKAGES = ["libmsrck-dev", "libmsrck1", "msrck", "msrck-cc"]
# What the library, who develops with it, and who uses the tool get.
CONTENTS = {
    "libmsrck1": ["usr/lib/*/libmsrck.so.1"],
    "libmsrck-dev": ["usr/include/msrck/msrck.h", "usr/lib/*/libmsrck.a", "usr/lib/*/libmsrck.so",
                     "usr/lib/*/pkgconfig/msrck.pc", "usr/lib/*/cmake/msrck/msrck-config.cmake",
                     "usr/share/man/man3/libmsrck.3.gz"],
    "msrck-cc": ["usr/bin/msrck-cc", "usr/share/man/man1/msrck-cc.1.gz"],
    "msrck": ["usr/bin/msrck", "usr/share/man/man1/msrck-info.1.gz", "usr/share/man/man5/msrck-format.5.gz",
              "usr/share/bash-completion/completions/msrck", "usr/share/zsh/vendor-completions/_msrck",
              "usr/share/fish/vendor_completions.d/msrck.fish", "usr/share/msrck/schemas/info.schema.json",
              "usr/share/msrck/magic", "usr/share/doc/msrck/format/msrck-format.md", "usr/share/doc/msrck/docs/service.md",
              "usr/share/doc/msrck/examples/bitonic.c"],
}


def run(*command, **keywords):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **keywords)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stdout[-4000:]}")
    return done.stdout


def check(condition, what):
    if not condition:
        sys.exit(f"check_debian: {what}")


def build():
    source = os.path.join(WORK, "source")
    names = run("git", "-C", ROOT, "ls-files", "-z").split("\0")[:-1]
    for name in names:
        if os.path.lexists(os.path.join(ROOT, name)):
            os.makedirs(os.path.dirname(os.path.join(source, name)), exist_ok=True)
            shutil.copy2(os.path.join(ROOT, name), os.path.join(source, name), follow_symlinks=False)
    output = run("dpkg-buildpackage", "-us", "-uc", "-b", "--jobs=auto", cwd=source,
                 env=os.environ | {"DEB_BUILD_OPTIONS": "noautodbgsym terse"})
    # A symbol that left, or one without a version, is only a warning of dpkg-gensymbols.
    check("dpkg-gensymbols: warning" not in output, output)
    shutil.rmtree(source)
    return {os.path.basename(path).split("_")[0]: path for path in glob.glob(os.path.join(WORK, "*.deb"))}


def unpack(debs):
    root = os.path.join(WORK, "root")
    for name, deb in debs.items():
        # Each alone first: what is in which package.
        alone = os.path.join(WORK, name)
        for folder in (alone, root):
            run("dpkg-deb", "-x", deb, folder)
        for pattern in CONTENTS[name]:
            check(glob.glob(os.path.join(alone, pattern)), f"{name} has no {pattern}")
        owners = [other for other in PACKAGES if other != name]
        for other in owners:
            for pattern in CONTENTS[other]:
                check(not glob.glob(os.path.join(alone, pattern)), f"{pattern} is in {name}, too")
    return root


def try_out(root):
    library = os.path.dirname(glob.glob(os.path.join(root, "usr/lib/*/libmsrck.so.1"))[0])
    environment = os.environ | {"LD_LIBRARY_PATH": library, "PKG_CONFIG_PATH": library + "/pkgconfig"}
    program, checkpoint = os.path.join(WORK, "consumer"), os.path.join(WORK, "consumer.msrck")
    source = os.path.join(ROOT, "tests/package/consumer/consumer.c")
    flags = run("pkg-config", "--cflags", "--libs", "msrck", env=environment).split()
    run("gcc", "-O2", "-o", program, source, *flags)
    expected = run(program, env=environment, cwd=WORK)
    run(program, "--checkpoint-at=60", "--checkpoint-stop", f"--checkpoint-to={checkpoint}", env=environment)
    check(run(program, f"--resume={checkpoint}", env=environment) == expected, "resumed with another result")
    tool = os.path.join(root, "usr/bin/msrck")
    check("libmsrck.so.1" in run("readelf", "-d", tool), "the tool does not use the shared library")
    check(run(tool, "verify", checkpoint, env=environment) == "", "the packaged tool does not like the checkpoint")
    check("consumer" in run(tool, "info", checkpoint, env=environment), "no information about the checkpoint")
    page = glob.glob(os.path.join(root, "usr/share/man/man1/msrck.1*"))[0]
    check("checkpoint" in run("man", "-l", page) if shutil.which("man") else True, "no manual page")


def lint():
    if not shutil.which("lintian"):
        print("lintian is not here")
        return
    # The packages are not of an archive, so there is no address to write to.
    done = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", "--tag-display-limit=0",
                           "--suppress-tags=bogus-mail-host,bogus-mail-host-in-debian-changelog",
                           *glob.glob(os.path.join(WORK, "*.changes"))], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="")
    check(done.returncode == 0, "lintian is not content")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    debs = build()
    check(sorted(debs) == PACKAGES, f"packages: {sorted(debs)}")
    check("libmsrck1" in run("dpkg-deb", "-f", debs["msrck"], "Depends"), "msrck does not depend on libmsrck1")
    root = unpack(debs)
    try_out(root)
    lint()
    print("built, unpacked and used: " + " ".join(os.path.basename(path) for path in sorted(debs.values())))


main()
