"""Pages about papers and subjects as a visitor reads them: whole answers, addresses that move, and nonsense that is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.formats import date_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from papers.bylines import Name
from papers.filters.facets import OfSite
from papers.filters.papers import PaperFilter
from papers.ingest.records import Deletion, PaperRecord, SourceFields, Version
from papers.models import Paper
from papers.publications import Details, Url
from papers.taxonomy import ALL
from papers.text.dates import PartialDate
from papers.views.lists import PAGE_SIZE, known_count
from tests.conftest import record
from tests.papers.conftest import Store, paper, store_papers
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db

OLD = "hep-th/9901001"


@prepared_site
def papers() -> None:
    """A usual paper, one with everything a source may say, one with nothing, and one taken back."""
    store_papers(
        paper(),
        paper(
            OLD,
            title="Strings & <loops> of $x<y$",
            abstract="One <script>alert(1)</script>.\n  Two.",
            authors="A. Bee (CERN), C. Dee for the ATLAS Collaboration",
            categories="hep-th alg-geom cs.ZZ",
            versions=[Version("v1", datetime(1999, 1, 4, tzinfo=UTC)), Version("v2", datetime(2001, 2, 1, tzinfo=UTC))],
            dois="10.1000/A 10.1000/b(2)",
            license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        ),
        PaperRecord.from_source(
            SourceFields(source="list", slug="undated-notes", title="Notes", authors="Ada Byron, et al.")
        ),
        paper("2001.00009", title="Gone"),
    )
    store_papers(Deletion("2001.00009", None))


def page(response: HttpResponse) -> JustHTML:
    found = JustHTML(response.content.decode(), sanitize=False, collect_errors=True)
    assert found.errors == []
    return found


def text(response: HttpResponse) -> str:
    """What stands in the page's main part, white space made one space."""
    return " ".join(page(response).query_one("main").to_text(separator=" ").split())


def links(response: HttpResponse, selector: str = "main a") -> list[tuple[str, str]]:
    return [(" ".join(a.to_text().split()), a.attrs["href"]) for a in page(response).query(selector)]


FILTERS = (
    "Words Words, phrases, author:, title:, venue:, category:, type: "
    "Author Address, public id, or orcid:… From year To year Order {} Show"
)
SEARCH = "Authors, papers, identifiers Search"
WAYS_ON = f"{SEARCH} All authors All papers All categories"
FIRST_CARD = (
    "On 2001.00001 Ada Byron, Charles Babbage We describe an engine. Jan. 6, 2020 arXiv:2001.00001 "
    "J. Engines 1 cs.LG stat.ML"
)
OLD_CARD = (
    "Strings & <loops> of x < y A. Bee, C. Dee; ATLAS Collaboration One <script>alert(1)</script>. Two. "
    f"Jan. 4, 1999 , last version Feb. 1, 2001 arXiv:{OLD} J. Engines 1 hep-th math.AG cs.ZZ"
)
UNDATED_CARD = "Notes Ada Byron et al."
EXPORTS = " Export this list: BibTeX RIS CSL-JSON CSV Atom feed"


# --- Lists ------------------------------------------------------------------------------------------------------------


