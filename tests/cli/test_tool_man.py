# SPDX-License-Identifier: MIT
"""Manual pages: correct, and with just the options that the tool has."""
import os
import re
import shutil
import subprocess

import tool_case
from tool_case import ROOT, ToolCase



def verbs(case):
    """Those that `msrck help` lists and that have options."""
    out, _ = case.expect(0, "help")
    return [verb for verb in re.findall(r"(?m)^  ([a-z]+) ", out.split("verbs:")[1].split("exit status:")[0])
            if verb not in ("help", "version")]


def options(case, verb):
    return set(re.findall(r"(?m)^  (?:-.,|   ) ?--([a-z-]+)", case.expect(0, "help", verb)[0].split("options:", 1)[1]))


class Completions(ToolCase):
    def test_bash_completes_the_options_of_the_table(self):
        out, _ = self.expect(0, "completion", "bash")
        path = self.file("msrck.bash", out.encode())
        self.assertEqual(subprocess.run(["bash", "-n", path]).returncode, 0)
        for verb in verbs(self):
            script = ". %s; COMP_WORDS=(msrck %s --); COMP_CWORD=2; _msrck; echo \"${COMPREPLY[*]}\"" % (path, verb)
            done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True)
            self.assertEqual({word.strip("-=") for word in done.stdout.decode().split()}, options(self, verb), verb)
        script = ". %s; COMP_WORDS=(msrck ve); COMP_CWORD=1; _msrck; echo \"${COMPREPLY[*]}\"" % path
        done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout.decode().split(), ["verify", "version"])

    def test_zsh_and_fish_have_the_options_of_the_table(self):
        zsh, _ = self.expect(0, "completion", "zsh")
        fish, _ = self.expect(0, "completion", "fish")
        for verb in verbs(self):
            part = zsh.split("\n    %s)\n" % verb)[1].split(" ;;")[0]
            self.assertEqual(set(re.findall(r"'\*?--([a-z-]+)", part)), options(self, verb), verb)
            lines = [line for line in fish.splitlines() if "__fish_seen_subcommand_from %s'" % verb in line]
            self.assertEqual({re.search(r" -l ([a-z-]+)", line).group(1) for line in lines}, options(self, verb), verb)
        for shell, text in (("zsh", zsh), ("fish", fish)):
            if shutil.which(shell):
                path = self.file("completion." + shell, text.encode())
                self.assertEqual(subprocess.run([shell, "-n", path]).returncode, 0)

    def test_bash_completes_what_options_and_verbs_take(self):
        path = self.file("values.bash", self.expect(0, "completion", "bash")[0].encode())
        for words, answer in (("dump --color =", "auto always never"), ("dump --color = al", "always"), ("help di", "diff"),
                              ("convert --to = j", "json"), ("verify --target = s3", "s390x"), ("completion f", "fish"),
                              ("convert --output = va", ""), ("info va", "")):
            script = ". %s; COMP_WORDS=(msrck %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _msrck; echo \"${COMPREPLY[*]}\"" % (path, words)
            done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True)
            self.assertEqual(done.stdout.decode().strip(), answer, words)

    def test_words_that_are_completed_are_taken(self):
        """And no others are offered: each word of the lists is one that the option takes."""
        out, _ = self.expect(0, "completion", "bash")
        lists = dict(re.findall(r'(?m)^    (\w+--\w+)\) words="([^"]*)" ;;$', out))
        self.assertGreaterEqual(set(lists), {"dump--color", "convert--to", "verify--target", "stat--by", "graph--fold", "get--format"})
        paths = {"get": ["grid"], "diff": [self.good]}
        for key, words in lists.items():
            verb, option = key.split("--")
            if verb == "cc":
                continue
            for word in words.split():
                code, _, err = self.run_tool(verb, "--%s=%s" % (option, word), self.good, *paths.get(verb, ()), stdout=subprocess.DEVNULL)
                self.assertIn(code, (0, 7), "%s %s: %s" % (key, word, err))

    def test_other_shells_are_usage_errors(self):
        self.expect(2, "completion", "csh")
        self.expect(2, "completion")


