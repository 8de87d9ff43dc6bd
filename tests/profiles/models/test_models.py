"""The rules that stand in the database itself, each by its name, and what the models check before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from papers.models import Category, Paper
from profiles.models import (
    Author,
    AuthorCategory,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
)
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db


@prepared_site
def site_of_three(categories: None) -> None:
    build_site(record("2001.00001"), record("2001.00002", authors="Alan Turing"))
    ada, babbage = (Author.objects.get(name=name) for name in ("Ada Byron", "Charles Babbage"))
    SimilarityLink.objects.create(author=ada, other=babbage, rank=1, score=0.5)
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    EarlierSlug.objects.create(author=ada, slug="augusta-king")


@pytest.fixture
def site(site_of_three: None) -> dict[str, Any]:
    ada, babbage, turing = (Author.objects.get(name=name) for name in ("Ada Byron", "Charles Babbage", "Alan Turing"))
    paper = Paper.objects.get(identifier="2001.00001")
    return {"ada": ada, "babbage": babbage, "turing": turing, "paper": paper, "cs": Category.objects.get(code="cs.LG")}


def author(**fields: Any) -> Author:
    return Author(**{"public_id": "p", "slug": "s", "name": "N", "surname": "N", "sort_key": "n", **fields})


BROKEN: list[tuple[str, Callable[[dict[str, Any]], models.Model]]] = [
    ("author_has_a_name", lambda s: author(name="")),
    ("author_has_a_name", lambda s: author(surname="")),
    ("one_author_per_public_id", lambda s: author(public_id=s["ada"].public_id)),
    ("one_author_per_slug", lambda s: author(slug="ada-byron")),
    ("one_author_per_position", lambda s: Authorship(paper=s["paper"], author=s["turing"], position=1)),
    ("one_place_per_author", lambda s: Authorship(paper=s["paper"], author=s["ada"], position=3)),
    ("positions_count_from_one", lambda s: Authorship(paper=s["paper"], author=s["turing"], position=0)),
    (
        "only_a_human_places_an_author_without_position",
        lambda s: Authorship(paper=s["paper"], author=s["turing"], position=None),
    ),
    ("an_author_has_a_name_once", lambda s: AuthorName(author=s["ada"], name="Ada Byron")),
    ("a_key_belongs_to_one_author", lambda s: IdentityKey(author=s["turing"], key="byron|ada|")),
    (
        "one_author_per_identifier",
        lambda s: AuthorIdentifier(author=s["turing"], scheme="orcid", value="0000-0002-1825-0097"),
    ),
    ("identifier_scheme_is_known", lambda s: AuthorIdentifier(author=s["turing"], scheme="passport", value="1")),
    ("one_count_per_author_and_category", lambda s: AuthorCategory(author=s["ada"], category=s["cs"], papers=1)),
    ("one_link_per_pair", lambda s: SimilarityLink(author=s["ada"], other=s["babbage"], rank=2)),
    ("one_link_per_rank", lambda s: SimilarityLink(author=s["ada"], other=s["turing"], rank=1)),
    ("no_link_to_self", lambda s: SimilarityLink(author=s["turing"], other=s["turing"])),
    (
        "a_vetoed_link_has_no_rank",
        lambda s: SimilarityLink(author=s["turing"], other=s["ada"], rank=1, verdict="vetoed"),
    ),
]


def names_of(constraint: str) -> str:
    """How the error of each database names it: SQLite says which columns of a unique constraint were not unique."""
    for model in (Author, Authorship, AuthorName, IdentityKey, AuthorIdentifier, AuthorCategory, SimilarityLink):
        for found in model._meta.constraints:
            if found.name == constraint and isinstance(found, models.UniqueConstraint):
                columns = [f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in found.fields]
                return f"{constraint}|{', '.join(columns)}"
    return constraint


@pytest.mark.parametrize(("constraint", "make"), BROKEN, ids=[f"{n} {row[0]}" for n, row in enumerate(BROKEN)])
def test_constraints(constraint: str, make: Callable[[dict[str, Any]], models.Model], site: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=names_of(constraint)), transaction.atomic():
        make(site).save(force_insert=True)


def test_an_author_is_not_merged_into_oneself(site: dict[str, Any]) -> None:
    ada = site["ada"]
    with pytest.raises(IntegrityError, match="not_merged_into_oneself"), transaction.atomic():
        Author.objects.filter(pk=ada.pk).update(merged_into=ada)


@pytest.mark.parametrize(
    ("scheme", "given", "kept", "url"),
    [
        (
            "orcid",
            "https://orcid.org/0000-0001-5109-3700",
            "0000-0001-5109-3700",
            "https://orcid.org/0000-0001-5109-3700",
        ),
        ("orcid", "000000021694233x", "0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233X"),
        ("arxiv", "https://arxiv.org/a/warner_s_1", "warner_s_1", "https://arxiv.org/a/warner_s_1"),
        ("homepage", "https://example.org/ada", "https://example.org/ada", "https://example.org/ada"),
    ],
)
def test_identifiers_are_kept_in_one_form(scheme: str, given: str, kept: str, url: str, site: dict[str, Any]) -> None:
    row = AuthorIdentifier(author=site["turing"], scheme=scheme, value=given)
    row.full_clean()
    assert (row.value, row.url) == (kept, url)


@pytest.mark.parametrize(
    ("scheme", "value", "reason"),
    [
        ("orcid", "0000-0002-1825-0098", "the check digit is wrong"),
        ("orcid", "ada", "not an ORCID iD"),
        ("arxiv", "Ada Byron", "arXiv author id"),
        ("homepage", "javascript:alert(1)", "is not an address that begins with http"),
        ("homepage", "ftp://example.org/", "is not an address that begins with http"),
        ("orcid", "0000-0002-1825-0097", "Another author already has this identifier."),
    ],
)
def test_identifiers_that_are_none_are_refused(scheme: str, value: str, reason: str, site: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=reason):
        AuthorIdentifier(author=site["turing"], scheme=scheme, value=value).full_clean()


def test_texts(site: dict[str, Any]) -> None:
    ada = site["ada"]
    link = SimilarityLink.objects.get()
    authorship = Authorship.objects.get(author=ada)
    identifier, slug = ada.identifiers.get(), ada.earlier_slugs.get()
    assert [
        str(row) for row in (ada, link, identifier, slug, ada.names.get(), ada.identity_keys.get(), authorship)
    ] == [
        "Ada Byron",
        f"{ada.pk} ~ {site['babbage'].pk}: 0.500",
        "ORCID 0000-0002-1825-0097",
        "augusta-king",
        "Ada Byron",
        "byron|ada| (1)",
        f"author {ada.pk} on paper {site['paper'].pk}",
    ]
    assert str(AuthorCategory.objects.get(author=ada, category=site["cs"])) == f"1 in {site['cs'].pk}"
    assert (ada.get_absolute_url(), ada.natural_key()) == ("/authors/ada-byron/", (ada.public_id,))
    assert Author.objects.get_by_natural_key(ada.public_id) == ada


@pytest.mark.parametrize(
    ("fields", "visible", "listed"),
    [
        ({}, True, True),
        ({"is_hidden": True}, False, False),
        ({"paper_count": 0}, True, False),
        ({"merged_into": "turing"}, False, False),
    ],
)
def test_who_is_visible_and_listed(fields: dict[str, Any], visible: bool, listed: bool, site: dict[str, Any]) -> None:
    ada = site["ada"]
    Author.objects.filter(pk=ada.pk).update(**{name: site.get(value, value) for name, value in fields.items()})
    assert Author.objects.visible().filter(pk=ada.pk).exists() is visible
    assert Author.objects.listed().filter(pk=ada.pk).exists() is listed
    # Links to those who have no page are not shown, and neither are claims about the hidden.
    SimilarityLink.objects.create(author=site["turing"], other=ada, rank=1)
    assert SimilarityLink.objects.shown().filter(other=ada).exists() is listed
    assert Authorship.objects.shown().filter(author=ada).exists() is not fields.get("is_hidden", False)


def test_orders(site: dict[str, Any]) -> None:
    Author.objects.filter(name="Alan Turing").update(paper_count=3)
    assert [a.name for a in Author.objects.most_papers_first()] == ["Alan Turing", "Charles Babbage", "Ada Byron"]
    assert [a.name for a in Author.objects.in_category("cs.LG").order_by("sort_key")] == [
        "Charles Babbage",
        "Ada Byron",
        "Alan Turing",
    ]


def test_an_undated_paper_stands_before_all_dates(build_rows: Callable[..., object]) -> None:
    build_rows(record("2001.00001", versions=[], update_date=None))
    assert list(Paper.objects.values_list("published", "sort_day")) == [(None, 0)]
    assert set(Authorship.objects.values_list("sort_day", flat=True)) == {0}
    assert set(Author.objects.values_list("paper_count", "first_year", "last_year")) == {(1, None, None)}
