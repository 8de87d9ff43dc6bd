"""Share of formulas of real titles and abstracts that are typeset, what stops the others, and the cost.

    python benchmarks/mathematics.py SNAPSHOT [--limit 20000] [--worst 20]

SNAPSHOT is a file of arXiv's JSON lines. Counted are all formulas that papers/text/formulas.py finds, repeated ones too; an
abstract fails if one of its formulas does. Times are CPU time of one process with empty caches.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import orjson
from math_core import LatexError

from papers.text import markup, mathml, plain_text


def reason(formula: str) -> str:
    """Why the library can't read it, without the place."""
    try:
        mathml.CONVERTER.convert_with_local_state(formula, displaystyle=False)
    except LatexError as error:
        return str(error).partition(": ")[2]
    return "refused by us: too long, empty, or a definition"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--worst", type=int, default=20)
    asked = parser.parse_args()
    texts: list[str] = []
    with open(asked.snapshot, "rb") as lines:
        for number, line in enumerate(lines):
            if asked.limit and number >= asked.limit:
                break
            row = orjson.loads(line)
            texts += [row["title"], " ".join(row["abstract"].split())]
    papers, found = len(texts) // 2, [plain_text.formulas(text) for text in texts]
    tried = [formula for row in found for formula in row]
    failed = {formula for formula in set(tried) if mathml.mathml(formula) is None}
    lost = [formula for formula in tried if formula in failed]
    with_formulas = [row for row in found if row]
    broken = sum(any(formula in failed for formula in row) for row in with_formulas)
    print(f"{papers:,} papers, {len(with_formulas):,} titles and abstracts with formulas, {len(tried):,} formulas")
    print(
        f"not typeset: {len(lost):,} formulas ({len(lost) / max(len(tried), 1):.2%}), in {broken:,} titles and abstracts: "
        f"{broken / max(len(with_formulas), 1):.2%} of those with formulas, {broken / len(texts):.2%} of all"
    )
    for text, count in Counter(reason(formula) for formula in lost).most_common(asked.worst):
        print(f"  {count:6,}  {text}")
    for name, function in (("markup", markup.markup), ("plain_text", plain_text.plain_text)):
        for cache in (mathml.mathml, mathml.formula_text, markup._markup, plain_text._plain_text):
            cache.cache_clear()
        start = time.process_time()
        size = sum(len(function(text)) for text in texts)
        spent = time.process_time() - start
        print(f"{name}: {1e6 * spent / len(texts):.1f} µs a text, {size / sum(map(len, texts)):.2f} × its length")


if __name__ == "__main__":
    main()
