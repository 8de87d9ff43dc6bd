"""Questions that make no sense are refused with a sentence that says what would; bodies no less than parameters."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db


@prepared_site
def site(categories: None) -> None:
    build_site(record("2001.00001", title="On engines"))


def ask(path: str) -> Any:
    return Client().get(f"/api/v1/{path}")


@pytest.mark.parametrize(
    ("query", "where", "said"),
    [
        ("page_size=5&page_size=6", "page_size", "Give it once."),
        ("page_size=\u0663", "page_size", "Give a number from 1 to 200."),
        ("page_size=-1", "page_size", "Give a number from 1 to 200."),
        ("format=", "format", "Give a value, or leave the parameter out."),
        ("cursor=", "cursor", "Give a value, or leave the parameter out."),
        ("year=", "year", "Give a value, or leave the parameter out."),
        ("omit=,title", "omit", "There is nothing between two of the commas."),
        ("q=engines&cursor=\u0663", "cursor", "This is not a cursor of a list ordered by relevance."),
    ],
)
def test_parameters_that_make_no_sense(query: str, where: str, said: str, site: None) -> None:
    response = ask(f"papers/?{query}")
    assert response.status_code == 400
    assert response.json()["errors"] == [{"parameter": where, "detail": said}]
    assert ask("papers/?q=&search=").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" * 100_000, "The body is no JSON"),
        (b'{"ids":' * 1_000 + b"1" + b"}" * 1_000, "The body is nested more than 20 deep."),
        (b'{"ids":' * 21 + b"1" + b"}" * 21, "The body is nested more than 20 deep."),
        (b'{"ids": ["a"], "field": "title"}', "/field: Unknown field. Allowed here: fields, ids, omit."),
        (b'{"ids": ["\\ud800"]}', "The body is no JSON"),
        (b"\xff\xfe{}", "The body is no JSON"),
        (b'{"ids": [NaN]}', "The body is no JSON"),
        (b'{"ids": [["a"]]}', "/ids/0: Give a text."),
        (b"[]", "Invalid data. Expected a dictionary, but got list."),
        (b"null", "No data provided"),
    ],
)
def test_bodies_that_make_no_sense(body: bytes, said: str, site: None) -> None:
    response = Client().post("/api/v1/papers/batch/", body, content_type="application/json")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["detail"].startswith(said)


def test_a_body_larger_than_anything_takes(site: None) -> None:
    for path, kind in (
        ("/api/v1/papers/batch/", "application/problem+json"),
        ("/suggest/", "text/html; charset=utf-8"),
    ):
        response = Client().post(path, b" " * 2_700_000, content_type="application/json")
        assert (response.status_code, response.headers["Content-Type"]) == (413, kind)
        assert "2,621,440 bytes" in response.content.decode()
