"""What a page of OAI-PMH costs at the beginning and at the end of a list, and how long harvesters take for all of it.

    DATA_DIR=… .venv/bin/python benchmarks/oai.py            pages, in this process: median CPU milliseconds of 15 answers
    DATA_DIR=… .venv/bin/python benchmarks/oai.py --harvest  all records by Sickle and by oaipmh-scythe, served on loopback,
        in both formats: every page checked against the protocol's schemas, the identifiers compared with the database

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

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
PORT = 8765
ROUNDS = 15
SCHEMAS = Path(__file__).resolve().parent.parent / "tests" / "papers" / "oai" / "schemas" / "all.xsd"


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
    from lxml import etree
    from oaipmh_scythe import Scythe
    from sickle import Sickle

    url = f"http://127.0.0.1:{PORT}"
    schema = etree.XMLSchema(etree.parse(SCHEMAS))
    expected = {only_arxiv: identifiers(only_arxiv) for only_arxiv in (False, True)}
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--port", str(PORT),
         "--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "warning"],
        env={**os.environ, "SITE_URL": url, "OAI_RATE": "100000/min"},
    )  # fmt: skip
    process = psutil.Process(server.pid)
    try:
        for _ in range(100):
            try:
                with urlopen(f"{url}/healthz", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        for name, client, listed in (
            ("Sickle", Sickle(f"{url}/oai"), lambda client, prefix: client.ListRecords(metadataPrefix=prefix)),
            ("oaipmh-scythe", Scythe(f"{url}/oai"), lambda client, prefix: client.list_records(metadata_prefix=prefix)),
        ):
            pages = checked(client, schema)
            for prefix in ("oai_dc", "arXiv"):
                pages.clear()
                began, spent = time.perf_counter(), cpu(process)
                found: list[str] = []
                each: Any
                for each in listed(client, prefix):
                    assert each.deleted or each.metadata["title"], each.raw
                    found.append(("-" if each.deleted else "") + each.header.identifier)
                took, spent = time.perf_counter() - began, cpu(process) - spent
                wanted = expected[prefix == "arXiv"]
                print(
                    f"{name}, {prefix}: {len(found):,} records on {len(pages):,} pages, "
                    f"{len(found) - len(set(found)):,} twice, "
                    f"{len(wanted - set(found)):,} lost, {len(set(found) - wanted):,} too many; {sum(pages) / 1e6:,.0f} MB; "
                    f"{took:.0f} s, the server {spent:.0f} s of CPU, {spent / len(pages) * 1000:.0f} ms a page",
                    flush=True,
                )
    finally:
        server.terminate()
        server.wait()


def checked(client: Any, schema: Any) -> list[int]:
    """Have the harvester check each page that it reads against the schemas; gives the list of the pages' sizes."""
    from lxml import etree

    pages: list[int] = []
    ask = client.harvest

    def harvest(*args: Any, **given: Any) -> Any:
        said = ask(*args, **given)
        content = said.http_response.content
        pages.append(len(content))
        schema.assertValid(etree.fromstring(content))
        return said

    client.harvest = harvest
    return pages


def identifiers(only_arxiv: bool) -> set[str]:
    """What a whole harvest has to find, read from the database at once; with a minus what was taken back."""
    import django

    django.setup()
    from papers.models import EarlierIdentifier, Paper

    host = "oai:127.0.0.1:"
    papers = Paper.objects.exclude(arxiv_id=None) if only_arxiv else Paper.objects.all()
    found = {
        ("-" if gone else "") + host + name for name, gone in papers.values_list("identifier", "is_deleted").iterator()
    }
    if not only_arxiv:
        moved = EarlierIdentifier.objects.filter(was_given_out=True).values_list("identifier", flat=True)
        found |= {f"-{host}{name}" for name in moved}
    return found


def cpu(process: psutil.Process) -> float:
    """CPU seconds of the server and its workers."""
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))


if __name__ == "__main__":
    harvest() if "--harvest" in sys.argv else pages()
