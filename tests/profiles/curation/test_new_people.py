"""What a human says about people, as functions that the seed, the admin and later pages use."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from papers.bylines import Name, parse_name
from papers.models import Paper
from profiles.curation import Refused, add_person, claim_without_position
from profiles.models import Author, Authorship, EarlierSlug, IdentityKey
from profiles.names import public_id
from tests.conftest import record
from tests.profiles.dataset import dump

pytestmark = pytest.mark.django_db
Build = Callable[..., object]


def test_add_person() -> None:
    author = add_person(
        parse_name("Tom Brown"),
        [parse_name("Tom B. Brown"), parse_name("TOM BROWN"), parse_name("Tom Brown")],
        site_key="here",
    )
    author.refresh_from_db()
    assert (author.name, author.forenames, author.surname, author.suffix) == ("Tom Brown", "Tom", "Brown", "")
    assert (author.slug, author.sort_key, author.public_id) == (
        "tom-brown",
        "brown tom",
        public_id("here", "brown|tom|#1"),
    )
    assert (author.standing, author.name_decided_by_human, author.is_listed) == ("curated", True, False)
    assert list(author.names.values_list("name", "visibility", "decided_by_human")) == [
        ("Tom Brown", "public", True),
        ("Tom B. Brown", "public", True),
        ("TOM BROWN", "public", True),
    ]
    assert list(author.identity_keys.values_list("key", "occurrence", "decided_by_human")) == [
        ("brown|tom b|", 1, True),
        ("brown|tom|", 1, True),
    ]


def test_a_name_that_leads_to_somebody_is_refused_and_nothing_is_kept(build_rows: Build) -> None:
    build_rows(record("2001.00001", authors="Tom Brown"))
    brown = Author.objects.get()
    before = dump.everything()
    with pytest.raises(Refused) as refused:
        add_person(parse_name("Tom B. Brown"), [parse_name("Tom Brown")])
    assert str(refused.value) == f"Papers under 'brown|tom|' already go to Tom Brown ({brown.public_id})."
    assert dump.everything() == before


def test_a_person_gets_an_address_that_nobody_has_or_had() -> None:
    one = add_person(parse_name("Tom Brown"))
    EarlierSlug.objects.create(slug="tom-brown-2", author=one)
    # Another key, the same letters in an address.
    other = add_person(Name("Tom Brown", "", "Tom Brown"))
    assert (one.slug, other.slug) == ("tom-brown", "tom-brown-3")
    assert IdentityKey.objects.count() == 2


def test_claim_without_position(build_rows: Build) -> None:
    build_rows(record("2001.00001", authors="Ada Byron"))
    paper, author = Paper.objects.get(), add_person(parse_name("Tom Brown"))
    claims = [claim_without_position(paper, author) for _ in range(2)]
    assert claims[0] == claims[1]
    claim = Authorship.objects.get(author=author)
    assert (claim.paper, claim.position, claim.basis, claim.decided_by_human, claim.printed_name) == (
        paper,
        None,
        "listing",
        True,
        "",
    )
    assert (claim.decided_at, claim.sort_day) == (paper.read_at, paper.sort_day)
    author.refresh_from_db()
    assert author.statistics_are_stale
