#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What msrck cc says of constructs that cannot migrate: which, where, silenced by a pragma, errors with --strict; and that it says nothing of harmless ones."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HEADERS = """#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <pthread.h>
#include <regex.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
struct list { struct list *next; };
struct item { int value; struct list link; };
struct packet { int a, b; };
static jmp_buf place __attribute__((unused));
int sink; void *kept; unsigned char *bytes; uintptr_t number; double real; struct packet packet; struct item item;
static void handler(int s) { sink = s; }
static void *thread(void *p) { return p; }
static int thread_of_c11(void *p) { return p != NULL; }
"""

# A statement, and what is said of it.
OBSTACLES = [
    ("bytes = (unsigned char *)&real;", "pointer to the bytes of a value"),
    ("unsigned char *first = (unsigned char *)&packet; sink = *first;", "pointer to the bytes of a value"),
    ("kept = (void *)(intptr_t)sink;", "an integer becomes a pointer"),
    ("struct item *made = (struct item *)number; sink = made->value;", "an integer becomes a pointer"),
    ("number = (uintptr_t)&item;", "a pointer becomes an integer"),
    ("unsigned long key = (unsigned long)kept; sink = (int)key;", "a pointer becomes an integer"),
    ("if (setjmp(place)) sink = 1;", "setjmp() and longjmp()"),
    ("longjmp(place, 1);", "setjmp() and longjmp()"),
    ("jmp_buf here; (void)here;", "a jmp_buf"),
    ("__asm__ volatile(\"\");", "inline assembly"),
    ("pthread_t id; pthread_create(&id, NULL, thread, NULL);", "threads are not carried"),
    ("thrd_t id; thrd_create(&id, thread_of_c11, NULL);", "threads are not carried"),
    ("int (*start)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = pthread_create; sink = start != NULL;", "pthread_create(): threads are not carried"),
    ("static _Thread_local int own; sink = own;", "is a variable of each thread"),
    ("int descriptor = open(\"f\", O_RDONLY); sink = descriptor;", "a file descriptor"),
    ("sink = socket(AF_INET, SOCK_STREAM, 0);", "a file descriptor"),
    ("int ends[2]; sink = pipe(ends);", "a file descriptor"),
    ("sink = dup(1);", "a file descriptor"),
    ("kept = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);", "memory mappings"),
    ("kept = sbrk(0);", "memory mappings"),
    ("signal(SIGINT, handler);", "signal handlers"),
    ("struct sigaction action = { 0 }; sigaction(SIGINT, &action, NULL);", "signal handlers"),
    ("alarm(3);", "timers"),
    ("void *label = &&there; goto *label; there:;", "the address of a label"),
    ("sink = fork();", "processes are not carried"),
    ("execl(\"/bin/true\", \"true\", (char *)NULL);", "processes are not carried"),
    ("kept = dlopen(\"x.so\", RTLD_NOW);", "loaded code"),
    ("kept = popen(\"true\", \"r\");", "a pipe to another process"),
    ("kept = tmpfile();", "a temporary file without a name"),
    ("kept = fdopen(0, \"r\");", "a stream on a descriptor"),
    ("kept = opendir(\".\");", "a directory stream"),
    ("regex_t pattern; sink = regcomp(&pattern, \"a\", 0);", "a regex_t"),
    ("kept = tsearch(\"a\", &kept, NULL);", "the tree of tsearch()"),
    ("setlocale(LC_ALL, \"\");", "the locale is not carried"),
    ("sink = chdir(\"/\");", "the process's settings"),
    ("sink = atexit(abort);", "functions for the end of the program"),
    ("sink = timezone != 0;", "variables of the C library"),
    ("const void *from = kept; memcpy(bytes, from, (size_t)sink);", "values of any type are copied"),
    ("sink = setuid(0);", "the process's settings"),
    ("sink = putenv(NULL);", "the process's settings"),
    ("kept = fdopendir(3);", "a directory stream"),
    ("sink = (int)syscall(39);", "what a system call leaves behind"),
    ("sink = lockf(1, F_LOCK, 1);", "locks of files"),
    ("sink = mkostemp((char *)bytes, 0);", "a file descriptor"),
    ("sink = mprotect(kept, 1, PROT_READ);", "memory mappings"),
    ("kept = localeconv();", "the result lies in memory of the C library"),
]

HARMLESS = [
    "char text[8]; memcpy(text, (char *)&real, sizeof real); sink = text[0];",
    "struct item *around = (struct item *)((char *)&item.link - offsetof(struct item, link)); sink = around->value;",
    "kept = (void *)0; kept = NULL; kept = (void *)-1;",
    "if ((uintptr_t)kept % 16 == 0) sink = 1;",
    "sink = (int)((char *)&packet.b - (char *)&packet);",
    "char *name = malloc(5); strcpy(name, \"abcd\"); unsigned char *as = (unsigned char *)name; sink = as[0]; free(name);",
    "int *array = malloc(3 * sizeof *array); array[2] = 1; sink = array[2]; free(array);",
    "FILE *file = fopen(\"f\", \"r\"); if (file != NULL) fclose(file);",
    "const char *home = getenv(\"HOME\"); sink = home != NULL;",
    "char line[] = \"a b\"; for (char *word = strtok(line, \" \"); word != NULL; word = strtok(NULL, \" \")) sink++;",
    "srand(3); sink = rand();",
    "union { int whole; } one = { 3 }; sink = one.whole;",
    "static const void *const labels[] = { &&one, &&two }; goto *labels[sink & 1]; one: sink++; two:;",
    "sink = optind + (optarg != NULL);",
    "time_t now = time(NULL); sink = (int)now;",
    "sink = (int)sizeof(struct packet) + (int)strlen(\"x\");",
]


def functions(statements, pragma):
    """Each statement in a function of its own: the text, and the line each stands on."""
    lines = HEADERS.splitlines()
    places = []
    for number, statement in enumerate(statements):
        lines.append(f"int function_{number}(void);")
        lines.append(f"int function_{number}(void)")
        lines.append("{")
        if pragma:
            lines.append("#pragma msrck accept")
        lines.append("{ " + statement + " }")
        places.append(len(lines))
        lines.append("return sink;")
        lines.append("}")
    return "\n".join(lines) + "\n", places


def run(compiler, folder, text, *options):
    path = os.path.join(folder, "unit.c")
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return subprocess.run([*compiler, "--check", *options, "-Wno-all", path], capture_output=True, text=True, check=False)


def messages(result):
    found = {}
    for line in result.stderr.splitlines():
        match = re.match(r".*unit\.c:(\d+):\d+: (warning|error): (.*)", line)
        if match:
            found.setdefault(int(match.group(1)), []).append((match.group(2), match.group(3)))
    return found


def check_each(compiler, folder, strict):
    failures = 0
    text, places = functions([statement for statement, _ in OBSTACLES], False)
    result = run(compiler, folder, text, *(["--strict"] if strict else []))
    found = messages(result)
    wanted = "error" if strict else "warning"
    for (statement, phrase), line in zip(OBSTACLES, places):
        said = found.pop(line, [])
        if not any(severity == wanted and phrase in message for severity, message in said):
            print(f"no {wanted} '{phrase}' about: {statement}\n  said: {said}")
            failures += 1
    for line, said in found.items():
        if line > len(HEADERS.splitlines()) + 1:
            print(f"line {line}: {said}")
            failures += 1
    if (result.returncode != 0) != strict:
        print(f"exit status {result.returncode} with{'' if strict else 'out'} --strict\n{result.stderr}")
        failures += 1
    return failures


def check_silent(compiler, folder, statements, pragma):
    text, places = functions(statements, pragma)
    found = messages(run(compiler, folder, text))
    failures = 0
    for statement, line in zip(statements, places):
        if line in found:
            print(f"said of {'a silenced' if pragma else 'the harmless'} {statement}: {found[line]}")
            failures += 1
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compiler", nargs="+", help="msrck-cc")
    compiler = parser.parse_args().compiler
    with tempfile.TemporaryDirectory(prefix="msrck-obstacles-") as folder:
        failures = check_each(compiler, folder, False)
        failures += check_each(compiler, folder, True)
        failures += check_silent(compiler, folder, [statement for statement, _ in OBSTACLES], True)
        failures += check_silent(compiler, folder, HARMLESS, False)
    print(f"{len(OBSTACLES)} obstacles, {len(HARMLESS)} harmless constructs, {failures} failures")
    return failures != 0


sys.exit(main())
