"""What is said of arXiv, and that metadata are free for all, is said of arXiv's papers alone, on every page and in files."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from papers.database.builds import stage_lock
from papers.display.origin import papers_of_others
from papers.ingest.runs import import_source
from profiles.dataset.dumper import dataset_folder, dump
from profiles.linking import linker
from profiles.models import Author
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.conftest import record
from tests.profiles.curation.test_acts import crawl

CLAIM = re.compile(r"(?:on|auf|to|of) arXiv|arXiv</a>|arXiv's meta|CC0|publicdomain/zero")
LIST = """
@article{one, author = {Ada Byron and Grace Hopper}, title = {On looms that weave}, journal = {J. Looms}, year = 2020}
@article{two, author = {Grace Hopper}, title = {On looms that weave cloth}, journal = {J. Looms}, year = 2021}
"""
ARXIV = [
    record("2001.00001", authors="Ada Byron, Charles Babbage", title="On engines that weave"),
    record("2001.00002", authors="Charles Babbage", title="On more engines that weave"),
]
PATHS = [
    "/",
    "/about/",
    "/authors/",
    "/papers/",
    "/papers/feed/",
    "/categories/",
    "/new/",
    "/changes/",
    "/data/",
    "/recipes/",
    "/quality/",
    "/search/?q=weave",
    "/people/?q=weave",
    "/compare/",
    "/llms.txt",
    "/api/v1/",
    "/api/v1/schema/",
    "/opensearch.xml",
    "/oai?verb=Identify",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/decisions/feed/",
]


@pytest.fixture
def build(
    build_rows: Callable[..., object], categories: None, tmp_path: Path, settings: Any
) -> Callable[[list[dict[str, Any]], str], None]:
    """Makes a site of arXiv's papers and of a list's, with its dataset."""
    settings.DATA_DIR = tmp_path

    def make(rows: list[dict[str, Any]], listed: str) -> None:
        if rows:
            build_rows(*rows)
        if listed:
            path = tmp_path / "list.bib"
            path.write_text(listed)
            import_source(str(path))
        with stage_lock():
            linker.link_authors()
            summaries.refresh()
            full_run.compute_similarity()
        dump(dataset_folder())

    return make


def claims(client: Client) -> dict[str, set[str]]:
    """By address what is claimed there, in English and German; files unpacked."""
    found = crawl(client, [*PATHS, *(f"/authors/{slug}.md" for slug in Author.objects.values_list("slug", flat=True))])
    assert len(found) > 60
    german = crawl(Client(headers={"accept-language": "de"}), ["/", "/about/"])
    found |= {f"{address} in German": text for address, text in german.items() if not address.startswith("/api/")}
    for path in dataset_folder().rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found[path.name] = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    # The taxonomy, and what any site says of how to search, say nothing of its papers.
    return {address: said for address, text in found.items() if (said := set(CLAIM.findall(text)))}


@pytest.mark.django_db
def test_a_site_without_arxiv_claims_nothing(build: Any, client: Client) -> None:
    build([], LIST)
    assert claims(client) == {}
    text = client.get("/authors/grace-hopper/").content.decode()
    assert "2 papers" in text
    assert '<h2 id="papers-heading" tabindex="-1">Papers</h2>' in text
    assert "# Grace Hopper\n\n2 papers\n" in client.get("/authors/grace-hopper.md").content.decode()


@pytest.mark.django_db
def test_a_site_of_arxiv_alone_says_so(build: Any, client: Client) -> None:
    build(ARXIV, "")
    found = claims(client)
    for address in ("/about/", "/about/ in German", "/llms.txt", "/data/", "README.md", "manifest.json"):
        assert {"CC0", "publicdomain/zero"} & found[address], address
    for address in ("/authors/charles-babbage/", "/authors/charles-babbage.md"):
        assert "2 papers on arXiv" in client.get(address).content.decode()
    assert "Papers on arXiv</h2>" in client.get("/authors/charles-babbage/").content.decode()
    assert json.loads((dataset_folder() / "manifest.json").read_text())["license"]


@pytest.mark.django_db
def test_a_mixed_site_says_it_of_arxivs_papers_alone(build: Any, client: Client) -> None:
    build(ARXIV, LIST)
    found = claims(client)
    true = re.compile(r"/about/|/authors/charles-babbage\b|/llms\.txt|/papers/2001\.|README\.md")
    assert [address for address in found if not true.match(address)] == []
    for slug, count in (
        ("charles-babbage", "2 papers on arXiv"),
        ("ada-byron", "2 papers"),
        ("grace-hopper", "2 papers"),
    ):
        text = client.get(f"/authors/{slug}/").content.decode()
        assert f">{count}</p>" in text
        assert ("Papers on arXiv</h2>" in text) == (slug == "charles-babbage")
        assert f"\n\n{count}\n" in client.get(f"/authors/{slug}.md").content.decode()
    assert "their 4 papers, who" in client.get("/llms.txt").content.decode()
    about = client.get("/about/").content.decode()
    assert "Some papers are of" in about
    assert "stay on arXiv" not in about
    assert json.loads((dataset_folder() / "manifest.json").read_text())["license"] is None
    assert "whose `source` is `seed` or begins with `arxiv`, are" in (dataset_folder() / "README.md").read_text()


TYPED = """
@article{one, author = {Ada Byron}, title = {On looms that weave}, year = 2020, eprint = {2001.00009},
  archivePrefix = {arXiv}}
"""


@pytest.mark.django_db
def test_an_entry_that_somebody_typed_is_not_arxivs_metadata(build: Any, client: Client) -> None:
    build([], TYPED)
    for address in ("/about/", "/llms.txt", "/data/", "/data/README.md"):
        response = client.get(address)
        text = (b"".join(response) if response.streaming else response.content).decode()
        assert not re.search("CC0|publicdomain/zero|Thank you to arXiv|arXiv's meta", text), address
    assert json.loads((dataset_folder() / "manifest.json").read_text())["license"] is None
    assert "1 paper on arXiv" in client.get("/authors/ada-byron/").content.decode()
    assert (
        "<dt>Source</dt><dd>A list of publications (BibTeX)</dd>" in client.get("/papers/2001.00009/").content.decode()
    )


@pytest.mark.django_db
def test_the_papers_of_others_are_counted_by_their_index() -> None:
    if connection.vendor == "sqlite":  # PostgreSQL reads a table of a few rows whole
        assert "papers_of_others" in papers_of_others().explain()
