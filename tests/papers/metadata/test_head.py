"""What the heads of pages say to machines: Highwire tags, linked data, Open Graph, typed links."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from justhtml import JustHTML
from pyld import jsonld

from papers.bylines import Name
from papers.citations import FORMATS
from papers.ingest.records import Deletion, PaperRecord, SourceFields
from papers.metadata.head import script_text
from papers.models import Paper
from papers.publications import FIELDS, Details, Url
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db
HOSTILE = "Ends </script><!-- & “q\" \u2028 $\\alpha$ 'x'"


def page(response: HttpResponse) -> JustHTML:
    found = JustHTML(response.content.decode(), sanitize=False, collect_errors=True)
    assert found.errors == []
    return found


def tags(response: HttpResponse, prefix: str = "citation_") -> list[tuple[str, str]]:
    metas = [meta.attrs for meta in page(response).query("head meta")]
    return [(m["name"], m["content"]) for m in metas if m.get("name", "").startswith(prefix)]


def linked_data(response: HttpResponse) -> list[dict[str, Any]]:
    """The nodes of the page's linked data, read by a JSON-LD processor: every name in them is one of schema.org."""
    (script,) = page(response).query('head script[type="application/ld+json"]')
    data = json.loads(script.to_text())
    vocabulary = {"@context": {"@vocab": "https://schema.org/"}}

    def load(url: str, options: dict[str, Any]) -> dict[str, Any]:
        assert url == "https://schema.org"
        return {"contextUrl": None, "documentUrl": url, "document": vocabulary}

    expanded = jsonld.expand(data, {"documentLoader": load})
    assert len(expanded) == len(data["@graph"])
    return data["@graph"]


def test_highwire_tags_of_a_preprint(store: Store, client: Client) -> None:
    store(
        paper(
            title=HOSTILE,
            abstract="An $x^2$ & <b>.",
            authors="Yves Brihaye (MIT), Martin King Jr, Plato, for the ATLAS Collaboration",
            journal_ref="",
            dois="",
            categories="cs.LG",
        )
    )
    assert tags(client.get("/papers/2001.00001/")) == [
        ("citation_title", "Ends </script><!-- & “q\" α 'x'"),
        ("citation_author", "Brihaye, Yves"),
        ("citation_author", "King Jr, Martin"),
        ("citation_author", "Plato"),
        ("citation_author", "ATLAS Collaboration"),
        ("citation_publication_date", "2020/01/06"),
        ("citation_online_date", "2020/01/06"),
        ("citation_doi", "10.48550/arXiv.2001.00001"),
        ("citation_arxiv_id", "2001.00001"),
        ("citation_keywords", "Machine Learning"),
        ("citation_abstract", "An x² & <b>."),
        ("citation_abstract_html_url", "http://127.0.0.1:8000/papers/2001.00001/"),
    ]


def test_highwire_tags_of_an_article(store: Store, client: Client) -> None:
    store(paper(journal_ref="Phys. Rev. D 76, 12-19 (2007)", dois="10.1000/a"))
    found = dict(tags(client.get("/papers/2001.00001/")))
    assert {
        name.removeprefix("citation_"): value for name, value in found.items() if "journal" in name or "page" in name
    } == {
        "journal_title": "Phys. Rev. D",
        "firstpage": "12",
        "lastpage": "19",
    }
    assert (found["citation_volume"], found["citation_doi"], found["citation_publication_date"]) == (
        "76",
        "10.1000/a",
        "2007",
    )


def listed(slug: str, **fields: Any) -> PaperRecord:
    """A record of a list's entry; what isn't a field of a record is one of its details."""
    details = Details(**{name: fields.pop(name) for name in list(fields) if name in FIELDS})
    given = {
        "title": "On looms",
        "authors": "Ada Byron",
        "issued": PartialDate.from_iso("2019-05"),
        "abstract": "Of cloth.",
    }
    return PaperRecord.from_source(SourceFields(source="bibtex", slug=slug, details=details, **{**given, **fields}))


