# SPDX-License-Identifier: MIT
"""Ways to cut a connection at a chosen byte or message: a TCP proxy, and a command that stands before another."""
import os
import socket
import struct
import subprocess
import sys
import threading


class Cutter:
    """Counts what passes; `pieces(data, back)` yields what may pass of it, and after the cut nothing passes any more."""

    def __init__(self, at_byte=None, at_record=None, before=False):
        self.at_byte, self.at_record, self.before = at_byte, at_record, before
        self.passed = self.records = 0
        self.is_cut = False
        self.buffer = b""

    def take(self, data, back):
        """The part of the data that passes. `back`: from the destination to the source, in TLS records."""
        if self.is_cut:
            return b""
        if not back:
            if self.at_byte is not None and self.passed + len(data) >= self.at_byte:
                data = data[:self.at_byte - self.passed]
                self.is_cut = True
            self.passed += len(data)
            return data
        if self.at_record is None:
            return data
        self.buffer += data
        out = b""
        while len(self.buffer) >= 5 and not self.is_cut:
            length = 5 + struct.unpack(">H", self.buffer[3:5])[0]
            if len(self.buffer) < length:
                break
            self.records += 1
            if self.records == self.at_record:
                self.is_cut = True
                if self.before:
                    break
            out += self.buffer[:length]
            self.buffer = self.buffer[length:]
        return out


class Proxy:
    """Between msrck migrate and a listening program. Cuts the first connection, or every one with `always`."""

    def __init__(self, port, cutter, always=False):
        self.target, self.cutter, self.always = port, cutter, always
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                source, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            cutter = self.cutter if self.connections == 1 or self.always else None
            if self.connections > 1 and self.always:
                source.close()
                continue
            try:
                target = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                source.close()
                continue
            lock = threading.Lock()
            for one, other, back in (source, target, False), (target, source, True):
                threading.Thread(target=self.pass_on, args=(one, other, back, cutter, lock), daemon=True).start()

    @staticmethod
    def close(*sockets):
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def pass_on(self, one, other, back, cutter, lock):
        try:
            while data := one.recv(65536):
                if cutter is not None:
                    with lock:
                        data = cutter.take(data, back)
                        if data:
                            other.sendall(data)
                        if cutter.is_cut:
                            self.close(one, other)
                            return
                else:
                    other.sendall(data)
        except OSError:
            pass
        self.close(one, other)

    def stop(self):
        self.close(self.listener)
        self.listener.close()


def run_command(at_byte, forget, lost, command):
    """
    Runs the command with its standard input cut at that byte (-1: never), as a connection would be: both directions
    end at once. With `forget` the cut comes when the command answers with that text, which is not passed on. What the command
    prints afterwards goes to the file `lost`.
    """
    child = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    cut = threading.Event()
    lock = threading.Lock()

    def end():
        with lock:
            if not cut.is_set():
                cut.set()
                os.close(1)

    def pass_on(data):
        with lock:
            if cut.is_set():
                return False
            while data:
                data = data[os.write(1, data):]
            return True

    def forward():
        passed = 0
        while not cut.is_set() and (data := os.read(0, 65536)):
            last = 0 <= at_byte <= passed + len(data)
            if last:
                data = data[:at_byte - passed]
            passed += len(data)
            try:
                child.stdin.write(data)
                child.stdin.flush()
            except OSError:
                break
            if last:
                end()
        try:
            child.stdin.close()
        except OSError:
            pass

    threading.Thread(target=forward, daemon=True).start()
    with open(lost, "wb") as rest:
        for line in child.stdout:
            if forget and forget.encode() in line:
                end()
            elif not pass_on(line):
                rest.write(line)
    return child.wait()


if __name__ == "__main__":
    sys.exit(run_command(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]))
