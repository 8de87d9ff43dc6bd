"""A preprint and its article are one paper; a citation is of one of them, with what belongs to that one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from papers.citations import Work
from papers.citations.work import UnknownForm, form_named
from papers.publications import Details, Publication, Url
from papers.text.dates import PartialDate
from tests.papers.citations.works import ARTICLE, BARE, PREPRINT

JOURNAL = Details(
    source_type="article",
    container=r"Journal f\"ur Dinge",
    volume="12",
    pages="1-10",
    publisher="Rand & Sons",
    urls=(Url("https://example.org/1"), Url("https://example.org/1.pdf", "pdf")),
)
BOTH = replace(
    PREPRINT,
    details=JOURNAL,
    type="article-journal",
    issued=PartialDate.of(2009, 5),
    doi="10.1000/both",
)


def facts(work: Work | None) -> tuple[object, ...] | None:
    if work is None:
        return None
    day = work.date.iso() if work.date else ""
    return work.cited_type, day, work.publication.container, work.publication.publisher, work.cited_doi, work.address


AS_PREPRINT = ("article", "2008-01-07", "", "arXiv", "10.48550/arXiv.0801.1021", "https://arxiv.org/abs/0801.1021")


def test_of_both_the_article_is_cited_and_each_has_its_own_facts() -> None:
    article = (
        "article-journal",
        "2009-05",
        "Journal für Dinge",
        "Rand & Sons",
        "10.1000/both",
        "https://example.org/1",
    )
    assert (BOTH.form, facts(BOTH), facts(BOTH.as_article())) == ("article", article, article)
    assert facts(BOTH.as_preprint()) == AS_PREPRINT
    assert [url.url for url in BOTH.as_form("preprint").addresses] == [  # type: ignore[union-attr]
        "https://arxiv.org/abs/0801.1021",
        "https://example.org/1.pdf",
    ]


def test_a_doi_alone_is_no_article() -> None:
    work = replace(PREPRINT, doi="10.1000/x")
    assert (work.form, facts(work), work.as_article()) == ("preprint", AS_PREPRINT, None)


def test_a_reference_that_can_be_read_is_the_article_s_and_dates_it() -> None:
    assert facts(ARTICLE) == (
        "article-journal",
        "2000",
        "Phys. Lett. B",
        "",
        "10.1000/b_(2)<x>;2-#",
        "https://doi.org/10.1000/b_(2)%3Cx%3E;2-%23",
    )
    preprint = ARTICLE.as_preprint()
    assert preprint
    assert (preprint.publication, preprint.date) == (Publication(publisher="arXiv"), PartialDate(date(1999, 1, 4)))


def test_the_day_of_a_preprint_that_came_after_its_article() -> None:
    issued = PartialDate.of(2007)
    late = replace(BOTH, published=issued, issued=issued, details=replace(JOURNAL, posted="2008-01-07"))
    assert facts(late.as_preprint()) == AS_PREPRINT
    unknown = replace(BOTH, published=issued, issued=issued)
    assert unknown.as_preprint().date is None  # type: ignore[union-attr]


@pytest.mark.parametrize("container", ["arXiv preprint arXiv:0801.1021", "CoRR", "ArXiv e-prints"])
def test_a_list_s_entry_of_a_preprint_is_one(container: str) -> None:
    year = PartialDate.of(2008)
    work = replace(BOTH, details=Details(source_type="article", container=container), published=year, issued=year)
    assert (work.form, work.has_preprint, work.date) == ("preprint", True, year)
    assert work.publication == Publication(container=container, publisher="arXiv")


def test_what_is_no_preprint_is_cited_as_it_is() -> None:
    assert (BARE.form, BARE.as_preprint(), BARE.as_article()) == ("article", None, replace(BARE, asked="article"))
    thesis = replace(BARE, type="thesis", published=PartialDate.of(2019), details=Details(publisher="Gears University"))
    assert facts(thesis) == ("thesis", "2019", "", "Gears University", "", "")


def test_a_preprint_elsewhere_has_its_own_server_and_doi() -> None:
    work = replace(BARE, type="article", doi="10.1000/p", details=Details(publisher="Gears Server"))
    assert (work.form, work.as_article()) == ("preprint", None)
    assert facts(work)[3:5] == ("Gears Server", "10.1000/p")  # type: ignore[index]


def test_the_type_says_that_there_is_an_article_of_which_nothing_else_is_known() -> None:
    talk = replace(PREPRINT, type="paper-conference")
    assert (talk.form, facts(talk.as_article())[0]) == ("preprint", "paper-conference")  # type: ignore[index]


def test_what_is_said_besides() -> None:
    assert replace(BARE, is_withdrawn=True).note == "Withdrawn. Talk, 1 & 2"
    assert replace(BARE, comments="Withdrawn by its authors", is_withdrawn=True, journal_ref="").note == (
        "Withdrawn by its authors"
    )
    assert replace(BARE, comments="3 pages").note == "3 pages. Talk, 1 & 2"
    assert replace(ARTICLE, comments="3 pages").note == "3 pages"


def test_words_for_the_two() -> None:
    assert [form_named(word) for word in ("", "preprint", "article")] == ["", "preprint", "article"]
    with pytest.raises(UnknownForm, match="book"):
        form_named("book")


def test_the_key_of_a_list_goes_before_ours() -> None:
    assert replace(PREPRINT, citation_key="Waerden:2008").key == "Waerden:2008"