CHAIR = Name("Grace Hopper", "Grace", "Hopper")
BASE = "http://127.0.0.1:8000/papers"
COMMON = [("title", "On looms"), ("author", "Byron, Ada"), ("publication_date", "2019/05")]
PUBLISHED = {
    "article": (
        {
            "source_type": "article",
            "container": "J. Looms",
            "volume": "12",
            "issue": "3",
            "pages": "1-10",
            "issn": "1234-5679",
        },
        {
            "journal_title": "J. Looms",
            "volume": "12",
            "issue": "3",
            "firstpage": "1",
            "lastpage": "10",
            "issn": "1234-5679",
        },
        {
            "@type": "ScholarlyArticle",
            "isPartOf": {
                "@type": "PublicationIssue",
                "issueNumber": "3",
                "isPartOf": {
                    "@type": "PublicationVolume",
                    "volumeNumber": "12",
                    "isPartOf": {"@type": "Periodical", "name": "J. Looms", "issn": "1234-5679"},
                },
            },
            "pagination": "1-10",
        },
    ),
    "talk": (
        {
            "source_type": "inproceedings",
            "container": r"Proceedings of Looms \& Cloth",
            "series": "Notes in Looms",
            "volume": "7",
            "article_number": "e12",
            "editors": (CHAIR,),
            "isbn": "978-3-16-148410-0",
            "publisher": "Weave & Sons",
            "place": "Basel",
            "language": "ngerman",
        },
        {
            "conference_title": "Proceedings of Looms & Cloth",
            "publisher": "Weave & Sons",
            "volume": "7",
            "firstpage": "e12",
            "isbn": "978-3-16-148410-0",
            "language": "de",
        },
        {
            "@type": "ScholarlyArticle",
            "isPartOf": {
                "@type": "Book",
                "name": "Proceedings of Looms & Cloth",
                "editor": [
                    {"@type": "Person", "name": "Grace Hopper", "givenName": "Grace", "familyName": "Hopper"},
                ],
                "isbn": "978-3-16-148410-0",
                "position": "7",
                "isPartOf": {"@type": "BookSeries", "name": "Notes in Looms"},
            },
            "pagination": "e12",
            "publisher": {"@type": "Organization", "name": "Weave & Sons", "address": "Basel"},
            "inLanguage": "de",
        },
    ),
    "book": (
        {
            "source_type": "book",
            "publisher": "Weave & Sons",
            "edition": "2",
            "isbn": "978-3-16-148410-0",
            "keywords": ("cloth",),
        },
        {"publisher": "Weave & Sons", "isbn": "978-3-16-148410-0", "keywords": "cloth"},
        {
            "@type": "Book",
            "publisher": {"@type": "Organization", "name": "Weave & Sons"},
            "bookEdition": "2",
            "isbn": "978-3-16-148410-0",
            "keywords": ["cloth"],
        },
    ),
    "thesis": (
        {"source_type": "phdthesis", "publisher": "University of Looms"},
        {"dissertation_institution": "University of Looms"},
        {"@type": "Thesis", "publisher": {"@type": "Organization", "name": "University of Looms"}},
    ),
    "report": (
        {
            "source_type": "techreport",
            "publisher": "Institute of Looms",
            "report_no": "TR-12",
            "urls": (Url(f"{BASE}/report/report.pdf", "pdf"), Url("https://looms.example.org/", "landing")),
        },
        {
            "technical_report_institution": "Institute of Looms",
            "technical_report_number": "TR-12",
            "pdf_url": f"{BASE}/report/report.pdf",
        },
        {
            "@type": "Report",
            "publisher": {"@type": "Organization", "name": "Institute of Looms"},
            "sameAs": ["https://looms.example.org/"],
            "encoding": [
                {
                    "@type": "MediaObject",
                    "contentUrl": f"{BASE}/report/report.pdf",
                    "encodingFormat": "application/pdf",
                }
            ],
        },
    ),
    "elsewhere": (
        {"source_type": "misc", "urls": (Url("https://looms.example.org/elsewhere.pdf", "pdf"),)},
        {},
        {
            "@type": "ScholarlyArticle",
            "encoding": [
                {
                    "@type": "MediaObject",
                    "contentUrl": "https://looms.example.org/elsewhere.pdf",
                    "encodingFormat": "application/pdf",
                }
            ],
        },
    ),
}


