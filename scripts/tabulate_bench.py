#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Puts the numbers of a run into the tables of docs/performance.md: what `scripts/bench --results FILE` wrote.

usage: scripts/tabulate_bench.py FILE.json docs/performance.md
"""
import json
import re
import sys


def ratio_rows(run):
    return [f"| {row['workload']} | {row['operation']} | {row['against']} | {row['ratio']:.2f} | {row['limit']:.2f} | "
            f"{'reached' if row['reached'] else '**missed**'} |" for row in run["ratios"]]


def time_rows(run):
    return [f"| {result['workload']} ({result['size']}) | {name} | {found['collect'] / 1e6:.2f} | {found['restore'] / 1e6:.2f} | "
            f"{found['bytes'] / 1e6:.2f} | {found['peak_above_kib'] / 1024:.1f} |"
            for result in run["results"] if not result["workload"].startswith("snapshot-") for name, found in result["contestants"].items()]


def snapshot_rows(run):
    return [f"| {result['workload'].removeprefix('snapshot-')} ({result['size']}) | {name} | {found['collect'] / 1e6:.0f} | {found['restore'] / 1e6:.0f} | "
            f"{found['bytes'] / 1e6:.1f} |"
            for result in run["results"] if result["workload"].startswith("snapshot-") for name, found in result["contestants"].items()]


def scaling_rows(run):
    return [f"| {point['size']} | {point['collect_ns_per_node']:.1f} | {point['restore_ns_per_node']:.1f} |" for point in run["scaling"]]


def codec_rows(run):
    return [f"| {row['data']} | {row['codec']}:{row['level']} | {row['filter']} | {row['ratio']:.3f} | "
            f"{row['compress_mb_s'][0]:.0f} / {row['compress_mb_s'][1]:.0f} | {row['expand_mb_s'][0]:.0f} / {row['expand_mb_s'][1]:.0f} |"
            for row in run["codecs"]]


def overhead_rows(run):
    return [f"| {row['program']} | {row['plain_s']:.2f} | {row['migratable_s']:.2f} | {row['ratio']:.2f} | {row['limit']:.2f} |" for row in run["overhead"]]


# What stands before each table, and what makes its rows.
TABLES = [("## Against the limits", ratio_rows), ("## Times", time_rows), ("Time against size", scaling_rows),
          ("## Against snapshots", snapshot_rows), ("## What `msrck cc` costs", overhead_rows), ("## Codecs", codec_rows)]


def with_rows(text, heading, rows):
    """The text with other rows in the first table behind the heading."""
    begin = text.index(heading)
    table = re.compile(r"\|[^\n]*\|\n\|[-|]+\|\n((?:\|[^\n]*\|\n)*)").search(text, begin)
    return text[:table.start(1)] + "".join(row + "\n" for row in rows) + text[table.end(1):]


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__.strip())
    with open(sys.argv[1], encoding="ascii") as source:
        run = json.load(source)
    with open(sys.argv[2], encoding="utf-8") as source:
        text = source.read()
    for heading, rows_of in TABLES:
        text = with_rows(text, heading, rows_of(run))
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(text)


main()