ALL_YEARS = "Export this list: BibTeX RIS CSL-JSON CSV Atom feed Year 2020 1 paper 1999 1 paper"
ALL_SUBJECTS = (
    "Category Machine Learning cs.LG 1 paper cs.ZZ 1 paper High Energy Physics - Theory hep-th 1 paper "
    "Algebraic Geometry math.AG 1 paper Machine Learning stat.ML 1 paper"
)
EXPORTED = EXPORTS.strip()
FIRST_SUBJECTS = "Category Machine Learning cs.LG 1 paper Machine Learning stat.ML 1 paper"
AWAY = "take this filter away"
MORE_WAYS = "New papers · What changed"
TO_NARROW = "Narrow the list"  # where what narrows it stands below it


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", f"{TO_NARROW} 3 papers {FIRST_CARD} {OLD_CARD} {UNDATED_CARD} {ALL_YEARS} {ALL_SUBJECTS}"),
        (
            "?ordering=published",
            f"{TO_NARROW} 3 papers {UNDATED_CARD} {OLD_CARD} {FIRST_CARD} {ALL_YEARS} {ALL_SUBJECTS}",
        ),
        (
            "?category=alg-geom",  # the years of the category; the other categories there are
            f"Category: math.AG {AWAY} {TO_NARROW} 1 paper {OLD_CARD} {EXPORTED} Year 1999 1 paper "
            + ALL_SUBJECTS.replace("math.AG", f"math.AG {AWAY}"),
        ),
        (
            "?q=engine",
            f"Words: engine {AWAY} {TO_NARROW} 1 paper {FIRST_CARD} {EXPORTED} Year 2020 1 paper {FIRST_SUBJECTS}",
        ),
        ("?q=gone", f"Words: gone {AWAY} No paper fits all of this. Show all papers"),
        ("?year_min=2010", f"From year: 2010 {AWAY} {TO_NARROW} 1 paper {FIRST_CARD} {ALL_YEARS} {FIRST_SUBJECTS}"),
        ("?year=2020", f"Year: 2020 {AWAY} {TO_NARROW} 1 paper {FIRST_CARD} {ALL_YEARS} {FIRST_SUBJECTS}"),
        ("?page=1", f"{TO_NARROW} 3 papers {FIRST_CARD} {OLD_CARD} {UNDATED_CARD} Page 1 {ALL_YEARS} {ALL_SUBJECTS}"),
    ],
)
def test_the_list_of_papers(query: str, shown: str, papers: None, client: Client) -> None:
    response = client.get(f"/papers/{query}")
    shown = shown.replace(" Page 1 ", " ")  # a single page has no way through it
    if query == "?year=2020":
        shown = shown.replace("Year 2020", f"Year 2020 {AWAY}")
    orders = "best match first newest first oldest first" if "q=" in query else "newest first oldest first"
    assert (response.status_code, text(response)) == (200, f"Papers {FILTERS.format(orders)} {shown} {MORE_WAYS}")


def test_the_links_of_a_card(papers: None, client: Client) -> None:
    response = client.get("/papers/?category=hep-th")
    assert links(response, "article a") == [
        ("Strings & <loops> of x < y", f"/papers/{OLD}/"),
        ("hep-th", "/categories/hep-th/"),
        ("math.AG", "/categories/math.AG/"),
        ("cs.ZZ", "/categories/cs.ZZ/"),
    ]


def test_a_long_list_has_pages_that_lead_to_each_other(store: Store, client: Client) -> None:
    store(*(paper(f"2001.{number:05}") for number in range(1, 2 * PAGE_SIZE + 2)))
    expected = [f"On 2001.{number:05}" for number in range(2 * PAGE_SIZE + 1, 0, -1)]
    titles, addresses, address = [], [], "/papers/?year_min=2000"
    while address:
        response = client.get(address)
        titles += [title for title, _href in links(response, "article h3 a")]
        on = dict(links(response, "nav.pager a"))
        addresses.append(sorted(on))
        address = f"{on['Next']}" if "Next" in on else ""
    assert titles == expected
    assert addresses == [["Next"], ["First", "Next", "Previous"], ["First", "Previous"]]
    assert on["First"] == "/papers/?year_min=2000"
    back = client.get(on["Previous"])
    assert [title for title, _href in links(back, "article h3 a")] == expected[PAGE_SIZE : 2 * PAGE_SIZE]
    third = client.get("/papers/?page=3&year_min=2000")
    all_in = "Year 2020 51 papers Category Machine Learning cs.LG 51 papers Machine Learning stat.ML 51 papers"
    assert text(third).endswith(f"First Previous Page 3{EXPORTS} {all_in} {MORE_WAYS}")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("year=abc", 400, "Year Enter a number."),
        ("category=nope", 400, "There is no category 'nope'. The codes are listed at /categories/."),
        ("author=nobody-here", 400, "There is no author 'nobody-here'. Give the address, the public id or orcid:…."),
        ("ordering=relevance", 400, "Best match first needs words to match: give q."),
        ("published_min=yesterday", 400, "published_min First day, YYYY-MM-DD. Enter a valid date."),
        (
            "page=zz",
            404,
            "This page doesn't exist: its cursor is not one that this list gave. Start at the first page.",
        ),
        ("page=2", 404, "There is no page 2: the list ends before it. Start at the first one."),
        ("q=engine&page=x", 404, "'x' is not a page number."),
    ],
)
def test_a_list_that_makes_no_sense_says_why(query: str, status: int, said: str, papers: None, client: Client) -> None:
    response = client.get(f"/papers/?{query}")
    assert response.status_code == status
    assert said in text(response)
    # A sentence stands alone on an error page; beside a wrong field stands the form to mend it in.
    start = "Papers Something in the filter could not be understood." if status == 400 else f"Nothing is here {said}"
    assert text(response).startswith(start)


