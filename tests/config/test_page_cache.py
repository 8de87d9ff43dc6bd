"""Pages and answers made a moment ago are given again, the same to the byte, until anything changes, and to nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from papers.bylines import parse_name
from papers.models import Build, Paper
from profiles.curation import acts, decide
from profiles.models import Author

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("related_seed", "page_cache")]


def addresses() -> list[str]:
    author, paper = Author.objects.listed().most_papers_first()[0], Paper.objects.visible()[0]
    return ["/", "/papers/", "/authors/", author.get_absolute_url(), paper.get_absolute_url(), "/api/v1/papers/"]


def test_the_same_page_again_is_the_same_and_costs_two_queries(client: Client, django_assert_num_queries: Any) -> None:
    for address in addresses():
        first = client.get(address)
        with django_assert_num_queries(2):
            again = client.get(address)
        assert again.content == first.content, address
        assert set(again.headers) - set(first.headers) <= {"ETag", "Cache-Control"}
        with django_assert_num_queries(2):
            assert client.get(address, headers={"If-None-Match": again["ETag"]}).status_code == 304


def test_another_page_after_any_change(client: Client) -> None:
    for address in addresses():
        client.get(address)
        tag = client.get(address)["ETag"]
        paper = Paper.objects.visible()[0]
        paper.revision = Paper.objects.order_by("-revision")[0].revision + 1
        paper.title = f"Changed before {address}"
        paper.save()
        answer = client.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer["ETag"] != tag


def test_another_answer_after_loaddata(client: Client, tmp_path: Path) -> None:
    """Rows that come in by a fixture move no number of a paper, a decision or an author."""
    path = tmp_path / "categories.json"
    row = {"model": "papers.category", "fields": {"code": "cs.LG", "name": "Machines that learn", "kind": "category"}}
    for addresses in (["/api/v1/categories/", "/categories/"], ["/api/v1/categories/cs.LG/", "/"]):
        tags = {address: client.get(address) and client.get(address)["ETag"] for address in addresses}
        row["fields"]["name"] += "!"
        path.write_text(json.dumps([row]))
        call_command("loaddata", str(path), verbosity=0)
        for address, tag in tags.items():
            answer = client.get(address, headers={"If-None-Match": tag})
            assert (answer.status_code, answer["ETag"] != tag) == (200, True), address
        tags = {address: client.get(address)["ETag"] for address in addresses}
        builds = Build.objects.count()
        call_command("loaddata", str(path), verbosity=0)  # what is there already changes nothing
        assert {address: client.get(address)["ETag"] for address in addresses} == tags
        assert Build.objects.count() == builds
    assert "Machines that learn!!" in client.get("/api/v1/categories/cs.LG/").content.decode()


def test_languages_and_parts_of_a_page_are_told_apart(client: Client) -> None:
    for _ in range(2):
        assert b'lang="en"' in client.get("/papers/").content
        assert b'lang="de"' in client.get("/papers/", headers={"accept-language": "de"}).content
        part = client.get("/papers/", headers={"HX-Request": "true", "HX-Target": "list"})
        assert b"<html" not in part.content
        assert client.get("/papers/?q=thatnobodywrote").content != client.get("/papers/").content


def test_hosts_and_indented_answers_are_told_apart(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        page = client.get("/api/v1/papers/?page_size=1", headers={"host": host}).json()
        assert page["next"].startswith(f"http://{host}/")
    plain = client.get("/api/v1/papers/?page_size=1", headers={"host": "one.example"})
    indented = {"accept": "application/json; indent=2", "host": "one.example"}
    assert plain.content.count(b"\n") == 0
    assert client.get("/api/v1/papers/?page_size=1", headers=indented).content.count(b"\n") > 5


def test_nothing_is_kept_of_those_who_are_signed_in_nor_of_forms(client: Client, admin_client: Client, rf: Any) -> None:
    assert admin_client.get("/papers/").get("ETag") is None
    assert admin_client.get("/papers/").get("ETag") is None
    one, two = client.get("/suggest/"), Client().get("/suggest/")
    assert one.get("ETag") is None
    assert one.cookies["csrftoken"].value != two.cookies["csrftoken"].value
    assert client.get("/nowhere/").get("ETag") is None


def test_limits_are_counted_for_kept_answers(client: Client) -> None:
    left = [int(client.get("/api/v1/papers/")["RateLimit-Remaining"]) for _ in range(3)]
    assert left == [left[0], left[0] - 1, left[0] - 2]


def test_a_hidden_name_is_gone_from_kept_pages_with_the_next_answer(client: Client, admin_user: Any) -> None:
    author = Author.objects.listed().most_papers_first()[0]
    old = author.name
    decide(acts.Rename(author, parse_name("Zoe Quartz")), admin_user)
    author.refresh_from_db()
    paper = Paper.objects.filter(authorships__author=author)[0]
    shown = [paper.get_absolute_url(), f"/papers/?author={author.public_id}", "/api/v1/papers/", "/papers/feed/"]
    for address in (*shown, author.get_absolute_url()):
        client.get(address)
        assert old in client.get(address).content.decode(), address
    decide(acts.SetVisibility(author, old, "match-only"), admin_user)
    for address in shown:
        assert old not in client.get(address).content.decode(), address
