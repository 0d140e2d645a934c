# SPDX-License-Identifier: MIT
"""Zstandard decompression, after RFC 8878, for a Python whose standard library has none. Slow, and meant to be read.

One frame with its size and without dictionary; the content checksum is not verified, since the checkpoint's own checksums cover the data.
"""


class ZstandardError(Exception):
    pass


class ForwardBits:
    """Bits read from the first byte on, least significant first: the headers of FSE tables."""

    def __init__(self, data):
        self.value, self.limit, self.position = int.from_bytes(data, "little"), 8 * len(data), 0

    def peek(self, count):
        return (self.value >> self.position) & ((1 << count) - 1)

    def skip(self, count):
        self.position += count
        if self.position > self.limit:
            raise ZstandardError("bit stream ends early")

    def bytes_used(self):
        return (self.position + 7) // 8


class BackwardBits:
    """Bits read from the last byte back: the streams that encoders write in reverse."""

    def __init__(self, data):
        if not data or data[-1] == 0:
            raise ZstandardError("bit stream without its end mark")
        self.value = int.from_bytes(data, "little")
        self.left = self.value.bit_length() - 1

    def read(self, count):
        self.left -= count
        if self.left >= 0:
            return (self.value >> self.left) & ((1 << count) - 1)
        # Beyond the beginning zeros are read; whoever uses the stream checks `left` where that is not allowed.
        return (self.value << -self.left) & ((1 << count) - 1)


class FseTable:
    def __init__(self, counts, accuracy):
        size = 1 << accuracy
        self.accuracy, self.symbol, self.bits, self.base = accuracy, [0] * size, [0] * size, [0] * size
        high, following = size, {}
        for symbol, count in enumerate(counts):
            if count == -1:
                high -= 1
                self.symbol[high] = symbol
                following[symbol] = 1
        position, step = 0, (size >> 1) + (size >> 3) + 3
        for symbol, count in enumerate(counts):
            if count <= 0:
                continue
            following[symbol] = count
            for _ in range(count):
                self.symbol[position] = symbol
                position = (position + step) & (size - 1)
                while position >= high:
                    position = (position + step) & (size - 1)
        for state in range(size):
            symbol = self.symbol[state]
            next_state = following[symbol]
            following[symbol] += 1
            self.bits[state] = accuracy - (next_state.bit_length() - 1)
            self.base[state] = (next_state << self.bits[state]) - size


def single_symbol_table(symbol):
    table = FseTable([1], 0)
    table.symbol, table.bits, table.base = [symbol], [0], [0]
    return table


def read_fse_table(data, most_accuracy):
    """(table, bytes used) of a table description."""
    bits = ForwardBits(data)
    accuracy = bits.peek(4) + 5
    bits.skip(4)
    if accuracy > most_accuracy:
        raise ZstandardError("FSE accuracy is too large")
    remaining, counts = (1 << accuracy) + 1, []
    while remaining > 1:
        width = remaining.bit_length()
        value = bits.peek(width)
        low = (1 << (width - 1)) - 1
        threshold = (1 << width) - 1 - remaining
        if (value & low) < threshold:
            bits.skip(width - 1)
            value &= low
        else:
            bits.skip(width)
            if value > low:
                value -= threshold
        count = value - 1
        remaining -= abs(count)
        counts.append(count)
        if count == 0:
            while True:
                repeat = bits.peek(2)
                bits.skip(2)
                counts += [0] * repeat
                if repeat != 3:
                    break
    if remaining != 1 or len(counts) > 256:
        raise ZstandardError("FSE table is corrupt")
    return FseTable(counts, accuracy), bits.bytes_used()


class HuffmanTable:
    def __init__(self, weights):
        total = sum((1 << weight) >> 1 for weight in weights)
        if total == 0:
            raise ZstandardError("Huffman table is empty")
        self.depth = total.bit_length()
        rest = (1 << self.depth) - total
        if rest & (rest - 1):
            raise ZstandardError("Huffman table is corrupt")
        weights = weights + [rest.bit_length()]
        self.lookup = []
        for weight in range(1, self.depth + 1):
            for symbol, own in enumerate(weights):
                if own == weight:
                    self.lookup += [(symbol, self.depth + 1 - weight)] * (1 << (weight - 1))
        if len(self.lookup) != 1 << self.depth:
            raise ZstandardError("Huffman table is corrupt")

    def decode(self, data, count):
        bits, out = BackwardBits(data), bytearray()
        state = bits.read(self.depth)
        mask = (1 << self.depth) - 1
        for _ in range(count):
            symbol, used = self.lookup[state]
            out.append(symbol)
            state = ((state << used) & mask) | bits.read(used)
        if bits.left != -self.depth:
            raise ZstandardError("Huffman stream has the wrong length")
        return bytes(out)


