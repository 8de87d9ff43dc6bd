"""A browser that looks over one's shoulder: whatever a page does that it must not fails the test that opened it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

PROFILE = "/authors/tom-henighan/"
SIZES = {"phone": (390, 844), "wide": (1280, 860)}
# Where the pictures of pages go, to be looked at after a run.
PICTURES = Path(os.environ.get("SCREENSHOTS_DIR") or settings.DATA_DIR / "screenshots")

Open = Callable[..., Page]


@pytest.fixture
def visit(related_seed: None, live_server: Any, chromium: Browser) -> Iterator[Open]:
    """Opens an address of the site in a new page; at the end, that nothing went wrong in any of them.

    The data are loaded before the browser starts: its event loop would forbid queries.
    """
    wrong: list[str] = []
    contexts = []

    def told(kind: str, text: str, address: str) -> None:
        # A page that isn't there is an error in the browser's eyes.
        if not (kind == "error" and "status of 40" in text):
            wrong.append(f"{address}: {kind} {text}")

    def make(address: str, size: str = "wide", scheme: str = "light", **options: Any) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB", **options
        )  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: told("error", f"{said.text} {said.location}", address) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: told("exception", str(error), address))
        page.on(
            "requestfailed",  # what the next click broke off is no failure
            lambda request: None if request.failure == "net::ERR_ABORTED" else told("failed", request.url, address),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:"))
                else told("request to another host", request.url, address)
            ),
        )
        page.goto(live_server.url + address)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def overflow(page: Page) -> list[str]:
    """What sticks out to the right of the window."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
           [...document.querySelectorAll('body *')]
             .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
             .map(e => e.tagName + '.' + e.className)"""
    )


def picture(page: Page, name: str) -> bytes:
    """A screenshot of the window, kept under this name; its bytes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return page.screenshot(path=PICTURES / f"{name.replace(' ', '-')}.png")