@pytest.mark.parametrize("slug", PUBLISHED)
def test_how_a_paper_was_published(slug: str, store: Store, client: Client) -> None:
    fields, expected, data = PUBLISHED[slug]
    store(listed(slug, **fields))
    response = client.get(f"/papers/{slug}/")
    found = [(name.removeprefix("citation_"), value) for name, value in tags(response)]
    ends = [("abstract", "Of cloth."), ("abstract_html_url", f"{BASE}/{slug}/")]
    assert sorted(found) == sorted([*COMMON, *ends, *expected.items()])
    assert found[:3] == COMMON
    work, _way = linked_data(response)
    common = {"@id", "url", "mainEntityOfPage", "headline", "name", "author", "abstract"}
    assert {name: value for name, value in work.items() if name not in common} == data | {"datePublished": "2019-05"}
    assert f"https://schema.org/{data['@type']}" in typed(response["Link"])["type"]


def test_a_withdrawn_paper_has_no_tags_and_says_so(store: Store, client: Client) -> None:
    store(paper(comments="This paper has been withdrawn by the author", journal_ref=""))
    response = client.get("/papers/2001.00001/")
    assert tags(response) == []
    assert linked_data(response)[0]["creativeWorkStatus"] == "Withdrawn"


def test_an_orcid_that_a_paper_prints_is_its_author_s(store: Store, client: Client) -> None:
    store(paper(authors="Ada Byron"))
    stored = Paper.objects.get()
    stored.byline[0]["orcid"] = "0000-0002-1825-0097"
    stored.save()
    (author,) = linked_data(client.get("/papers/2001.00001/"))[0]["author"]
    assert (author["@id"], author["sameAs"]) == ("https://orcid.org/0000-0002-1825-0097",) * 2
    (entry,) = client.get("/api/v1/papers/2001.00001/").json()["byline"]
    assert entry["orcid"] == "0000-0002-1825-0097"


@pytest.mark.parametrize("count", [1, 3, 3000])
def test_one_tag_an_author(count: int, store: Store, client: Client) -> None:
    store(paper(authors=", ".join(f"Ada B{'yron' * (n % 3 + 1)}{chr(97 + n % 26)}" for n in range(count))))
    found = tags(client.get("/papers/2001.00001/"))
    assert sum(name == "citation_author" for name, _value in found) == count
    dates = [value for name, value in found if name.endswith("date")]
    assert all(re.fullmatch(r"\d{4}(/\d{1,2}(/\d{1,2})?)?", value) for value in dates)


def test_only_papers_that_can_be_cited_have_tags(categories: None, store: Store, client: Client) -> None:
    store(paper("2001.00001"), paper("2001.00002", authors=""), paper("2001.00003"))
    store(Deletion("2001.00003", None))
    lists = ("/", "/papers/", "/categories/cs.LG/", "/search/?q=on")
    for address in (*lists, "/papers/2001.00002/", "/papers/2001.00003/", "/papers/x/"):
        assert tags(client.get(address)) == [], address
    assert tags(client.get("/papers/2001.00001/"))


def test_linked_data_of_a_paper(categories: None, store: Store, client: Client) -> None:
    store(
        paper(
            title=HOSTILE,
            authors="Ada Byron (MIT), for the ATLAS Collaboration",
            journal_ref="Phys. Rev. D 76, 12-19 (2007)",
            dois="10.1000/a<b>",
        )
    )
    response = client.get("/papers/2001.00001/")
    article, way = linked_data(response)
    url = "http://127.0.0.1:8000/papers/2001.00001/"
    person = {
        "@type": "Person",
        "name": "Ada Byron",
        "givenName": "Ada",
        "familyName": "Byron",
        "affiliation": [{"@type": "Organization", "name": "MIT"}],
    }
    assert article == {
        "@type": "ScholarlyArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": "Ends </script><!-- & “q\" α 'x'",
        "name": "Ends </script><!-- & “q\" α 'x'",
        "author": [person, {"@type": "Organization", "name": "ATLAS Collaboration"}],
        "dateCreated": "2020-01-06",
        "datePublished": "2007",
        "dateModified": "2020-01-06",
        "abstract": "We describe an engine.",
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "arXiv", "value": "2001.00001"},
            {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/a<b>"},
            {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.48550/arXiv.2001.00001"},
        ],
        "sameAs": [
            "https://arxiv.org/abs/2001.00001",
            "https://doi.org/10.48550/arXiv.2001.00001",
            "https://doi.org/10.1000/a%3Cb%3E",
        ],
        "isPartOf": {
            "@type": "PublicationVolume",
            "volumeNumber": "76",
            "isPartOf": {"@type": "Periodical", "name": "Phys. Rev. D"},
        },
        "pagination": "12-19",
        "keywords": ["cs.LG", "stat.ML"],
        "about": [{"@type": "Thing", "name": "Machine Learning"}],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": "v1",
    }
    assert [(step["position"], step["name"], step["item"]) for step in way["itemListElement"]] == [
        (1, "Coterie", "http://127.0.0.1:8000/"),
        (2, "Categories", "http://127.0.0.1:8000/categories/"),
        (3, "Machine Learning", "http://127.0.0.1:8000/categories/cs.LG/"),
        (4, article["name"], url),
    ]
    (canonical,) = page(response).query('link[rel="canonical"]')
    assert canonical.attrs["href"] == article["url"]