# --- One paper --------------------------------------------------------------------------------------------------------


def test_a_paper_by_groups_alone(store: Store, client: Client) -> None:
    store(paper("2001.00009", authors="the ABCD and EFGH Collaborations"))
    page = JustHTML(client.get("/papers/2001.00009/").content.decode())
    assert [each.to_text() for each in page.query("p.collaboration")] == ["ABCD Collaboration", "EFGH Collaboration"]
    assert page.query("p.byline") == []


def test_a_paper_with_everything(papers: None, client: Client) -> None:
    response = client.get(f"/papers/{OLD}/")
    day = date_format(Paper.objects.get(identifier=OLD).read_at.date())
    assert (response.status_code, text(response).partition(" Cite ")[0]) == (
        200,
        "High Energy Physics - Theory (hep-th) Strings & <loops> of x < y A. Bee (CERN) , C. Dee ATLAS Collaboration "
        "J. Engines 1 Preprint Jan. 4, 1999 , last version Feb. 1, 2001 High Energy Physics - Theory hep-th "
        "Algebraic Geometry math.AG cs.ZZ cs.ZZ Read it on arXiv Published version Similar papers Abstract "
        "One <script>alert(1)</script>. Two. Record "
        "Comments 3 pages DOI 10.1000/A DOI 10.1000/b(2) Report number EX-1 "
        "MSC class 14A10 ACM class F.2.2 Licence arXiv non-exclusive licence arXiv arXiv:hep-th/9901001 "
        f"Source arXiv Record read {day} Versions v2 Feb. 1, 2001 v1 Jan. 4, 1999 Suggest a correction",
    )
    assert links(response, "main a:not(#cite a)") == [
        ("High Energy Physics - Theory (hep-th)", "/categories/hep-th/"),
        ("High Energy Physics - Theory hep-th", "/categories/hep-th/"),
        ("Algebraic Geometry math.AG", "/categories/math.AG/"),
        ("cs.ZZ cs.ZZ", "/categories/cs.ZZ/"),
        ("Read it on arXiv", f"https://arxiv.org/abs/{OLD}"),
        ("Published version", "https://doi.org/10.1000/A"),
        ("Similar papers", f"/papers/{OLD}/similar/"),
        ("10.1000/A", "https://doi.org/10.1000/A"),
        ("10.1000/b(2)", "https://doi.org/10.1000/b(2)"),
        ("arXiv non-exclusive licence", "https://arxiv.org/licenses/nonexclusive-distrib/1.0/"),
        (f"arXiv:{OLD}", f"https://arxiv.org/abs/{OLD}"),
        ("v2", f"https://arxiv.org/abs/{OLD}v2"),
        ("v1", f"https://arxiv.org/abs/{OLD}v1"),
        ("Suggest a correction", "/suggest/?paper=hep-th%2F9901001"),
    ]
    assert [p.to_text() for p in page(response).query("p.abstract")] == ["One <script>alert(1)</script>.", "Two."]
    assert page(response).query("main script") == []


