"""Markdown twins of profiles and papers, and llms.txt."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from papers.models import Paper, PaperDoi
from papers.views import markdown
from papers.views.markdown import md
from profiles.models import Author, AuthorIdentifier
from tests.conftest import record

Build = Callable[..., object]
SITE = "https://papers.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = SITE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("On $x_1 \\alpha$", "On $x_1 \\alpha$"),
        ("[a](javascript:x)", "\\[a\\](javascript:x)"),
        ("\\[a\\](x)", "\\\\\\[a\\\\\\](x)"),
        ("<script>`x`", "\\<script\\>\\`x\\`"),
        ("# one\n# two", "\\# one # two"),
        ("1. one", "\\1. one"),
        ("ends in \\", "ends in \\\\"),
    ],
)
def test_text_from_outside_is_text(text: str, shown: str) -> None:
    assert md(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://doi.org/10.1000/a", "https://doi.org/10.1000/a"),
        ("https://doi.org/10.1000/[x](javascript:y)", "https://doi.org/10.1000/%5Bx%5D%28javascript:y%29"),
        ("https://a.org/%5B?x=<b>&y=`*z`#é \\", "https://a.org/%5B?x=%3Cb%3E&y=%60%2Az%60#%C3%A9%20%5C"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("javascript:[a](b)", "javascript:\\[a\\](b)"),
    ],
)
def test_addresses_have_no_sign_that_markdown_knows(url: str, shown: str) -> None:
    assert markdown.address(url) == shown


def test_identifiers_and_text_of_sources_make_no_link(build_rows: Build, client: Client) -> None:
    build_rows(record("2001.00001", authors="Ada Byron", doi="10.1000/a"))
    evil = "[click](javascript:alert(1))"
    PaperDoi.objects.update(doi=f"10.1000/{evil}")
    Paper.objects.update(title=evil, journal_ref=evil, license=evil, abstract=evil, comments=evil)
    ada = Author.objects.get()
    Author.objects.update(affiliation=evil, bio=evil)
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value=f"https://a.org/{evil}")
    for page in ("/papers/2001.00001.md", "/authors/ada-byron.md"):
        text = client.get(page).content.decode()
        assert "click" in text
        assert "[click](" not in text


def test_text_costs_as_much_as_it_is_long() -> None:
    """A quadratic reading of these took a minute and more."""
    for text in ("\\" * 400_000, "\\" * 400_000 + "a", "[" * 400_000, "\\a" * 200_000):
        began = time.process_time()
        assert len(md(text)) >= len(text)
        assert time.process_time() - began < 2


def test_a_paper(build_rows: Build, client: Client) -> None:
    build_rows(
        record(
            "math/0611800",
            authors="Ada Byron, Charles Babbage, for the ABCD Collaboration",
            title="On <engines>",
            abstract="  One\nline.\n  Two.",
            categories="math.MP",
            doi="10.1000/a 10.1000/b",
            comments="3 pages",
        )
    )
    response = client.get("/papers/math/0611800.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert (
        response.content.decode()
        == f"""# On \\<engines\\>

[Ada Byron]({SITE}/authors/ada-byron.md), [Charles Babbage]({SITE}/authors/charles-babbage.md), ABCD Collaboration

## Abstract

One line.

Two.

## Record

- Type: Preprint
- Published: 2020-01-06
- Categories: math-ph (Mathematical Physics)
- Comments: 3 pages
- Licence: CC BY 4.0
- arXiv: https://arxiv.org/abs/math/0611800
- DOI: https://doi.org/10.1000/a
- DOI: https://doi.org/10.1000/b
- This page: {SITE}/papers/math/0611800/
"""
    )
    assert client.get("/papers/math/0611800.md", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_other_forms_of_an_identifier_lead_to_it(build_rows: Build, client: Client) -> None:
    build_rows(record("2001.00001"))
    response = client.get("/papers/arXiv:2001.00001v2.md")
    assert (response.status_code, response["Location"]) == (301, "/papers/2001.00001.md")
    assert client.get("/papers/2001.99999.md").status_code == 404
    Paper.objects.update(is_deleted=True)
    assert client.get("/papers/2001.00001.md").status_code == 410


def test_a_profile(build_rows: Build, client: Client) -> None:
    build_rows(record("2001.00001", title="One"), record("2001.00002", title="Two", authors="Ada Byron"))
    ada = Author.objects.get(name="Ada Byron")
    response = client.get("/authors/ada-byron.md")
    assert (
        response.content.decode()
        == f"""# Ada Byron

2 papers on arXiv

- Active: 2020
- Co-authors: 1
- How sure: name only
- Public id: {ada.public_id}
- This page: {SITE}/authors/ada-byron/

## Categories

- cs.LG (Machine Learning): 2
- stat.ML (Machine Learning): 2

## Similar authors

Not enough to compare.

## Papers

- [Two]({SITE}/papers/2001.00002.md). [Ada Byron]({SITE}/authors/ada-byron.md). 2020-01-06. arXiv:2001.00002
- [One]({SITE}/papers/2001.00001.md). [Ada Byron]({SITE}/authors/ada-byron.md), \
[Charles Babbage]({SITE}/authors/charles-babbage.md). 2020-01-06. arXiv:2001.00001
"""
    )
    moved = client.get(f"/authors/{ada.public_id}.md")
    assert (moved.status_code, moved["Location"]) == (301, "/authors/ada-byron.md")
    assert client.get("/authors/nobody.md").status_code == 404
    page = client.get("/authors/ada-byron/").content.decode()
    assert f'<link rel="alternate" type="text/markdown" title="Markdown" href="{SITE}/authors/ada-byron.md">' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_papers_costs_no_queries(
    build_rows: Build, client: Client, django_assert_num_queries: Any, count: int
) -> None:
    build_rows(*(record(f"2001.0000{n}", authors=f"Ada Byron, Author {'ABC'[n - 1]}") for n in range(1, count + 1)))
    # author, categories, papers, their people, names, identifiers, similar authors
    with django_assert_num_queries(7):
        client.get("/authors/ada-byron.md")


def test_llms_txt(seed: None, client: Client) -> None:
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# Coterie\n\n> Academic profiles: ")
    for address in text.split("](")[1:]:
        address = address.split(")")[0].removeprefix(SITE)
        if not address.isupper() and "IDENTIFIER" not in address and "DOI" not in address and "ORCID" not in address:
            status = client.get(address).status_code
            assert status == (404 if address == "/data/manifest.json" else 200), address
