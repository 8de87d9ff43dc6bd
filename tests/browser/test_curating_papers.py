"""A curator mends a paper in a real browser: from its page to a field, its preview and back, on a phone in the dark too."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, overflow, picture

pytestmark = pytest.mark.browser

PAPER = "/papers/2001.08361/"


@pytest.fixture
def session(transactional_db: None, admin_user: Any) -> str:
    """The key of a curator's session."""
    client = Client()
    client.force_login(admin_user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def as_curator(page: Page, session: str) -> None:
    site = page.url.partition("/papers/")[0]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.reload()


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("phone", "dark")])
def test_a_curator_mends_a_paper(size: str, scheme: str, session: str, visit: Open) -> None:
    page = visit(PAPER, size, scheme)
    expect(page.get_by_role("navigation", name="For curators")).to_have_count(0)
    as_curator(page, session)
    acts = page.get_by_role("navigation", name="For curators")
    expect(acts.get_by_role("link")).to_have_text(["Edit", "Links", "Merge", "Part", "Hide"])
    assert overflow(page) == []
    picture(page, f"curate-paper-{size}-{scheme}")
    acts.get_by_role("link", name="Edit").click()
    expect(page.locator("#fields caption")).to_have_text("Fields")
    picture(page, f"curate-fields-{size}-{scheme}")
    assert overflow(page) == []
    # A date that is none is told what to write; a year is taken.
    page.get_by_role("link", name="Published", exact=True).click()
    page.get_by_label("Published").fill("in press")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".errorlist")).to_contain_text("Write 2019, 2019-05 or 2019-05-03")
    assert overflow(page) == []
    page.get_by_label("Published").fill("2020")
    page.get_by_label("Why").fill("As the journal has it.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#effects")).to_contain_text("Published: “2020” is added")
    assert overflow(page) == []
    picture(page, f"curate-preview-{size}-{scheme}")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("tr.curated")).to_contain_text("set by a curator")
    page.goto(page.url.partition("/admin/")[0] + PAPER)
    page.get_by_role("navigation", name="For curators").get_by_role("link", name="Hide").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#effects")).to_contain_text(PAPER)
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(".curation-lead")).to_contain_text("only curators see it")
    # And everything back, from the list of what was decided.
    page.get_by_role("button", name="Undo decision").first.click()
    expect(page.locator(".messagelist")).to_contain_text("Undo decision")
    page.goto(page.url.partition("/admin/")[0] + PAPER)
    expect(page.locator("h1")).to_have_text("Scaling Laws for Neural Language Models")


@pytest.mark.parametrize(("size", "scheme"), [("wide", "dark"), ("phone", "light")])
def test_a_curator_adds_a_paper(size: str, scheme: str, session: str, visit: Open) -> None:
    page = visit("/papers/", size, scheme)
    site = page.url.partition("/papers/")[0]
    as_curator(page, session)
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Add a paper").click()
    page.get_by_label("Title").fill("Notes on the loom")
    page.get_by_label("Authors").fill("Tom Henighan, Ada Byron")
    page.get_by_label("Published").fill("2019-05")
    page.get_by_label("arXiv id").fill("2001.08361")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("link", name=PAPER)).to_be_visible()
    page.get_by_label("arXiv id").fill("")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#effects")).to_contain_text("Add the paper “Notes on the loom”")
    assert overflow(page) == []
    picture(page, f"curate-add-{size}-{scheme}")
    page.get_by_role("button", name="Do it").click()
    page.get_by_role("link", name="Notes on the loom").click()
    expect(page.locator("time").first).to_have_text("May 2019")
    picture(page, f"curate-added-{size}-{scheme}")
