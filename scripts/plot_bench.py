# SPDX-License-Identifier: MIT
"""Draws the results of scripts/bench as SVG: the paper's Figure 2 (a), (b) and Table 1 with msrck's numbers. Standard library only."""
import html
import math
import os

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 560, 340, 70, 44, 20, 56
SERIES = (("collect_ms", "collect", "#1b6ca8", ""), ("restore_ms", "restore", "#c2571a", "6 4"))


def nice_ticks(largest, count=5):
    """0 and multiples of 1, 2 or 5 times a power of ten, up to the first that is not below `largest`."""
    step = 10 ** math.floor(math.log10(largest / count))
    step *= next(m for m in (1, 2, 5, 10) if step * m * count >= largest)
    ticks = [0.0]
    while ticks[-1] < largest:
        ticks.append(ticks[-1] + step)
    return ticks


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{html.escape(words)}</text>'


def begin(width, height, title):
    return [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="12" fill="#222">', f'<title>{html.escape(title)}</title>',
            f'<rect width="{width}" height="{height}" fill="white"/>', text(width / 2, 22, title, extra=' font-size="14"')]


def line_chart(title, x_name, points):
    """points: [{"x", "label", "collect_ms", "restore_ms"}] in ascending order of x."""
    x_ticks = nice_ticks(max(p["x"] for p in points))
    y_ticks = nice_ticks(max(p[key] for p in points for key, _, _, _ in SERIES))
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at(x, y):
        return LEFT + inner_width * x / x_ticks[-1], TOP + inner_height * (1 - y / y_ticks[-1])

    out = begin(WIDTH, HEIGHT, title)
    for tick in y_ticks:
        _, y = at(0, tick)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(text(LEFT - 8, y + 4, f"{tick:g}", "end"))
    for tick in x_ticks:
        x, y = at(tick, 0)
        out.append(f'<path d="M{x:.1f} {y:.1f}v5" stroke="#222"/>')
        out.append(text(x, y + 20, f"{tick:g}"))
    out.append(f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="#222"/>')
    for row, (key, name, colour, dashes) in enumerate(SERIES):
        places = [at(p["x"], p[key]) for p in points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        y = TOP + 12 + 18 * row
        out.append(f'<path d="M{LEFT + 16} {y}h28" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        out.append(text(LEFT + 52, y + 4, name, "start"))
    out.append(text(LEFT + inner_width / 2, HEIGHT - 14, x_name))
    out.append(text(18, TOP + inner_height / 2, "milliseconds", extra=f' transform="rotate(-90 18 {TOP + inner_height / 2:.0f})"'))
    return "\n".join(out + ["</svg>\n"])


def table(title, header, rows):
    columns = [190, 110, 100, 100, 100]
    width, height = sum(columns) + 20, 64 + 26 * len(rows)
    out = begin(width, height, title)
    for number, cells in enumerate([header] + rows):
        x, y = 10, 52 + 26 * number
        for column, cell in enumerate(cells):
            place = x + 4 if column == 0 else x + columns[column] - 8
            out.append(text(place, y, cell, "start" if column == 0 else "end", ' font-weight="bold"' if number == 0 else ""))
            x += columns[column]
        out.append(f'<path d="M10 {y + 8}H{width - 10}" stroke="{"#222" if number == 0 else "#ddd"}"/>')
    return "\n".join(out + ["</svg>\n"])


def draw_all(document, folder):
    figures = document["figures"]
    os.makedirs(folder, exist_ok=True)
    drawings = {
        "figure2a.svg": line_chart("Figure 2 (a): linpack, n = 400 to 1000", "megabytes of the checkpoint",
                                   [dict(p, x=p["bytes"] / 1e6) for p in figures["linpack"]]),
        "figure2b.svg": line_chart("Figure 2 (b): bitonic sort's tree", "thousands of nodes",
                                   [dict(p, x=p["n"] / 1e3) for p in figures["bitonic"]]),
        "table1.svg": table("Table 1: milliseconds", ["program", "bytes", "collect", "Tx", "restore"],
                            [[r["name"], f"{r['bytes']:,}", f"{r['collect_ms']:.3f}", f"{r['transfer_ms']:.3f}", f"{r['restore_ms']:.3f}"]
                             for r in figures["table"]]),
    }
    for name, drawing in drawings.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.write(drawing)