def test_how_a_paper_was_published(store: Store, client: Client) -> None:
    details = Details(
        source_type="inproceedings",
        container=r"Acts of Looms \& Cloth",
        volume="7",
        pages="6-14",
        publisher="Weave & Sons",
        place="Basel",
        editors=(Name("Grace Hopper", "Grace", "Hopper"), Name("Joseph Jacquard", "Joseph", "Jacquard")),
        edition="2nd",
        isbn="978-3-16-148410-0",
        issn="1234-5679",
        language="ngerman",
        keywords=("cloth", "looms"),
        urls=(
            Url("https://dx.doi.org/10.1000/LOOMS"),
            Url("https://arxiv.org/abs/1905.00001v2"),
            Url("https://looms.example.org/7"),
            Url("https://arxiv.org/pdf/1905.00001", "pdf"),
            Url("https://git.example.org/looms?a=1&b=2", "code"),
            Url("ftp://looms.example.org/data", "data"),
        ),
    )
    given = {
        "source": "bibtex",
        "arxiv_id": "1905.00001",
        "title": "On looms",
        "authors": "Ada Byron",
        "comments": "Best paper",
    }
    dates = {"posted": PartialDate.from_iso("2019-05-03"), "issued": PartialDate.from_iso("2020-01")}
    store(PaperRecord.from_source(SourceFields(**given, **dates, details=details, dois="10.1000/looms")))
    response = client.get("/papers/1905.00001/")
    day = date_format(Paper.objects.get().read_at.date())
    assert text(response).partition(" Cite ")[0] == (
        "On looms Ada Byron Acts of Looms & Cloth 7, 6–14, 2020 Conference paper May 3, 2019 "
        "Read it on arXiv Published version Web page looms.example.org PDF arxiv.org "
        "Code git.example.org Data looms.example.org Similar papers "
        "Abstract The source gives no abstract. Record Comments Best paper Editors Grace Hopper, Joseph Jacquard "
        "Publisher Weave & Sons, Basel Edition 2nd DOI 10.1000/looms ISBN 978-3-16-148410-0 ISSN 1234-5679 Language German "
        f"Keywords cloth, looms arXiv arXiv:1905.00001 Source A list of publications (BibTeX) Record read {day} "
        "Suggest a correction"
    )
    assert [url for label, url in links(response, "main .actions a")] == [
        "https://arxiv.org/abs/1905.00001",
        "https://doi.org/10.1000/looms",
        "https://looms.example.org/7",
        "https://arxiv.org/pdf/1905.00001",
        "https://git.example.org/looms?a=1&b=2",
        "ftp://looms.example.org/data",
        "/papers/1905.00001/similar/",
    ]
    (card,) = page(client.get("/papers/")).query(".card .meta")
    assert " ".join(card.to_text().split()) == "May 3, 2019 arXiv:1905.00001 Acts of Looms & Cloth 7, 6–14, 2020"
    assert (
        client.get("/papers/1905.00001.md").content.decode().partition("## Record\n\n")[2]
        == """\
- Type: Conference paper
- Appeared in: Acts of Looms & Cloth 7, 6–14, 2020
- Published: 2019-05-03
- Editors: Grace Hopper, Joseph Jacquard
- Publisher: Weave & Sons, Basel
- Edition: 2nd
- ISBN: 978-3-16-148410-0
- ISSN: 1234-5679
- Language: ngerman
- Keywords: cloth, looms
- Comments: Best paper
- arXiv: https://arxiv.org/abs/1905.00001
- DOI: https://doi.org/10.1000/looms
- Web page: https://dx.doi.org/10.1000/LOOMS
- Web page: https://arxiv.org/abs/1905.00001v2
- Web page: https://looms.example.org/7
- PDF: https://arxiv.org/pdf/1905.00001
- Code: https://git.example.org/looms?a=1&b=2
- Data: ftp://looms.example.org/data
- This page: http://127.0.0.1:8000/papers/1905.00001/
"""
    )


def test_a_paper_with_nothing_shows_nothing_invented(papers: None, client: Client) -> None:
    day = date_format(Paper.objects.get(identifier="undated-notes").read_at.date())
    assert text(client.get("/papers/undated-notes/")).partition(" Cite ")[0] == (
        "Notes Ada Byron et al. (the source names no more) Similar papers Abstract The source gives no abstract. "
        f"Record Identifier undated-notes Source list Record read {day} Suggest a correction"
    )


def test_a_description_is_escaped_once(store: Store, client: Client) -> None:
    store(paper("2001.00007", abstract='Of "looms" & $x^2$ <threads>.'))
    found = client.get("/papers/2001.00007/").content.decode()
    assert '<meta name="description" content="Of &quot;looms&quot; &amp; x² &lt;threads&gt;.">' in found


def test_a_cut_abstract_says_that_it_is(store: Store, client: Client) -> None:
    store(paper(abstract="As systems become more...", abstract_is_cut=True))
    assert "As systems become more... The source gave only the beginning of the abstract." in text(
        client.get("/papers/2001.00001/")
    )


