"""The ways of visitors through the site in a real browser: by mouse, by keyboard, on a phone, without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROFILE, Open, overflow, picture
from tests.conftest import record

pytestmark = pytest.mark.browser

MANY = 30  # more than a page of papers


@pytest.fixture
def site(seed: None, build_rows: Callable[..., Any], related_seed: None) -> None:
    """The seed, and an author of more papers than a page shows."""
    build_rows(
        *(
            record(
                f"2001.{n:05}",
                title=f"Engine {n}",
                authors=f"Ada Byron, {'Charles Babbage' if n % 3 else 'Alan Turing'}",
                categories="cs.LG" if n % 2 else "math.CO",
                abstract="An engine that weaves algebra.",
                versions=[{"version": "v1", "created": f"Mon, 6 Jan {2018 + n % 3} 10:00:00 GMT"}],
            )
            for n in range(1, MANY + 1)
        )
    )


def titles(page: Page) -> list[str]:
    return page.locator(".card .title").all_inner_texts()


def loads(page: Page) -> list[str]:
    """Whole pages that are loaded from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if request.is_navigation_request() else None)
    return seen


def test_from_a_search_to_a_paper_of_a_similar_author(site: None, visit: Open) -> None:
    page = visit("/")
    # A name is suggested while it is typed, with what tells namesakes apart, and leads to the profile.
    page.locator("#search").press_sequentially("henig")
    option = page.get_by_role("option", name="Tom Henighan")
    expect(option).to_contain_text("21 papers · 2020–2026 · Computation and Language · with Sam McCandlish")
    picture(page, "way-suggestion")
    option.click()
    expect(page.locator("h1")).to_have_text("Tom Henighan")
    # On to the first similar author, and to a paper there.
    page.locator("#similar li a").first.click()
    expect(page.locator("h1")).to_have_text("Sam McCandlish")
    names = titles(page)
    page.locator(".card .title a").first.click()
    expect(page.locator("h1")).to_have_text(names[0])
    # The paper knows the list one comes from, and leads through it and back to it.
    place = page.get_by_role("navigation", name="Papers before and after")
    expect(place.locator(".of")).to_have_text("Papers of Sam McCandlish")
    place.get_by_role("link", name="Next").click()
    expect(page.locator("h1")).to_have_text(names[1])
    picture(page, "way-paper")
    page.get_by_role("link", name="Similar papers", exact=True).click()
    expect(page.locator("section#similar-papers li").first).to_be_visible()
    page.go_back()
    place.locator(".of").click()
    expect(page.locator("h1")).to_have_text("Sam McCandlish")


def test_narrowing_and_paging_in_place(site: None, visit: Open) -> None:
    page = visit("/authors/ada-byron/")
    assert len(titles(page)) == 25
    whole = loads(page)
    page.locator("#papers").get_by_role("link", name="Next").click()
    expect(page.locator(".card")).to_have_count(MANY - 25)
    assert "page=" in page.url
    expect(page.locator("#papers-heading")).to_be_focused()
    page.select_option("#papers select[name=coauthor]", "alan-turing")
    page.select_option("#papers select[name=year]", "2018")
    page.locator("#papers").get_by_role("button", name="Show").click()
    expect(page.locator(".card")).to_have_count(10)
    # Only what was chosen is in the address, and a screen reader is told what was found.
    assert re.fullmatch(r".*/authors/ada-byron/\?coauthor=alan-turing&year=2018#papers", page.url), page.url
    expect(page.locator("#said")).to_have_text("10 papers")
    page.locator(".chosen a", has_text="Co-author").click()
    expect(page.locator(".chosen li")).to_have_count(1)
    expect(page.locator(".card")).to_have_count(10)
    assert whole == []
    # What was narrowed can be shared and gone back to.
    shared = page.url
    page.go_back()
    expect(page.locator(".chosen li")).to_have_count(2)
    page.goto(shared)
    expect(page.locator(".chosen li")).to_have_text(re.compile("Year: 2018"))
    # All papers have what they can be narrowed to beside them.
    page.goto(page.url.split("/authors")[0] + "/papers/")
    whole = loads(page)
    page.locator(".facet.category a", has_text="Combinatorics").click()
    expect(page.locator("h2.count")).to_have_text("15 papers")
    page.locator(".facet.year a", has_text="2019").click()
    expect(page.locator("h2.count")).to_have_text("5 papers")
    picture(page, "way-narrowed")
    assert whole == []
    # What makes no sense is said in place.
    page.fill("input[name=year_min]", "abc")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#list [role=alert]")).to_contain_text("Something in the filter could not be understood.")
    expect(page.locator("input[name=year_min]")).to_have_value("abc")


