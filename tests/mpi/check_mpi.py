#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/mpi-heat under mpirun: its ranks checkpoint at the same step, all or none, and killed at any moment it goes on.

usage: check_mpi.py MPI_HEAT MSRCK [--seed=N] [--kills=N]

The seed is printed. A rank or mpirun is killed with SIGKILL at random times, and as soon as certain files appear: the first of a new
generation, the manifest before its renaming, the manifest after it. After each kill the folder has to hold a
consistent set, and at the end the output has to be that of an undisturbed run.
"""
import argparse
import glob
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402

RANKS = 4
SIZE, STEPS = 512, 2000
STOPPED = 85
DOES_NOT_FIT = 7


class Failure(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failure(what)


class Run:
    """mpirun and its ranks, known by a word in their environment."""

    count = 0

    def __init__(self, program, folder, *options, ranks=RANKS, size=SIZE, steps=STEPS):
        Run.count += 1
        self.word = f"MSRCK_TEST_RUN={os.getpid()}-{Run.count}"
        self.program = os.path.realpath(program)
        environment = os.environ | dict([self.word.split("=")]) | {
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
            "OMPI_MCA_btl": "self,vader", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
        self.output = tempfile.TemporaryFile("w+")
        self.errors = tempfile.TemporaryFile("w+")
        self.mpirun = subprocess.Popen(
            ["mpirun", "--oversubscribe", "-n", str(ranks), program, folder, str(size), str(steps), *options],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.errors, env=environment, start_new_session=True)

    def ranks(self):
        """Process ids of the ranks that run."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{name}/exe") != self.program:
                    continue
                with open(f"/proc/{name}/environ", "rb") as file:
                    if self.word.encode() in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass
        return found

    def end(self, seconds=300):
        """Waits for mpirun and for the ranks, which end soon without it; (status, output, errors)."""
        try:
            status = self.mpirun.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise Failure(f"mpirun did not end: {self.text(self.errors)}") from None
        limit = time.monotonic() + 10
        while self.ranks() and time.monotonic() < limit:
            time.sleep(0.05)
        self.kill_all()
        return status, self.text(self.output), self.text(self.errors)

    def kill_all(self):
        for process in [*self.ranks(), *([self.mpirun.pid] if self.mpirun.poll() is None else [])]:
            kill(process)
        self.mpirun.wait()

    @staticmethod
    def text(file):
        file.seek(0)
        return file.read()


def kill(process, number=signal.SIGKILL):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


