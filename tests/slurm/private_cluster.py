# SPDX-License-Identifier: MIT
"""A Slurm cluster of one's own: slurmctld, two slurmd and munged on this machine, with everything they write below one folder.

Needs root, no systemd, no cgroups and no configuration below /etc; other clusters on the machine are left alone.
"""
import os
import signal
import socket
import subprocess
import time

NODES = {"node1": "x86_64", "node2": "s390x"}

CONFIGURATION = """
ClusterName=msrck
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=1,sched_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=300
KillWait=30
RequeueExit=85
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 Feature=x86_64
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 Feature=s390x
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    """Ports that nobody listens on now; held together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """`with Cluster(folder) as cluster:` starts the daemons; they end with it, whatever happens inside."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        self.configuration = os.path.join(folder, "slurm.conf")
        self.environment = os.environ | {"SLURM_CONF": self.configuration}

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        os.makedirs(os.path.join(self.folder, "state"))
        key = os.path.join(self.folder, "munge.key")
        with open(key, "wb") as file:
            os.fchmod(file.fileno(), 0o400)
            file.write(os.urandom(1024))
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=self.folder, host=socket.gethostname().split(".")[0],
                                            ports=free_ports(3)))
        inside = {name: os.path.join(self.folder, name) for name in ("munge.socket", "munged.pid", "munged.log",
                                                                     "munge.seed")}
        self.daemon("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={inside['munge.socket']}",
                    f"--pid-file={inside['munged.pid']}", f"--log-file={inside['munged.log']}",
                    f"--seed-file={inside['munge.seed']}")
        self.until(lambda: os.path.exists(inside["munge.socket"]), "munged listens")
        self.daemon("slurmctld", "-D", "-f", self.configuration)
        for node in NODES:
            self.daemon("slurmd", "-D", "-N", node, "-f", self.configuration)
        self.until(lambda: self.ask("sinfo", "--noheader", "--Node", "--format=%N %T") == "node1 idle\nnode2 idle\n",
                   "both nodes are idle", 120)

    def daemon(self, name, *arguments):
        with open(os.path.join(self.folder, f"output-{name}.log"), "a", encoding="utf-8") as log:
            self.daemons.append(subprocess.Popen(["/usr/sbin/" + name, *arguments], stdin=subprocess.DEVNULL, stdout=log,
                                                 stderr=log, env=self.environment, cwd=self.folder))

    def ask(self, *command, **keywords):
        """What one of Slurm's commands prints; also its complaints."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=self.environment, **keywords)
        return done.stdout

    def until(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            for daemon in self.daemons:
                if daemon.poll() is not None:
                    raise RuntimeError(f"{daemon.args[0]} ended with {daemon.returncode}\n{self.logs()}")
            if time.monotonic() > end:
                raise RuntimeError(f"waited {seconds} s in vain until {what}\n{self.logs()}")
            time.sleep(0.2)

    def logs(self):
        """The last lines of everything the daemons said."""
        text = self.ask("scontrol", "show", "jobs") + self.ask("sinfo", "--Node", "--long")
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
                    text += f"--- {name}\n" + "".join(file.readlines()[-25:])
        return text

    def stop(self):
        """Jobs first, which slurmd would leave behind; then the daemons, munged last."""
        if len(self.daemons) > 1:
            subprocess.run(["scancel", "--quiet", "--user=root", "--signal=KILL", "--full"], env=self.environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.daemons = []
        for process in self.left_behind():
            os.kill(process, signal.SIGKILL)

    def left_behind(self):
        """Processes that have this cluster's configuration in their environment: job steps and their programs."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if f"SLURM_CONF={self.configuration}".encode() in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass
        return [process for process in found if process != os.getpid()]
