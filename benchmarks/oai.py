"""What a page of OAI-PMH costs at the beginning and at the end of a list, and how long harvesters take for all of it.

    DATA_DIR=… .venv/bin/python benchmarks/oai.py            pages, in this process: median CPU milliseconds of 15 answers
    DATA_DIR=… .venv/bin/python benchmarks/oai.py --harvest  all records by Sickle and by oaipmh-scythe, on a server on loopback

The last token is made for the place 501 records before the end, so that both pages are full.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
PORT = 8765
ROUNDS = 15


def pages() -> None:
    import django

    django.setup()
    from papers import taxonomy
    from papers.models import Paper, PaperCategory
    from papers.oai import provider
    from papers.oai.arguments import Asked
    from papers.oai.formats import FORMATS
    from papers.oai.lists import Wanted

    print(f"{Paper.objects.count():,} papers")
    for spec in ("", "cs:cs:LG", "cs", "physics"):
        codes = taxonomy.OAI_SETS[spec].codes if spec else ()
        moments: Any = Paper.objects.order_by("-modified_at", "-pk").values_list("modified_at", "pk")
        if spec:
            found = PaperCategory.objects.filter(category__code__in=codes).order_by("-changed_at", "-paper")
            moments = found.values_list("changed_at", "paper").distinct()
        for verb, size in (("ListRecords", provider.RECORDS_A_PAGE), ("ListIdentifiers", provider.IDENTIFIERS_A_PAGE)):
            found_places = list(moments[size + 1 : size + 2])
            if not found_places:
                print(f"{verb} {spec}: less than a page")
                continue
            deep = found_places[0]
            for prefix in FORMATS if verb == "ListRecords" else ("oai_dc",):
                wanted = Wanted(spec=spec, only_arxiv=FORMATS[prefix].only_arxiv)
                token = provider.make_token(verb, FORMATS[prefix], wanted, deep, 1)
                first = {"metadataPrefix": prefix, **({"set": spec} if spec else {})}
                times = []
                for arguments in (first, {"resumptionToken": token}):
                    spent = []
                    for _ in range(ROUNDS):
                        began = time.process_time()
                        content = provider.answer(Asked(verb, arguments))
                        spent.append((time.process_time() - began) * 1000)
                    times.append(statistics.median(spent))
                print(
                    f"{verb} {prefix} {spec or 'everything'}: first page {times[0]:.0f} ms, last full page {times[1]:.0f} ms, "
                    f"{len(content) / 1e6:.2f} MB"
                )


def harvest() -> None:
    from oaipmh_scythe import Scythe
    from sickle import Sickle

    url = f"http://127.0.0.1:{PORT}"
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--port", str(PORT),
         "--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "warning"],
        env={**os.environ, "SITE_URL": url},
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                with urlopen(f"{url}/healthz", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        for name, records in (
            ("Sickle", lambda: Sickle(f"{url}/oai").ListRecords(metadataPrefix="arXiv")),
            ("oaipmh-scythe", lambda: Scythe(f"{url}/oai").list_records(metadata_prefix="oai_dc")),
        ):
            began = time.perf_counter()
            found = 0
            seen = set()
            each: Any
            for each in records():
                found += 1
                seen.add(each.header.identifier)
            took = time.perf_counter() - began
            print(
                f"{name}: {found:,} records, {len(seen):,} different, in {took:.0f} s, {found / took:,.0f} a second",
                flush=True,
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    harvest() if "--harvest" in sys.argv else pages()
