"""A site that holds rows that can be no address: its pages open, and the migration leaves nothing of them."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from papers.ingest.counts import differences
from papers.models import Category, EarlierIdentifier, Paper, PaperCategory, PaperDoi
from profiles.models import Author, AuthorIdentifier, EarlierSlug
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

CODES = ["a/b", "..", "cs.LG\u202e", "100%", "x?y#z\n", ""]
PAGES = [
    "/",
    "/papers/",
    "/categories/",
    "/authors/",
    "/search/?q=engine",
    "/new/",
    "/papers/feed/",
    "/llms.txt",
    "/papers/2001.00001/",
    "/papers/2001.00001.md",
    "/api/v1/papers/",
    "/api/v1/categories/",
    "/api/v1/authors/?group_by=category",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=ListSets",
    "/categories/cs.LG/",
    "/data/",
    "/papers.bib",
    "/authors/ada-byron/",
    "/authors/ada-byron/statistics/",
    "/authors/ada-byron.md",
    "/people/?q=engine",
]


@prepared_site
def spoiled(categories: None) -> list[str]:
    """A site that came by papers in categories of any text, as an earlier one may have."""
    stand_ins = [f"odd-{number}" for number in range(len(CODES))]
    build_site(record("2001.00001", categories=" ".join([stand_ins[0], "cs.LG", *stand_ins[1:]])), record("2001.00002"))
    for stand_in, code in zip(stand_ins, CODES, strict=True):
        Category.objects.filter(code=stand_in).update(code=code, name=code)
        for model, name in ((Paper, "categories"), (Author, "statistics")):
            for row in model.objects.all():
                text = json.dumps(getattr(row, name)).replace(json.dumps(stand_in), json.dumps(code))
                model.objects.filter(pk=row.pk).update(**{name: json.loads(text)})
    return CODES


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_that_would_link_them(page: str, spoiled: list[str], client: Client) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("text", [*CODES, "%2F", "plain", "cs.LG"])
def test_an_address_can_be_made_of_any_text(text: str) -> None:
    assert reverse("category", args=[text]).count("/") == 3
    assert reverse("author", args=["plain"]) == "/authors/plain/"


@pytest.mark.django_db
def test_such_an_address_leads_to_its_page(spoiled: list[str], client: Client) -> None:
    found = {code: client.get(reverse("category", args=[code])).status_code for code in spoiled}
    assert found == {"a/b": 200, "..": 200, "cs.LG\u202e": 404, "100%": 200, "x?y#z\n": 404, "": 404}
    assert client.get("/categories/cs.LG%2500/").status_code == 404


@pytest.mark.django_db
def test_the_sitemaps_can_be_made(spoiled: list[str], settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    call_command("make_sitemaps", verbosity=0)


def migrate() -> None:
    migration = import_module("profiles.migrations.0005_nothing_that_can_be_no_address")
    migration.clean(apps, None)


@pytest.mark.django_db
def test_the_migration_takes_categories_away_that_are_none(spoiled: list[str]) -> None:
    revision = Paper.objects.get(identifier="2001.00001").revision
    migrate()
    paper = Paper.objects.get(identifier="2001.00001")
    places = PaperCategory.objects.filter(paper=paper).values_list("position", "category__code")
    assert (paper.categories, list(places)) == (["cs.LG"], [(0, "cs.LG")])
    assert paper.revision > revision
    assert not Category.objects.filter(code__in=spoiled).exists()
    assert differences() == []
    ada = Author.objects.get(slug="ada-byron")
    assert {code for code, _ in ada.statistics["categories"]} == {"cs.LG", "stat.ML"}
    assert [code for code, _ in ada.statistics["main_years"]] == ["cs.LG"]
    assert ada.statistics_are_stale
    before = list(Paper.objects.values_list("identifier", "revision", "modified_at"))
    migrate()
    assert list(Paper.objects.values_list("identifier", "revision", "modified_at")) == before


@pytest.mark.django_db
def test_the_migration_mends_what_else_stands_in_addresses(build_rows: Callable[..., Any], client: Client) -> None:
    build_rows(record("2001.00001", doi="10.1000/a 10.1000/b"), record("2001.00002"))
    paper, ada = Paper.objects.get(identifier="2001.00002"), Author.objects.get(slug="ada-byron")
    Paper.objects.filter(pk=paper.pk).update(identifier="a\nb", arxiv_id=None)
    PaperDoi.objects.filter(doi="10.1000/a").update(doi="10.1000/\u202ea")
    Paper.objects.filter(doi="10.1000/a").update(doi="10.1000/\u202ea")
    Author.objects.filter(pk=ada.pk).update(slug="a/b")
    Author.objects.filter(slug="charles-babbage").update(slug="papers")
    for identifier in ("x/y z", "fine", "hep-th/9901001"):
        EarlierIdentifier.objects.create(identifier=identifier, paper=paper)
    EarlierSlug.objects.create(slug="a/c", author=ada)
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="javascript:alert(1)")
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/")
    migrate()
    paper.refresh_from_db()
    ada.refresh_from_db()
    assert (paper.identifier, ada.slug) == (f"paper-{paper.pk}", f"author-{ada.pk}")
    assert Author.objects.get(name="Charles Babbage").slug.startswith("author-")
    assert sorted(EarlierIdentifier.objects.values_list("identifier", flat=True)) == ["fine", "hep-th/9901001"]
    assert (EarlierSlug.objects.count(), AuthorIdentifier.objects.get().value) == (0, "https://example.org/")
    assert (PaperDoi.objects.get().doi, Paper.objects.get(identifier="2001.00001").doi) == ("10.1000/b", "10.1000/b")
    assert client.get(f"/authors/author-{ada.pk}/").status_code == 200
