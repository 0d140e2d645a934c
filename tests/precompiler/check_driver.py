#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""msrck cc in the place of the compiler: options, inputs of every kind, dependency files, messages, exit codes, temporary files.

usage: check_driver.py MSRCK
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MSRCK = os.path.abspath(sys.argv.pop(1))
MAIN = '#include <stdio.h>\n#include "value.h"\nint main(int argc, char **argv)\n{\n    printf("%d %s\\n", value(argc), argv[argc - 1]);\n    return value(3);\n}\n'
VALUE = '#include "value.h"\nint value(int n) { return n * 2 + ADDED; }\n'


class DriverCase(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="msrck-driver-")
        self.folder = self.scratch.name
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)
        self.write("main.c", MAIN)
        self.write("value.c", VALUE)
        self.write("value.h", "int value(int);\n")
        self.environment = dict(os.environ, TMPDIR=self.temporary, LC_ALL="C")

    def tearDown(self):
        # Programs that run leave the folder of their control sockets.
        self.assertEqual([name for name in os.listdir(self.temporary) if name.startswith("msrck-cc-")], [], "temporary files are left")
        self.scratch.cleanup()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def run_program(self, *command, code=0, stdin=""):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, input=stdin, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}{done.stderr}")
        return done

    def cc(self, *arguments, code=0, stdin=""):
        return self.run_program(MSRCK, "cc", *arguments, code=code, stdin=stdin)

    def output(self, program, *arguments, code=0):
        return self.run_program(os.path.join(self.folder, program), *arguments, code=code).stdout


class Inputs(DriverCase):
    def test_sources_and_objects_become_a_program(self):
        self.cc("-c", "-DADDED=1", "value.c")
        self.cc("main.c", "value.o", "-o", "program")
        self.assertEqual(self.output("program", "word", code=7), "5 word\n")

    def test_other_languages_and_archives_are_the_compilers(self):
        self.write("other.s", ".globl other\nother: ret\n.section .note.GNU-stack\n")
        self.cc("-c", "-DADDED=1", "value.c")
        self.run_program("ar", "rc", "libvalue.a", "value.o")
        self.cc("main.c", "other.s", "-L.", "-lvalue", "-o", "program", "-lm")
        self.assertEqual(self.output("program", code=7).split()[0], "3")

    def test_options_stand_in_a_file(self):
        self.write("options", "-O2 '-DADDED=1'\n \"main.c\" value.c -o program")
        self.cc("@options")
        self.output("program", code=7)

    def test_source_comes_from_standard_input(self):
        self.cc("-x", "c", "-", "-x", "none", "-c", "-o", "main.o", "-I.", stdin=MAIN)
        self.cc("main.o", "value.c", "-DADDED=1", "-o", "program")
        self.output("program", code=7)

    def test_preprocessed_source_is_taken(self):
        self.run_program("cc", "-E", "-DADDED=1", "value.c", "-o", "value.i")
        self.cc("main.c", "value.i", "-o", "program")
        self.output("program", code=7)

    def test_assembly_is_made(self):
        self.cc("-S", "-DADDED=1", "value.c")
        self.assertIn("value:", self.read("value.s"))

    def test_several_objects_at_once(self):
        self.cc("-c", "-DADDED=1", "main.c", "value.c")
        self.cc("main.o", "value.o", "-o", "program")
        self.output("program", code=7)


