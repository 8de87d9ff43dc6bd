"""The pages in German: no English is left on them but what papers and people wrote, and the API answers as ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from justhtml import JustHTML

from papers.display.wording import number, percent, translated, why
from papers.identifiers import ArxivId, InvalidIdentifier
from papers.models import Category, Paper
from papers.search import parse_query
from papers.text.plain_text import plain_text
from profiles.display.similar_authors import part_label
from profiles.models import SimilarityLink
from profiles.similarity.model.evidence import more_terms, tie_label
from tests.browser.pages import PAGES, PAPER, PROFILE

pytestmark = pytest.mark.django_db

# Words that our English texts use all the time, and German never.
ENGLISH = re.compile(
    r"\b(the|and|of|with|for|from|are|is|by|this|that|they|those|who|which|what|how|here|there|their|not|more|most|new|"
    r"page|papers?|authors?|co-?authors?|similar|years?|categor(?:y|ies)|words?|show|first|last|search|list|people|"
    r"abstract|cite|copy|export|order|standing|about|score|subjects?|found|together|computed|counted|curated)\b",
    re.IGNORECASE,
)
# The sentences that arXiv asks for, and what is typed into a search or an address.
AS_IT_IS = re.compile(r"„Thank you to arXiv.*?“|\b(?:author|title|abstract|category):")
NOT_READ = {"script", "style", "code", "pre", "math"}
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-copied", "data-failed")
MORE_PAGES = {"data": "/data/", "recipes": "/recipes/", "wrong cursor": "/papers/?page=x", "wrong id": "/arxiv/1313.1"}


def texts(node: Any) -> Iterator[str]:
    """Every text that a visitor reads or hears, but what is marked as English."""
    attributes = node.attrs or {}
    if node.name in NOT_READ or attributes.get("lang") == "en":
        return
    yield from (attributes[name] for name in ATTRIBUTES if attributes.get(name))
    if node.name == "meta" and attributes.get("name") == "description":
        yield attributes["content"]
    for child in node.children or ():
        if child.name == "#text":
            yield " ".join(child.data.split())
        elif not child.name.startswith("!"):
            yield from texts(child)


def written() -> set[str]:
    """What papers and arXiv's taxonomy say in English, text by text, and the words that evidence names."""
    papers = Paper.objects.values_list("title", "comments", "journal_ref", "abstract")
    subjects = Category.objects.values_list("name", "archive_name", "group_name")
    terms = [
        part["label"]
        for link in SimilarityLink.objects.all()
        for part in link.evidence["parts"]
        if part["kind"] == "term"
    ]
    return {" ".join(plain_text(text).split()) for row in [*papers, *subjects] for text in row} | set(terms)


def test_no_english_is_left_on_german_pages(related_seed: None, client: Client) -> None:
    data = written()
    # What is a part of a sentence, the longest first, and the beginnings of abstracts.
    within = re.compile("|".join(re.escape(text) for text in sorted(data, key=len, reverse=True) if len(text) > 12))
    left = set()
    for name, address in {**PAGES, **MORE_PAGES}.items():
        page = client.get(address, headers={"accept-language": "de"})
        assert page["Content-Language"] == "de", name
        for text in texts(JustHTML(page.content, sanitize=False).root):
            ours = AS_IT_IS.sub("", within.sub("", text))
            is_teaser = text.endswith("...") and any(one.startswith(text[:-3]) for one in data)
            is_terms = set(text.split(", ")) <= data
            if not is_teaser and not is_terms and ENGLISH.search(ours):
                left.add(f"{name}: {text}")
    assert sorted(left) == []


def test_numbers_and_days_are_written_as_germans_write_them(related_seed: None, client: Client) -> None:
    page = client.get(PAPER, headers={"accept-language": "de"}).content.decode()
    assert '<time datetime="2020-01-23">23. Januar 2020</time>' in page
    similar = client.get(f"{PROFILE}similar/", headers={"accept-language": "de"}).content.decode()
    assert re.search(r'<strong class="number">0,[0-9]{3}</strong>', similar)
    with translation.override("de"):
        assert (number(1234567), percent(2 / 3)) == ("1.234.567", "66,7\N{NO-BREAK SPACE}%")
    with translation.override("en"):
        assert (number(1234567), percent(2 / 3)) == ("1,234,567", "66.7%")


@pytest.mark.parametrize("address", [f"{PROFILE}network/", f"{PROFILE}statistics/", f"{PROFILE}similar/", "/", PAPER])
def test_pictures_have_the_same_places_in_every_language(related_seed: None, client: Client, address: str) -> None:
    drawn = re.compile(r' (?:cx|cy|r|x|y|d|width|height|viewBox)="([^"]*)"')
    pages = [client.get(address, headers={"accept-language": code}).content.decode() for code in ("de", "en")]
    places = [
        [place for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL) for place in drawn.findall(picture)]
        for page in pages
    ]
    assert places[0]
    assert places[0] == places[1]


FOR_MACHINES = [
    "/api/v1/",
    "/api/v1/authors/",
    "/api/v1/authors/tom-henighan/",
    "/api/v1/authors/tom-henighan/similar/",
    "/api/v1/papers/?q=language",
    f"/api/v1{PAPER}",
    "/api/v1/categories/?limit=5",
    "/api/v1/similarity-links/?limit=5",
    "/api/v1/builds/",
    "/api/v1/schema/?format=json",
    "/api/v1/papers/?year=x",
    "/api/v1/authors/?ordering=x",
    "/api/v1/papers/?category=xx",
    "/api/v1/papers/?cursor=x",
    f"{PROFILE}feed/",
    "/papers/feed/",
    "/builds/feed/",
    "/authors/tom-henighan.md",
    "/papers/2001.08361.md",
    "/authors/tom-henighan/papers.bib",
    "/llms.txt",
    "/authors/tom-henighan/statistics/positions.csv",
    "/opensearch.xml",
]


def test_what_machines_read_is_the_same_for_all(related_seed: None, client: Client) -> None:
    client.cookies["django_language"] = "de"
    for address in FOR_MACHINES:
        german, english = (client.get(address, headers={"accept-language": code}) for code in ("de", "en"))
        assert german.status_code == english.status_code, address
        assert body(german) == body(english), address


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_evidence_is_stored_in_english_and_shown_in_german() -> None:
    with translation.override("de"):
        assert part_label("other", "12 more shared terms") == "12 weitere gemeinsame Wörter"
        assert part_label("other", "1 more shared term") == "1 weiteres gemeinsames Wort"
        assert part_label("graph", tie_label(3, True)) == "3 gemeinsame Koautoren"
        assert part_label("graph", tie_label(1, True)) == "1 gemeinsamer Koautor"
        assert part_label("graph", tie_label(0, True)) == "haben zusammen geschrieben und sind über andere verbunden"
        assert part_label("graph", tie_label(0, False)) == "Koautoren der Koautoren des anderen"
        assert part_label("term", "1 more shared term") == "1 more shared term"
    assert part_label("other", more_terms(12)) == "12 more shared terms"


def test_sentences_made_without_django_are_said_in_german() -> None:
    with translation.override("de"):
        assert [translated(problem) for problem in parse_query("-survey").problems] == [
            "Eine Suche braucht außer dem, was fehlen soll, auch etwas, das da sein soll."
        ]
        with pytest.raises(InvalidIdentifier, match="there is no month 13") as raised:
            ArxivId.parse("2013.12345")
        assert why(raised.value) == "'2013.12345': einen Monat 13 gibt es nicht"
