#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random C programs through `msrck cc`: they compute what the plain build computes, also when they are migrated on the way.

usage: run_random.py --msrck-cc=PROGRAM [--count=N] [--seed=S] [--stops=K] [--machines=x86_64,s390x,i386] [--keep=FOLDER] [--jobs=N]
                     [--build=FOLDER] [--optimise=-O1]

Csmith writes program number I from seed S + I, with options that also come from there; a failure prints that seed, so that
--count=1 --seed=(S + I) repeats it. Programs that do not end within a few seconds are passed over, and so are machines on which the plain
build prints another sum. `msrck cc --strict` has to take the program, or to say what of it cannot migrate: those programs are told by the
reason, and compiled without --strict, compared without being migrated; but unions that are carried as bytes stay on one machine.

Of the others a journey begins on each machine: it stops at up to K poll-points, as far apart as the seed says, and goes on on the next
machine from each. Where something fails, but the plain builds differ between levels of optimisation, the program is undefined.

Exit 77 (skipped) where csmith is missing.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import run_precompiler as runner
from chance import add_seed_option

# What a program of its own kind needs, and how often one has it. What depends on the
# compiler is left out: arithmetic that overflows, builtin functions of zero.
SWITCHES = {"bitfields": 0.5, "packed-struct": 0.3, "volatiles": 0.5, "volatile-pointers": 0.5, "float": 0.3, "inline-function": 0.3,
            "unions": 0.2, "const-pointers": 0.5, "consts": 0.7, "longlong": 0.8, "int8": 0.8, "uint8": 0.8, "argc": 0.3,
            "jumps": 0.8, "comma-operators": 0.7, "compound-assignment": 0.8, "embedded-assigns": 0.8, "math64": 0.8, "paranoid": 0.1,
            "global-variables": 0.85, "structs": 0.85, "arrays": 0.9, "pointers": 0.95, "divs": 0.8, "muls": 0.8}
SIZES = {"max-funcs": (2, 7), "max-block-depth": (2, 4), "max-block-size": (2, 4), "max-array-dim": (1, 3), "max-array-len-per-dim": (2, 9),
         "max-struct-fields": (1, 8), "max-union-fields": (2, 5), "max-pointer-depth": (1, 4), "max-expr-complexity": (2, 8)}
LARGE = {"max-funcs": (8, 14), "max-block-depth": (4, 5), "max-block-size": (3, 6), "max-expr-complexity": (6, 12)}
LARGE_ONES = 0.1
NEVER = 1 << 40
FARTHEST = 14               # a stop is at most 2 to this poll-points after the one before
INCLUDE = "/usr/include/csmith"
LONGEST_PLAIN_RUN = 2
LONGEST_OTHER_RUN = 20
runner.LONGEST_RUN = 150    # undisturbed these programs take a second or two; a large one is compiled for a minute
# Of unions: they migrate between machines of one kind.
CARRIED = "bytes are carried as they are"
# What is emitted hardly depends on it, and the more often a program is compiled without, the more programs there are.
OPTIMISE = ("-O0", "-O0", "-O0", "-O0", "-O1", "-O1", "-O2", "-Os")
PLAIN = "-O1"


def csmith_options(chance):
    options = [f"--{name}" if chance.random() < often else f"--no-{name}" for name, often in SWITCHES.items()]
    options = [option for option in options if option != "--global-variables"]      # the default, and not among csmith's options
    sizes = SIZES | LARGE if chance.random() < LARGE_ONES else SIZES
    for name, (least, most) in sizes.items():
        options += [f"--{name}", str(chance.randint(least, most))]
    return options


def run_plain(case):
    """Leaves the machines whose plain builds print the same as the first's. False for a program that takes too long."""
    ends = []
    for built in case.built:
        command = [*built.machine.emulator, built.plain, *case.program.arguments]
        try:
            ends.append(subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_PLAIN_RUN, check=False))
        except subprocess.TimeoutExpired:
            return False
    case.plain = ends[0]
    case.built = [built for built, end in zip(case.built, ends) if (end.returncode, end.stdout) == (case.plain.returncode, case.plain.stdout)]
    return True


def plain_builds(case):
    """What plain builds by other levels of optimisation do: those that end, and None for each that does not."""
    for built in case.built:
        for optimise in ("-O0", "-O1", "-O2", "-Os"):
            binary = f"{built.plain}{optimise}"
            runner.run([*built.machine.compiler, optimise, f"-I{INCLUDE}", *built.common, "-o", binary], [0])
            command = [*built.machine.emulator, binary, *case.program.arguments]
            try:
                yield subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_OTHER_RUN, check=False)
            except subprocess.TimeoutExpired:
                yield None


def excuse(case):
    """What is wrong with a program that fails; None when nothing is. Csmith's conversions of large floats to integers differ between plain
    builds, and loops without an end go where there is an optimiser."""
    for done in plain_builds(case):
        if done is None:
            return "endless"
        if (done.returncode, done.stdout) != (case.plain.returncode, case.plain.stdout):
            return "undefined"
    return None


def refusal(messages):
    """What cannot migrate, without the names; None where the messages tell no such thing."""
    errors = [line for line in messages.splitlines() if ": error: " in line]
    if errors and all(CARRIED in line for line in errors):
        return CARRIED
    messages = "\n".join(line for line in errors if CARRIED not in line)
    found = re.search(r": error: (?:.* cannot be saved: )?(?:(?:(?:struct|union) \w+|member '[^']*'): )*(.*?)(?::|$)", messages, re.MULTILINE)
    return re.sub(r"'[^']*'", "'...'", found.group(1)).strip() if found else None


