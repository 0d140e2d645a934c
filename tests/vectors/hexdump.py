# SPDX-License-Identifier: MIT
"""Commented hexdumps: lines of an offset, up to 16 bytes, and after '|' what begins there. '#' begins a line that is no bytes."""


def rows(pieces):
    """(bytes, note) for each line: small pieces share one, long ones take several."""
    line, notes = b"", []
    for data, note in pieces:
        if line and (len(line) + len(data) > 16 or note.startswith(("section ", "tag ", "["))):
            yield line, notes
            line, notes = b"", []
        notes += ["".join(c if c.isprintable() else "?" for c in note)] if note else []
        line += data
        while len(line) > 16:
            yield line[:16], notes
            line, notes = line[16:], []
    if line:
        yield line, notes


def write(pieces, head):
    """The text of a dump; `head` are the lines before it."""
    lines = [f"# {line}".rstrip() for line in head]
    offset = 0
    for data, notes in rows(piece for piece in pieces if piece[0]):
        shown = " ".join(f"{byte:02x}" for byte in data)
        lines.append(f"{offset:06x}  {shown:<47}  | {', '.join(notes)}" if notes else f"{offset:06x}  {shown}")
        offset += len(data)
    return "\n".join(lines) + "\n"


def read(text):
    """(the bytes, {key: value} of the lines '# key: value')"""
    data, facts = bytearray(), {}
    for line in text.splitlines():
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon:
                facts[key.strip()] = value.strip()
            continue
        offset, _, rest = line.partition("  ")
        if int(offset, 16) != len(data):
            raise ValueError(f"offset {offset} where {len(data):x} bytes stand before")
        data += bytes.fromhex(rest.split("|")[0])
    return bytes(data), facts
