"""`/data/`: what dump_dataset made, to look at and to fetch."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import record


@pytest.fixture
def dumped(build_rows: Any, settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    build_rows(record("2001.00001"))
    call_command("dump_dataset", verbosity=0)
    return tmp_path / "dataset"


def test_before_there_is_one_the_page_says_how_to_make_it(
    client: Client, db: None, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    page = client.get("/data/").content.decode()
    assert "dump_dataset" in page
    assert client.get("/data/manifest.json").status_code == 404


def test_the_page_names_what_is_there(client: Client, dumped: Path) -> None:
    page = client.get("/data/").content.decode()
    manifest = json.loads((dumped / "manifest.json").read_text())
    assert all(f'href="/data/{entry["path"]}"' in page for entry in manifest["files"])
    assert "/oai?verb=Identify" in page
    assert 'href="/data/"' in client.get("/about/").content.decode().split("<main")[1].split("</main>")[0]
    assert 'href="/data/"' in client.get("/").content.decode().split("<footer")[1]


def test_files_come_as_they_are(client: Client, dumped: Path) -> None:
    response = client.get("/data/authors.jsonl.gz")
    content = b"".join(response)
    assert content == (dumped / "authors.jsonl.gz").read_bytes()
    assert len(gzip.decompress(content).splitlines()) == 2
    assert response["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response
    assert client.get("/data/authors.jsonl.gz", headers={"If-None-Match": response["ETag"]}).status_code == 304
    for path in ("manifest.json", "schema.json", "README.md"):
        assert b"".join(client.get(f"/data/{path}")) == (dumped / path).read_bytes()


@pytest.mark.parametrize(
    "path", ["../secret_key", "%2e%2e/secret_key", "..%2fsecret_key", "papers", "papers/", "x", "//etc/passwd"]
)
def test_nothing_else_can_be_had(client: Client, dumped: Path, path: str) -> None:
    (dumped.parent / "secret_key").write_text("secret")
    (dumped / "x").write_text("not in the manifest")
    assert client.get(f"/data/{path}").status_code == 404
