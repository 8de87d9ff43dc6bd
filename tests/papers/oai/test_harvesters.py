"""Harvesters that others wrote, and our own, against a site that serves on loopback and changes meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from oaipmh_scythe import Scythe
from oaipmh_scythe.config import HTTPConfig
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch

from papers.ingest.sources.harvester import harvest
from papers.ingest.sources.oai_client import Client
from papers.models import Paper
from tests.conftest import record
from tests.live_site import LiveSite

COUNT = 60
FIELDS = (
    "title",
    "abstract",
    "collaborations",
    "categories",
    "categories_text",
    "published",
    "updated",
    "doi",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
    "byline_is_complete",
)
AUTHORS = [
    "Ada Byron, Charles Babbage",
    "Gerard 't Hooft, J.-P. Serre (Coll\\`ege de France), Plato",
    "LIGO Scientific Collaboration, Virgo Collaboration: A. Byron, Fred Bloggs Jr",
    "J. Abdallah et al.",
    "王伟, Wei Wang",
    "Ludwig van Beethoven (1), Maria de la Cruz (1 and 2) ((1) Bonn, (2) Madrid)",
]


def rows(numbers: range, **more: Any) -> list[dict[str, Any]]:
    return [
        record(
            f"2001.{n:05d}",
            authors=AUTHORS[n % len(AUTHORS)],
            categories=["cs.LG stat.ML", "math.MP", "hep-th"][n % 3],
            abstract=f"  First & <second> of {n}.\n  A new paragraph with $x_{n}$.\n",
            doi=f"10.1000/a{n} 10.1000/b{n}",
            comments=f"{n} pages",
            journal_ref="J. Engines 1",
            report_no="R-1",
            versions=[
                {"version": "v1", "created": "Mon, 6 Jan 2020 10:00:00 GMT"},
                {"version": "v2", "created": "Fri, 7 Feb 2020 10:00:00 GMT"},
            ][: 1 + n % 2],
            **more,
        )
        for n in numbers
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """Sixty papers of arXiv and one that is not, ten on a page."""
    yield from serve(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def changing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The same, for tests that change it."""
    yield from serve(tmp_path_factory.mktemp("changing-site"))


def serve(folder: Path) -> Iterator[LiveSite]:
    with LiveSite(folder) as site:
        site.run("python", "from papers.oai import verbs as p; p.RECORDS_A_PAGE = 10; p.IDENTIFIERS_A_PAGE = 25")
        change(site, *rows(range(1, COUNT + 1)))
        (folder / "one.bib").write_text("@article{engines, title={On engines}, author={Ada Byron}, year={1843}}\n")
        site.run("import_papers", str(folder / "one.bib"))
        site.run("link_authors")
        yield site


def change(site: LiveSite, *records: dict[str, Any]) -> None:
    path = site.folder / "records.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    site.run("import_papers", str(path), "--restart")


def take_back(site: LiveSite, *identifiers: str) -> None:
    path = site.folder / "gone.xml"
    headers = "".join(
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{escape(each)}</identifier>'
        "<datestamp>2020-05-01</datestamp></header></record>"
        for each in identifiers
    )
    path.write_text(
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{headers}</ListRecords></OAI-PMH>'
    )
    site.run("import_papers", str(path), "--restart")