def migrate(case, chance, most):
    """Journeys from all machines; how many stops they made."""
    stops = 0
    for first in range(len(case.built)):
        farthest = chance.uniform(1, FARTHEST)
        steps = (int(2 ** chance.uniform(0, farthest)) for _ in range(most))
        made = case.journey(first, itertools.chain(steps, itertools.repeat(NEVER)))
        # It may have passed over all that there are.
        stops += made or case.journey(first, itertools.chain([1] * most, itertools.repeat(NEVER)))
    return stops


def add_points(source, chance):
    """Poll-points of its own before some of the statements, since many a random program has no loop that gets one."""
    often = chance.choice((0, 0.2, 0.4, 0.7))
    with open(source, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number in range(len(lines) - 1, 0, -1):
        begins = re.match(r"\s+(?:for|if|return|[glp]_\d|func_|\(|\*|\+\+|--)", lines[number])
        if begins and re.search(r"[;{}](?: *//.*| */\*.*)?$", lines[number - 1]) and chance.random() < often:
            lines.insert(number, "#pragma msrck poll")
    with open(source, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def write_program(seed, chance, folder):
    source = os.path.join(folder, "random.c")
    words = csmith_options(chance)
    runner.run(["csmith", "--concise", *words, "--seed", str(seed), "-o", source], [0], folder=folder)
    add_points(source, chance)
    program = runner.Program(f"random-{seed}", [source], None)
    program.notes = ["refused"]         # which is as good
    program.arguments = ["1"]           # it prints every variable
    program.options = [f"-I{INCLUDE}", "--strict", f"--poll={chance.choice(('loops', 'loops', 'calls', 'marked'))}"]
    return program


def check_built(case, chance, options):
    """As check_one()."""
    optimise = options.optimise or chance.choice(OPTIMISE)
    case.translate(optimise)
    reasons = sorted({refusal(built.messages) or f"?? {built.messages[:500]}" for built in case.built if built.refused})
    if any(reason.startswith("??") for reason in reasons):
        raise runner.Failure("msrck cc fails: " + reasons[0])
    if reasons:
        case.program.options.remove("--strict")
        case.program.notes = []
        case.translate(optimise)
        if reasons == [CARRIED]:
            case.built = case.built[:1]
    case.check_undisturbed()
    if reasons and reasons != [CARRIED]:
        return f"refused ({', '.join(reasons)})", 0
    stops = migrate(case, chance, options.stops)
    return "without poll-points" if not stops else "migrated on one machine: " + CARRIED if reasons else "migrated", stops


def check_one(seed, machines, options, scratch):
    """What became of one program: (kind, stops). Raises runner.Failure."""
    folder = os.path.join(options.keep or scratch, str(seed))
    os.makedirs(folder, exist_ok=True)
    try:
        chance = random.Random(seed)
        program = write_program(seed, chance, folder)
        case = runner.Case(program, machines, folder, PLAIN)
        if not run_plain(case):
            return "endless", 0
        try:
            return check_built(case, chance, options)
        except runner.Failure:
            reason = excuse(case)
            if reason is None:
                raise
            return reason, 0
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def check_all(machines, options, scratch):
    kinds, migrations, failures = collections.Counter(), 0, 0
    seeds = range(options.seed, options.seed + options.count)
    with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
        checks = {pool.submit(check_one, seed, machines, options, scratch): seed for seed in seeds}
        for check in concurrent.futures.as_completed(checks):
            try:
                kind, made = check.result()
                kinds[kind] += 1
                migrations += made
            except runner.Failure as failure:
                failures += 1
                print(f"random: FAILED, --count=1 --seed={checks[check]} repeats it\n{failure}", flush=True)
    told = "".join(f"\n    {count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"random: {options.count} programs, {migrations} migrations, {failures} failed{told}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--msrck-cc", required=True, help="the msrck-cc program of a build for this machine")
    parser.add_argument("--machines", default="x86_64,s390x,i386")
    parser.add_argument("--build", default=os.path.join(runner.ROOT, "build"), help="where the cross builds are")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--stops", type=int, default=8, help="of each journey, at most")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="programs at a time")
    add_seed_option(parser)
    parser.add_argument("--optimise", help="by default as the seed says")
    parser.add_argument("--keep", help="a folder for what is built; it is not removed")
    options = parser.parse_args()
    options.keep = os.path.abspath(options.keep) if options.keep else None
    begin = time.monotonic()
    if shutil.which("csmith") is None or not os.path.isdir(INCLUDE):
        print("random: there is no csmith here")
        return 77
    print(f"random: seed {options.seed} (--count={options.count} --seed={options.seed} repeats this run)", flush=True)
    machines = [runner.Machine(name, os.path.abspath(options.msrck_cc), options.build, []) for name in options.machines.split(",")]
    # Csmith assigns pointers of one type to variables of another, which verify tells of.
    for machine in machines:
        machine.tool = None
    with tempfile.TemporaryDirectory(prefix="msrck-random-") as scratch:
        failures = check_all(machines, options, scratch)
    print(f"random: {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