def test_a_licence_in_a_source_s_own_words_is_no_link(store: Store, client: Client) -> None:
    store(paper(license="javascript:alert(1)"))
    response = client.get("/papers/2001.00001/")
    assert "Licence javascript:alert(1) arXiv" in text(response)
    assert "javascript:" not in " ".join(href for _text, href in links(response))


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/papers/2001.00001v2/", "/papers/2001.00001/"),
        ("/papers/arXiv:2001.00001/", "/papers/2001.00001/"),
        ("/papers/arxiv:2001.00001v12/", "/papers/2001.00001/"),
        ("/papers/HEP-TH/9901001/", f"/papers/{OLD}/"),
        ("/papers/hep-th/9901001v1/", f"/papers/{OLD}/"),
        ("/papers/hepth/9901001/", f"/papers/{OLD}/"),
        ("/papers/arXiv:hep-th/9901001v3/", f"/papers/{OLD}/"),
        ("/papers/10.48550/arXiv.2001.00001/", "/papers/2001.00001/"),
        ("/papers/2001.00009v1/", "/papers/2001.00009/"),  # gone, but known
        ("/papers/2001.00001", "/papers/2001.00001/"),
        (f"/papers/{OLD}", f"/papers/{OLD}/"),
        ("/categories/alg-geom/", "/categories/math.AG/"),
        ("/categories/math.MP/", "/categories/math-ph/"),
        ("/categories/cs.LG", "/categories/cs.LG/"),
    ],
)
def test_other_forms_of_an_address_lead_to_the_one(
    address: str, target: str, categories: None, papers: None, client: Client
) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (301, target)


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/arxiv/2001.00001", "/papers/2001.00001/"),
        ("/arxiv/2001.00001v3", "/papers/2001.00001/"),
        ("/arxiv/arXiv:2001.00001", "/papers/2001.00001/"),
        (f"/arxiv/{OLD}", f"/papers/{OLD}/"),
        ("/arxiv/math.AG/9901001", None),
        ("/doi/10.1000/a", None),  # of two papers the first one: see below
        ("/doi/10.1000/B(2)", f"/papers/{OLD}/"),
        ("/doi/doi:10.1000/b(2)", f"/papers/{OLD}/"),
        ("/doi/10.48550/arXiv.2001.00001", "/papers/2001.00001/"),
        ("/doi/10.48550/ARXIV.hep-th/9901001", f"/papers/{OLD}/"),
    ],
)
def test_jumps(address: str, target: str | None, papers: None, client: Client) -> None:
    response = client.get(address)
    if address == "/doi/10.1000/a":
        target = Paper.objects.visible().filter(dois__key="10.1000/a").order_by("id")[0].get_absolute_url()
    assert (response.status_code, response.headers.get("Location")) == (302 if target else 404, target)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/papers/nothing/", 404, "Nothing is here There is no paper nothing here."),
        ("/papers/" + "x" * 300 + "/", 404, f"Nothing is here There is no paper {'x' * 200} here."),
        ("/papers/<b>x/", 404, "Nothing is here There is no paper <b>x here."),
        ("/papers/2001.99999/", 404, "Nothing is here There is no paper 2001.99999 here."),
        (
            "/papers/2001.00009/",
            410,
            "This page has been taken away The source of this paper has taken its record back.",
        ),
        ("/categories/cs.NO/", 404, "Nothing is here There is no category cs.NO."),
        ("/categories/" + "x" * 100 + "/", 404, f"Nothing is here There is no category {'x' * 64}."),
        ("/categories/hep-th/?year=x", 400, "That request makes no sense here Enter a number."),
        (
            "/categories/hep-th/?year=0",
            400,
            "That request makes no sense here Ensure this value is greater than or equal to 1.",
        ),
        (
            "/categories/hep-th/?page=x",
            404,
            "Nothing is here This page doesn't exist: its cursor is not one that this list gave. Start at the first page.",
        ),
        (
            "/arxiv/2001.99999",
            404,
            "Nothing is here arXiv:2001.99999 is not in here. You can read it at https://arxiv.org/abs/2001.99999.",
        ),
        ("/arxiv/words", 404, "Nothing is here 'words': not an arXiv identifier, such as 2101.11408 or hep-th/9901001"),
        (
            "/doi/10.1000/none",
            404,
            "Nothing is here No paper with the DOI 10.1000/none is in here. It leads to https://doi.org/10.1000/none.",
        ),
        ("/doi/words", 404, "Nothing is here 'words': not a DOI, such as 10.1002/spe.2984"),
        (
            "/doi/10.48550/arXiv.2001.99999",
            404,
            "Nothing is here arXiv:2001.99999 is not in here. You can read it at https://arxiv.org/abs/2001.99999.",
        ),
    ],
)
def test_what_is_not_here_says_so_and_what_to_do(
    address: str, status: int, said: str, papers: None, client: Client
) -> None:
    response = client.get(address)
    assert (response.status_code, text(response)) == (status, f"{said} {WAYS_ON}")
    assert [meta.attrs["content"] for meta in page(response).query('meta[name="robots"]')] == ["noindex"]


