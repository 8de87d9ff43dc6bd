"""Savings and cost of zstd, Brotli and gzip on this site's answers: bytes and CPU, at several levels.

    DATA_DIR=… .venv/bin/python benchmarks/packing.py

Answers are made once in this process; each is packed until half a second of CPU is spent.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ENOUGH = 0.5  # seconds of CPU


def main() -> None:
    import django

    django.setup()
    import brotli
    from backports import zstd
    from django.test import Client
    from django.utils.text import compress_string

    from profiles.models import Author

    author = Author.objects.listed().most_papers_first()[0]
    client = Client(headers={"host": "127.0.0.1"})
    ways: dict[str, Callable[[bytes], bytes]] = {"gzip 6": compress_string}
    ways |= {f"br {n}": partial(brotli.compress, quality=n) for n in (1, 4, 5, 6)}
    ways |= {f"zstd {n}": partial(zstd.compress, level=n) for n in (1, 3, 6, 9)}
    for address in (
        "/api/v1/papers/",
        "/api/v1/authors/?page_size=200",
        author.get_absolute_url(),
        "/papers/",
        "/oai?verb=ListRecords&metadataPrefix=arXiv",
    ):
        content = client.get(address).content
        print(f"{address}: {len(content):,} bytes")
        for name, pack in ways.items():
            rounds, began = 0, time.process_time()
            while (spent := time.process_time() - began) < ENOUGH:
                packed = pack(content)
                rounds += 1
            print(
                f"  {name:7} {len(packed):9,} bytes, {len(packed) / len(content):.3f}; {spent / rounds * 1000:.2f} ms"
            )


if __name__ == "__main__":
    main()