def test_sickle_reads_everything(site: LiveSite) -> None:
    sickle = Sickle(f"{site.url}/oai", timeout=30)
    assert sickle.Identify().granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert [each.metadataPrefix for each in sickle.ListMetadataFormats()] == ["oai_dc", "arXiv"]
    assert len(list(sickle.ListSets())) == len({each.setSpec for each in sickle.ListSets()}) > 150
    found = {each.header.identifier: each.metadata for each in sickle.ListRecords(metadataPrefix="oai_dc")}
    assert len(found) == COUNT + 1
    host = "oai:127.0.0.1:"
    assert found[f"{host}2001.00001"]["creator"] == ["'t Hooft, Gerard", "Serre, J.-P.", "Plato"]
    assert len(list(sickle.ListIdentifiers(metadataPrefix="arXiv", set="physics:hep-th"))) == COUNT // 3
    assert sickle.GetRecord(identifier=f"{host}2001.00002", metadataPrefix="oai_dc").metadata["title"] == [
        "On 2001.00002"
    ]
    with pytest.raises(NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", until="1999-01-01")
    with pytest.raises(BadResumptionToken):
        sickle.ListRecords(resumptionToken="x")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_scythe_reads_everything(site: LiveSite, method: str) -> None:
    with Scythe(f"{site.url}/oai", http_config=HTTPConfig(http_method=method)) as scythe:
        assert scythe.identify().baseURL == f"{site.url}/oai"
        found = list(scythe.list_records(metadata_prefix="oai_dc"))
        assert len({each.header.identifier for each in found}) == len(found) == COUNT + 1
        assert len(list(scythe.list_identifiers(metadata_prefix="arXiv", set_="math"))) == COUNT // 3


@pytest.mark.django_db
def test_one_coterie_mirrors_another_while_it_changes(
    changing_site: LiveSite, categories: None, settings: Any, tmp_path: Path
) -> None:
    site = changing_site
    settings.DATA_DIR = tmp_path
    meanwhile: list[Callable[[], None]] = [
        lambda: change(site, *rows(range(1, 4), title="Changed after it was read")),
        lambda: take_back(site, "2001.00005", "2001.00055"),
        lambda: change(site, *rows(range(50, 53), title="Changed before it was read")),
        lambda: change(site, *rows(range(70, 75))),
    ]

    def pause(seconds: float) -> None:
        if meanwhile:
            meanwhile.pop(0)()

    def mirror() -> Any:
        client = Client(f"{site.url}/oai", lambda line: None, clock=lambda: 0.0, sleep=pause)
        return harvest(client, prefix="arXiv")

    first = mirror()
    assert (meanwhile, first.is_complete, first.summary.rejected) == ([], True, 0), first.summary.reasons
    compare(site)
    # And again, for what changed since: a deletion, a change, and a paper that comes back.
    take_back(site, "2001.00010")
    change(site, *rows(range(20, 21), title="Changed later"), *rows(range(55, 56), update_date="2020-06-01"))
    assert mirror().is_complete
    compare(site)
    assert Paper.objects.get(identifier="2001.00010").is_deleted


def compare(site: LiveSite) -> None:
    """The mirror has what the site has."""
    path = site.folder / "facts.json"
    site.run("python", f"from tests.papers.oai.test_harvesters import facts; facts({str(path)!r})")
    here = path.with_name("here.json")
    facts(str(here))
    expected, found = json.loads(path.read_text()), json.loads(here.read_text())
    assert len(expected) >= COUNT + 2
    for one, other in zip(expected, found, strict=True):
        assert one == other


def facts(path: str) -> None:
    """Write down what this site has of arXiv's papers."""
    papers = Paper.objects.visible().filter(arxiv_id__isnull=False).order_by("identifier").prefetch_related("dois")
    found = [
        {
            "identifier": paper.identifier,
            **{name: str(getattr(paper, name)) for name in FIELDS},
            "byline": [{name: row[name] for name in row if name != "flags"} for row in paper.byline],
            "dois": [row.doi for row in paper.dois.all()],
        }
        for paper in papers
    ]
    Path(path).write_text(json.dumps(found))


@pytest.mark.django_db
def test_in_dublin_core_everything_comes_and_goes(
    changing_site: LiveSite, categories: None, settings: Any, tmp_path: Path
) -> None:
    site = changing_site
    settings.DATA_DIR = tmp_path

    def mirror() -> Any:
        client = Client(f"{site.url}/oai", lambda line: None, clock=lambda: 0.0, sleep=lambda seconds: None)
        return harvest(client, prefix="oai_dc")

    mirror()
    assert Paper.objects.visible().filter(title="On engines", arxiv_id=None).count() == 1
    assert not Paper.objects.get(identifier="2001.00030").is_deleted
    take_back(site, "2001.00030")
    assert mirror().summary.deleted == 1
    assert Paper.objects.get(identifier="2001.00030").is_deleted