def test_by_keyboard_alone(site: None, visit: Open) -> None:
    page = visit("/papers/")
    press = page.keyboard.press
    reach(page, "#site-search")
    page.keyboard.type("mccand")
    box = page.locator("#site-search")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    press("ArrowDown")
    expect(page.locator(".suggestions [aria-selected=true]")).to_contain_text("Sam McCandlish")
    assert box.get_attribute("aria-activedescendant") == page.locator(
        ".suggestions [aria-selected=true]"
    ).get_attribute("id")
    press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("mccand")
    press("ArrowDown")
    press("Enter")
    expect(page.locator("h1")).to_have_text("Sam McCandlish")
    # Narrow the papers.
    reach(page, "#papers select[name=year]")
    page.keyboard.type("2022")
    reach(page, "#papers button[type=submit]")
    press("Enter")
    expect(page.locator(".chosen li")).to_have_text(re.compile("Year: 2022"))
    reach(page, ".card .title a")
    title = page.evaluate("document.activeElement.textContent")
    press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    reach(page, ".place .of")
    press("Enter")
    expect(page.locator(".chosen li")).to_have_text(re.compile("Year: 2022"))


def reach(page: Page, selector: str) -> None:
    """Go on by Tab until what the selector names has the focus, which can be seen all the way."""
    for _step in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
    pytest.fail(f"the keyboard doesn't reach {selector}")


def test_the_same_ways_without_script(site: None, visit: Open) -> None:
    page = visit("/", java_script_enabled=False)
    page.fill("#search", "tom henighan")
    page.press("#search", "Enter")
    page.click("#authors a.name")
    assert page.locator("h1").inner_text() == "Tom Henighan"
    page.click("#similar li a >> nth=0")
    assert page.locator("h1").inner_text() == "Sam McCandlish"
    page.select_option("#papers select[name=coauthor]", "tom-henighan")
    page.click("#papers button[type=submit]")
    assert page.locator("#papers .count").inner_text() == "17 papers"
    page.click(".card .title a >> nth=0")
    paper = page.locator("h1").inner_text()
    # Without script a paper stands in the list of its first category.
    page.click(".place [rel=next]")
    assert page.locator("h1").inner_text() != paper
    page.click(".place [rel=prev]")
    assert page.locator("h1").inner_text() == paper
    page.click(".actions a >> text=Similar papers")
    assert page.locator("section#similar-papers li").count() > 0
    page.goto(page.url.split("/papers")[0] + "/papers/?author=ada-byron")
    page.click(".pager a[rel=next]")
    assert page.locator(".card").count() == MANY - 25
    page.click(".facet.year a >> text=2019")
    assert page.locator("h2.count").inner_text() == "10 papers"


def test_on_a_phone(site: None, visit: Open) -> None:
    page = visit("/", "phone", has_touch=True)
    page.locator("#search").press_sequentially("byron")
    page.get_by_role("option", name="Ada Byron").tap()
    expect(page.locator("h1")).to_have_text("Ada Byron")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Papers on arXiv").tap()
    page.locator("#papers").get_by_role("link", name="Next").tap()
    expect(page.locator(".card")).to_have_count(MANY - 25)
    assert overflow(page) == []
    page.locator(".card .title a").first.tap()
    expect(page.get_by_role("navigation", name="Papers before and after").locator(".of")).to_have_text(
        "Papers of Ada Byron"
    )
    # What is tapped is large enough for a finger (WCAG 2.5.8), links in running text aside.
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, input, select, nav a, .actions a, .subject')]
             .filter(each => each.checkVisibility())
             .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
             .filter(([, box]) => box.width && Math.min(box.width, box.height) < 24).map(([html]) => html)"""
    )
    assert small == []
    assert overflow(page) == []
    picture(page, "way-phone")
    page.close()
    for address in ("/", PROFILE, "/papers/2001.08361/", "/papers/"):
        page = visit(address, "phone")
        assert layout_shift(page) == 0, address
        page.close()


def layout_shift(page: Page) -> float:
    """How much moved while the page was loaded, as browsers measure it (CLS)."""
    return page.evaluate(
        """() => new Promise(done => {
             let sum = 0;
             new PerformanceObserver(list => list.getEntries().forEach(entry => (sum += entry.value)))
               .observe({type: 'layout-shift', buffered: true});
             setTimeout(() => done(sum), 300);
           })"""
    )