# --- Subjects ---------------------------------------------------------------------------------------------------------


def test_a_category(categories: None, papers: None, client: Client) -> None:
    response = client.get("/categories/math.AG/")
    assert (response.status_code, text(response)) == (
        200,
        "Algebraic Geometry math.AG 1 paper · Mathematics · also alg-geom New here Narrow down All authors Papers By year "
        f"Papers {OLD_CARD}{EXPORTS} By year 1 1999: 1 1999 "
        "Papers per year : the numbers Papers per year Year Papers 1999 1 As CSV : Papers per year",
    )
    assert ("1999", "/categories/math.AG/?year=1999") in links(response)


def test_years_of_a_category_without_papers_stand_in_its_plot(store: Store, client: Client) -> None:
    for number, year in ((1, 2018), (2, 2020), (3, 2020)):
        store(
            paper(f"2001.0000{number}", categories="cs.LG", versions=[Version("v1", datetime(year, 1, 6, tzinfo=UTC))])
        )
    response = client.get("/categories/cs.LG/")
    assert [" ".join(row.to_text().split()) for row in page(response).query("#years tbody tr")] == [
        "2020 2",
        "2019 0",
        "2018 1",
    ]
    assert links(response, "#years td a, #years th a") == [
        ("2020", "/categories/cs.LG/?year=2020"),
        ("2018", "/categories/cs.LG/?year=2018"),
    ]
    year = client.get("/categories/cs.LG/?year=2020")
    assert [title for title, _href in links(year, "article h3 a")] == ["On 2001.00003", "On 2001.00002"]
    assert "Papers from 2020 Show all years" in text(year)
    assert "No papers here." in text(client.get("/categories/cs.LG/?year=2019"))


def test_every_category_by_group_and_archive(categories: None, papers: None, client: Client) -> None:
    response = client.get("/categories/")
    found = links(response, ".groups a")
    own = [subject for subject in ALL.values() if not subject.canonical]
    assert found == [
        *((f"{subject.code} {subject.name}", f"/categories/{subject.code}/") for subject in own),
        ("cs.ZZ cs.ZZ", "/categories/cs.ZZ/"),
    ]
    assert [h.to_text() for h in page(response).query(".groups h2")] == [
        *dict.fromkeys(subject.group_name for subject in own),
        "Other codes",
    ]
    numbers = [int(n.to_text(separator=" ").split()[0]) for n in page(response).query(".groups .number")]
    used = {code: n for (code, _), n in zip(found, numbers, strict=True) if n}
    assert used == {
        "cs.LG Machine Learning": 1,
        "stat.ML Machine Learning": 1,
        "hep-th High Energy Physics - Theory": 1,
        "math.AG Algebraic Geometry": 1,
        "cs.ZZ cs.ZZ": 1,
    }


@pytest.mark.parametrize(
    "address", ["/papers/%00/", "/papers/2001.00001%00/", "/categories/%01/", "/arxiv/%E2%80%A8", "/papers/?q=a%00b"]
)
def test_an_address_that_no_record_can_have_is_refused(address: str, papers: None, client: Client) -> None:
    response = client.get(address)
    said = "The address holds characters that can't be printed. Perhaps it was damaged in copying."
    assert (response.status_code, text(response)) == (400, f"That request makes no sense here {said} {WAYS_ON}")
    assert [link.attrs["href"] for link in page(response).query('link[rel="canonical"]')] == [
        f"http://127.0.0.1:8000{address.partition('?')[0]}"
    ]


