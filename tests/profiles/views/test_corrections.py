"""Suggesting a correction without an account, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from profiles.curation import undo
from profiles.models import Author, Correction
from profiles.views.corrections import MOST_PER_HOUR
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

Build = Callable[..., object]


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(record("2001.00001", authors="Ada Byron"), record("2001.00002", authors="A. Byron"))


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def test_a_suggestion_lands_in_the_queue_and_its_answer_at_an_address_of_its_own(
    ada: Author, client: Client, curator_client: Client
) -> None:
    page = f"/suggest/?author={ada.public_id}&paper=2001.00001"
    assert f"/suggest/?author={ada.public_id}" in client.get("/authors/ada-byron/").content.decode()
    assert "/suggest/?paper=2001.00001" in client.get("/papers/2001.00001/").content.decode()
    assert "Ada Byron" in client.get(page).content.decode()
    said = {
        "kind": "not-mine",
        "text": "<b>Not</b> mine",
        "orcid": "https://orcid.org/0000-0002-1825-0097",
        "email": "a@b.cd",
    }
    answer = client.post(page, said)
    row = Correction.objects.get()
    assert (answer.status_code, answer["Location"], len(row.token)) == (302, f"/suggest/{row.token}/", 43)
    assert (row.author, row.paper.identifier, row.orcid, row.status) == (
        ada,
        "2001.00001",
        "0000-0002-1825-0097",
        "open",
    )
    text = client.get(answer["Location"]).content.decode()
    assert "waiting for a curator" in text
    assert "&lt;b&gt;Not" in text
    assert "a@b.cd" not in text
    assert (
        "Give some of the papers to another person"
        in curator_client.get(f"/admin/profiles/correction/{row.pk}/change/").content.decode()
    )
    curator_client.post(f"/admin/profiles/correction/{row.pk}/change/", {"status": "accepted", "answer": "Done."})
    assert "Done." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "This field is required."),
        ({"kind": "else", "text": "x"}, "Select a valid choice"),
        ({"kind": "other", "text": "x", "orcid": "0000-0002-1825-0098"}, "ORCID"),
        ({"kind": "other", "text": "x", "email": "x"}, "valid email"),
        ({"kind": "other", "text": "x" * 2001}, "at most 2000"),
        ({"kind": "other", "text": "x", "website": "https://example.org"}, "Leave this field empty"),
    ],
)
def test_what_makes_no_sense_is_said(data: dict[str, str], said: str, ada: Author, client: Client) -> None:
    answer = client.post(f"/suggest/?author={ada.public_id}", data)
    assert (answer.status_code, Correction.objects.count()) == (400, 0)
    assert said in answer.content.decode()


def test_an_address_sends_a_few_an_hour(ada: Author, client: Client) -> None:
    statuses = [client.post("/suggest/", {"kind": "other", "text": "x"}).status_code for _ in range(MOST_PER_HOUR + 1)]
    assert statuses == [302] * MOST_PER_HOUR + [429]


@pytest.mark.parametrize(
    "page", ["/suggest/?author=nobody", "/suggest/?paper=1", "/suggest/unknown/", "/suggest/?author=%00"]
)
def test_what_is_not_here(page: str, ada: Author, client: Client) -> None:
    assert client.get(page).status_code in (400, 404)


def test_namesakes_are_named_on_the_profile(ada: Author, client: Client) -> None:
    text = client.get("/authors/ada-byron/").content.decode()
    assert 'similar names: <a href="/authors/a-byron/">A. Byron</a>' in text
    assert "may belong to more than one" not in text


def test_the_profile_of_a_very_common_name_says_so_until_a_curator_looked(
    ada: Author, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.views.profile.COMMON_NAME", 1)
    said = "papers here may belong to more than one person"
    assert said in client.get("/authors/ada-byron/").content.decode()
    Author.objects.filter(pk=ada.pk).update(standing="curated")
    assert said not in client.get("/authors/ada-byron/").content.decode()


def test_a_decision_made_from_a_suggestion_is_tied_to_it(ada: Author, client: Client, curator_client: Client) -> None:
    address = client.post(f"/suggest/?author={ada.public_id}", {"kind": "same-person", "text": "We are one"})[
        "Location"
    ]
    row = Correction.objects.get()
    page = f"/admin/profiles/correction/{row.pk}/change/"
    decide = f"/admin/curation/author/{ada.pk}/merge/?correction={row.pk}"
    assert decide in curator_client.get(page).content.decode()
    assert "We are one" in curator_client.get(decide).content.decode()
    other = Author.objects.get(name="A. Byron")
    refused = curator_client.post(decide, {"other": ada.public_id, "confirm": 1})
    assert refused.status_code == 200
    row.refresh_from_db()
    assert (row.status, row.decision) == ("open", None)
    assert curator_client.post(decide, {"other": other.public_id, "confirm": 1})["Location"] == page
    row.refresh_from_db()
    assert (row.status, row.decision.kind) == ("accepted", "merge")
    assert row.decision.summary in curator_client.get(page).content.decode()
    text = client.get(address).content.decode()
    assert "Merge," in text
    # Summaries name people by names that may have been hidden since.
    assert row.decision.summary not in text
    undo(row.decision, row.decision.made_by)
    assert "undone since" in client.get(address).content.decode()