def read_huffman_table(data):
    """(table, bytes used) of a tree description."""
    head = data[0]
    if head >= 128:
        count = head - 127
        used = (count + 1) // 2
        weights = []
        for index in range(count):
            byte = data[1 + index // 2]
            weights.append(byte >> 4 if index % 2 == 0 else byte & 15)
        return HuffmanTable(weights), 1 + used
    table, used = read_fse_table(data[1:1 + head], 6)
    bits, weights = BackwardBits(data[1 + used:1 + head]), []
    states = [bits.read(table.accuracy), bits.read(table.accuracy)]
    which = 0
    while True:
        state = states[which]
        weights.append(table.symbol[state])
        if bits.left - table.bits[state] < 0:
            weights.append(table.symbol[states[1 - which]])
            break
        states[which] = table.base[state] + bits.read(table.bits[state])
        which = 1 - which
        if len(weights) > 255:
            raise ZstandardError("Huffman table is corrupt")
    return HuffmanTable(weights), 1 + head


LITERAL_LENGTHS = [(value, 0) for value in range(16)] + [
    (16, 1), (18, 1), (20, 1), (22, 1), (24, 2), (28, 2), (32, 3), (40, 3), (48, 4), (64, 6), (128, 7), (256, 8),
    (512, 9), (1024, 10), (2048, 11), (4096, 12), (8192, 13), (16384, 14), (32768, 15), (65536, 16)]
MATCH_LENGTHS = [(value + 3, 0) for value in range(32)] + [
    (35, 1), (37, 1), (39, 1), (41, 1), (43, 2), (47, 2), (51, 3), (59, 3), (67, 4), (83, 4), (99, 5), (131, 7),
    (259, 8), (515, 9), (1027, 10), (2051, 11), (4099, 12), (8195, 13), (16387, 14), (32771, 15), (65539, 16)]
DEFAULT_LITERALS = FseTable([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
                             -1, -1, -1, -1], 6)
DEFAULT_MATCHES = FseTable([1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1], 6)
DEFAULT_OFFSETS = FseTable([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 5)


class Frame:
    """What lives from block to block of one frame."""

    def __init__(self):
        self.out, self.huffman = bytearray(), None
        self.literals, self.offsets, self.matches = None, None, None
        self.repeats = [1, 4, 8]

    def read_literals(self, data):
        """(literals, bytes used)."""
        kind, form = data[0] & 3, (data[0] >> 2) & 3
        if kind < 2:
            if form in (0, 2):
                size, used = data[0] >> 3, 1
            elif form == 1:
                size, used = int.from_bytes(data[:2], "little") >> 4, 2
            else:
                size, used = int.from_bytes(data[:3], "little") >> 4, 3
            if kind == 0:
                return data[used:used + size], used + size
            return data[used:used + 1] * size, used + 1
        used, width = {0: (3, 10), 1: (3, 10), 2: (4, 14), 3: (5, 18)}[form]
        value = int.from_bytes(data[:used], "little") >> 4
        size, coded = value & ((1 << width) - 1), value >> width
        body = data[used:used + coded]
        if kind == 2:
            self.huffman, table_size = read_huffman_table(body)
            body = body[table_size:]
        if self.huffman is None:
            raise ZstandardError("literals without a table")
        if form == 0:
            return self.huffman.decode(body, size), used + coded
        jumps = [int.from_bytes(body[i:i + 2], "little") for i in (0, 2, 4)]
        each, streams, start = (size + 3) // 4, [], 6
        for index, length in enumerate(jumps + [len(body) - 6 - sum(jumps)]):
            count = each if index < 3 else size - 3 * each
            streams.append(self.huffman.decode(body[start:start + length], count))
            start += length
        return b"".join(streams), used + coded

    def choose_table(self, mode, default, previous, most, data):
        if mode == 0:
            return default, 0
        if mode == 1:
            return single_symbol_table(data[0]), 1
        if mode == 2:
            return read_fse_table(data, most)
        if previous is None:
            raise ZstandardError("no table to repeat")
        return previous, 0

    def read_sequences(self, data):
        """The (literal length, offset value, match length) triples of a block."""
        count, used = data[0], 1
        if count >= 255:
            count, used = int.from_bytes(data[1:3], "little") + 0x7F00, 3
        elif count >= 128:
            count, used = ((count - 128) << 8) + data[1], 2
        if count == 0:
            return
        modes, position = data[used], used + 1
        self.literals, length = self.choose_table(modes >> 6, DEFAULT_LITERALS, self.literals, 9, data[position:])
        position += length
        self.offsets, length = self.choose_table((modes >> 4) & 3, DEFAULT_OFFSETS, self.offsets, 8, data[position:])
        position += length
        self.matches, length = self.choose_table((modes >> 2) & 3, DEFAULT_MATCHES, self.matches, 9, data[position:])
        position += length
        bits = BackwardBits(data[position:])
        tables = (self.literals, self.offsets, self.matches)
        literal, offset, match = (bits.read(table.accuracy) for table in tables)
        for index in range(count):
            code = self.offsets.symbol[offset]
            offset_value = (1 << code) + bits.read(code)
            base, extra = MATCH_LENGTHS[self.matches.symbol[match]]
            match_length = base + bits.read(extra)
            base, extra = LITERAL_LENGTHS[self.literals.symbol[literal]]
            yield base + bits.read(extra), offset_value, match_length
            if index + 1 < count:
                literal = self.literals.base[literal] + bits.read(self.literals.bits[literal])
                match = self.matches.base[match] + bits.read(self.matches.bits[match])
                offset = self.offsets.base[offset] + bits.read(self.offsets.bits[offset])
        if bits.left != 0:
            raise ZstandardError("sequences have the wrong length")

    def resolve_offset(self, value, literal_length):
        recent = self.repeats
        if value > 3:
            recent.insert(0, value - 3)
            recent.pop()
            return recent[0]
        index = value - 1 + (literal_length == 0)
        offset = recent[index] if index < 3 else recent[0] - 1
        if index > 0:
            recent.pop(min(index, 2))
            recent.insert(0, offset)
        if offset <= 0:
            raise ZstandardError("offset is zero")
        return offset

    def decode_block(self, data):
        literals, used = self.read_literals(data)
        position, out = 0, self.out
        for literal_length, offset_value, match_length in self.read_sequences(data[used:]):
            out += literals[position:position + literal_length]
            position += literal_length
            offset = self.resolve_offset(offset_value, literal_length)
            if offset > len(out):
                raise ZstandardError("offset beyond the beginning")
            start = len(out) - offset
            if offset >= match_length:
                out += out[start:start + match_length]
            else:
                pattern = bytes(out[start:])
                out += (pattern * (match_length // offset + 1))[:match_length]
        out += literals[position:]


def read_frame_header(data):
    """(bytes used, bytes of content, has checksum)."""
    if data[:4] != b"\x28\xb5\x2f\xfd":
        raise ZstandardError("not a frame")
    descriptor = data[4]
    if descriptor & 3:
        raise ZstandardError("dictionaries are not used")
    if descriptor & 8:
        raise ZstandardError("a reserved bit is set")
    single, size_code = (descriptor >> 5) & 1, descriptor >> 6
    at = 5 + (0 if single else 1)
    width = {0: 1 if single else 0, 1: 2, 2: 4, 3: 8}[size_code]
    if width == 0 or len(data) < at + width:
        raise ZstandardError("the frame does not tell its content's size")
    content = int.from_bytes(data[at:at + width], "little") + (256 if width == 2 else 0)
    return at + width, content, bool(descriptor & 4)


def decompress(data, length):
    """The `length` bytes that `data`, one frame and nothing behind it, holds."""
    used, content, checksum = read_frame_header(data)
    if content != length:
        raise ZstandardError("not the size that was announced")
    data, frame, last = data[used:], Frame(), False
    while not last:
        if len(data) < 3:
            raise ZstandardError("the frame ends early")
        head = int.from_bytes(data[:3], "little")
        last, kind, size = head & 1, (head >> 1) & 3, head >> 3
        stored = 1 if kind == 1 else size
        block = data[3:3 + stored]
        if len(block) != stored or kind == 3:
            raise ZstandardError("block is corrupt")
        if kind == 0:
            frame.out += block
        elif kind == 1:
            frame.out += block * size
        else:
            frame.decode_block(block)
        data = data[3 + stored:]
        if len(frame.out) > length:
            raise ZstandardError("more bytes than announced")
    if len(data) != (4 if checksum else 0):
        raise ZstandardError("bytes follow the frame")
    return bytes(frame.out)
