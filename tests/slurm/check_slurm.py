#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Jobs of examples/slurm on a real Slurm: begun on an x86-64 node, told to stop by their time limit, gone on with on an s390x node.

usage: check_slurm.py FOLDER [--keep]     FOLDER: where scripts/test builds; its x86_64 and s390x are built here if need be

The time limit is the shortest that Slurm knows, one minute. The nodes are two slurmd of one machine; what makes the second one
s390x is that its jobs run s390x programs under emulation.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from private_cluster import NODES, Cluster  # noqa: E402  (the path is set above)

# Longer than the time limit, so that a job that is not told to stop is killed.
DAYS, PAUSE = 700, 100
# Name, script, options to sbatch that replace those in the script.
JOBS = [("by signal", "orbit.sbatch", ["--time=1", "--signal=B:USR1@10"]),
        ("by deadline", "orbit-deadline.sbatch", ["--time=1"])]


def run(*command, **keywords):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **keywords)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stdout}")
    return done.stdout


def build(folder):
    """The program for both nodes, and the msrck command, in the build folders that other steps use."""
    programs = {}
    for machine in NODES.values():
        binary = os.path.join(folder, machine)
        toolchain = [] if machine == "x86_64" else [f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/toolchain-{machine}.cmake"]
        run("cmake", "-S", ROOT, "-B", binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DMSRCK_TESTS=OFF",
            "-DMSRCK_WERROR=ON", *toolchain)
        run("cmake", "--build", binary, "--target", "orbit")
        programs[machine] = os.path.join(binary, "examples", "orbit")
    tool = os.path.join(folder, "tool")
    run("cmake", "-S", ROOT, "-B", tool, "-G", "Ninja", "-DMSRCK_TESTS=OFF", "-DMSRCK_EXAMPLES=OFF")
    run("cmake", "--build", tool, "--target", "msrck-tool")
    return programs, os.path.join(tool, "src/cli/msrck")


class Job:
    def __init__(self, cluster, title, script, options, programs):
        self.cluster, self.title = cluster, title
        self.folder = os.path.join(cluster.folder, title.replace(" ", "-"))
        os.makedirs(self.folder)
        for machine, program in programs.items():
            shutil.copy(program, os.path.join(self.folder, f"orbit.{machine}"))
        shutil.copy(os.path.join(ROOT, "examples/slurm", script), self.folder)
        answer = cluster.ask("sbatch", "--parsable", *options, script, str(DAYS), str(PAUSE), cwd=self.folder)
        self.check(re.fullmatch(r"\d+\n", answer), f"sbatch says: {answer}")
        self.number = answer.strip()

    def check(self, condition, what):
        if not condition:
            sys.exit(f"check_slurm: {self.title}: {what}\n{self.output()}\n{self.cluster.logs()}")

    def output(self):
        try:
            with open(os.path.join(self.folder, "orbit.out"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def facts(self):
        return dict(word.split("=", 1) for word in self.cluster.ask("scontrol", "show", "job", self.number).split()
                    if "=" in word)

    def is_over(self):
        return self.facts().get("JobState") in ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL")

    def days_by_node(self):
        """(node, machine, number, lines of the program) for each time that the job was started."""
        runs = []
        for line in self.output().splitlines():
            begin = re.fullmatch(r"# (\w+) \((\w+)\), run (\d+)", line)
            if begin:
                runs.append((*begin.groups(), []))
            elif line.startswith("day "):
                runs[-1][3].append(line)
        return runs

    def judge(self, expected, tool):
        facts = self.facts()
        self.check(facts["JobState"] == "COMPLETED" and facts["ExitCode"] == "0:0", f"ended as {facts['JobState']}")
        runs = self.days_by_node()
        where = [one[:2] for one in runs]
        self.check(len(runs) > 1 and where == [("node1", "x86_64")] + [("node2", "s390x")] * (len(runs) - 1),
                   "did not run on the first node, then on the second")
        self.check(facts["Restarts"] == str(len(runs) - 1) and facts["BatchHost"] == "node2", "was not requeued")
        self.check([one[2] for one in runs] == [str(number + 1) for number in range(len(runs))], "a run is missing")
        self.check(all(one[3] for one in runs), "one of the runs did nothing")
        self.check(sum((one[3] for one in runs), []) == expected, "the output is not that of an undisturbed run")
        # The checkpoint that is there was the last run's, written by the run before it.
        checkpoint = os.path.join(self.folder, "orbit.msrck")
        information = json.loads(run(tool, "info", "--json", checkpoint))
        self.check(runs[-2][1] in json.dumps(information), f"the checkpoint was not written on {runs[-2][0]}")
        day = sum(len(one[3]) for one in runs[:-1])
        self.check(run(tool, "get", checkpoint, "day") == f"{day}\n", f"the checkpoint is not of day {day}")
        print(f"{self.title}: " + ", then ".join(f"{len(lines)} days on {node} ({machine})"
                                                for node, machine, _, lines in runs))


def main():
    builds = os.path.abspath(sys.argv[1])
    os.makedirs(builds, exist_ok=True)
    programs, tool = build(builds)
    expected = run(programs["x86_64"], str(DAYS)).splitlines()
    # Sockets have short names, so not below the build folder.
    folder = tempfile.mkdtemp(prefix="msrck-slurm-")
    os.chmod(folder, 0o755)
    try:
        with Cluster(folder) as cluster:
            jobs = [Job(cluster, *job, programs) for job in JOBS]
            # Both begin on the first node, which then takes no more jobs: as before maintenance.
            cluster.until(lambda: all("day " in job.output() for job in jobs), "the jobs run")
            cluster.ask("scontrol", "update", "NodeName=node1", "State=DRAIN", "Reason=maintenance")
            cluster.until(lambda: all(job.is_over() for job in jobs), "the jobs are over", 600)
            for job in jobs:
                job.judge(expected, tool)
    finally:
        if "--keep" in sys.argv:
            print(f"see {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


main()