class Transparent(DriverCase):
    def test_questions_go_to_the_compiler(self):
        for question in ("--version", "-dumpmachine", "-print-libgcc-file-name"):
            self.assertEqual(self.cc(question).stdout, self.run_program("cc", question).stdout)
        self.assertEqual(self.cc("-E", "-DADDED=1", "value.c").stdout, self.run_program("cc", "-E", "-DADDED=1", "value.c").stdout)

    def test_errors_are_those_of_the_compiler(self):
        self.write("bad.c", "int main(void)\n{\n    return undeclared;\n}\n")
        ours, theirs = self.cc("-c", "bad.c", code=1), self.run_program("cc", "-c", "bad.c", code=1)
        self.assertEqual(ours.stderr, theirs.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "bad.o")))
        self.assertIn("missing.c", self.cc("missing.c", code=1).stderr)

    def test_warnings_are_those_of_the_compiler(self):
        self.write("warn.c", "int f(int n)\n{\n    int unused, late;\n    for (int i = 0; i < n; i++)\n        if (f(i) > 3)\n            late = i;\n    return late;\n}\n")
        options = ("-O2", "-Wall", "-c", "warn.c")
        ours, theirs = self.cc(*options), self.run_program("cc", *options)
        self.assertIn("unused", theirs.stderr)
        self.assertEqual(ours.stderr, theirs.stderr)
        self.cc("-Werror", *options, code=1)

    def files(self):
        return {os.path.relpath(os.path.join(top, name), self.folder) for top, _, names in os.walk(self.folder) for name in names if top != self.temporary}

    def same_messages(self, *options, code=0, compiler="cc"):
        ours, theirs = self.cc("--cc", compiler, *options, code=code), self.run_program(compiler, *options, code=code)
        self.assertEqual(ours.stderr, theirs.stderr)
        return ours.stderr

    def test_warnings_are_about_the_source_and_not_its_preprocessed_text(self):
        self.write("warn.h", "static inline int twice(int n) { int unused; return n * 2; }\n")
        self.write("warn.c", "#warning look\n#include <stdio.h>\n#include \"warn.h\"\n#define LARGER(a, b) ((a) > (b) ? (a) : (b))\n#define LARGER(a, b) (a)\n"
                   "#pragma unheard of\nint f(int n, unsigned m);\nint f(int n, unsigned m)\n{\n    switch (n) {\n    case 1:\n        printf(\"%s\\n\", n);\n        /* fall through */\n"
                   "    case 2:\n        m++;\n    case 3:\n        return twice(LARGER(n, m));\n    }\n    return 0;\n}\n")
        for compiler in ("gcc", "clang-19"):
            if shutil.which(compiler) is not None:
                self.assertIn("warn.c", self.same_messages("-O2", "-Wall", "-Wextra", "-c", "warn.c", compiler=compiler))
                self.same_messages("-c", "warn.c", compiler=compiler)
                self.same_messages("-Wall", "-Werror", "-MMD", "-c", "warn.c", code=1, compiler=compiler)
        self.same_messages("-Wall", "-fanalyzer", "-flto", "--coverage", "-c", "warn.c")
        # The pragmas of msrck are known, others are not where there are none.
        self.write("known.c", "int f(int n);\nint f(int n)\n{\n#pragma msrck poll\n    return n;\n}\n")
        self.assertEqual(self.cc("-Wall", "-Werror", "-c", "known.c").stderr, "")

    def test_preprocessed_text_keeps_its_own_places(self):
        self.write("text.i", "int f(void)\n{\n    return undeclared;\n}\n")
        self.assertIn("text.i:3:12", self.same_messages("-c", "text.i", code=1))
        self.write("text.i", "int f(void)\n{\n    return 1;\n}\n")
        self.cc("-fpreprocessed", "-c", "text.i")

    def test_no_files_but_those_of_the_compiler(self):
        for options in (["--coverage", "-fstack-usage", "-c", "main.c"], ["--coverage", "-gsplit-dwarf", "-fstack-usage", "main.c", "value.c", "-o", "program"],
                        ["-fdump-tree-optimized", "-c", "value.c"], ["-gsplit-dwarf", "-c", "main.c", "-o", "tmp/main.o"]):
            found = []
            for command in ([MSRCK, "cc"], ["cc"]):
                before = self.files()
                self.run_program(*command, "-DADDED=1", *options)
                found.append(self.files() - before)
                for name in found[-1]:
                    os.unlink(os.path.join(self.folder, name))
            self.assertEqual(found[0], found[1])

    def test_a_source_is_not_overwritten(self):
        before = self.read("value.c")
        self.assertIn("value.c", self.cc("value.c", "-DADDED=1", "-o", "value.c", code=1).stderr)
        self.assertEqual(self.read("value.c"), before)

    def test_headers_are_precompiled_by_the_compiler(self):
        self.cc("-x", "c-header", "value.h")
        self.assertIn("value.h.gch", os.listdir(self.folder))

    def test_options_of_the_linker_are_not_those_of_the_compiler(self):
        clang = shutil.which("clang-19") or self.skipTest("no clang-19")
        self.assertEqual(self.cc("--cc", clang, "-DADDED=1", "-no-pie", "-s", "main.c", "value.c", "-o", "program").stderr, "")
        self.output("program", code=7)

    def test_what_a_configure_script_tries_links_or_fails_as_it_should(self):
        self.write("conftest.c", "char sqrt();\nint main(void)\n{\nreturn sqrt();\n  ;\n  return 0;\n}\n")
        self.cc("-o", "conftest", "-g", "-O2", "conftest.c", "-lm")
        self.write("conftest.c", "char no_such_function();\nint main(void)\n{\nreturn no_such_function();\n}\n")
        self.cc("-o", "conftest", "conftest.c", code=1)

    def test_functions_declared_to_be_tried_are_no_calls_of_them(self):
        for name in ("malloc", "strdup", "free"):
            self.write("conftest.c", f"char {name} (void);\nint main (void)\n{{\nreturn {name} ();\n}}\n")
            self.cc("-w", "-o", "conftest", "conftest.c")

    def test_dependency_files_name_the_object_and_the_users_headers(self):
        self.cc("-c", "-DADDED=1", "-MMD", "-MP", "value.c", "-o", "sub.o")
        text = self.read("sub.d")
        self.assertTrue(text.startswith("sub.o: value.c "), text)
        self.assertIn(" value.h\n", text)
        self.cc("-c", "-DADDED=1", "-MD", "-MF", "named.d", "-MT", "target", "value.c")
        self.assertTrue(self.read("named.d").startswith("target: value.c "))

    def test_dependency_files_are_those_of_the_compiler(self):
        for name, *options in (("value.d", "-MMD", "-MP", "-c", "value.c"), ("tmp/value.d", "-MD", "-c", "value.c", "-o", "tmp/value.o"),
                               ("value.d", "-MMD", "-S", "value.c"), ("value.d", "-MMD", "value.c", "-shared", "-fPIC", "-o", "value.so"),
                               ("value.d", "-Wp,-MMD,value.d", "-c", "value.c"), ("value.d", "-Wp,-MD,value.d,-MP", "-c", "value.c")):
            found = []
            for command in ([MSRCK, "cc"], ["cc"]):
                self.run_program(*command, "-DADDED=1", *options)
                found.append(" ".join(self.read(name).replace("\\\n", " ").split()))
            self.assertEqual(found[0], found[1], options)

    def test_a_makefile_builds_side_by_side(self):
        self.write("Makefile", "CFLAGS = -O1 -DADDED=1 -MMD\nprogram: main.o value.o\n\t$(CC) -o $@ $^ $(LDLIBS)\n-include *.d\n")
        self.run_program("make", "-j4", f"CC={MSRCK} cc")
        self.output("program", code=7)
        self.write("value.h", "int value(int); /* changed */\n")
        os.utime(os.path.join(self.folder, "value.h"), (time.time() + 5, time.time() + 5))
        self.assertIn("value.c", self.run_program("make", f"CC={MSRCK} cc").stdout)


    def test_coverage_is_where_clang_would_put_it(self):
        clang = shutil.which("clang-19") or self.skipTest("no clang-19")
        self.cc("--cc", clang, "--coverage", "-DADDED=1", "main.c", "value.c", "-o", "program")
        self.output("program", code=7)
        self.assertLessEqual({"program-main.gcno", "program-value.gcno", "program-value.gcda"}, set(os.listdir(self.folder)))

    def test_debuggers_see_the_lines_and_variables_of_the_source(self):
        gdb = shutil.which("gdb") or self.skipTest("no gdb")
        self.write("deep.c", "#include <stdio.h>\nstruct pair { int a, b; };\nstatic int deep(int n, struct pair *above)\n{\n    int local = n * 10;\n"
                   "    struct pair own = { n, local };\n\n    if (n == 0)\n        return above->b;\n    return deep(n - 1, &own) + local;\n}\n\n"
                   "int main(void)\n{\n    printf(\"%d\\n\", deep(3, NULL));\n    return 0;\n}\n")
        self.cc("-g", "deep.c", "-o", "deep")
        told = self.run_program(gdb, "-q", "-nx", "-batch", "-ex", "break deep.c:9", "-ex", "run", "-ex", "bt", "-ex", "print *above", "-ex", "up",
                                "-ex", "print local", os.path.join(self.folder, "deep")).stdout
        if "hit Breakpoint" not in told:
            self.skipTest("gdb cannot run programs here")
        for text in (" at deep.c:9\n9\t        return above->b;", "in deep (n=3, above=0x0) at deep.c:10", "= {a = 1, b = 10}", "$2 = 10"):
            self.assertIn(text, told)

    def test_coverage_is_that_of_the_source(self):
        self.cc("--coverage", "-DADDED=1", "main.c", "value.c", "-o", "program")
        self.output("program", code=7)
        self.assertIn("program-value.gcno", os.listdir(self.folder))
        done = self.run_program("gcov", "-n", "program-value.gcda")
        self.assertIn("File 'value.c'\nLines executed:100.00%", done.stdout)


    def test_the_shared_library_serves_as_well(self):
        folder = os.path.join(os.path.dirname(os.path.dirname(MSRCK)), "libmsrck")
        if not os.path.exists(os.path.join(folder, "libmsrck.so")):
            self.skipTest("no shared library in this build")
        self.write("lines.c", "#include <stdio.h>\nint main(void)\n{\n    char line[80];\n    while (fgets(line, sizeof line, stdin) != NULL)\n"
                   "        for (int i = 0; i < 3; i++)\n            printf(\"%d %s\", i, line);\n    return 0;\n}\n")
        self.write("text", "one\ntwo\nthree\n")
        self.cc("lines.c", f"-L{folder}", "-lmsrck", f"-Wl,-rpath,{folder}", "-o", "lines")
        self.assertIn("libmsrck.so", self.run_program("readelf", "-d", "lines").stdout)
        run = 'exec ./lines "$@" <text'
        stopped = self.run_program("sh", "-c", run, "sh", "--checkpoint-at=5", "--checkpoint-stop", "--checkpoint-to=file.msrck")
        resumed = self.run_program("sh", "-c", run, "sh", "--resume=file.msrck")
        self.assertNotIn("three", stopped.stdout)
        self.assertEqual(stopped.stdout + resumed.stdout, self.run_program("sh", "-c", run).stdout)


