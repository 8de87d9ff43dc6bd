"""An author's papers as files, feed and linked data; at earlier addresses they answer like the profile."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import bibtexparser
import feedparser
import pytest
import rispy
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from justhtml import JustHTML

from papers.bylines import Name
from papers.citations import FORMATS
from papers.models import Paper
from profiles.curation import acts, decide
from profiles.models import Author, AuthorIdentifier, EarlierSlug
from tests.conftest import build_site, record
from tests.papers.ingest.readers.atom import problems
from tests.papers.metadata.test_head import linked_data, typed
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Build = Callable[..., object]
REST = [*(f"papers.{ending}" for ending in FORMATS), "feed/", "embed/"]


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(
        record("2001.00001", title="First"),
        record("2001.00002", title="Second", categories="math.AG"),
        record("2001.00003", authors="Grace Hopper", title="Hers"),
    )


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content if response.streaming else [response.content]).decode()


def test_an_author_s_papers_in_every_format(ada: Author, client: Client) -> None:
    bib = bibtexparser.parse_string(body(client, "/authors/ada-byron/papers.bib"))
    assert [(entry["author"], entry["title"]) for entry in bib.entries] == [
        ("Byron, Ada and Babbage, Charles", "Second"),
        ("Byron, Ada and Babbage, Charles", "First"),
    ]
    assert [row["title"] for row in rispy.loads(body(client, "/authors/ada-byron/papers.ris"))] == ["Second", "First"]
    rows = json.loads(body(client, "/authors/ada-byron/papers.json?category=math.AG"))
    assert [row["title"] for row in rows] == ["Second"]
    table = csv.DictReader(io.StringIO(body(client, "/authors/ada-byron/papers.csv?ordering=published")))
    assert [row["title"] for row in table] == ["First", "Second"]
    page = client.get("/authors/ada-byron/?category=math.AG").content.decode()
    assert 'href="/authors/ada-byron/papers.bib?category=math.AG"' in page


def test_an_author_s_feed(ada: Author, client: Client) -> None:
    response = client.get("/authors/ada-byron/feed/")
    assert problems(response.content) == []
    feed = feedparser.parse(response.content)
    assert (feed.feed.author, [entry.title for entry in feed.entries]) == ("Ada Byron", ["Second", "First"])
    assert feed.entries[0].authors[0] == {"name": "Ada Byron", "href": "http://127.0.0.1:8000/authors/ada-byron/"}
    assert client.get("/authors/ada-byron/feed/", headers={"If-None-Match": response["ETag"]}).status_code == 304
    # What a curator changes about somebody on a paper is news to whoever keeps a copy.
    Author.objects.filter(name="Charles Babbage").update(modified_at=timezone.now(), name="Charles B.")
    again = client.get("/authors/ada-byron/feed/")
    assert again["Last-Modified"] >= response["Last-Modified"]
    assert feedparser.parse(again.content).feed.updated == feed.feed.updated  # no paper changed


@pytest.mark.parametrize("rest", REST)
def test_earlier_addresses_lead_on(rest: str, ada: Author, client: Client) -> None:
    EarlierSlug.objects.create(slug="augusta-king", author=ada)
    EarlierSlug.objects.create(slug="hidden-name", author=ada, is_retired=True)
    Author.objects.filter(name="Grace Hopper").update(merged_into=ada)
    hopper = Author.objects.get(name="Grace Hopper")
    for address in ("augusta-king", ada.public_id, "grace-hopper", hopper.public_id):
        response = client.get(f"/authors/{address}/{rest}")
        assert (response.status_code, response["Location"]) == (301, f"/authors/ada-byron/{rest}"), address
    assert client.get(f"/authors/hidden-name/{rest}").status_code == 410
    assert client.get(f"/authors/nobody/{rest}").status_code == 404
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    for address in ("ada-byron", "augusta-king"):
        assert client.get(f"/authors/{address}/{rest}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("rest", "queries"),
    [
        ("papers.bib", 6),  # the author; whether there are papers, where the file ends, category names, papers, people
        ("feed/", 5),  # the author, papers, people, category names, when people changed
        ("embed/", 4),  # the author, papers, people, category names
    ],
)
def test_what_they_cost(
    rest: str, queries: int, count: int, build_rows: Build, client: Client, django_assert_num_queries: Any
) -> None:
    build_rows(
        *(record(f"2001.{n:05}", authors=f"Ada Byron, Alan{'a' * n} Turing{'a' * n}") for n in range(1, count + 1))
    )
    with django_assert_num_queries(queries):
        body(client, f"/authors/ada-byron/{rest}")


def test_linked_data_of_a_profile(ada: Author, client: Client) -> None:
    Author.objects.filter(pk=ada.pk).update(affiliation="Analytical Society", bio="Wrote <b>notes</b>.")
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/ada")
    ada.names.create(name="Augusta Ada King")
    ada.names.create(name="Never Shown", visibility="match-only")
    response = client.get("/authors/ada-byron/")
    page, way = linked_data(response)
    url = "http://127.0.0.1:8000/authors/ada-byron/"
    ada.refresh_from_db()
    assert {name: value for name, value in page.items() if name != "mainEntity"} == {
        "@type": "ProfilePage",
        "@id": f"{url}#page",
        "url": url,
        "name": "Ada Byron",
        "dateCreated": ada.created_at.isoformat(timespec="seconds"),
        "dateModified": ada.modified_at.isoformat(timespec="seconds"),
    }
    assert page["mainEntity"] == {
        "@type": "Person",
        "@id": url,
        "url": url,
        "name": "Ada Byron",
        "givenName": "Ada",
        "familyName": "Byron",
        "alternateName": ["Augusta Ada King"],
        "description": "Wrote <b>notes</b>.",
        "affiliation": {"@type": "Organization", "name": "Analytical Society"},
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "Coterie", "value": ada.public_id},
            {
                "@type": "PropertyValue",
                "propertyID": "ORCID",
                "value": "0000-0002-1825-0097",
                "url": "https://orcid.org/0000-0002-1825-0097",
            },
        ],
        "sameAs": ["https://example.org/ada", "https://orcid.org/0000-0002-1825-0097"],
        "knowsAbout": ["Machine Learning", "Algebraic Geometry"],
        "agentInteractionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/WriteAction",
            "userInteractionCount": 2,
        },
    }
    assert [step["name"] for step in way["itemListElement"]] == ["Coterie", "Authors", "Ada Byron"]
    links = typed(response["Link"])
    assert links["cite-as"] == [f"http://127.0.0.1:8000/authors/{ada.public_id}/"]
    for address in (*links["describedby"], *links["alternate"]):
        assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, address


def test_what_a_profile_names_in_its_head_is_there(ada: Author, client: Client) -> None:
    page = JustHTML(client.get("/authors/ada-byron/").content.decode(), sanitize=False)
    kinds = [link.attrs["type"] for link in page.query('link[rel="alternate"]')]
    assert kinds == [
        "application/atom+xml",
        "application/json+oembed",
        "text/xml+oembed",
        *(each.media_type for each in FORMATS.values()),
        "text/markdown",
    ]
    assert [link.attrs["href"] for link in page.query('link[rel="search"]')] == ["/opensearch.xml"]


@pytest.fixture
def renamed(ada: Author) -> Author:
    """Ada Lovelace, who hides the name Ada Byron, under which papers were printed and a list has a key."""
    curator = User.objects.create(username="curator")
    decide(acts.Rename(ada, Name("Ada Lovelace", "Ada", "Lovelace")), by=curator)
    decide(acts.SetVisibility(ada, "Ada Byron", "match-only"), by=curator)
    return Author.objects.get(pk=ada.pk)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("Byron:2020", "lovelace2020first-2001.00001"),
        ("adabyron20", "lovelace2020first-2001.00001"),
        ("ADA-2020", "ADA-2020"),
        ("engine2020", "engine2020"),
    ],
)
def test_what_is_hidden_is_in_no_key(key: str, shown: str, renamed: Author, client: Client) -> None:
    Paper.objects.filter(identifier="2001.00001").update(citation_key=key)
    for ending in ("bib", "ris", "json"):
        text = body(client, f"/papers/2001.00001.{ending}")
        assert shown in text
        assert "byron" not in text.lower()


def with_editors(*names: str) -> None:
    editors = [{"name": name, "forenames": name.split()[0], "surname": name.split()[-1]} for name in names]
    details = {"source_type": "inproceedings", "container": "Engines", "editors": editors}
    Paper.objects.filter(identifier="2001.00003").update(details=details, type="paper-conference")


def editors(client: Client) -> list[str]:
    (item,) = json.loads(body(client, "/papers/2001.00003.json"))
    return [f"{name['given']} {name['family']}" for name in item["editor"]]


def test_a_hidden_name_of_an_editor_is_shown_nowhere(renamed: Author, client: Client) -> None:
    with_editors("Ada Byron", "Grace Hopper")
    assert editors(client) == ["Ada Lovelace", "Grace Hopper"]
    for ending in ("bib", "ris", "json"):
        assert "Byron" not in body(client, f"/papers/2001.00003.{ending}")
    Author.objects.filter(pk=renamed.pk).update(is_hidden=True)
    cache.clear()
    assert editors(client) == ["Grace Hopper"]


def test_of_two_who_hide_a_name_no_one_is_named(renamed: Author, client: Client) -> None:
    with_editors("Ada  Byron", "Charles Babbage")
    babbage = Author.objects.get(name="Charles Babbage")
    babbage.names.create(name="Ada Byron", visibility="match-only")
    assert editors(client) == ["Charles Babbage"]


@pytest.mark.parametrize("count", [1, 3])
def test_editors_cost_one_query(count: int, ada: Author, client: Client, django_assert_num_queries: Any) -> None:
    with_editors(*[f"Editor Number{n}" for n in range(count)])
    with django_assert_num_queries(4):  # the paper, people on it, category names, hidden names
        body(client, "/papers/2001.00003.bib")


def test_an_author_s_papers_in_the_form_asked_for(ada: Author, client: Client) -> None:
    Paper.objects.filter(identifier="2001.00001").update(journal_ref="J. Engines 1 (2021) 7-9")
    for query, types in (("", ["article", "article-journal"]), ("?as=preprint", ["article", "article"])):
        for address in (f"/authors/ada-byron/papers.json{query}", f"/api/v1/authors/ada-byron/papers/{query}"):
            if "api" in address:
                address += ("&" if query else "?") + "format=csl"
            assert [row["type"] for row in json.loads(body(client, address))] == types
    response = client.get(f"/authors/{ada.public_id}/papers.bib?as=preprint")
    assert response["Location"] == "/authors/ada-byron/papers.bib?as=preprint"
    assert client.get("/authors/ada-byron/papers.bib?as=book").status_code == 400
