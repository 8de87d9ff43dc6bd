"""Feeds of what changed: decisions that are public, and finished runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from papers.bylines import parse_name
from papers.models import Build
from profiles.curation import acts, decide, undo
from profiles.models import Author
from tests.conftest import record

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = "https://papers.example.org"


def entries(client: Client, address: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(client.get(address).content)  # noqa: S314  our own
    assert root.find(f"{ATOM}id").text == f"https://papers.example.org{address}"
    return [
        {child.tag.removeprefix(ATOM): child.text or child.get("href") or child.get("term") or "" for child in entry}
        for entry in root.iter(f"{ATOM}entry")
    ]


def author(name: str) -> Author:
    return Author.objects.get(name=name, merged_into=None)


def test_decisions_without_words_or_names_that_are_hidden(build_rows: Any, client: Client, admin_user: Any) -> None:
    build_rows(record("2001.00001", authors="Ada Byron"), record("2001.00002", authors="A. Byron, Charles Babbage"))
    ada = author("Ada Byron")
    merge = decide(acts.Merge(author("A. Byron"), ada), admin_user, "she told me in private")
    decide(acts.Rename(ada, parse_name("Ada King")), admin_user)
    hide = decide(acts.SetVisibility(ada, "Ada Byron", "match-only"), admin_user)
    undo(undo(hide, admin_user), admin_user)
    undone = undo(merge, admin_user)
    found = entries(client, "/decisions/feed/")
    made = undone.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert found[0]["updated"].startswith(made)
    both = [{"A. Byron", "Ada King"}] * 2
    assert [set(entry["title"].partition(": ")[2].split(", ")) for entry in found] == both
    assert [entry["category"] for entry in found] == ["undo", "merge"]
    assert found[1]["id"] == f"https://papers.example.org/decisions/feed/#{merge.pk}"
    text = client.get("/decisions/feed/").content.decode()
    for secret in ("private", "Ada Byron", "ada-byron", admin_user.username + "<"):
        assert secret not in text


def test_a_feed_that_did_not_change_says_so(build_rows: Any, client: Client, admin_user: Any) -> None:
    build_rows(record("2001.00001", authors="Ada Byron, A. Byron"))
    decide(acts.NotSame(author("Ada Byron"), author("A. Byron")), admin_user)
    for address in ("/decisions/feed/", "/builds/feed/"):
        one, two = client.get(address), client.get(address)
        assert one.content == two.content
        assert one["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert client.get(address, headers={"If-None-Match": one["ETag"]}).status_code == 304
        assert client.get(address, headers={"If-Modified-Since": one["Last-Modified"]}).status_code == 304


def test_builds(client: Client, db: None) -> None:
    at = datetime(2020, 3, 1, 10, tzinfo=UTC)
    done = Build.objects.create(
        stage="import",
        status="finished",
        started_at=at,
        finished_at=at,
        subject="/home/ada/papers.jsonl",
        parameters={"rejects": "/home/ada/rejects"},
        results={"read": 1200, "reasons": {"title": 2}},
    )
    Build.objects.create(stage="import", status="failed", started_at=at)
    [entry] = entries(client, "/builds/feed/")
    assert (entry["title"], entry["summary"], entry["updated"]) == (
        f"import {done.pk}",
        "read: 1,200",
        "2020-03-01T10:00:00+00:00",
    )
    assert entry["link"] == f"https://papers.example.org/api/v1/builds/{done.pk}/"
    assert "/home/ada" not in client.get("/builds/feed/").content.decode()


def test_many_decisions_cost_as_many_queries(
    build_rows: Any, client: Client, admin_user: Any, django_assert_num_queries: Any
) -> None:
    build_rows(record("2001.00001", authors="Ada Byron, A. Byron, Charles Babbage"))
    for round_ in range(3):
        decide(acts.Edit(author("Ada Byron"), {"bio": f"{round_}"}), admin_user)
        # the decisions, whom they concern, the people
        with django_assert_num_queries(3):
            client.get("/decisions/feed/")
