"""The queue of papers that may be one in a real browser: by keys alone, and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from papers.database.builds import stage_lock
from papers.ingest.duplicates import find_duplicate_papers
from tests.browser.conftest import Open, overflow, picture
from tests.conftest import record

pytestmark = pytest.mark.browser

QUEUE = reverse("admin:curation-duplicate-papers")


@pytest.fixture
def session(related_seed: None, build_rows: Callable[..., Any], live_server: Any) -> dict[str, Any]:
    """The cookie of a curator who has signed in to a site with three papers that may be one."""
    ends = ("", ": a history", ": a talk")
    build_rows(*(record(f"2001.0000{n}", title=f"Weaving numbers on looms{end}") for n, end in enumerate(ends, 1)))
    with stage_lock():
        find_duplicate_papers()
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("ada"))
    name = settings.SESSION_COOKIE_NAME
    host = urlsplit(live_server.url).hostname
    place = {"domain": host, "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"name": name, "value": client.cookies[name].value, **place}


@pytest.fixture
def by_curator(session: dict[str, Any], visit: Open) -> Callable[..., Page]:
    """Opens an address as that curator."""
    return partial(visit, storage_state={"cookies": [session], "origins": []})


def left(page: Page) -> Any:
    return page.locator(".curation-lead").first


def test_pairs_are_decided_by_keys(by_curator: Callable[..., Page]) -> None:
    page = by_curator("/papers/2001.00002/")
    page.get_by_role("link", name="Possibly one paper with 2001.00001").click()
    expect(left(page)).to_contain_text("2 pairs to decide")
    kept = page.locator("th", has_text="this record stays").locator("a")
    expect(kept).to_have_text("2001.00001")
    assert overflow(page) == []
    picture(page, "curation-duplicate-papers")
    # The other one is kept, and the first again.
    page.keyboard.press("w")
    expect(kept).to_have_text("2001.00002")
    page.keyboard.press("w")
    expect(kept).to_have_text("2001.00001")
    # What is typed as a reason decides nothing.
    page.get_by_label("Why are they one?").press_sequentially("arsw, he says")
    expect(page).to_have_url(re.compile(f"{QUEUE}.pair="))
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator(".messagelist")).to_contain_text("Merge the paper 2001.00002 into 2001.00001.")
    expect(left(page)).to_contain_text("1 pair to decide")
    page.keyboard.press("u")
    expect(page.locator(".messagelist")).to_contain_text("Undo decision")
    page.keyboard.press("r")
    expect(page.locator(".messagelist")).to_contain_text("2001.00001 and 2001.00002 are two papers")
    page.keyboard.press("s")
    expect(page.locator(".curation")).to_contain_text("Nothing to decide")


def test_the_same_without_script_and_on_a_phone(by_curator: Callable[..., Page]) -> None:
    page = by_curator(QUEUE, java_script_enabled=False, size="phone")
    picture(page, "curation-duplicate-papers-phone")
    page.get_by_role("button", name="Keep the other").click()
    expect(page.locator("th", has_text="this record stays")).to_contain_text("2001.00002")
    page.get_by_role("button", name="Not one paper").click()
    expect(page.locator(".messagelist")).to_contain_text("2001.00001 and 2001.00002 are two papers")
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("button", name="Undo the last").click()
    expect(page.locator(".messagelist")).to_contain_text("Undo decision")
