"""The seed profile in a real browser: phone and wide, light and dark, with and without JavaScript, and for everybody.

`UPDATE_SCREENSHOT=1 .venv/bin/python -m pytest tests/browser -k "screenshot or shared"` makes docs/screenshot.png and
static/share.png anew.
"""

from __future__ import annotations

import os
import struct

import orjson
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page

from profiles.management.seed import SOURCE
from tests.browser.conftest import PROFILE, SIZES, Open, overflow, picture
from tests.browser.pages import PAGES, VARIANTS

pytestmark = pytest.mark.browser

TITLES = {row["title"] for row in orjson.loads(SOURCE.read_bytes())["papers"]}
SECTIONS = ["Academic Profile", "Statistics", "Similar Authors", "Papers on arXiv"]
SHARED = (1200, 630)
PICTURE = settings.BASE_DIR / "static" / "share.png"
SCREENSHOT = settings.BASE_DIR / "docs" / "screenshot.png"


def check_profile(page: Page) -> None:
    assert page.locator("h1").all_inner_texts() == ["Tom Henighan"]
    assert page.locator(".page-head .lead").inner_text() == "21 papers on arXiv"
    assert page.locator("main section > h2").all_inner_texts() == SECTIONS
    assert all(page.locator(f"section#{name}").is_visible() for name in ("profile", "statistics", "similar", "papers"))
    assert set(page.locator("#papers .card .title").all_inner_texts()) == TITLES
    assert page.locator("#papers .card .teaser").count() == len(TITLES) == 21
    assert page.locator("#similar ol > li").count() == 10
    assert page.locator("#statistics .chart rect").count() == 7
    assert overflow(page) == []


@pytest.mark.looks
def test_the_profile_on_phone_and_wide_in_light_and_dark(visit: Open) -> None:
    backgrounds = {}
    for size in SIZES:
        for scheme in ("light", "dark"):
            page = visit(PROFILE, size, scheme)
            check_profile(page)
            backgrounds[size, scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert png_size(picture(page, f"profile-{size}-{scheme}")) == SIZES[size]
    # The two schemes are two, and the same on every size.
    assert backgrounds["phone", "light"] == backgrounds["wide", "light"] != backgrounds["wide", "dark"]
    assert backgrounds["phone", "dark"] == backgrounds["wide", "dark"]


def test_everything_works_without_javascript(visit: Open) -> None:
    page = visit(PROFILE, "phone", java_script_enabled=False)
    check_without_script(page)
    # Narrow by the forms, open the numbers, go on to a similar author and back by the search.
    page.select_option("#papers select[name=year]", "2022")
    page.click("#papers button[type=submit]")
    assert page.locator("#papers .card").count() == 10
    assert page.url.endswith("#papers")
    page.click("#papers .card .subject >> nth=0")
    assert page.locator("h1").inner_text() != ""
    page.go_back()
    page.click("#statistics summary")
    assert page.locator("#statistics details table").is_visible()
    page.click("#similar li a >> nth=0")
    assert page.locator("h1").inner_text() == "Sam McCandlish"
    page.fill("#site-search", "henighan")
    page.press("#site-search", "Enter")
    page.click("#authors a.name")
    check_without_script(page)


def check_without_script(page: Page) -> None:
    assert page.locator("h1").inner_text() == "Tom Henighan"
    assert page.locator("main section > h2").all_inner_texts() == SECTIONS
    assert set(page.locator("#papers .card .title").all_inner_texts()) == TITLES


def test_by_keyboard(visit: Open) -> None:
    page = visit(PROFILE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    # Whatever takes the focus shows that it has it.
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] }"
        )
        assert shown[0] != "none", page.evaluate("document.activeElement.outerHTML")


@pytest.mark.looks
def test_axe_finds_nothing_and_nothing_sticks_out(visit: Open) -> None:
    axe = Axe()
    found: dict[str, list[str]] = {}
    for name, address in PAGES.items():
        if name in VARIANTS:
            continue
        page = visit(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # Colours that are still on their way to the other scheme have no contrast worth measuring.
            page.evaluate("Promise.all(document.getAnimations().map(each => each.finished)).then(() => null)")
            # A scheme changes colours and nothing else.
            rules = None if scheme == "light" else {"runOnly": ["color-contrast", "link-in-text-block"]}
            violations = axe.run(page, options=rules).response["violations"]
            found[f"{name}, {scheme}"] = [
                f"{each['id']}: {node['html'][:120]}" for each in violations for node in each["nodes"]
            ]
        picture(page, f"{name}-wide-dark")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            found[f"{name}, {size}"] = overflow(page)
        page.close()
    found = {where: problems for where, problems in found.items() if problems}
    assert found == {}


@pytest.mark.looks
def test_a_page_can_be_enlarged_printed_and_shown_in_forced_colours(visit: Open) -> None:
    """WCAG 1.4.10: 320 pixels, which is 1280 enlarged four times; and on paper no navigation and no dark."""
    page = visit(PROFILE, "wide", "dark")
    page.set_viewport_size({"width": 320, "height": 256})
    assert overflow(page) == []
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".masthead nav").is_visible()
    assert page.locator("#papers .card").first.is_visible()
    picture(page, "profile-on-paper")
    # With the system's own colours figures can still be seen, and for those who ask for it nothing moves.
    page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
    fill, paper = page.evaluate(
        """() => [getComputedStyle(document.querySelector('#statistics rect')).fill,
                  getComputedStyle(document.body).backgroundColor]"""
    )
    assert fill != paper
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('main a')).transitionDuration") == "0s"


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG; the format's header says so."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert content[12:16] == b"IHDR"
    width, height = struct.unpack(">II", content[16:24])
    return width, height


if os.environ.get("UPDATE_SCREENSHOT") == "1":

    def test_taking_the_screenshot_of_the_readme(visit: Open) -> None:
        visit(PROFILE).screenshot(path=SCREENSHOT)

    def test_taking_the_picture_for_shared_links(chromium: Browser) -> None:
        page = chromium.new_page(viewport={"width": SHARED[0], "height": SHARED[1]})
        page.goto(PICTURE.with_suffix(".svg").as_uri())
        page.screenshot(path=PICTURE)
        page.close()


def test_the_screenshot_of_the_readme() -> None:
    assert png_size(SCREENSHOT.read_bytes()) == SIZES["wide"]


def test_the_picture_for_shared_links() -> None:
    assert png_size(PICTURE.read_bytes()) == SHARED
