"""Cost of a page of OAI-PMH at the beginning and at the end of a list, and the time that harvesters take for all of it.

    DATA_DIR=… .venv/bin/python benchmarks/oai.py            pages, in this process: median CPU milliseconds of 15 answers
    DATA_DIR=… .venv/bin/python benchmarks/oai.py --harvest  all records by Sickle and by oaipmh-scythe, served on loopback,
        in both formats: every page checked against the protocol's schemas, the identifiers compared with the database
    DATA_DIR=… .venv/bin/python benchmarks/oai.py --mirror FOLDER    all by harvest_arxiv into a new site there, while papers
        change and come and go; then what changed since; and what differs between the two in the end

The last token is made for the place 501 records before the end, so that both pages are full.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
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
    from papers.oai import verbs
    from papers.oai.arguments import OaiRequest
    from papers.oai.metadata_formats import FORMATS
    from papers.oai.record_lists import ListSelection
    from papers.oai.resumption_tokens import make_token

    print(f"{Paper.objects.count():,} papers")
    for spec in ("", "cs:cs:LG", "cs", "physics"):
        codes = taxonomy.OAI_SETS[spec].codes if spec else ()
        moments: Any = Paper.objects.order_by("-modified_at", "-pk").values_list("modified_at", "pk")
        if spec:
            found = PaperCategory.objects.filter(category__code__in=codes).order_by("-changed_at", "-paper")
            moments = found.values_list("changed_at", "paper").distinct()
        for verb, size in (("ListRecords", verbs.RECORDS_A_PAGE), ("ListIdentifiers", verbs.IDENTIFIERS_A_PAGE)):
            found_places = list(moments[size + 1 : size + 2])
            if not found_places:
                print(f"{verb} {spec}: less than a page")
                continue
            deep = found_places[0]
            for prefix in FORMATS if verb == "ListRecords" else ("oai_dc",):
                wanted = ListSelection(spec=spec, only_arxiv=FORMATS[prefix].only_arxiv)
                token = make_token(verb, FORMATS[prefix], wanted, deep, 1)
                first = {"metadataPrefix": prefix, **({"set": spec} if spec else {})}
                times = []
                for arguments in (first, {"resumptionToken": token}):
                    spent = []
                    for _ in range(ROUNDS):
                        began = time.process_time()
                        content = verbs.answer(OaiRequest(verb, arguments))
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
    harvesters: tuple[tuple[str, Any, Callable[[Any, str], Any]], ...] = (
        ("Sickle", Sickle(f"{url}/oai"), lambda client, prefix: client.ListRecords(metadataPrefix=prefix)),
        ("oaipmh-scythe", Scythe(f"{url}/oai"), lambda client, prefix: client.list_records(metadata_prefix=prefix)),
    )
    with served(url) as process:
        for name, client, listed in harvesters:
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


@contextmanager
def served(url: str) -> Iterator[psutil.Process]:
    """The site on loopback; gives its process."""
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asginl",
            "config.server:application",
            "--port",
            str(PORT),
            "--workers",
            "1",
            "--no-ws",
            "--log-level",
            "warning",
        ],
        env={**os.environ, "SITE_URL": url, "OAI_RATE": "100000/min"},
    )
    try:
        for _ in range(100):
            try:
                with urlopen(f"{url}/healthz", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def mirror(folder: Path) -> None:
    """Harvest the site into another while it changes; prints what was done and what differs."""
    folder.mkdir(parents=True)
    there = {**os.environ, "DATA_DIR": str(folder)}
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "-v0"], ["loaddata", "categories", "-v0"]):
        subprocess.run([*manage, *command], env=there, check=True)
    url = f"http://127.0.0.1:{PORT}"
    ask = [*manage, "harvest_arxiv", "--base-url", f"{url}/oai", "--prefix", "arXiv", "--pause", "0"]
    with served(url) as process:
        for name in ("all", "what changed since"):
            began, spent = time.perf_counter(), cpu(process)
            child = subprocess.Popen(ask, env=there, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            changes = 0
            while child.poll() is None:
                if name == "all":
                    change(folder / "changes.jsonl", changes)
                    changes += 1
                time.sleep(5)
            said = child.stdout.read() if child.stdout else ""
            took, spent = time.perf_counter() - began, cpu(process) - spent
            print(
                f"{name}: {said.splitlines()[0]} {took:.0f} s, the server {spent:.0f} s of CPU, {changes} times changed"
            )
    ours, theirs = facts(os.environ), facts(there)
    differing = [name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    print(
        f"{len(ours):,} papers here, {len(theirs):,} in the mirror: {len(ours.keys() - theirs.keys()):,} missing, "
        f"{len(theirs.keys() - ours.keys()):,} too many, {len(differing):,} different {differing[:5]}"
    )


def change(path: Path, number: int) -> None:
    """Have every thousandth paper or so change, be taken back, or come back, and new ones come; another set each time."""
    code = f"from benchmarks.oai import change_some; change_some({str(path)!r}, {number})"
    subprocess.run([sys.executable, "-c", code], check=True)


def change_some(path: str, number: int) -> None:
    import json

    import django

    django.setup()
    from django.core.management import call_command

    from papers.models import Paper

    day = datetime.now(UTC).date().isoformat()
    usual: dict[str, Any] = {
        "authors": "Ada Byron",
        "abstract": "New.",
        "categories": "cs.LG",
        "update_date": day,
        "versions": [{"version": "v1", "created": "Mon, 6 Jan 2020 10:00:00 GMT"}],
    }
    chosen = [pk for pk in Paper.objects.values_list("pk", flat=True) if pk % 1009 == number * 37 % 1009]
    papers = list(Paper.objects.filter(pk__in=chosen).exclude(arxiv_id=None))
    gone = [paper.identifier for paper in papers if paper.pk % 5 == 0]
    rows = [
        {**usual, "id": paper.identifier, "title": f"{paper.title} ({number})", "abstract": paper.abstract or "None."}
        for paper in papers
        if paper.pk % 5
    ]
    rows += [{**usual, "id": f"2911.{number * 10 + n:05d}", "title": f"New {number} {n}"} for n in range(1, 11)]
    Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows))
    headers = "".join(
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{each}</identifier>'
        f"<datestamp>{day}</datestamp></header></record>"
        for each in gone
    )
    xml = Path(path).with_suffix(".xml")
    xml.write_text(
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{headers}</ListRecords></OAI-PMH>'
    )
    for each in (path, str(xml)) if gone else (path,):
        call_command("import_papers", each, "--restart", stdout=open(os.devnull, "w"), stderr=open(os.devnull, "w"))  # noqa: SIM115


FACTS = """
import django, json
django.setup()
from papers.models import Paper, PaperDoi
names = ("title", "abstract", "collaborations", "categories", "categories_text", "published", "updated", "journal_ref",
         "comments", "license", "report_no", "msc_class", "acm_class", "byline_is_complete")
dois = {}
for pk, doi in PaperDoi.objects.order_by("position").values_list("paper", "doi"):
    dois.setdefault(pk, []).append(doi)
for paper in Paper.objects.visible().exclude(arxiv_id=None).iterator():
    said = {name: str(getattr(paper, name)) for name in names} | {"dois": dois.get(paper.pk, [])}
    said["byline"] = [{k: v for k, v in row.items() if k != "flags"} for row in paper.byline]
    print(paper.identifier, hash(json.dumps(said)))
"""


def facts(environment: Mapping[str, str]) -> dict[str, str]:
    """Of each paper of arXiv a number that differs where anything does that arXiv's format has."""
    done = subprocess.run(
        [sys.executable, "-c", FACTS],
        env={**environment, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(line.split() for line in done.stdout.splitlines())


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
    if "--mirror" in sys.argv:
        mirror(Path(sys.argv[-1]))
    elif "--harvest" in sys.argv:
        harvest()
    else:
        pages()
