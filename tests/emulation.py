# SPDX-License-Identifier: MIT
"""How the programs of another machine are run here."""

# libmsrck reserves terabytes of addresses where there are as many; the emulator keeps a table of them, which takes it longer than the
# programs of the tests. With so many there are fewer.
ADDRESS_SPACE = 4 << 30
WIDE = ("s390x", "aarch64")


def emulator_of(machine):
    """The words before a program of the machine; none for this one's."""
    if machine == "x86_64":
        return []
    limit = ["prlimit", f"--as={ADDRESS_SPACE}"] if machine in WIDE else []
    return [*limit, f"qemu-{machine}"]
