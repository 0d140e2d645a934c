#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `cmake --install` makes, used as another project would: by pkg-config and by find_package, from a place it was moved to.

Every kind of program that a linker makes (position-independent, fixed, static; shared library or archive) is built from
tests/package/consumer, takes a checkpoint deep in its calls, and goes on from the checkpoint of the kind before it.

usage: check_install.py BUILD SOURCE_ROOT
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, ROOT = (os.path.abspath(argument) for argument in sys.argv[1:3])
CONSUMER = os.path.join(ROOT, "tests/package/consumer")
COMPILERS = [name for name in ("gcc", "clang-19") if shutil.which(name)]

# How a program is compiled and linked, and whether pkg-config is asked for static libraries.
KINDS = {
    "shared": ([], [], False),
    "shared, fixed": (["-fno-pie"], ["-no-pie"], False),
    "shared, hidden, sections apart": (["-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"],
                                       ["-Wl,--gc-sections"], False),
    "archive": ([], [], True),
    "archive, fixed": (["-fno-pie"], ["-no-pie"], True),
    "static": ([], ["-static"], True),
    "static, fixed": (["-fno-pie"], ["-static", "-no-pie"], True),
    "static, position-independent": (["-fPIE"], ["-static-pie"], True),
}


def run(*command, **keywords):
    done = subprocess.run(command, capture_output=True, text=True, **keywords)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def install(prefix, **environment):
    run("cmake", "--install", BUILD, *(["--prefix", prefix] if prefix else []), env=os.environ | environment)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="msrck-install-")
        cls.prefix = os.path.join(cls.folder.name, "moved here")
        install(os.path.join(cls.folder.name, "first"))
        os.rename(os.path.join(cls.folder.name, "first"), cls.prefix)
        cls.library = os.path.dirname(cls.one("**/libmsrck.so.1"))
        cls.environment = os.environ | {"LD_LIBRARY_PATH": cls.library,
                                        "PKG_CONFIG_PATH": os.path.join(cls.library, "pkgconfig")}
        cls.tool = cls.one("bin/msrck")
        cls.expected = None
        cls.checkpoint = None

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def one(cls, pattern):
        found = glob.glob(os.path.join(glob.escape(cls.prefix), pattern), recursive=True)
        assert len(found) == 1, f"{pattern}: {found}"
        return found[0]

    def msrck(self, *arguments):
        return run(self.tool, *arguments, env=self.environment)

    # Undisturbed, checkpointed, and resumed from the checkpoint of whichever kind of program came before.
    def try_out(self, program):
        cls = type(self)
        output = run(program, env=self.environment, cwd=self.folder.name)
        cls.expected = cls.expected or output
        self.assertEqual(output, cls.expected)
        self.assertIn("200 items", output)
        mine = program + ".msrck"
        self.assertEqual(run(program, f"--checkpoint-to={mine}", "--checkpoint-at=70", "--checkpoint-stop",
                             env=self.environment), "")
        self.assertEqual(self.msrck("get", mine, "grow.depth"), "31\n")
        for checkpoint in filter(None, (mine, cls.checkpoint)):
            self.assertEqual(run(program, f"--resume={checkpoint}", env=self.environment), output)
            self.assertEqual(self.msrck("verify", f"--program={program}", checkpoint), "")
        cls.checkpoint = mine

    def try_bare(self, program):
        checkpoint = program + ".msrck"
        self.assertEqual(run(program, env=self.environment, cwd=self.folder.name), "begun at 9\n")
        run(program, f"--checkpoint-to={checkpoint}", "--checkpoint-at=4", "--checkpoint-stop", env=self.environment)
        self.assertEqual(self.msrck("get", checkpoint, "step"), "3\n")
        self.assertEqual(run(program, f"--resume={checkpoint}", env=self.environment), "resumed at 9\n")

    def compile(self, compiler, kind, source, program, module, *more):
        compile_options, link_options, archive = KINDS[kind]
        asked = ["pkg-config", "--cflags", "--libs"] + ["--static"] * archive + [module]
        # The folder's name has a space, which pkg-config quotes.
        flags = run("sh", "-c", "eval printf '%s\\\\n' \"$(" + " ".join(asked) + ")\"",
                    env=self.environment).split("\n")[:-1]
        if archive:
            flags = ["-l:libmsrck.a" if flag == "-lmsrck" else flag for flag in flags]
        run(compiler, *compile_options, "-O2", "-o", program, os.path.join(CONSUMER, source), *more, *link_options,
            *flags)

    def test_pkg_config_serves_every_kind_of_program(self):
        for compiler in COMPILERS:
            for number, (kind, (_, _, archive)) in enumerate(KINDS.items()):
                with self.subTest(compiler=compiler, kind=kind):
                    program = os.path.join(self.folder.name, f"consumer-{compiler}-{number}")
                    self.compile(compiler, kind, "consumer.c", program, "msrck")
                    needed = "libmsrck.so.1" in run("readelf", "-d", program)
                    self.assertEqual(needed, not archive)
                    self.try_out(program)

    def test_find_package_serves_every_kind_of_program(self):
        for independent in ("ON", "OFF"):
            build = os.path.join(self.folder.name, f"build-{independent}")
            run("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                f"-DINDEPENDENT={independent}")
            run("ninja", "-C", build)
            for kind in ("shared", "archive", "static"):
                with self.subTest(independent=independent, kind=kind):
                    self.try_out(os.path.join(build, f"consumer_{kind}"))
                    self.try_bare(os.path.join(build, f"bare_{kind}"))
                    self.try_tls(os.path.join(build, f"bare_{kind}"), False)
            if os.path.exists(os.path.join(build, "bare_tls")):
                self.try_tls(os.path.join(build, "bare_tls"), True)

    # Only a program that waits for migrations over TCP carries TLS; here the key that it was told of is not there.
    def try_tls(self, program, has):
        done = subprocess.run([program, "--resume=listen:127.0.0.1:0", "--resume-key=no-such-key"], env=self.environment,
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no-such-key" if has else "libmsrck-tls", done.stderr)

    def test_tls_is_there_for_those_who_ask(self):
        if not glob.glob(os.path.join(glob.escape(self.library), "libmsrck-tls.a")):
            self.skipTest("built without OpenSSL")
        for module, kind in (("msrck", "shared"), ("msrck-tls", "shared"), ("msrck-tls", "shared, fixed")):
            with self.subTest(module=module, kind=kind):
                program = os.path.join(self.folder.name, f"waits-{module}-{len(kind)}")
                self.compile("gcc", kind, "bare.c", program, module)
                self.try_tls(program, module == "msrck-tls")

    def test_find_package_refuses_another_minor_version(self):
        project = os.path.join(self.folder.name, "project")
        os.makedirs(project)
        with open(os.path.join(project, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write("cmake_minimum_required(VERSION 3.22)\nproject(p LANGUAGES C)\nfind_package(msrck 0.0.9 REQUIRED)\n")
        done = subprocess.run(["cmake", "-S", project, "-B", project + "/build", f"-DCMAKE_PREFIX_PATH={self.prefix}"],
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("version: 0.1.0", done.stderr)

    def test_everything_a_user_needs_is_installed(self):
        for name in ("include/msrck/msrck.h", "**/libmsrck.so", "**/libmsrck.a", "**/pkgconfig/msrck.pc",
                     "share/man/man1/msrck.1", "share/man/man3/libmsrck.3", "share/man/man5/msrck-format.5",
                     "share/bash-completion/completions/msrck", "share/zsh/site-functions/_msrck",
                     "share/fish/vendor_completions.d/msrck.fish", "share/msrck/schemas/dump.schema.json",
                     "share/msrck/magic", "share/doc/msrck/format/msrck-format.md", "share/doc/msrck/format/msrck.x",
                     "share/doc/msrck/docs/service.md"):
            self.one(name)
        pages = glob.glob(os.path.join(ROOT, "man/*.[1-9]"))
        self.assertEqual(len(pages), len(glob.glob(os.path.join(glob.escape(self.prefix), "share/man/man*/*"))))

    def test_a_program_in_cpp_reads_checkpoints(self):
        program, reads = (os.path.join(self.folder.name, name) for name in ("written", "reads"))
        self.compile("gcc", "shared", "consumer.c", program, "msrck")
        run(program, f"--checkpoint-to={program}.msrck", "--checkpoint-at=5", "--checkpoint-stop", env=self.environment)
        for kind in ("shared", "shared, fixed", "archive"):
            with self.subTest(kind=kind):
                self.compile("g++", kind, "reads.cpp", reads, "msrck", "-std=c++17", "-pedantic", "-Wall", "-Wextra", "-Werror")
                self.assertEqual(run(reads, program + ".msrck", env=self.environment), "consumer\n")

    def test_file_knows_checkpoints_by_the_installed_magic(self):
        program = os.path.join(self.folder.name, "for-file")
        flags = run("pkg-config", "--cflags-only-I", "msrck", env=self.environment).strip()
        run("sh", "-c", f"gcc {flags} -o '{program}' {CONSUMER}/consumer.c '{self.library}/libmsrck.so'")
        run(program, f"--checkpoint-to={program}.msrck", "--checkpoint-at=5", "--checkpoint-stop", env=self.environment)
        self.assertIn("msrck checkpoint", run("file", "-m", self.one("share/msrck/magic"), program + ".msrck"))

    def test_destdir_and_multiarch_are_respected(self):
        build = os.path.join(self.folder.name, "multiarch")
        # Nothing is compiled for this; what stands in the build already is.
        run("cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DMSRCK_TESTS=OFF", "-DMSRCK_EXAMPLES=OFF",
            "-DMSRCK_TOOL=OFF", "-DCMAKE_INSTALL_PREFIX=/usr", "-DCMAKE_INSTALL_LIBDIR=lib/some-linux-gnu")
        for folder in "src/libmsrck", "src/msrck_tls":
            for name in glob.glob(os.path.join(BUILD, folder, "libmsrck*.*")):
                shutil.copy2(name, os.path.join(build, folder), follow_symlinks=False)
        stage = os.path.join(self.folder.name, "stage")
        run("cmake", "--install", build, env=os.environ | {"DESTDIR": stage})
        self.assertEqual(os.listdir(stage), ["usr"])
        library = os.path.join(stage, "usr/lib/some-linux-gnu")
        for name in ("libmsrck.so.1", "libmsrck.a", "pkgconfig/msrck.pc", "cmake/msrck/msrck-config.cmake"):
            self.assertTrue(os.path.exists(os.path.join(library, name)), name)
        asked = run("pkg-config", "--variable=includedir", "msrck",
                    env=os.environ | {"PKG_CONFIG_PATH": library + "/pkgconfig"}).strip()
        self.assertTrue(os.path.samefile(asked, os.path.join(stage, "usr/include")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
