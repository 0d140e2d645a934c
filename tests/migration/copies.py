# SPDX-License-Identifier: MIT
"""Copies of one program on their way: started here, waiting behind a port, or brought to life by msrck migrate."""
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from emulation import emulator_of  # noqa: E402  (the path is set above)

# Longest that anything may take on a busy machine; nothing that works comes near it.
LONGEST = 300
PLAIN_END = 0
DOUBT = 3


class Failure(Exception):
    """Something did not go as it must."""


class World:
    """What all copies share: the tool, a folder, a key, and where each machine's programs are."""

    def __init__(self, msrck, folders, scratch):
        self.msrck, self.folders, self.scratch = os.path.abspath(msrck), folders, scratch
        self.key = self.file("key")
        self.control = self.file("control")
        self.number = 0
        self.started = []
        subprocess.run([self.msrck, "migrate", f"--make-key={self.key}"], check=True)

    def file(self, name):
        return os.path.join(self.scratch, name)

    def next_file(self, what):
        self.number += 1
        return self.file(f"{self.number}-{what}")

    def command(self, machine, name):
        program = os.path.join(self.folders[machine], name)
        return [*emulator_of(machine), program]

    def plain(self, name, arguments):
        return subprocess.run([os.path.join(self.folders["x86_64"], name + "_plain"), *arguments], check=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, timeout=LONGEST).stdout

    def clean(self):
        for copy in self.started:
            copy.kill()


class Copy:
    """One process of the program whose output goes to a file."""

    def __init__(self, world, machine, name, arguments, *options):
        self.world, self.machine, self.name = world, machine, name
        self.state = world.next_file("state")
        self.output = world.next_file("output")
        self.messages = world.next_file("messages")
        self.options = [f"--checkpoint-control={world.control}", f"--checkpoint-to={self.state}", "--checkpoint-no-sync", *options]
        self.relay = None
        self.process = None
        if arguments is not None:
            self.start(arguments)
        world.started.append(self)

    def start(self, arguments):
        with open(self.output, "wb") as output, open(self.messages, "wb") as messages:
            self.process = subprocess.Popen([*self.world.command(self.machine, self.name), *arguments, *self.options],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=messages)
        self.pid = self.process.pid

    def ended(self):
        return (self.process or self.relay).poll() is not None

    def wait(self):
        """(exit status, output). The status of a copy behind a command is that of what relays its output."""
        code = (self.process or self.relay).wait(timeout=LONGEST)
        return code, self.printed()

    def printed(self):
        with open(self.output, "rb") as file:
            return file.read()

    def said(self):
        if not os.path.exists(self.messages):
            return ""                   # its command was cut before it began
        with open(self.messages, "rb") as file:
            return file.read().decode(errors="replace")

    def kill(self):
        for process in self.process, self.relay:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        if self.process is None and self.relay is not None:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except (OSError, AttributeError):
                pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def listening(world, machine, name, key=None, *options):
    """A copy that waits at copy.port."""
    for _ in range(20):
        copy = Copy(world, machine, name, None, *options)
        copy.port = free_port()
        copy.start([f"--resume=listen:127.0.0.1:{copy.port}", f"--resume-key={key or world.key}"])
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and not copy.ended():
            try:
                socket.create_connection(("127.0.0.1", copy.port)).close()
                return copy
            except OSError:
                time.sleep(0.02)
        if "in use" not in copy.said():
            break
    raise Failure(f"{name} on {machine} does not listen: {copy.said()}")


class Migration:
    """One run of msrck migrate, with its outcome."""

    def __init__(self, world, source, to, limit, output, key=None):
        self.world = world
        self.to = to
        with open(output, "wb") as file:
            self.process = subprocess.Popen(
                [world.msrck, "migrate", str(source.pid), f"--to={to}", f"--key={key or world.key}", f"--timeout={limit}", "--json",
                 f"--control={world.control}"], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE)
        self.output = output

    def outcome(self):
        """The document; it stands first in the output, which may go on."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            with open(self.output, "rb") as file:
                content = file.read()
            at = content.find(b'{"schema":"msrck-migrate"')
            if at >= 0 and b"\n" in content[at:]:
                self.document = json.loads(content[at:].split(b"\n")[0])
                return self.document
            if self.process.poll() is not None and not content:
                break
            time.sleep(0.01)
        raise Failure(f"msrck migrate --to={self.to}: no outcome: {self.messages()}")

    def messages(self):
        return self.process.stderr.read().decode(errors="replace")

    def code(self):
        return self.process.wait(timeout=LONGEST)


def migrate_to_port(world, source, port, limit=60, key=None):
    migration = Migration(world, source, f"tcp:127.0.0.1:{port}", limit, world.next_file("migrate"), key)
    migration.outcome()
    migration.code()
    return migration


def migrate_to_command(world, source, machine, limit=60, at_byte=-1, forget="", name=None):
    """(migration, destination copy): the copy's output is behind the document of the migration."""
    copy = Copy(world, machine, name or source.name, None)
    pid_file, copy.lost = world.next_file("pid"), world.next_file("lost")
    inner = f"echo $$ >{pid_file}; exec {shlex.join(world.command(machine, copy.name))} --resume=- {shlex.join(copy.options)}"
    inner += f" 2>{copy.messages}"
    if at_byte >= 0 or forget:
        inner = "exec " + shlex.join([sys.executable, os.path.join(HERE, "cutting.py"), str(at_byte), forget, copy.lost, inner])
    migration = Migration(world, source, inner, limit, copy.output)
    copy.relay = migration.process
    migration.outcome()
    if os.path.exists(pid_file):
        with open(pid_file, encoding="ascii") as file:
            copy.pid = int(file.read() or "0")

    def printed():
        with open(copy.output, "rb") as file:
            content = file.read()
        at = content.find(b'{"schema":"msrck-migrate"')
        return content[:at] + content[at:].split(b"\n", 1)[1]
    copy.printed = printed
    return migration, copy