def test_linked_data_of_the_site_and_a_subject(categories: None, store: Store, client: Client) -> None:
    store(paper())
    (site,) = linked_data(client.get("/"))
    assert (site["@type"], site["potentialAction"]["target"]["urlTemplate"]) == (
        "WebSite",
        "http://127.0.0.1:8000/search/?q={search_term_string}",
    )
    (way,) = linked_data(client.get("/categories/cs.LG/"))
    assert (way["@type"], way["itemListElement"][-1]["name"]) == ("BreadcrumbList", "Machine Learning")


def test_a_paper_with_nothing_says_nothing_invented(store: Store, client: Client) -> None:
    store(PaperRecord.from_source(SourceFields(source="list", slug="undated-notes", title="Notes", authors="")))
    article, _way = linked_data(client.get("/papers/undated-notes/"))
    url = "http://127.0.0.1:8000/papers/undated-notes/"
    assert article == {
        "@type": "ScholarlyArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": "Notes",
        "name": "Notes",
    }


@pytest.mark.parametrize("text", ["</script>", "<!--", "a\u2028b\u2029", "&amp;", "]]>", "\\u003c"])
def test_no_text_ends_the_script(text: str) -> None:
    written = script_text({"name": text})
    assert json.loads(written) == {"name": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_open_graph(categories: None, store: Store, client: Client) -> None:
    store(paper(title=HOSTILE))
    for address, kind in (("/", "website"), ("/papers/2001.00001/", "article"), ("/categories/cs.LG/", "website")):
        found = page(client.get(address))
        properties = {m.attrs["property"]: m.attrs["content"] for m in found.query("meta[property]")}
        assert properties["og:type"] == kind
        assert properties["og:url"] == f"http://127.0.0.1:8000{address}"
        assert properties["og:title"]
        assert properties["og:description"]
        assert properties["og:image"].startswith("http://127.0.0.1:8000/static/share")
        assert (properties["og:image:width"], properties["og:image:height"]) == ("1200", "630")
        for link in found.query('link[rel="alternate"]'):
            assert client.get(link.attrs["href"].removeprefix("http://127.0.0.1:8000")).status_code == 200


# --- Signposting --------------------------------------------------------------------------------------------------------


def typed(header: str) -> dict[str, list[str]]:
    """The addresses of a Link header by their relation."""
    found: dict[str, list[str]] = {}
    for url, relation in re.findall(r'<([^>]*)>; rel="([^"]+)"', header):
        found.setdefault(relation, []).append(url)
    return found


def test_signposting(store: Store, client: Client) -> None:
    store(paper(dois="10.1000/a;b"))
    response = client.get("/papers/2001.00001/")
    links = typed(response["Link"])
    base = "http://127.0.0.1:8000/papers/2001.00001"
    assert links == {
        "cite-as": ["https://doi.org/10.48550/arXiv.2001.00001"],
        "describedby": [f"{base}.{ending}" for ending in FORMATS],
        "type": ["https://schema.org/ScholarlyArticle", "https://schema.org/AboutPage"],
        "license": ["https://creativecommons.org/licenses/by/4.0/"],
        "linkset": [f"{base}/linkset/"],
    }
    answer = client.get("/papers/2001.00001/linkset/")
    assert answer["Content-Type"] == "application/linkset+json"
    (linkset,) = answer.json()["linkset"]
    assert linkset.pop("anchor") == f"{base}/"
    assert {relation: [row["href"] for row in rows] for relation, rows in linkset.items()} == {
        relation: urls for relation, urls in links.items() if relation != "linkset"
    }
    for url in links["describedby"]:
        kind = client.get(url.removeprefix("http://127.0.0.1:8000"))["Content-Type"]
        assert f'<{url}>; rel="describedby"; type="{kind.partition(";")[0]}"' in response["Link"]