class SharedLibraries(DriverCase):
    LIBRARY = ("#include <stdio.h>\n#include <stdlib.h>\nstruct item { struct item *next; const char *text; int n; };\nstatic struct item *head;\nint counter;\nstatic int calls;\n"
               "static int twice(int n) { return 2 * n; }\nstatic int (*chosen)(int) = twice;\nint copied(int n);\n"
               "static int deep(int n, struct item *above)\n{\n    struct item own = { above, \"of the library\", n };\n    if (n == 0) {\n        int sum = 0;\n"
               "        for (struct item *i = &own; i != NULL; i = i->next)\n            sum += i->text[i->n] + counter;\n        return sum;\n    }\n"
               "    return deep(n - 1, &own) + chosen(n);\n}\n"
               "void push(const char *text)\n{\n    struct item *new = malloc(sizeof *new);\n    new->next = head;\n    new->text = text;\n    new->n = ++calls;\n    head = new;\n}\n"
               "int walk(int rounds, int (*visit)(const char *, int))\n{\n    int sum = copied(1);\n    for (int i = 0; i < rounds; i++) {\n        static int before;\n"
               "        for (struct item *k = head; k != NULL; k = k->next)\n            sum += visit(k->text, k->n);\n        sum += deep(i, NULL) + before;\n        before = i;\n"
               "        printf(\"%d: %d\\n\", i, sum);\n    }\n    return sum;\n}\n")
    PROGRAM = ("#include <stdio.h>\nvoid push(const char *text);\nint walk(int rounds, int (*visit)(const char *, int));\nint copied(int n);\nextern int counter;\n"
               "static int twice(int n) { return 3 * n; }\nstatic int (*own)(int) = twice;\nstatic int visit(const char *text, int n)\n{\n    int sum = 0;\n"
               "    for (int i = 0; i < n; i++) {\n        sum += text[0] * own(i);\n        counter++;\n    }\n    return sum;\n}\n"
               "int main(void)\n{\n    for (int r = 0; r < 2; r++) {\n        int walked, once;\n        push(r != 0 ? \"one\" : \"zero\");\n        walked = walk(3, visit);\n"
               "        once = copied(r);\n        printf(\"%d %d %d\\n\", walked, once, counter);\n    }\n    return 0;\n}\n")
    COPIED = "static int calls;\nint copied(int n) { return n * 100 + ++calls; }\n"

    def build(self, *options):
        """The program and a library, both with a copy of a static library."""
        self.write("library.c", self.LIBRARY)
        self.write("program.c", self.PROGRAM)
        self.write("copied.c", self.COPIED)
        self.cc("-O1", "-fPIC", "-c", "copied.c")
        self.run_program("ar", "rc", "libcopied.a", "copied.o")
        self.cc("-O1", "-shared", "-fPIC", "library.c", "-L.", "-lcopied", "-o", "liblibrary.so", *options)
        self.cc("-O1", "program.c", "-L.", "-lcopied", "-llibrary", "-Wl,-rpath,$ORIGIN", "-o", "program")

    def check_points(self, points):
        whole = self.output("program")
        for point in points:
            stopped = self.output("program", f"--checkpoint-at={point}", "--checkpoint-stop", "--checkpoint-to=file.msrck")
            self.assertNotEqual(stopped, whole)
            self.assertEqual(stopped + self.output("program", "--resume=file.msrck"), whole, point)

    def test_poll_points_in_them_are_honoured(self):
        self.build()
        self.run_program("cc", "-O1", "program.c", "library.c", "copied.c", "-o", "plain")
        self.assertEqual(self.output("program"), self.output("plain"))
        self.check_points(range(1, 25, 2))

    def test_copies_of_static_libraries_have_state_of_their_own(self):
        self.build("-Wl,-Bsymbolic-functions", "-Wl,-z,defs")
        self.check_points((3, 9, 14, 20))

    def test_without_poll_points_in_it_one_serves_programs_that_were_built_without(self):
        self.cc("-shared", "-fPIC", "-DADDED=1", "value.c", "-o", "libvalue.so")
        self.run_program("cc", "main.c", "-L.", "-lvalue", "-Wl,-rpath,$ORIGIN", "-o", "program")
        self.assertEqual(self.output("program", code=7).split()[0], "3")

    def test_one_that_another_linker_made_is_named_when_a_checkpoint_fails(self):
        self.build()
        self.cc("-c", "-fPIC", "library.c")
        self.run_program("cc", "-shared", "library.o", "-o", "liblibrary.so")
        self.assertIn("walk", self.run_program(os.path.join(self.folder, "program"), "--checkpoint-at=3", "--checkpoint-to=file.msrck").stderr)


