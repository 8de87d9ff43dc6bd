"""Answers are packed in the way that the client likes best, unless they may hold a secret."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from backports import zstd
from django.test import Client
from django_http_compression.middleware import codings

from papers.http.streaming import PIECE, pieces
from papers.models import Paper
from papers.oai import verbs

pytestmark = pytest.mark.django_db
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}
TEXTS = (
    "/api/v1/authors/",
    "/papers/",
    "/oai?verb=ListSets",
    "/llms.txt",
    "/authors/tom-henighan/feed/",
    "/api/v1/papers/?format=bib",
    "/api/v1/authors/?format=csv&page_size=9",
)


def ask(path: str, **headers: str) -> Any:
    return Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_texts_are_packed(seed: None) -> None:
    for path in (*TEXTS, Paper.objects.visible()[0].get_absolute_url()):
        plain = ask(path)
        assert (plain.status_code, plain.get("Content-Encoding")) == (200, None), path
        whole = content(plain)
        for way, unpack in UNPACK.items():
            packed = ask(path, accept_encoding=way)
            assert packed.get("Content-Encoding") == way, path
            assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in packed["Vary"]
            small = content(packed)
            if "verb=" not in path:  # which says the time of the answer
                assert unpack(small) == whole
            assert len(small) < 0.8 * len(whole) and unpack(small)
            assert packed.get("ETag", "W/").startswith("W/"), "the same tag is of other bytes"


ACCEPTED = {
    "gzip, deflate, br, zstd": "zstd",
    "gzip, deflate, br": "br",
    "gzip, deflate": "gzip",
    "br;q=0.5, gzip": "gzip",
    "zstd;q=0, gzip;q=0.1": "gzip",
    "identity": None,
    "": None,
    "gzip;q=0": None,
    "deflate": None,
    "snappy, x;q=y, ;;": None,
    "gzip," * 1000: None,
}


def test_the_client_says_which_way(seed: None) -> None:
    for accepted, way in ACCEPTED.items():
        assert ask("/api/v1/authors/", accept_encoding=accepted).get("Content-Encoding") == way, accepted


def test_the_provider_names_the_ways() -> None:
    assert list(verbs.PACKED) == [name for name in codings if name != "identity"]


def test_304_whatever_way_it_was_packed(seed: None) -> None:
    for path in ("/api/v1/authors/", Paper.objects.visible()[0].get_absolute_url().rstrip("/") + ".bib"):
        for way in (*UNPACK, ""):
            tag = ask(path, accept_encoding=way)["ETag"]
            for other in ("br", "gzip", ""):
                again = ask(path, accept_encoding=other, if_none_match=tag)
                assert (again.status_code, again.content) == (304, b"")
                assert again["ETag"].removeprefix("W/") == tag.removeprefix("W/")
                assert "Accept-Encoding" in again["Vary"]


def test_what_is_short_stays_as_it_is(seed: None) -> None:
    for path in ("/api/v1/builds/?page_size=1&stage=none", "/healthz"):
        assert "Content-Encoding" not in ask(path, accept_encoding="br").headers


def test_pages_that_may_hold_a_secret_are_not_packed(seed: None, curator_client: Client) -> None:
    """With a form's secret, or for somebody who is signed in."""
    form = Client().get("/suggest/", headers={"accept-encoding": "br"})
    assert "csrftoken" in form.cookies and "Content-Encoding" not in form.headers
    again = Client()
    again.cookies["csrftoken"] = form.cookies["csrftoken"].value
    assert "Content-Encoding" not in again.get("/suggest/", headers={"accept-encoding": "br"}).headers
    for path in ("/papers/", "/api/v1/decisions/", "/admin/"):
        assert "Content-Encoding" not in curator_client.get(path, headers={"accept-encoding": "br"}).headers


def test_a_stream_is_packed_as_it_goes(seed: None) -> None:
    for path in ("/api/v1/papers/?format=jsonl", "/papers.csv"):
        whole = content(ask(path))
        assert whole.count(b"\n") >= Paper.objects.count()
        for way, unpack in UNPACK.items():
            packed = ask(path, accept_encoding=way)
            assert packed.streaming and packed["Content-Encoding"] == way and "Content-Length" not in packed.headers
            assert unpack(content(packed)) == whole


def test_lines_are_sent_in_pieces() -> None:
    lines = [f"{number}\n" for number in range(20_000)]
    found = list(pieces(lines))
    assert b"".join(found).decode() == "".join(lines)
    assert len(found) == 4 and all(PIECE <= len(piece) < PIECE + 10 for piece in found[:-1])
    assert list(pieces([])) == []