class Folder:
    """What a run leaves behind."""

    def __init__(self, path, tool):
        self.path, self.tool = path, tool

    def manifest(self):
        """(generation, {rank: (bytes, digest)}), or None where nothing is committed."""
        try:
            with open(os.path.join(self.path, "manifest"), encoding="ascii") as file:
                text = file.read()
        except FileNotFoundError:
            return None
        found = re.fullmatch(r"ranks 1\ngeneration (\d+)\ncount (\d+)\n((?:\d+ \d+ [0-9a-f]{64}\n)*)end\n", text)
        check(found, f"the manifest is damaged: {text!r}")
        rows = [line.split() for line in found.group(3).splitlines()]
        check([int(row[0]) for row in rows] == list(range(int(found.group(2)))), f"ranks are missing: {text}")
        return int(found.group(1)), {int(row[0]): (int(row[1]), row[2]) for row in rows}

    def checkpoint(self, generation, rank):
        return os.path.join(self.path, f"{generation}-{rank}.msrck")

    def files(self):
        return {tuple(int(word) for word in re.findall(r"\d+", os.path.basename(path))): path
                for path in glob.glob(os.path.join(self.path, "*-*.msrck"))}

    def others(self):
        """Files of generations that are not committed, or not any more."""
        committed = self.manifest()
        return [path for (generation, _), path in self.files().items() if committed is None or generation != committed[0]]

    def step(self):
        """Checks that everything the manifest names is there, and of one step, which it returns; 0 where nothing is committed."""
        committed = self.manifest()
        if committed is None:
            return 0
        generation, rows = committed
        steps = set()
        for rank, (size, digest) in rows.items():
            path = self.checkpoint(generation, rank)
            check(os.path.exists(path), f"{path} is gone, but the manifest names it")
            check(os.path.getsize(path) == size, f"{path} has another size than the manifest says")
            information = json.loads(self.ask("info", "--json", path))
            check(information["files"][0]["digest"] == digest, f"{path} has another digest than the manifest says")
            steps.add(int(self.ask("get", path, "step")))
        check(len(steps) == 1, f"the ranks of generation {generation} are at steps {sorted(steps)}")
        return steps.pop()

    def ask(self, *arguments):
        done = subprocess.run([self.tool, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(done.returncode == 0, f"msrck {' '.join(arguments)}: {done.stdout}")
        return done.stdout


class Tests:
    def __init__(self, options, scratch):
        self.program, self.tool, self.scratch = options.program, options.tool, scratch
        self.kills = options.kills
        self.random = random.Random(options.seed)
        _, self.expected, _ = self.run("undisturbed")

    def folder(self, name):
        return Folder(os.path.join(self.scratch, name), self.tool)

    def run(self, name, *options, status=0, **keywords):
        found, output, errors = Run(self.program, os.path.join(self.scratch, name), *options, **keywords).end()
        check(found == status, f"exit status {found} instead of {status}: {errors}")
        return found, output, errors

    def test_the_number_of_ranks_does_not_matter(self):
        for ranks in (1, 3):
            check(self.run(f"ranks-{ranks}", ranks=ranks)[1] == self.expected, f"{ranks} ranks print something else")

    def test_a_request_at_one_rank_makes_all_checkpoint(self):
        folder = self.folder("request")
        run = Run(self.program, folder.path, "--checkpoint-signal=none", "--checkpoint-stop-signal=USR2",
                  f"--checkpoint-exit-status={STOPPED}", steps=10 ** 9)
        limit = time.monotonic() + 60
        chosen = None
        while run.mpirun.poll() is None and time.monotonic() < limit:
            caught = [process for process in run.ranks() if catches(process, signal.SIGUSR2)]
            if len(caught) == RANKS:
                chosen = self.random.choice(caught)
                kill(chosen, signal.SIGUSR2)
                break
            time.sleep(0.05)
        status, output, errors = run.end()
        check(chosen is not None and status == STOPPED and output == "", f"exit status {status}: {errors}")
        check(folder.manifest()[0] == 1 and folder.step() > 0 and len(folder.files()) == RANKS, "not one checkpoint of all")

    def test_another_number_of_ranks_is_refused(self):
        self.run("count", "--checkpoint-at=50", "--checkpoint-stop", f"--checkpoint-exit-status={STOPPED}", status=STOPPED)
        _, output, errors = self.run("count", ranks=RANKS - 1, status=DOES_NOT_FIT)
        check("the checkpoint is of 4 ranks, and this run has 3" in errors and output == "", errors)
        check(self.folder("count").step() == 49, "the checkpoint is not that of the fiftieth poll-point")
        check(self.run("count")[1] == self.expected, "resumed with another result")

    def test_damaged_and_exchanged_files_are_refused(self):
        self.run("damage", "--checkpoint-at=50", "--checkpoint-stop", f"--checkpoint-exit-status={STOPPED}", status=STOPPED)
        folder = self.folder("damage")
        path = folder.checkpoint(1, 2)
        with open(path, "rb") as file:
            whole = file.read()
        for damage in (whole[:-100], whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
                       open(folder.checkpoint(1, 1), "rb").read()):
            with open(path, "wb") as file:
                file.write(damage)
            _, _, errors = self.run("damage", status=DOES_NOT_FIT)
            check(f"rank 2: {path}: " in errors, errors)
        os.unlink(path)
        check("rank 2: " in self.run("damage", status=DOES_NOT_FIT)[2], "a file that is gone is not told")
        with open(path, "wb") as file:
            file.write(whole)
        for manifest in ("", "ranks 1\ngeneration 1\ncount 4\n", "ranks 2\n", "\0" * 400):
            with open(os.path.join(folder.path, "manifest"), "r+", encoding="ascii") as file:
                good = file.read() if manifest == "" else good
                file.seek(0)
                file.truncate()
                file.write(manifest)
            check("not a manifest" in self.run("damage", status=DOES_NOT_FIT)[2], "a damaged manifest is taken")
        with open(os.path.join(folder.path, "manifest"), "w", encoding="ascii") as file:
            file.write(good)
        check(self.run("damage")[1] == self.expected, "resumed with another result")

    def test_a_rank_that_cannot_write_is_no_checkpoint_for_any(self):
        folder = self.folder("unwritable")
        os.makedirs(os.path.join(folder.checkpoint(1, 2), "in the way"))
        _, output, errors = self.run("unwritable", "--checkpoint-at=50")
        check(output == self.expected, "the failed checkpoint changed the result")
        check("rank 2: " in errors and folder.manifest() is None, f"a checkpoint without a rank: {errors}")
        check([name for name in os.listdir(folder.path) if name != "1-2.msrck"] == [], "files of others stay")

    # ---- Kills

    def moment(self, run, folder, kind, lives):
        """Waits for the moment to kill; False when the run ended before."""
        committed = folder.manifest()
        following = (committed[0] if committed else 0) + 1
        manifest = os.path.join(folder.path, "manifest")
        before = os.stat(manifest).st_ino if committed else None
        first = [folder.checkpoint(following, rank) for rank in range(RANKS)]
        delay = time.monotonic() + self.random.uniform(0.5, 1.0 + 0.1 * lives)
        while run.mpirun.poll() is None:
            if kind == "time" and time.monotonic() > delay:
                return True
            if kind == "first file" and any(map(os.path.exists, first)):
                return True
            if kind == "manifest" and os.path.exists(manifest + ".new"):
                return True
            try:
                if kind == "commit" and os.stat(manifest).st_ino != before:
                    return True
            except FileNotFoundError:
                pass
            if kind == "time":
                time.sleep(0.001)
        return False

    def test_killed_at_any_moment_it_goes_on(self):
        folder = self.folder("killed")
        reached, incomplete, kills, finished = 0, 0, 0, None
        kinds = ["time", "first file", "manifest", "commit"]
        while finished is None:
            check(kills < 20 * self.kills, "it never comes to its end")
            run = Run(self.program, folder.path, "--checkpoint-every=0.1")
            # When it has been killed often enough it may come to its end.
            if kills < self.kills and self.moment(run, folder, kinds[kills % len(kinds)], kills):
                ranks = run.ranks()
                victim = self.random.choice(ranks + [run.mpirun.pid]) if ranks else run.mpirun.pid
                kill(victim)
                kills += 1
            status, output, errors = run.end()
            step = folder.step()
            check(step >= reached, f"went back from step {reached} to {step}")
            reached = step
            incomplete += len(folder.others()) > 0
            check("not" not in errors or status != DOES_NOT_FIT, f"cannot go on: {errors}")
            if status == 0:
                finished = output
                if kills < self.kills:
                    # Quicker than the kills: once more from the beginning.
                    check(finished == self.expected, "another result")
                    shutil.rmtree(folder.path)
                    reached, finished = 0, None
        check(finished == self.expected, f"another result after {kills} kills: {finished}")
        check(incomplete > 0, "no kill came while a checkpoint was being written")
        print(f"      {kills} kills, {incomplete} of them left files that were not committed")


def catches(process, number):
    try:
        with open(f"/proc/{process}/status", encoding="ascii") as file:
            return int(re.search(r"SigCgt:\s*(\w+)", file.read()).group(1), 16) >> (number - 1) & 1
    except (OSError, AttributeError):
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("tool")
    add_seed_option(parser)
    parser.add_argument("--kills", type=int, default=16)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="msrck-mpi-") as scratch:
        tests = Tests(options, scratch)
        for name in [name for name in dir(tests) if name.startswith("test_")]:
            try:
                getattr(tests, name)()
                print(f"ok    {name[5:].replace('_', ' ')}", flush=True)
            except Failure as failure:
                failed += 1
                print(f"FAIL  {name[5:].replace('_', ' ')}: {failure}", flush=True)
    return 1 if failed else 0


sys.exit(main())
