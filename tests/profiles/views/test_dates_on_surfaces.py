"""What every page, feed, file and answer says of a paper of which the year, the month, the day or no date is known.

A withdrawn paper, on all of them too.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from justhtml import JustHTML

from papers.ingest.records import PaperRecord, SourceFields, Version
from papers.publications import Details
from papers.text.dates import PartialDate
from tests.conftest import link_and_count
from tests.papers.conftest import MOMENT, store_papers
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
OAI = "/oai?verb=GetRecord&metadataPrefix={}&identifier=oai:127.0.0.1:{}"
DATES = {"of-a-year": "2019", "of-a-month": "2019-05", "of-a-day": "2019-05-03", "undated": None}
WITHDRAWN = "2001.00001"


@prepared_site
def site(categories: None) -> None:
    """A list's articles with each kind of date, and a withdrawn paper of arXiv's."""
    details = Details(source_type="article", container="J. Looms", volume="12", issue="3", pages="1-10")
    of_list = [
        SourceFields(
            source="bibtex",
            slug=slug,
            title=f"Looms {slug}",
            authors="Ada Byron",
            abstract="Of looms.",
            issued=PartialDate.from_iso(date) if date else None,
            details=details,
        )
        for slug, date in DATES.items()
    ]
    taken_back = SourceFields(
        source="arxiv-snapshot",
        arxiv_id=WITHDRAWN,
        title="Looms that broke",
        authors="Ada Byron",
        abstract="Of looms.",
        categories="cs.LG",
        comments="2 pages",
        versions=[Version("v1", MOMENT), Version("v2", MOMENT, source_type="I")],
    )
    store_papers(*map(PaperRecord.from_source, [*of_list, taken_back]))
    link_and_count()


@pytest.fixture
def read(client: Client) -> Callable[[str], str]:
    """The text at an address."""

    def text(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    return text


def html(text: str) -> JustHTML:
    found = JustHTML(text, sanitize=False, collect_errors=True)
    assert found.errors == []
    return found


def words(node: Any) -> str:
    return " ".join(node.to_text().split()) if node else ""


def said_of(slug: str, selector: str, text: str) -> Any:
    """The element around the link to the paper."""
    return next(
        node
        for node in html(text).query(selector)
        if any(f"/papers/{slug}/" in (link.attrs["href"] or "") for link in node.query("a"))
    )


def time_of(node: Any) -> tuple[str, str] | None:
    """The machine's date and the visitor's."""
    found = node.query("time")
    return (found[0].attrs["datetime"], words(found[0])) if found else None


def lines(text: str, *starts: str) -> list[str]:
    return [line.strip().rstrip(",") for line in text.splitlines() if line.strip().startswith(starts)]


def dates_on_surfaces(slug: str, read: Callable[[str], str]) -> dict[str, Any]:
    """By surface what it says of the date, and beside it of the place that has the year."""
    page = html(read(f"/papers/{slug}/"))
    (work, _way) = json.loads(page.query_one('script[type="application/ld+json"]').to_text())["@graph"]
    answer = json.loads(read(f"/api/v1/papers/{slug}/"))
    table = {
        row["identifier"]: row for row in csv.DictReader(io.StringIO(read("/api/v1/papers/?format=csv"), newline=""))
    }
    entry = next(
        each for each in fromstring(read("/papers/feed/")).iter(f"{ATOM}entry") if slug in each.findtext(f"{ATOM}id")
    )
    german = html(Client(headers={"accept-language": "de"}).get(f"/papers/{slug}/").content.decode())
    row = next(csv.DictReader(io.StringIO(read(f"/papers/{slug}.csv"), newline="")))
    of_author = "/authors/ada-byron"
    printed = read(f"{of_author}/publications/")
    return {
        "page": (time_of(page.query_one("article.paper")), words(page.query_one(".appeared"))),
        "page in German": time_of(german.query_one("article.paper")),
        "card": time_of(said_of(slug, ".card", read("/papers/"))),
        "card of a search": time_of(said_of(slug, ".card", read("/search/?q=looms"))),
        "card of a profile": time_of(said_of(slug, ".card", read(f"{of_author}/"))),
        "publications": (
            next(
                words(part.query_one("h2"))
                for part in html(printed).query("section")
                if f"/papers/{slug}/" in part.to_html()
            ),
            time_of(said_of(slug, ".card", printed)),
        ),
        "embedded": time_of(said_of(slug, "li", read(f"{of_author}/embed/"))),
        "Highwire": [
            tag.attrs["content"] for tag in page.query("meta") if (tag.attrs.get("name") or "").endswith("_date")
        ],
        "Open Graph": [tag.attrs["content"] for tag in page.query('meta[property="article:published_time"]')],
        "JSON-LD": work.get("datePublished"),
        "API": tuple(answer[name] for name in ("published", "published_precision", "issued", "issued_precision")),
        "API as CSV": tuple(table[slug][name] for name in ("published", "published_precision")),
        "feed": entry.findtext(f"{ATOM}published"),
        "Dublin Core": [date.text for date in fromstring(read(OAI.format("oai_dc", slug))).iter(f"{DC}date")],
        "Markdown": lines(read(f"/papers/{slug}.md"), "- Published", "- Appeared"),
        "Markdown of a list": next(
            line for line in read(f"{of_author}.md").splitlines() if f"/{slug}.md" in line
        ).split(". ", 2)[2],
        "BibTeX": lines(read(f"/papers/{slug}.bib"), "year =", "month =", "day ="),
        "RIS": lines(read(f"/papers/{slug}.ris"), "PY", "DA"),
        "CSL-JSON": json.loads(read(f"/papers/{slug}.json"))[0].get("issued"),
        "CSV": (row["published"], row["issued"]),
        "cited": words(page.query_one("#cite-apa")),
    }


def expected(
    time: tuple[str, str] | None, german: str, iso: str | None, precision: str | None, cited: str, parts: list[int]
) -> dict[str, Any]:
    """What the surfaces say that follow from few words; the others stand with each precision below."""
    year = str(parts[0]) if parts else ""
    place = "J. Looms 12(3), 1–10"
    return {
        "page": (time, f"{place}, {year}" if year else place),
        "page in German": (time[0], german) if time else None,
        **dict.fromkeys(("card", "card of a search", "card of a profile", "embedded"), time),
        "JSON-LD": iso,
        "API": (iso, precision, iso, precision),
        "API as CSV": (iso or "", precision or ""),
        "Dublin Core": [iso] if iso else [],
        "Markdown": [f"- Appeared in: {place}{f', {year}' if year else ''}", *([f"- Published: {iso}"] if iso else [])],
        "Markdown of a list": f"{iso}. {place}" if iso else place,
        "CSL-JSON": {"date-parts": [parts]} if parts else None,
        "CSV": (iso or "", iso or ""),
        "cited": f"Byron, A. ({cited}). Looms %s. J. Looms, 12(3), 1–10.",
    }


SAID = {
    "of-a-year": expected(("2019", "2019"), "2019", "2019", "year", "2019", [2019])
    | {
        "publications": ("2019", None),
        "Highwire": ["2019"],
        "Open Graph": [],
        "feed": None,
        "BibTeX": ["year = {2019}"],
        "RIS": ["PY  - 2019", "DA  - 2019///"],
    },
    "of-a-month": expected(("2019-05", "May 2019"), "Mai 2019", "2019-05", "month", "2019", [2019, 5])
    | {
        "publications": ("2019", ("2019-05", "May 2019")),
        "Highwire": ["2019/05"],
        "Open Graph": [],
        "feed": None,
        "BibTeX": ["year = {2019}", "month = may"],
        "RIS": ["PY  - 2019", "DA  - 2019/05//"],
    },
    "of-a-day": expected(("2019-05-03", "May 3, 2019"), "3. Mai 2019", "2019-05-03", "day", "2019", [2019, 5, 3])
    | {
        "publications": ("2019", ("2019-05-03", "May 3, 2019")),
        "Highwire": ["2019/05/03"],
        "Open Graph": ["2019-05-03"],
        "feed": "2019-05-03T00:00:00+00:00",
        "BibTeX": ["year = {2019}", "month = may", "day = {3}"],
        "RIS": ["PY  - 2019", "DA  - 2019/05/03/"],
    },
    "undated": expected(None, "", None, None, "n.d.", [])
    | {
        "publications": ("Without a date", None),
        "Highwire": [],
        "Open Graph": [],
        "feed": None,
        "BibTeX": [],
        "RIS": [],
    },
}


@pytest.mark.parametrize("slug", SAID)
def test_a_date_is_said_as_far_as_it_is_known(slug: str, site: None, read: Callable[[str], str]) -> None:
    wanted = SAID[slug] | {"cited": SAID[slug]["cited"] % slug}
    assert dates_on_surfaces(slug, read) == wanted


def test_a_withdrawn_paper_says_so_everywhere(site: None, read: Callable[[str], str]) -> None:
    page = html(read(f"/papers/{WITHDRAWN}/"))
    (work, _way) = json.loads(page.query_one('script[type="application/ld+json"]').to_text())["@graph"]
    entry = next(
        each
        for each in fromstring(read("/papers/feed/")).iter(f"{ATOM}entry")
        if WITHDRAWN in each.findtext(f"{ATOM}id")
    )
    sentence = "This paper has been withdrawn."
    assert words(page.query_one("article.paper .notice")) == sentence
    assert [tag for tag in page.query("meta") if (tag.attrs.get("name") or "").startswith("citation_")] == []
    assert work["creativeWorkStatus"] == "Withdrawn"
    for address, selector in (
        ("/papers/", ".card"),
        ("/search/?q=looms", ".card"),
        ("/categories/cs.LG/", ".card"),
        ("/new/", ".card"),
        ("/", ".card"),
        ("/authors/ada-byron/", ".card"),
        ("/authors/ada-byron/publications/", ".card"),
        ("/authors/ada-byron/publications/?by=type", ".card"),
        ("/authors/ada-byron/embed/", "li"),
    ):
        text = read(address)
        assert words(said_of(WITHDRAWN, selector, text).query_one(".withdrawn")) == "Withdrawn", address
        assert text.count('class="withdrawn"') == 1, address
    assert json.loads(read(f"/api/v1/papers/{WITHDRAWN}/"))["withdrawn"] is True
    assert [
        row["withdrawn"] for row in csv.DictReader(io.StringIO(read("/api/v1/papers/?format=csv"), newline=""))
    ] == [
        *["true"],
        *["false"] * 4,
    ]
    assert entry.findtext(f"{ATOM}summary") == f"{sentence} Of looms."
    assert entry.findtext(f"{ATOM}content") == f"<p><strong>{sentence}</strong></p><p>Of looms.</p>"
    described = fromstring(read(OAI.format("oai_dc", WITHDRAWN))).iter(f"{DC}description")
    assert [node.text for node in described] == [sentence, "Of looms.", "Comment: 2 pages"]
    own_format = fromstring(read(OAI.format("arXiv", WITHDRAWN)))
    assert own_format.findtext(".//{http://arxiv.org/OAI/arXiv/}comments") == f"{sentence} 2 pages"
    assert f"**{sentence}**" in read(f"/papers/{WITHDRAWN}.md")
    assert re.search(rf"/{WITHDRAWN}\.md\)\. .*\. Withdrawn\. 2020-01-06", read("/authors/ada-byron.md"))
    assert "note = {Withdrawn. 2 pages}" in read(f"/papers/{WITHDRAWN}.bib")
    assert "N1  - Withdrawn. 2 pages" in read(f"/papers/{WITHDRAWN}.ris")
    assert json.loads(read(f"/papers/{WITHDRAWN}.json"))[0]["note"] == "Withdrawn. 2 pages"
    assert next(csv.DictReader(io.StringIO(read(f"/papers/{WITHDRAWN}.csv"), newline="")))["withdrawn"] == "yes"
