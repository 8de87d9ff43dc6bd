"""Citing a paper and showing papers elsewhere, in a real browser: buttons that copy, linked data under the policy, frames."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

pytestmark = pytest.mark.browser

PAPER = "/papers/2001.08361/"
EMBED = "/authors/tom-henighan/embed/"


@pytest.fixture
def context(seed: None, live_server: Any, chromium: Browser) -> Iterator[BrowserContext]:
    """A window on the site; the data are loaded before the browser starts."""
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url, locale="en-GB")
    yield made
    made.close()


def listened(page: Page) -> list[str]:
    """What the browser complains of on the page, as it comes."""
    said: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_citation_is_copied(context: BrowserContext, live_server: Any) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page = context.new_page()
    said = listened(page)
    page.goto(PAPER)
    page.locator("#cite summary", has_text="BibTeX").click()
    page.get_by_role("button", name="Copy BibTeX").click()
    page.wait_for_function("document.getElementById('copied').textContent == 'Copied.'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#cite-bib").inner_text()
    assert copied.startswith("@misc{kaplan2020scaling-2001.08361,")
    page.locator("#cite dd", has_text="Kaplan").first.get_by_role("button", name="Copy").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('Kaplan, J.'))")
    # The linked data are read as data, and the policy has nothing against them.
    assert (
        page.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)['@graph'].length"
        )
        == 2
    )
    assert said == []


def test_where_copying_is_forbidden_the_text_is_selected(context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(PAPER)
    page.locator("#cite dd").first.get_by_role("button", name="Copy").click()
    page.wait_for_function("String(getSelection()) == document.getElementById('cite-apa').innerText")
    assert page.locator("#copied").inner_text() == "The text is selected: copy it with your keyboard."


def test_citing_without_script(seed: None, live_server: Any, chromium: Browser) -> None:
    made = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = made.new_page()
    page.goto(PAPER)
    assert page.locator("#cite button:visible").count() == 0
    assert "Kaplan, J." in page.locator("#cite-apa").inner_text()
    page.locator("#cite summary", has_text="RIS").click()
    assert page.locator("#cite-ris").inner_text().startswith("TY  - UNPB")
    with page.expect_download() as download:
        page.locator("#cite a", has_text="Save RIS").click()
    assert download.value.suggested_filename == "kaplan2020scaling-2001.08361.ris"
    made.close()


@pytest.fixture
def lab(live_server: Any) -> Iterator[str]:
    """The address of another site, whose page frames the list and the profile."""
    frames = "".join(
        f'<iframe name="{name}" src="{live_server.url}{address}"></iframe>'
        for name, address in (("list", f"{EMBED}?count=3"), ("profile", "/authors/tom-henighan/"))
    )

    class Lab(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>A lab</title><link rel=icon href=data:,>{frames}".encode())

        def log_message(self, *args: Any) -> None:
            """Nothing: the test's output is no log."""

    server = HTTPServer(("127.0.0.1", 0), Lab)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_list_is_shown_on_another_site_and_the_profile_is_not(context: BrowserContext, lab: str) -> None:
    page = context.new_page()
    said = listened(page)
    page.goto(lab)
    page.frame_locator('iframe[name="list"]').locator("h2").nth(2).wait_for()
    assert page.frame_locator('iframe[name="list"]').locator("h2").count() == 3
    assert page.frame_locator('iframe[name="profile"]').locator("section#papers").count() == 0
    assert len(said) == 1
    assert "frame-ancestors" in said[0] or "X-Frame-Options" in said[0]


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, seed: None, live_server: Any, chromium: Browser) -> None:
    made = chromium.new_context(color_scheme=scheme, base_url=live_server.url)  # type: ignore[arg-type]
    page = made.new_page()
    for address in (EMBED, f"{EMBED}?theme=light", f"{EMBED}?theme=dark&format=titles", PAPER):
        page.goto(address)
        for summary in page.locator("#cite summary").all():
            summary.click()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address} {scheme}: {found.generate_report()}"
    made.close()