class Own(DriverCase):
    def test_callbacks_of_other_libraries_take_no_checkpoint_and_harm_nothing(self):
        os.mkdir(os.path.join(self.folder, "other"))
        self.write("other/each.h", "int each(int n, int (*f)(int, void *), void *context);\n")
        self.write("each.c", '#include "other/each.h"\nint each(int n, int (*f)(int, void *), void *context)\n{\n    int sum = 0;\n'
                   "    for (int i = 0; i < n; i++)\n        sum += f(i, context);\n    return sum;\n}\n")
        self.write("loop.c", "#include <stdio.h>\n#include <each.h>\nstatic int visit(int n, void *context)\n{\n    int *total = context;\n    for (int i = 0; i < 3; i++) {\n"
                   "#pragma msrck poll\n        printf(\"%d %d\\n\", n, i);\n        *total += i * n;\n    }\n    return n;\n}\n"
                   "int main(void)\n{\n    int total = 0;\n    for (int i = 0; i < 4; i++) {\n        int sum = each(3, visit, &total);\n        printf(\"%d %d\\n\", sum, total);\n    }\n"
                   "    return 0;\n}\n")
        self.run_program("cc", "-c", "each.c")
        told = self.cc("-isystem", "other", "--report", "loop.c", "each.o", "-o", "loop").stdout
        self.assertRegex(told, r"loop\.c:17:\d+: each: poll-points in the functions it calls take no checkpoint")
        whole = self.output("loop")
        for point in range(1, 4):
            stopped = self.output("loop", f"--checkpoint-at={point}", "--checkpoint-stop", "--checkpoint-to=file.msrck")
            self.assertNotEqual(stopped, whole)
            self.assertEqual(stopped + self.output("loop", "--resume=file.msrck"), whole, point)

    def test_emitted_text_is_kept_when_asked(self):
        self.cc("-c", "-DADDED=1", "--keep", "value.c", "-o", "sub.o")
        self.assertIn("value.c", self.read("sub.msrck.c"))

    def test_check_makes_nothing(self):
        self.cc("--check", "-DADDED=1", "main.c", "value.c", "-o", "program")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "program")))

    def test_strict_refuses_what_cannot_migrate(self):
        self.write("union.c", "struct s { union { int i; char *p; } u; } s;\nint main(void) { return s.u.i; }\n")
        self.assertIn("union.c:1:43: warning: ", self.cc("-c", "union.c").stderr)
        self.assertIn("union.c:1:43: error: ", self.cc("-c", "--strict", "union.c", code=1).stderr)

    def test_advice_about_a_union_holds_the_line_to_write(self):
        text = ("#include <stdlib.h>\nenum kind { NUMBER, TEXT };\nstruct value {\n    enum kind kind;\n    int length;\n@    union { long number; char *text; } as;\n};\n"
                "struct variant {\n    int which;\n@    union { double real; int *array; };\n};\nstruct value values[3];\nstruct variant variant;\nint main(void)\n{\n"
                "    values[1].as.text = malloc(4);\n    variant.real = 2;\n    return variant.which;\n}\n")
        self.write("union.c", text.replace("@", ""))
        told = self.cc("--strict", "-c", "union.c", code=1).stderr
        for tag in ("kind", "which"):
            line = f"#pragma msrck tag {tag}"
            self.assertIn(f"put '{line}' in the line before it", told)
            text = text.replace("@", line + "\n", 1)
        self.write("union.c", text)
        self.assertEqual(self.cc("--strict", "-Wall", "-Werror", "union.c", "-o", "program").stderr, "")
        self.output("program")

    def test_code_that_contradicts_itself_about_a_tag_is_shown(self):
        self.write("seen.c", "#include <stdio.h>\nenum kind { WHOLE, TEXT, NOTHING };\nstruct value {\n    enum kind kind;\n    union { long whole; char *text; } as;\n} values[3];\n"
                   "int main(int count, char **words)\n{\n    values[0].kind = WHOLE;\n    values[0].as.whole = 5;\n    values[1].kind = TEXT;\n    values[1].as.text = words[0];\n"
                   "    for (int i = 0; i < 5; i++)\n        printf(\"%d %ld\\n\", i, values[0].kind == WHOLE ? values[0].as.whole : count);\n    return 0;\n}\n")
        told = self.cc("--report", "--strict", "seen.c", "-o", "program").stdout
        self.assertIn("seen.c:5:5: struct value.as: kind tells the active member, as the code shows: WHOLE: whole, TEXT: text\n", told)
        self.write("seen.c", self.read("seen.c").replace("    for (", "    if (values[2].kind == TEXT)\n        values[2].as.whole = 1;\n    for (", 1))
        told = self.cc("--strict", "-c", "seen.c", code=1).stderr
        self.assertIn("seen.c:5:5: error: struct value.as: TEXT is seen with the members whole and text", told)
        self.assertIn("seen.c:14:9: note: ", told)

    def test_a_checkpoint_that_failed_is_told_of_when_the_program_exits_itself(self):
        self.write("exits.c", "#include <stdio.h>\n#include <stdlib.h>\nstruct value { int type; union { long whole; char *text; } as; } values[2];\n"
                   "static void put(struct value *value, char *text) { value->as.text = text; }\nint main(int count, char **words)\n{\n    put(&values[1], words[0]);\n"
                   "    for (int i = 0; i < 5; i++)\n        printf(\"%d %d\\n\", i, count);\n    exit(3);\n}\n")
        self.cc("exits.c", "-o", "program")
        told = self.run_program(os.path.join(self.folder, "program"), "--checkpoint-at=2", "--checkpoint-stop", code=3).stderr
        self.assertEqual(told.count("values[0].as.whole"), 1, told)

    def test_openmp_is_told_of_and_left_as_it_is(self):
        self.write("omp.c", "#include <stdio.h>\nstatic int depth(int n) { return n < 2 ? 1 : depth(n - 1) + depth(n - 2); }\n"
                   "static long sum(int n)\n{\n    long all = 0;\n    #pragma omp parallel for reduction(+:all)\n    for (int i = 0; i < n; i++)\n"
                   "        for (int k = 0; k < n; k++)\n            for (int l = 0; l < 3; l++)\n                all += depth(3);\n    return all;\n}\n"
                   "int main(void)\n{\n    for (int i = 0; i < 3; i++)\n        printf(\"%ld %d\\n\", sum(20 + i), depth(i));\n"
                   "    _Pragma(\"omp parallel\") { int own = 1; (void)own; }\n"
                   "#pragma msrck accept\n#pragma omp task\n    { }\n#pragma omp simd\n    for (int i = 0; i < 3; i++)\n        ;\n    return 0;\n}\n")
        told = self.cc("-O2", "-fopenmp", "omp.c", "-o", "program").stderr
        self.assertRegex(told, r"omp\.c:6:5: warning: #pragma omp parallel: threads")
        self.assertRegex(told, r"omp\.c:17:\d+: warning: #pragma omp parallel: threads")
        self.assertEqual(told.count("warning"), 2, told)
        self.assertIn("error: #pragma omp parallel", self.cc("--strict", "-fopenmp", "-c", "omp.c", code=1).stderr)
        self.run_program("cc", "-O2", "omp.c", "-o", "plain")
        self.assertEqual(self.output("program"), self.output("plain"))
        # Without the option the pragmas mean nothing.
        self.assertNotIn("pragma omp", self.cc("-c", "omp.c").stderr)

    @unittest.skipUnless(subprocess.run(["cc", "-m32", "-print-multiarch"], capture_output=True, check=False).stdout == b"i386-linux-gnu\n", "no compiler for i386 as well")
    def test_another_machine_by_an_option_needs_its_own_library(self):
        self.write("alone.c", "int main(void)\n{\n    return sizeof(void *);\n}\n")
        self.cc("-m32", "-c", "alone.c")
        with open(os.path.join(self.folder, "alone.o"), "rb") as file:
            self.assertEqual(file.read(5), b"\x7fELF\x01")
        done = self.cc("-m32", "alone.o", "-o", "program", code=3)
        self.assertIn("no libmsrck.a for i386-linux-gnu; --msrck-lib", done.stderr)

    def test_columns_are_those_of_the_source(self):
        self.write("columns.h", "#define AS_NUMBER(p) ((long)(p))\n#define KEEP(to, from) to = AS_NUMBER(from)\n")
        self.write("columns.c", '#include "columns.h"\nlong kept; char *text;\nvoid f(void);\nvoid f(void)\n{\n'
                   "    /* (long)text\n    */ kept   =   (long)text;\n"
                   "\tkept /* word */ = AS_NUMBER(text + 1);\n"
                   '    if (text[0] == "\u00e4 (long)"[0]) KEEP(kept,\n      text);\n'
                   "    text = \\\n  (char *)kept;\n}\n")
        text = self.cc("-c", "columns.c").stderr
        self.assertEqual([line.split(": ")[0] for line in text.splitlines()],
                         ["columns.c:7:19", "columns.c:8:27", "columns.c:9:35", "columns.c:12:3"], text)
        coloured = self.cc("-c", "-fdiagnostics-color=always", "columns.c").stderr
        self.assertIn("\033[1mcolumns.c:7:19:\033[0m \033[1;35mwarning:\033[0m a pointer", coloured)

    def test_strict_iso_c_of_1990_is_taken(self):
        self.write("old.c", "int inline_; int main(void) { int inline = 3; int n; for (n = 0; n < 9; n++) inline += n; return inline - 39; }\n")
        self.cc("-std=c89", "-pedantic-errors", "-Wall", "old.c", "-o", "old")
        self.output("old")

    def test_report_tells_of_poll_points(self):
        self.write("loop.c", "#include <stdio.h>\nint main(void)\n{\n    for (int i = 0; i < 9; i++)\n        printf(\"%d\\n\", i);\n    return 0;\n}\n")
        self.cc("--report=report", "loop.c", "-o", "loop")
        self.assertIn("loop.c:", self.read("report"))

    def test_help_lists_the_options(self):
        self.assertIn("--msrck-lib", self.cc("--help").stdout)
        self.cc("--poll=nowhere", "main.c", code=2)

    def test_the_program_is_named_after_its_output(self):
        self.write("loop.c", "#include <stdio.h>\nint main(void)\n{\n    for (int i = 0; i < 9; i++)\n        printf(\"%d\\n\", i);\n    return 0;\n}\n")
        self.cc("loop.c", "-o", "one")
        self.cc("loop.c", "--program-name=other", "-o", "two")
        for program, name in (("one", "one"), ("two", "other")):
            self.output(program, "--checkpoint-at=3", "--checkpoint-stop", "--checkpoint-to=file.msrck")
            self.assertIn(name, self.run_program(MSRCK, "info", "file.msrck").stdout)

    def test_a_failure_before_the_checkpoint_that_stops_is_told_and_leaves_the_exit_status(self):
        self.write("loop.c", "#include <stdio.h>\n#include <stdlib.h>\n#include <signal.h>\nint main(void)\n{\n"
                             "    for (int i = 0; i < 100; i++) {\n        if (i == 10)\n            raise(SIGUSR1);\n"
                             "        if (i == 20)\n            system(\"mkdir later\");\n"
                             "        if (i == 30)\n            raise(SIGUSR2);\n    }\n    puts(\"end\");\n    return 0;\n}\n")
        self.cc("loop.c", "-o", "loop")
        command = [os.path.join(self.folder, "loop"), "--checkpoint-to=later/state", "--checkpoint-in-place"]
        done = self.run_program(*command, "--checkpoint-stop-signal=USR2", "--checkpoint-exit-status=85", code=85)
        self.assertIn("later/state", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.run_program(*command, "--resume=auto").stdout, "end\n")

    def test_static_things_of_files_of_one_name_are_told_apart(self):
        part = ("#include <stdio.h>\nint SIDE(int n);\nstatic int calls;\nstatic int (*chosen)(int);\nstatic int step(int n)\n{\n    static int before;\n"
                "    int sum = before;\n#pragma msrck poll\n    for (int i = 0; i < n; i++) {\n        sum += i * FACTOR;\n        printf(\"%d\\n\", sum);\n    }\n"
                "    before = n;\n    return sum + ++calls;\n}\nint SIDE(int n)\n{\n    if (chosen == NULL)\n        chosen = step;\n"
                "    return chosen(n) + step(1);\n}\n")
        for side, factor in (("left", "2"), ("right", "3")):
            os.mkdir(os.path.join(self.folder, side))
            self.write(f"{side}/part.c", part.replace("SIDE", side).replace("FACTOR", factor))
        self.write("both.c", "#include <stdio.h>\nint left(int), right(int);\nint main(void)\n{\n    for (int n = 1; n < 5; n++)\n"
                   "        printf(\"%d: %d %d\\n\", n, left(n), right(n));\n    return 0;\n}\n")
        sources = ("both.c", "left/part.c", "right/part.c")
        self.cc(*sources, "-o", "one")
        # In another order and by other paths: the same names.
        self.cc("--program-name=one", "-o", "two", *(os.path.join(self.folder, source) for source in reversed(sources)))
        whole = self.output("one")
        for point in (2, 5, 9):
            stopped = self.output("one", f"--checkpoint-at={point}", "--checkpoint-stop", "--checkpoint-to=file.msrck")
            self.assertEqual(stopped + self.output("two", "--resume=file.msrck"), whole)
            self.assertIn("left/part.c:calls", self.run_program(MSRCK, "dump", "file.msrck").stdout)
            self.run_program(MSRCK, "verify", "--program=one", "--program=two", "file.msrck")
        # A program where these names need no paths, and one with other paths.
        self.cc("--program-name=one", "-Dright=left", "-o", "three", *sources[:2])
        self.assertIn("left/part.c", self.run_program(MSRCK, "verify", "--program=three", "file.msrck", code=7).stdout)
        os.rename(os.path.join(self.folder, "left"), os.path.join(self.folder, "middle"))
        self.cc("--program-name=one", "-o", "four", "both.c", "middle/part.c", "right/part.c")
        self.assertIn("left/part.c", self.run_program(MSRCK, "verify", "--program=four", "file.msrck", code=7).stdout)

    def test_conflicting_types_are_named_with_their_files(self):
        self.write("one.c", "struct s { int a; } s;\nint main(void) { return s.a; }\n")
        self.write("two.c", "struct s { long b; } t;\n")
        self.cc("one.c", "two.c", "-o", "program")
        done = self.run_program(os.path.join(self.folder, "program"), code=2)
        self.assertIn("one.c", done.stderr)
        self.assertIn("two.c", done.stderr)

    def test_a_signal_leaves_no_files(self):
        os.mkfifo(os.path.join(self.folder, "fifo.h"))
        self.write("slow.c", '#include "fifo.h"\nint x;\n')
        process = subprocess.Popen([MSRCK, "cc", "-c", "slow.c"], cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        for _ in range(3000):
            if os.listdir(self.temporary):
                break
            time.sleep(0.01)
        time.sleep(0.1)
        # As a terminal does: the compiler is in the group, too.
        os.killpg(process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(60), -signal.SIGTERM)


unittest.main(verbosity=2)
