"""The cite box of a paper's page, and citations as a processor formats them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from justhtml import JustHTML

from papers.citations import Contributor
from papers.citations.styles import STYLES, citable, formatted
from tests.papers.citations.works import ARTICLE, BARE, PREPRINT
from tests.papers.conftest import Store, paper


def test_formatted() -> None:
    found = formatted(PREPRINT)
    assert list(found) == list(STYLES)
    assert found["APA"] == (
        r"van der Waerden, B. L., King, M. L., Jr, Plato, & LIGO Scientific Collaboration. (2008). On {x₁} & 50% of BERT's "
        r"naïve #_tags_ for Einstein ~ \foo^2 (Preprint arXiv:0801.1021). arXiv. https://doi.org/10.48550/arXiv.0801.1021"
    )
    found = formatted(ARTICLE)
    assert found["IEEE"] == (
        "A. Rand and Sons, A. Bee et al., “Strings”, Phys. Lett. B, vol. 658, pp. 7–12, 2000, doi: 10.1000/b_(2)<x>;2-#."
    )
    assert found["Harvard"].startswith(
        "Rand and Sons, A., Bee, A. et al. (2000) “Strings”, Phys. Lett. B, 658, pp. 7–12."
    )
    assert "=HYPERLINK(1)" in formatted(BARE)["Chicago"]


def test_many_names_are_cut_before_the_processor_and_not_in_what_it_says() -> None:
    people = tuple(Contributor(f"A. B{n}", f"B{n}", "A.") for n in range(3000))
    item = citable(replace(PREPRINT, authors=people))
    assert [name["family"] for name in item["author"]] == [*(f"B{n}" for n in range(20)), "B2999"]
    found = formatted(replace(PREPRINT, authors=people))
    assert "B18, A., … B2999, A. (2008)" in found["APA"]
    assert found["IEEE"].startswith("A. B0 et al.")


def test_a_citation_is_formatted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> str:
        raise AssertionError

    before = formatted(replace(PREPRINT, title="Once"))
    monkeypatch.setattr("papers.citations.styles.cite", fail)
    assert formatted(replace(PREPRINT, title="Once")) == before


@pytest.mark.django_db
def test_the_box(store: Store, client: Client) -> None:
    store(paper(title="On </pre><script>alert(1)</script> & <i>Gears</i>"))
    page = JustHTML(client.get("/papers/2001.00001/").content.decode(), sanitize=False, collect_errors=True)
    assert page.errors == []
    assert [dt.to_text() for dt in page.query("#cite dt")] == list(STYLES)
    for ending in ("bib", "ris", "json"):
        (shown,) = page.query(f"#cite-{ending}")
        whole = client.get(f"/papers/2001.00001.{ending}").content.decode()
        assert shown.to_text(strip=False).split() == whole.split()
    assert [a.attrs["href"] for a in page.query("#cite a")] == [
        f"/papers/2001.00001.{ending}" for ending in ("bib", "ris", "json", "csv")
    ]
    # Buttons wait for the script that makes them work.
    buttons = page.query("#cite button")
    assert len(buttons) == len(STYLES) + 3
    assert all("hidden" in button.attrs and page.query(f"#{button.attrs['data-copy']}") for button in buttons)
    assert page.query("main script") == []


@pytest.mark.django_db
def test_a_paper_that_has_both_lets_its_reader_choose(store: Store, client: Client) -> None:
    store(
        paper(journal_ref="J. Engines 1 (2021) 7-9"),
        paper("2001.00002", journal_ref=""),
    )
    address = "/papers/2001.00001/?list=newest"
    for query, shown, ending, words in (
        ("", "The published article", ".bib", "J. Engines"),
        ("&as=article", "The published article", ".bib", "J. Engines"),
        ("&as=preprint", "The preprint", ".bib?as=preprint", "Preprint arXiv:2001.00001"),
    ):
        page = JustHTML(client.get(address + query).content.decode(), sanitize=False)
        choices = {a.to_text(): a.attrs for a in page.query("#cite nav a")}
        assert {text: a["href"] for text, a in choices.items()} == {
            "The published article": f"{address}#cite",
            "The preprint": f"{address}&as=preprint#cite",
        }
        assert [text for text, a in choices.items() if "aria-current" in a] == [shown]
        assert words in page.query("#cite-apa")[0].to_text()
        assert [a.attrs["href"] for a in page.query("#cite a") if ".bib" in a.attrs["href"]] == [
            f"/papers/2001.00001{ending}"
        ]
    assert client.get("/papers/2001.00001/?as=book").status_code == 400
    page = JustHTML(client.get("/papers/2001.00002/").content.decode(), sanitize=False)
    assert page.query("#cite nav") == []
    none = client.get("/papers/2001.00002/?as=article")
    assert none.status_code == 404
    assert "No published article of 2001.00002 is known here." in none.content.decode()