class Library(ToolCase):
    def test_the_page_has_every_public_function(self):
        with open(os.path.join(ROOT, "man/libmsrck.3"), encoding="utf-8") as file:
            page = file.read()
        described = set()
        for line in page.splitlines():
            if line.startswith(".It Fn "):
                described |= set(re.findall(r"Fn (msrck_\w+)", line))
        declared = set()
        for name in sorted(os.listdir(os.path.join(ROOT, "include/msrck"))):
            if name.startswith("precompiled"):
                continue                # for emitted code, not for people
            with open(os.path.join(ROOT, "include/msrck", name), encoding="utf-8") as file:
                text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
            text = re.sub(r"(?m)^[ \t]*#(.*\\\n)*.*$", "", text)
            declared |= set(re.findall(r"(?m)^(?!typedef)[A-Za-z_][\w \*]*?\b(msrck_\w+)\(", text))
        self.assertEqual(declared, described)
        self.assertIn("msrck_poll", declared)
        self.assertGreater(len(declared), 100)


class Manual(ToolCase):
    def page(self, name):
        with open(os.path.join(ROOT, "man", name + ".1"), encoding="utf-8") as file:
            return file.read()

    def test_mandoc_finds_nothing_wrong(self):
        for name in sorted(os.listdir(os.path.join(ROOT, "man"))):
            path = os.path.join(ROOT, "man", name)
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", path], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            # Pages that are not installed here cannot be found; that is no fault of the page.
            lines = [line for line in done.stdout.decode().splitlines() if "referenced manual not found" not in line and
                     "mandoc.db" not in line]
            self.assertEqual(lines, [])

    def test_pages_and_help_have_the_same_options(self):
        for verb in verbs(self):
            text = self.page("msrck-" + verb)
            helped = options(self, verb)
            described = {name for line in text.splitlines() if line.startswith(".It Fl")
                         for name in re.findall(r"-([a-z][a-z-]+)", line)}
            self.assertEqual(described, helped)
            synopsis = text.split(".Sh SYNOPSIS")[1].split(".Sh DESCRIPTION")[0]
            for name in helped - {"help", "quiet"}:
                self.assertIn("-" + name, synopsis)

    def test_the_main_page_names_every_verb_and_page(self):
        text = self.page("msrck")
        for verb in verbs(self):
            self.assertRegex(text, r"(?m)^\.It Cm %s\b" % verb)
            self.assertRegex(text.split(".Sh SEE ALSO")[0], r"(?m)^\.Xr msrck-%s 1 \.$" % verb)
            self.assertRegex(text.split(".Sh SEE ALSO")[1], r"(?m)^\.Xr msrck-%s 1( ,)?$" % verb)

    def test_the_exit_codes_are_in_the_page_and_in_the_header(self):
        with open(os.path.join(ROOT, "src/cli/exit_codes.h"), encoding="utf-8") as file:
            codes = re.findall(r"EXIT_CODE_\w+ = (\d)", file.read())
        self.assertEqual(codes, [str(i) for i in range(8)])
        for code in codes:
            self.assertIn(".It %s\n" % code, self.page("msrck").split(".Sh EXIT STATUS")[1])

    def test_every_finding_is_explained(self):
        with open(os.path.join(ROOT, "schemas/verify.schema.json"), encoding="utf-8") as file:
            known = set(re.findall(r'"([a-z-]+)"', file.read().split('"id": {')[1].split("]")[0])) - {"enum"}
        explained = {name for line in re.findall(r"(?m)^\.It Sy (.*)$", self.page("msrck-verify"))
                     for name in line.split(" , ")}
        self.assertEqual(explained, known)
        self.assertIn("pointer-type", known)


tool_case.main()
