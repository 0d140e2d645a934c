# SPDX-License-Identifier: MIT
"""ps and checkpoint: programs that run, those who ask them, and those who only disturb.

usage: test_tool_running.py MSRCK WRITE_SAMPLE ROOT COUNTER

COUNTER is tests/runtime/counter.c. Each test has a runtime directory of its own. A checkpoint that goes to a named pipe lasts until somebody reads it.
"""
import array
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

import tool_case
from tool_case import MSRCK, ToolCase

COUNTER = os.path.abspath(sys.argv[4])
NOBODY = 65534
LIMIT = 60                                               # seconds; for machines that are slow


class RunningCase(ToolCase):
    def setUp(self):
        self.here = tempfile.TemporaryDirectory()
        self.addCleanup(self.here.cleanup)
        self.runtime = os.path.join(self.here.name, "runtime")
        os.mkdir(self.runtime, 0o700)
        self.sockets = os.path.join(self.runtime, "msrck")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("MSRCK_CHECKPOINT")} | {"XDG_RUNTIME_DIR": self.runtime}
        self.programs = 0

    def place(self, name):
        return os.path.join(self.here.name, name)

    def start(self, *options, mode="waiting"):
        """A program in a folder of its own, at the place where it waits for requests."""
        self.programs += 1
        folder = self.place(f"program{self.programs}")
        os.mkdir(folder)
        program = subprocess.Popen([COUNTER, mode, "--checkpoint-to=usual", *options], cwd=folder, env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        program.folder = folder
        program.usual = os.path.join(os.path.realpath(folder), "usual")
        self.addCleanup(self.end, program)
        self.until(lambda: os.path.exists(os.path.join(folder, "ready")), "the program did not begin")
        return program

    def end(self, program):
        if program.poll() is None:
            open(os.path.join(program.folder, "finish"), "w").close()
            try:
                program.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                program.kill()
        for stream in (program.stdout, program.stderr):
            stream.close()

    def finish(self, program):
        open(os.path.join(program.folder, "finish"), "w").close()
        return program.communicate(timeout=LIMIT)

    def until(self, holds, what):
        end = time.monotonic() + LIMIT
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.01)

    def tool(self, code, *arguments, **options):
        return self.expect(code, *arguments, env=self.environment, cwd=self.here.name, **options)

    def asking(self, *arguments):
        """The tool, not waited for."""
        asker = subprocess.Popen([MSRCK, "checkpoint", *arguments], env=self.environment, cwd=self.here.name,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(asker.stderr.close)
        self.addCleanup(asker.stdout.close)
        self.addCleanup(lambda: asker.poll() is None and (asker.kill(), asker.wait()))
        return asker

    def status(self, program):
        return self.json("ps", 0, "ps", "--json", str(program.pid), env=self.environment)["programs"][0]

    def listed(self, environment):
        """The processes of the whole machine that can be asked; one of somebody else's may stand still, and makes the exit code 3."""
        code, out, err = self.run_tool("ps", "--json", env=environment)
        self.assertIn(code, (0, 3), err)
        return {program["pid"] for program in json.loads(out)["programs"]}

    def written(self, *arguments):
        document = self.json("checkpoint", 0, "checkpoint", "--json", "--wait", *arguments, env=self.environment,
                             cwd=self.here.name)
        for one in document["programs"]:
            self.assertEqual(one["result"], "written")
        return document["programs"]

    def resumes(self, path):
        done = subprocess.run([COUNTER, "--resume=" + path], env=self.environment, capture_output=True, text=True,
                              timeout=LIMIT, check=True)
        return done.stdout

    def plain(self):
        return subprocess.run([COUNTER], env=self.environment, capture_output=True, text=True, check=True).stdout

    def connect(self, program):
        name = [name for name in os.listdir(self.sockets) if name.startswith(f"{program.pid}-")][0]
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(peer.close)
        peer.settimeout(LIMIT)
        with socket_directory(self.sockets):
            peer.connect(name)
        return peer

    def pipe(self, name):
        os.mkfifo(self.place(name))
        return self.place(name)

    def begun(self, program):
        """Waits until a checkpoint is being written."""
        self.until(lambda: self.status(program)["state"] == "writing", "no checkpoint begins")


class socket_directory:
    """Paths of sockets are short; those of temporary folders need not be."""
    def __init__(self, path):
        self.path, self.former = path, os.getcwd()

    def __enter__(self):
        os.chdir(self.path)

    def __exit__(self, *_):
        os.chdir(self.former)


def children(pid):
    """(process, state) of each child."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                    rest = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(rest[1]) == pid:
                found.append((int(name), rest[0]))
    return found


class Listing(RunningCase):
    def test_a_program_tells_what_it_is_and_what_it_has_saved(self):
        program = self.start("--checkpoint-every=10m", "--checkpoint-keep=3", "--checkpoint-deadline=9h")
        one = self.status(program)
        self.assertEqual((one["program"], one["state"], one["checkpoints"], one["failures"]), ("counter", "running", "0", "0"))
        self.assertEqual(one["uid"], os.geteuid())
        self.assertEqual(one["checkpoint_to"], program.usual)
        self.assertEqual((one["policies"]["every_ns"], one["policies"]["keep"]), ("600000000000", "3"))
        left = int(one["policies"]["deadline_epoch_ns"]) / 1e9 - time.time()
        self.assertTrue(8 * 3600 < left < 9 * 3600, left)
        self.assertNotIn("last", one)
        self.tool(0, "checkpoint", "--wait", str(program.pid))
        one = self.status(program)
        self.assertEqual((one["checkpoints"], one["last"]["result"], one["last"]["path"]), ("1", "written", program.usual))
        self.assertEqual(int(one["last"]["file_bytes"]), os.path.getsize(program.usual))
        out, _ = self.tool(0, "ps", str(program.pid))
        self.assertRegex(out, rf"(?m)^ *{program.pid} .*counter +running +1 .*{re.escape(program.usual)}$")
        self.assertIn("every 10 min, deadline in 8 h, keep 3", out)

    def test_the_list_has_every_program_and_none_that_has_ended(self):
        one, other = self.start(), self.start()
        killed, unasked = self.start(), self.start("--checkpoint-no-control")
        self.assertEqual(len(os.listdir(self.sockets)), 3)
        killed.kill()
        killed.wait()
        listed = self.listed(self.environment)
        self.assertTrue({one.pid, other.pid} <= listed)
        self.assertFalse({killed.pid, unasked.pid} & listed)
        self.assertEqual(len(os.listdir(self.sockets)), 2, "the socket of a program that was killed stays")
        out, _ = self.finish(one)
        self.assertEqual((one.returncode, out), (0, self.plain()))
        self.assertEqual(len(os.listdir(self.sockets)), 1, "the socket of a program that has ended stays")

    def test_a_program_is_found_wherever_its_socket_is(self):
        folder = self.place("d" * 50)
        os.mkdir(folder)
        program = self.start("--checkpoint-control=" + os.path.join(folder, "here"))
        self.assertIn(program.pid, self.listed(os.environ))
        found = self.json("ps", 0, "ps", "--json", "--control=" + os.path.join(folder, "here"))["programs"]
        self.assertEqual([program.pid], [one["pid"] for one in found])

    def test_a_program_that_ends_while_it_is_asked_is_not_there(self):
        """This process plays one: it closes the connection, then its socket, and lives on a little, as in exit()."""
        folder = self.place("ending")
        os.mkdir(folder, 0o700)
        name = f"{os.getpid()}-0123abcd.control"

        def begin():
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.addCleanup(listener.close)
            with socket_directory(folder):
                listener.bind(name)
            listener.listen(8)
            return listener

        def end(listener, asked):
            for _ in range(asked):
                listener.accept()[0].close()
            listener.close()
            os.remove(os.path.join(folder, name))

        for asked in 1, 3:
            for arguments in (), (str(os.getpid()),):
                ending = threading.Thread(target=end, args=(begin(), asked))
                ending.start()
                code, out, err = self.run_tool("ps", "--control=" + folder, "--json", *arguments)
                ending.join()
                found = json.loads(out)["programs"]
                if arguments:
                    self.assertEqual((code, [list(one) for one in found]), (3, [["pid", "error"]]), err)
                else:
                    self.assertEqual((code, found, err), (0, [], ""))

    def test_a_directory_whose_path_is_too_long_for_a_socket_is_no_hindrance(self):
        folder = self.place("/".join(["d" * 60] * 3))
        os.makedirs(folder)
        program = self.start("--checkpoint-control=" + os.path.join(folder, "here"))
        self.tool(0, "checkpoint", "--wait", "--control=" + os.path.join(folder, "here"), str(program.pid))

    def test_a_dead_socket_goes_when_the_next_program_starts(self):
        killed = self.start()
        killed.kill()
        killed.wait()
        for name in ("notes", "1-00000000.controls", "4711-0123456.control"):
            open(os.path.join(self.sockets, name), "w").close()
        self.start()
        left = os.listdir(self.sockets)
        self.assertEqual(len(left), 4)
        self.assertFalse([name for name in left if name.startswith(f"{killed.pid}-")])


class Asking(RunningCase):
    def test_a_checkpoint_is_written_and_the_program_goes_on(self):
        program = self.start()
        out, _ = self.tool(0, "checkpoint", "--wait", str(program.pid))
        self.assertRegex(out, rf"\A{program.pid}: {re.escape(program.usual)}: .* in .*, paused .*\n\Z")
        self.assertEqual(self.resumes(program.usual), self.plain())
        out, _ = self.tool(0, "checkpoint", str(program.pid))
        self.assertEqual(out, f"{program.pid}: asked\n")
        self.until(lambda: self.status(program)["checkpoints"] == "2", "nobody waited, and there is no checkpoint")
        self.assertEqual(self.finish(program)[0], self.plain())

    def test_a_file_is_named_from_where_the_tool_stands(self):
        program = self.start("--checkpoint-keep=2")
        one, = self.written("-o", "mine", str(program.pid))
        self.assertEqual(one["path"], os.path.join(os.path.realpath(self.here.name), "mine"))
        self.assertEqual(self.resumes(self.place("mine")), self.plain())
        self.assertFalse(os.path.exists(program.usual))
        _, err = self.tool(3, "checkpoint", "--wait", "-o", "mine", str(program.pid))
        self.assertIn("mine: ", err)
        self.assertIn("-f overwrites", err)
        self.written("-f", "-o", "mine", str(program.pid))
        self.assertEqual(sorted(os.listdir(program.folder)), ["ready"], "a checkpoint elsewhere was rotated")
        one, = self.written("-o", program.usual, str(program.pid))
        self.assertEqual(one["path"], program.usual)

    def test_a_program_that_is_to_stop_has_left(self):
        program = self.start("--checkpoint-exit-status=85")
        one, = self.written("--stop", str(program.pid))
        self.assertTrue(one["left"])
        self.assertEqual(program.wait(timeout=LIMIT), 85)
        self.assertEqual(os.listdir(self.sockets), [])
        self.assertEqual(self.resumes(program.usual), self.plain())

    def test_a_resumed_program_tells_what_it_went_on_from(self):
        program = self.start()
        self.written("--stop", "-o", "mine", str(program.pid))
        program = self.start("--resume=" + self.place("mine"))
        one = self.status(program)
        self.assertEqual((one["state"], one["resumed_from"], one["checkpoints"]), ("running", self.place("mine"), "0"))
        self.written("--stop", str(program.pid))
        self.assertEqual(self.resumes(program.usual), self.plain())

    def test_several_programs_and_all_of_them(self):
        programs = [self.start(), self.start()]
        answers = self.written(*(str(program.pid) for program in programs))
        self.assertEqual([one["pid"] for one in answers], [program.pid for program in programs])
        answers = self.written("--all", "--control=" + self.sockets)
        self.assertEqual({one["pid"] for one in answers}, {program.pid for program in programs})
        out, err = self.tool(3, "checkpoint", "--wait", "999999999", str(programs[0].pid))
        self.assertIn("there is no process 999999999", err)
        self.assertIn(programs[0].usual, out)

    def test_a_failure_reaches_the_asker(self):
        for option in ("--checkpoint-keep=2", "--checkpoint-in-place"):
            program = self.start(option)
            _, err = self.tool(3, "checkpoint", "--wait", "-o", "no/such/place", str(program.pid))
            self.assertIn(os.path.join(os.path.realpath(self.here.name), "no/such"), err)
            _, err = self.tool(3, "checkpoint", "--wait", "--stop", "-o", "no/such/place", str(program.pid))
            self.assertIsNone(program.poll(), "it stopped without a checkpoint")
            one = self.status(program)
            self.assertEqual((one["failures"], one["checkpoints"], one["last"]["result"]), ("2", "0", "failed"))
            self.assertIn("no/such", one["last"]["error"]["message"])
            document = self.json("checkpoint", 3, "checkpoint", "--json", "--wait", "-o", "no/such", str(program.pid),
                                 env=self.environment, cwd=self.here.name)
            self.assertEqual(document["programs"][0]["error"]["class"], "system error")

    def test_an_error_of_the_program_is_no_wrong_use_of_the_tool(self):
        program = self.start(mode="dangling-waiting")
        _, err = self.tool(3, "checkpoint", "--wait", str(program.pid))
        self.assertIn("wild", err)

    def test_processes_that_cannot_be_asked(self):
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        _, err = self.tool(3, "checkpoint", str(other.pid))
        self.assertIn("no control socket", err)
        _, err = self.tool(3, "ps", str(other.pid))
        self.assertIn("no control socket", err)
        killed = self.start()
        killed.kill()
        killed.wait()
        _, err = self.tool(3, "checkpoint", str(killed.pid))
        self.assertIn("there is no process", err)

    def test_an_answer_that_cannot_be_written_is_a_failure(self):
        program = self.start()
        for arguments in (["ps"], ["ps", "--json"], ["checkpoint", str(program.pid)], ["checkpoint", "--json", "--wait", str(program.pid)]):
            with open("/dev/full", "w", encoding="ascii") as full:
                _, err = self.tool(3, *arguments, stdout=full)
            self.assertIn("standard output", err)

    def test_wrong_calls(self):
        for arguments in ([], ["0"], ["-5"], ["12x"], ["--all", "1"], ["-o", "x", "1", "2"], ["-o", "-", "1"],
                          ["--timeout=1", "1"], ["--wait", "--timeout=soon", "1"], ["--wait", "--timeout=1y", "1"]):
            self.expect(2, "checkpoint", *arguments)
        self.expect(2, "ps", "me")


class Waiting(RunningCase):
    def test_a_program_without_poll_points_is_given_up_in_time(self):
        program = self.start(mode="busy")
        asker = self.asking("--wait", str(program.pid))
        self.until(lambda: self.status(program)["state"] == "requested", "the request is not known")
        self.assertGreater(int(self.status(program)["requested_ns"]), 0)
        _, err = self.tool(3, "checkpoint", "--wait", "--timeout=0.2", "--stop", str(program.pid))
        self.assertIn("no poll-point", err)
        self.assertIn("withdrawn", err)
        asker.kill()
        asker.wait()
        self.until(lambda: self.status(program)["state"] == "running", "the request outlives its asker")
        out, _ = self.finish(program)
        self.assertEqual((program.returncode, out), (0, self.plain()))
        self.assertFalse(os.path.exists(program.usual))

    def test_a_request_that_nobody_waits_for_stands(self):
        program = self.start("--checkpoint-in-place", mode="busy")
        for _ in range(30):                              # more than can be served at a time
            self.tool(0, "checkpoint", str(program.pid))
        self.tool(0, "checkpoint", "-o", "mine", str(program.pid))
        self.finish(program)
        self.assertEqual(self.resumes(program.usual), self.plain())
        self.assertEqual(self.resumes(self.place("mine")), self.plain())

    def test_requests_that_come_meanwhile_wait_and_become_one(self):
        program = self.start()
        path = self.pipe("pipe")
        first = self.asking("--wait", "--json", "-o", path, str(program.pid))
        self.begun(program)
        others = [self.asking("--wait", "--json", str(program.pid)) for _ in range(3)]
        apart = self.asking("--wait", "--json", "-o", "apart", str(program.pid))
        time.sleep(0.3)
        for asker in (first, apart, *others):
            self.assertIsNone(asker.poll(), "answered before the checkpoint is written")
        with open(path, "rb") as file:
            content = file.read()
        answers = [json.loads(asker.communicate(timeout=LIMIT)[0])["programs"][0] for asker in (first, apart, *others)]
        self.assertEqual([one["result"] for one in answers], ["written"] * 5)
        self.assertEqual(int(answers[0]["file_bytes"]), len(content))
        self.assertEqual(len({one["checkpoint"] for one in answers}), 3)
        self.assertEqual({one["checkpoint"] for one in answers[2:]} & {answers[0]["checkpoint"], answers[1]["checkpoint"]}, set())
        self.assertLess(int(answers[2]["pause_ns"]), 250000000, "the program waited for the checkpoint before")
        self.assertEqual(self.status(program)["checkpoints"], "3")

    def test_a_signal_meets_a_request_for_the_same(self):
        program = self.start(mode="busy")
        asker = self.asking("--wait", "--json", str(program.pid))
        self.until(lambda: self.status(program)["state"] == "requested", "the request is not known")
        program.send_signal(signal.SIGUSR1)
        self.finish(program)
        self.assertEqual(json.loads(asker.communicate(timeout=LIMIT)[0])["programs"][0]["checkpoint"], "1")

    def test_a_checkpoint_that_has_begun_goes_on_when_nobody_waits(self):
        program = self.start()
        path = self.pipe("pipe")
        asker = self.asking("--wait", "--timeout=0.5", "-o", path, str(program.pid))
        self.begun(program)
        out, err = asker.communicate(timeout=LIMIT)
        self.assertEqual((asker.returncode, out), (3, ""))
        self.assertIn("goes on", err)
        with open(path, "rb") as file:
            self.assertGreater(len(file.read()), 100)
        self.until(lambda: self.status(program)["checkpoints"] == "1", "the checkpoint did not go on")

    def test_a_program_that_ends_says_so(self):
        program = self.start(mode="busy")
        asker = self.asking("--wait", str(program.pid))
        self.until(lambda: self.status(program)["state"] == "requested", "the request is not known")
        program.kill()
        _, err = asker.communicate(timeout=LIMIT)
        self.assertEqual(asker.returncode, 3)
        self.assertIn("before it answered", err)

    def test_the_end_of_the_writing_process_reaches_the_asker_and_leaves_no_zombie(self):
        program = self.start()
        asker = self.asking("--wait", "-o", self.pipe("pipe"), str(program.pid))
        self.begun(program)
        (child, _), = children(program.pid)
        held = [os.readlink(f"/proc/{child}/fd/{name}") for name in os.listdir(f"/proc/{child}/fd")]
        self.assertEqual(len([one for one in held if one.startswith("socket:")]), 1, f"the writing process holds {held}")
        os.kill(child, signal.SIGKILL)
        _, err = asker.communicate(timeout=LIMIT)
        self.assertEqual(asker.returncode, 3)
        self.assertIn("ended by signal 9", err)
        self.until(lambda: children(program.pid) == [], "a zombie stays")
        self.written(str(program.pid))
        self.until(lambda: children(program.pid) == [], "a zombie stays")

    def test_a_program_that_stands_still_is_not_waited_for(self):
        program = self.start()
        program.send_signal(signal.SIGSTOP)
        try:
            os.waitpid(program.pid, os.WUNTRACED)
            _, err = self.tool(3, "checkpoint", str(program.pid))
            self.assertIn("does not answer", err)
        finally:
            program.send_signal(signal.SIGCONT)


class Background(RunningCase):
    """Where there is no process to be had."""
    def start_bounded(self, *options):
        """A program that may have its own two threads and no process more; root has no limits, and another's programs would count, too."""
        if os.geteuid() != 0:
            self.skipTest("only root can become others")
        os.chmod(self.here.name, 0o755)
        folder = self.place("bounded")
        os.mkdir(folder)
        user = 100000 + os.getpid() % 1000000
        os.chown(folder, user, user)
        home = self.place("home")
        os.mkdir(home, 0o700)
        os.chown(home, user, user)
        program = subprocess.Popen(["prlimit", "--nproc=2:2", "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", COUNTER,
                                    "waiting", "--checkpoint-to=usual", "--checkpoint-timings=timings", *options], cwd=folder,
                                   env=self.environment | {"XDG_RUNTIME_DIR": home}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        program.folder = folder
        self.addCleanup(self.end, program)
        self.until(lambda: os.path.exists(os.path.join(folder, "ready")) or program.poll() is not None, "it did not begin")
        if program.poll() is not None:
            self.skipTest("others cannot run " + COUNTER)
        return program

    def test_the_program_writes_where_there_is_no_process_to_be_had(self):
        program = self.start_bounded()
        one, = self.written(str(program.pid))
        self.assertEqual(one["mode"], "in-place-fork")
        self.assertGreaterEqual(int(one["pause_ns"]), int(one["total_ns"]))
        out, _ = self.tool(0, "checkpoint", "--wait", str(program.pid))
        self.assertIn("no background process was to be had", out)
        with open(os.path.join(program.folder, "timings"), encoding="utf-8") as file:
            self.assertIn(" mode=in-place-fork path=", file.read())
        self.assertEqual(self.finish(program), (self.plain(), ""))

    def test_without_a_choice_the_checkpoint_fails(self):
        program = self.start_bounded("--checkpoint-background=always")
        _, err = self.tool(3, "checkpoint", "--wait", str(program.pid))
        self.assertIn("cannot start a process", err)
        self.assertEqual(self.status(program)["failures"], "1")

    def test_modes_are_told(self):
        for option, mode in (("--checkpoint-background=always", "background"), ("--checkpoint-background=never", "in-place"),
                             ("--checkpoint-in-place", "in-place")):
            program = self.start(option)
            one, = self.written(str(program.pid))
            self.assertEqual(one["mode"], mode)
            self.assertEqual(self.status(program)["last"]["mode"], mode)
        one, = self.written("--stop", str(self.start().pid))
        self.assertEqual(one["mode"], "in-place")

    def test_a_machine_without_memory_gets_no_second_image(self):
        """A kernel that says so: its file is covered in a name space of the program's own."""
        with open(self.place("meminfo"), "w", encoding="ascii") as file:
            file.write("MemTotal: 1000000 kB\nMemAvailable: 16385 kB\nSwapFree: 0 kB\n")
        cover = ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" /proc/meminfo && shift && exec "$@"', "sh", self.place("meminfo")]
        if subprocess.run([*cover, "true"], capture_output=True).returncode != 0:
            self.skipTest("no name space of its own")
        for option, modes in (([], "in-place-memory"), (["--checkpoint-background=always"], "background")):
            folder = self.place("covered" + modes)
            os.mkdir(folder)
            program = subprocess.Popen([*cover, COUNTER, "waiting", "--checkpoint-to=usual", *option], cwd=folder, env=self.environment,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            program.folder = folder
            self.addCleanup(self.end, program)
            self.until(lambda: os.path.exists(os.path.join(folder, "ready")), "the program did not begin")
            one, = self.written(str(program.pid))
            self.assertEqual(one["mode"], modes)
            self.assertEqual(self.finish(program)[0], self.plain())


    def test_signals_that_come_meanwhile_wait_and_become_one(self):
        """The program takes the first of them and waits; those that come then are one more."""
        path = self.pipe("pipe")
        program = self.start()
        asker = self.asking("--wait", "-o", path, str(program.pid))
        self.begun(program)
        for _ in range(20):
            program.send_signal(signal.SIGUSR1)
            time.sleep(0.01)
        self.assertFalse(os.path.exists(program.usual))
        with open(path, "rb") as file:
            self.assertGreater(len(file.read()), 100)
        asker.communicate(timeout=LIMIT)
        self.until(lambda: self.status(program)["checkpoints"] in "23" and self.status(program)["state"] == "running",
                   "requests are lost")
        out, _ = self.finish(program)
        self.assertEqual(out, self.plain())
        self.assertEqual(self.resumes(program.usual), self.plain())
        self.assertEqual(children(program.pid), [])


class Hostile(RunningCase):
    def answer(self, peer):
        return peer.recv(20000).decode()

    def alive(self, program):
        self.written(str(program.pid))
        self.assertIsNone(program.poll())

    def test_what_is_no_message_is_refused(self):
        program = self.start()
        greeting = b"msrck-control 1 "
        for message in (b"\0", b"\n", b"GET / HTTP/1.0\r\n\r\n", b"msrck-control", greeting, greeting + b"\n", greeting + b"status",
                        greeting + b"STATUS\n", greeting + b"reboot\n", b"msrck-control 2 status\n", b"msrck-control 99999999999 status\n",
                        b"msrck-control x status\n", greeting + b"status\nx\n", greeting + b"status\nx=1\n", greeting + b"status\n=\n",
                        greeting + b"checkpoint\npath=relative\n", greeting + b"checkpoint\npath=/a\npath=/b\n", greeting + b"checkpoint\npath=/a\\x\n",
                        greeting + b"checkpoint\npath=/a\\\n", greeting + b"checkpoint\nlater=yes\n", greeting + b"status\n\n", greeting + b"stat\0us\n",
                        greeting + b"checkpoint\n" + b"".join(b"k%d=1\n" % number for number in range(70)), greeting + b"withdraw\n",
                        bytes(range(256)), os.urandom(16000)):
            peer = self.connect(program)
            peer.send(message)
            answer = self.answer(peer)
            self.assertTrue(answer.startswith("msrck-control 1 refused\nclass="), (message[:60], answer))
            self.assertNotIn("\n\n", answer)
        self.alive(program)

    def test_a_message_without_end_ends_the_connection(self):
        program = self.start()
        for length in (16385, 100000):
            peer = self.connect(program)
            peer.send(b"x" * length)
            self.assertEqual(peer.recv(100), b"")
        self.alive(program)

    def test_who_says_nothing_is_sent_away_and_keeps_nobody_out(self):
        program = self.start()
        silent = [self.connect(program) for _ in range(40)]
        self.alive(program)
        self.assertEqual(silent[0].recv(100), b"")
        for peer in silent:
            peer.close()
        self.alive(program)

    def test_who_leaves_in_the_middle_is_missed_by_nobody(self):
        program = self.start()
        for number in range(50):
            peer = self.connect(program)
            peer.send(b"msrck-control 1 checkpoint\nwait=yes\npath=/nowhere/%d\n" % number)
            peer.close()
        self.connect(program).close()
        self.until(lambda: self.status(program)["state"] == "running", "requests of nobody are left")
        self.alive(program)

    def test_who_never_reads_is_sent_away(self):
        program = self.start()
        peer = self.connect(program)
        peer.settimeout(1)
        try:
            for _ in range(100000):
                peer.send(b"msrck-control 1 status\n")
        except OSError:
            pass
        self.alive(program)

    def test_descriptors_that_nobody_asked_for_are_closed(self):
        program = self.start()

        def held():
            return len(os.listdir(f"/proc/{program.pid}/fd"))
        before = held()
        for count in (1, 2, 10):
            peer = self.connect(program)
            rights = array.array("i", [0] * count)
            peer.sendmsg([b"msrck-control 1 status\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            self.assertNotIn("1 status", self.answer(peer))
            peer.close()
        self.until(lambda: held() == before, f"{held()} descriptors, {before} before")
        self.alive(program)

    def test_one_request_at_a_time(self):
        program = self.start(mode="busy")
        peer = self.connect(program)
        peer.send(b"msrck-control 1 checkpoint\nwait=yes\n")
        self.assertIn(" accepted\n", self.answer(peer))
        peer.send(b"msrck-control 1 checkpoint\nwait=yes\n")
        self.assertIn("not answered yet", self.answer(peer))
        peer.send(b"msrck-control 1 status\n")
        self.assertIn("state=requested\n", self.answer(peer))
        peer.send(b"msrck-control 1 withdraw\n")
        self.assertIn(" withdrawn\n", self.answer(peer))
        peer.send(b"msrck-control 1 status\n")
        self.assertIn("state=running\n", self.answer(peer))

    def test_paths_of_any_bytes(self):
        program = self.start()
        path = os.fsdecode(os.path.join(os.fsencode(self.here.name), b"a\nb\\n=\xff c"))
        document = json.loads(self.tool(0, "checkpoint", "--json", "--wait", "-o", path, str(program.pid))[0])
        self.assertEqual(document["programs"][0]["result"], "written")
        self.assertTrue(os.path.exists(path))


class Places(RunningCase):
    def refused(self, place, word):
        done = subprocess.run([COUNTER, "--checkpoint-control=" + place], env=self.environment, capture_output=True, text=True,
                              timeout=LIMIT)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(place, done.stderr)
        self.assertIn(word, done.stderr)
        _, err = self.tool(3, "ps", "--control=" + place)
        self.assertIn(place, err)

    def test_directories_that_others_can_enter_are_refused(self):
        for mode in (0o701, 0o710, 0o770, 0o755, 0o777):
            place = self.place(f"mode{mode:o}")
            os.mkdir(place)
            os.chmod(place, mode)
            self.refused(place, "mode")
            self.assertEqual(os.listdir(place), [])

    def test_links_and_files_are_refused(self):
        os.mkdir(self.place("real"), 0o700)
        os.symlink("real", self.place("link"))
        self.refused(self.place("link"), "")
        open(self.place("file"), "w").close()
        self.refused(self.place("file"), "Not a directory")
        self.refused(self.place("no/such"), "No such file")

    def test_without_an_option_the_program_runs_without_a_socket(self):
        os.mkdir(self.sockets)
        os.chmod(self.sockets, 0o755)
        program = self.start()
        self.tool(3, "checkpoint", str(program.pid))
        self.assertEqual(os.listdir(self.sockets), [])
        out, err = self.finish(program)
        self.assertEqual((out, err), (self.plain(), ""))

    def test_the_directory_is_made_for_its_owner_alone(self):
        before = os.umask(0)
        try:
            program = self.start()
        finally:
            os.umask(before)
        self.assertEqual(stat.S_IMODE(os.stat(self.sockets).st_mode), 0o700)
        name, = os.listdir(self.sockets)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.sockets, name)).st_mode), 0o600)
        self.finish(program)

    def test_the_environment_chooses_among_three_places(self):
        shared = self.place("shared")
        os.mkdir(shared)
        os.chmod(shared, 0o777)
        for variables, place in (({"XDG_RUNTIME_DIR": "relative", "TMPDIR": self.here.name}, f"msrck-{os.geteuid()}"),
                                 ({"XDG_RUNTIME_DIR": self.place("gone"), "TMPDIR": self.here.name}, f"msrck-{os.geteuid()}"),
                                 ({"XDG_RUNTIME_DIR": shared, "TMPDIR": self.here.name}, f"msrck-{os.geteuid()}"),
                                 ({"TMPDIR": self.here.name}, f"msrck-{os.geteuid()}")):
            self.environment.pop("XDG_RUNTIME_DIR", None)
            self.environment.update(variables)
            program = self.start()
            self.assertEqual(len(os.listdir(self.place(place))), 1)
            self.tool(0, "checkpoint", "--wait", str(program.pid))
            self.finish(program)


class Users(RunningCase):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("only root can become others")
        os.chmod(self.here.name, 0o755)

    def as_nobody(self, *command, **options):
        return subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command], capture_output=True,
                              text=True, timeout=LIMIT, **options)

    def test_a_stranger_is_told_nothing(self):
        program = self.start()
        for verb in ("ps", "checkpoint"):
            done = self.as_nobody(MSRCK, verb, str(program.pid), env=self.environment)
            self.assertEqual((done.returncode, done.stdout.count("\n") > 1), (3, False), done.stdout)
            self.assertIn("another user", done.stderr)
        # Even where the file system lets him in.
        os.chmod(self.runtime, 0o755)
        os.chmod(self.sockets, 0o755)
        name, = os.listdir(self.sockets)
        os.chmod(os.path.join(self.sockets, name), 0o777)
        script = ("import os, socket, sys; os.chdir(sys.argv[1]); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.settimeout(60)\n"
                  "s.connect(sys.argv[2])\n"
                  "try:\n    s.send(b'msrck-control 1 status\\n'); print(len(s.recv(1000)))\n"
                  "except (BrokenPipeError, ConnectionResetError): print(0)")
        done = self.as_nobody(sys.executable, "-c", script, self.sockets, name)
        if "ermission" in done.stderr and "Error" in done.stderr and done.stdout == "":
            self.skipTest("nobody cannot run " + sys.executable)
        self.assertEqual(done.stdout, "0\n", done.stderr)
        os.chmod(self.sockets, 0o700)
        self.tool(0, "checkpoint", "--wait", str(program.pid))

    def test_a_directory_of_somebody_else_is_refused(self):
        place = self.place("foreign")
        os.mkdir(place, 0o700)
        os.chown(place, NOBODY, NOBODY)
        done = subprocess.run([COUNTER, "--checkpoint-control=" + place], env=self.environment, capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 3)
        self.assertIn("belongs to user", done.stderr)
        self.assertEqual(os.listdir(place), [])

    def test_root_sees_and_asks_everybody(self):
        home = self.place("home")
        os.mkdir(home, 0o700)
        os.chown(home, NOBODY, NOBODY)
        folder = self.place("work")
        os.mkdir(folder)
        os.chown(folder, NOBODY, NOBODY)
        program = subprocess.Popen(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", COUNTER, "waiting",
                                    "--checkpoint-to=usual"], cwd=folder, env=self.environment | {"XDG_RUNTIME_DIR": home},
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        program.folder = folder
        self.addCleanup(self.end, program)
        self.until(lambda: os.path.exists(os.path.join(folder, "ready")) or program.poll() is not None, "it did not begin")
        if program.poll() is not None:
            self.skipTest("nobody cannot run " + COUNTER)
        self.assertEqual(self.status(program)["uid"], NOBODY)
        self.written("-o", os.path.join(folder, "mine"), str(program.pid))
        self.assertEqual(os.stat(os.path.join(folder, "mine")).st_uid, NOBODY)
        _, err = self.tool(3, "checkpoint", "--wait", "-o", "/root-owned-place", str(program.pid))
        self.assertIn("ermission denied", err)


tool_case.main()
