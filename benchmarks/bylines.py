"""Speed of parsing author strings: `python benchmarks/bylines.py FILE [--strings 500000]`, FILE a snapshot of records.

The strings of the file are parsed again and again until there are enough, each round with empty caches, so that a small file
is not answered from memory. The baseline, in the same run, splits at commas and " and ", which is what one does first and
is wrong for about half of arXiv's raw records. CPU seconds of one core.
"""

from __future__ import annotations

import argparse
import lzma
import sys
import time
from pathlib import Path

import orjson

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from papers.bylines import names, parse_byline, plain


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--strings", type=int, default=500_000)
    options = parser.parse_args()
    with lzma.open(options.file) if options.file.suffix == ".xz" else options.file.open("rb") as file:
        rows = [orjson.loads(line) for line in file]
    strings = [(" ".join(row["authors"].split()), row.get("authors_parsed")) for row in rows]
    del rows
    parsed, split = 0.0, 0.0
    done = people = 0
    while done < options.strings:
        batch = strings[: options.strings - done]
        for module in (plain, names):
            for found in vars(module).values():
                if hasattr(found, "cache_clear"):
                    found.cache_clear()
        start = time.process_time()
        people += sum(len(parse_byline(text, hint).entries) for text, hint in batch)
        parsed += time.process_time() - start
        start = time.process_time()
        sum(len(text.replace(" and ", ", ").split(", ")) for text, _ in batch)
        split += time.process_time() - start
        done += len(batch)
    print(f"{done:,} author strings, {people:,} names: {parsed:.1f} s CPU, {1e6 * parsed / done:.0f} µs a string")
    print(f"split at commas: {split:.2f} s CPU")


if __name__ == "__main__":
    main()