# --- What pages cost, and what they withstand ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # count, keys of papers, the papers, people on them, category names; kept counts of years and of categories
        ("/papers/", 6),
        ("/papers/?category=cs.LG", 7),  # the same, and the category
        # category names, ranking, the papers, people on them; what matches, its years and categories
        ("/papers/?q=engine", 7),
        # the paper, people on it, category names, its DOIs; its first category, the papers before and after it there
        ("/papers/2001.00001/", 7),
        ("/papers/2001.00001/?list=/papers/?year=2020", 6),
        ("/categories/", 1),  # categories with their counts
        # category names, the category for its authors, the authors; the category, counts per year, keys of papers, the
        # papers, people, category names, its aliases
        ("/categories/cs.LG/", 10),
    ],
)
def test_a_page_costs_the_same_for_one_paper_and_for_three(
    address: str,
    queries: int,
    count: int,
    categories: None,
    store: Store,
    client: Client,
    django_assert_num_queries: Any,
) -> None:
    store(*(paper(f"2001.{number:05}") for number in range(1, count + 1)))
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/papers/", "/papers/2001.00001/", "/categories/", "/categories/cs.LG/", "/arxiv/x", "/doi/x"]
)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_are_for_reading(address: str, method: str, papers: None) -> None:
    response = getattr(Client(), method)(address)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert Client().head(address).content == b""


NAMES = [
    "q",
    "category",
    "author",
    "coauthor",
    "list",
    "year",
    "year_min",
    "year_max",
    "published_min",
    "published_max",
    "id__in",
    "ordering",
    "page",
    "search",
    "zz",
    "",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "2",
            "-1",
            "1e400",
            "NaN",
            "\0",
            "%00",
            "cs.LG",
            "alg-geom",
            "2020",
            "2020-02-30",
            "relevance",
            "published",
            '"',
            "author:",
            "NOT",
            "a AND",
            "title:x*",
            "W10",
            "WyI-Il0",
            "٣",
            "²",
        ]
    ),
)
ANY_QUERY = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4)
PATHS = st.one_of(
    st.sampled_from(["/papers/", "/categories/cs.LG/", "/categories/", "/search/", "/papers/2001.00001/"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).flatmap(
        lambda name: st.sampled_from(
            [f"/papers/{name}/", f"/categories/{name}/", f"/arxiv/{name}", f"/doi/10.1000/{name}"]
        )
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PATHS, ANY_QUERY)
def test_no_request_breaks_a_page(papers: None, client: Client, path: str, query: list[tuple[str, str]]) -> None:
    response = client.get(f"{quote(path)}?{urlencode(query)}")
    assert response.status_code in (200, 301, 302, 400, 404)
    if response.status_code not in (301, 302):
        assert b"<h1" in response.content


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ({}, (3, False)),
        ({"ordering": "published"}, (3, False)),
        ({"q": "title:engines"}, (2, False)),
        ({"search": "title:engines", "ordering": "-published"}, (2, False)),
        ({"q": "nothing-like-it"}, (0, False)),
        ({"year": "2020"}, (3, False)),
        ({"category": "cs.LG", "year": "2020"}, (3, False)),
        # Counting these would take as long as finding them.
        ({"year_min": "2020"}, (None, False)),
        ({"q": "engines", "category": "cs.LG"}, (None, False)),
    ],
)
def test_how_many_papers_there_are_is_told_where_it_is_known(
    query: dict, known: tuple[int | None, bool], store: Store, categories: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(paper("2001.00001", title="Engines"), paper("2001.00002", title="Steam engines"), paper("2001.00003"))
    found = PaperFilter(query, Paper.objects.visible())
    assert found.is_valid()
    assert known_count(found, OfSite()) == known
    # Of more than can be counted quickly the cap is told.
    monkeypatch.setattr("papers.views.lists.COUNTED_TO", 1)
    if "q" in query and known[0]:
        assert known_count(found, OfSite()) == (1, True)


@pytest.mark.parametrize(
    "address", ["/papers/?year_min=1900", "/papers/?q=engine", "/new/?", "/authors/?", "/authors/?q=a"]
)
def test_a_page_that_can_t_be_is_told_before_anything_is_counted(
    address: str, import_rows: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(record("2001.00001", title="An engine"))

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("work was done for an answer of 404")

    for work in (
        "papers.database.keyset.capped_count",
        "papers.views.lists.known_count",
        "papers.search.ranked",
        "papers.filters.facets.of_papers",
        "profiles.filters.author_facets.of_authors",
        "profiles.search.search_authors",
    ):
        monkeypatch.setattr(work, fail)
    assert client.get(f"{address}&page=x-y").status_code == 404
