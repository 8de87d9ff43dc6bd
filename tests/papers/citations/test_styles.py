"""Formatted citations of what is hard to cite, in every style."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from papers.bylines import Name
from papers.citations import Contributor, Work
from papers.citations.styles import STYLES, citable, cite
from papers.publications import Details
from papers.text.dates import PartialDate

DOE = Contributor("Jane Q. Doe", "Doe", "Jane Q.")
PREPRINT = Work(
    identifier="2101.01234",
    arxiv_id="2101.01234",
    title="On things",
    url="http://127.0.0.1:8000/papers/2101.01234/",
    source_url="https://arxiv.org/abs/2101.01234",
    authors=(DOE,),
    type="article",
    published=PartialDate(date(2021, 5, 4)),
)
DOI = "https://doi.org/10.48550/arXiv.2101.01234"


def cited(**changes: Any) -> list[str]:
    item = citable(replace(PREPRINT, **changes))
    return [cite(item, style) for style in STYLES.values()]


OF_PREPRINT = [
    f"Doe, J. Q. (2021). On things (Preprint arXiv:2101.01234). arXiv. {DOI}",
    f"Doe, Jane Q. 2021. “On Things”. Preprint arXiv:2101.01234. arXiv, May 4. {DOI}.",
    f"Doe, J.Q. (2021) “On things”. arXiv. Available at: {DOI}.",
    "J. Q. Doe, “On things”, May 04, 2021, arXiv:2101.01234. doi: 10.48550/arXiv.2101.01234.",
]


@pytest.mark.parametrize(
    "details",
    [
        Details(),
        Details(source_type="article", container="arXiv preprint arXiv:2101.01234"),
        Details(source_type="article", container="ArXiv", publisher="arXiv", pages="1-10"),
        Details(source_type="article", container="CoRR", volume="abs/2101.01234"),
    ],
    ids=["nothing", "Google Scholar", "Semantic Scholar", "dblp"],
)
def test_a_preprint_is_cited_in_the_same_way_whatever_a_list_calls_its_server(details: Details) -> None:
    assert cited(details=details) == OF_PREPRINT


def test_a_server_is_no_journal() -> None:
    elsewhere = {"arxiv_id": "", "source_url": "", "doi": "10.1101/2021.1", "type": "article"}
    assert cited(**elsewhere, details=Details(source_type="article", container="bioRxiv")) == [
        "Doe, J. Q. (2021). On things [Preprint]. bioRxiv. https://doi.org/10.1101/2021.1",
        "Doe, Jane Q. 2021. “On Things”. Preprint. bioRxiv, May 4. https://doi.org/10.1101/2021.1.",
        "Doe, J.Q. (2021) “On things”. bioRxiv. Available at: https://doi.org/10.1101/2021.1.",
        "J. Q. Doe, “On things”, May 04, 2021, bioRxiv. doi: 10.1101/2021.1.",
    ]


def test_what_nobody_signed_has_its_title_once() -> None:
    assert cited(authors=()) == [
        f"On things (Preprint arXiv:2101.01234). (2021). arXiv. {DOI}",
        f"“On Things”. 2021. Preprint arXiv:2101.01234. arXiv, May 4. {DOI}.",
        f"“On things” (2021). arXiv. Available at: {DOI}.",
        "“On things”, May 04, 2021, arXiv:2101.01234. doi: 10.48550/arXiv.2101.01234.",
    ]
    bare = Work("notes", "", "Only a title", "http://127.0.0.1:8000/papers/notes/")
    assert [cite(citable(bare), style) for style in STYLES.values()] == [
        "Only a title. (n.d.).",
        "“Only a Title”. n.d.",
        "“Only a title” (no date).",
        "“Only a title”.",
    ]


def test_a_byline_that_goes_on_says_so() -> None:
    begins = (
        "Doe, J. Q., Roe, B. et al. (2021). ",
        "Doe, Jane Q., Bo Roe et al. 2021. ",
        "Doe, J.Q., Roe, B. et al. (2021) ",
        "J. Q. Doe, B. Roe et al., ",
    )
    found = cited(authors=(DOE, Contributor("Bo Roe", "Roe", "Bo")), is_complete=False)
    assert tuple(text[: len(begin)] for text, begin in zip(found, begins, strict=True)) == begins


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (Contributor("Plato", "Plato"), ["Plato.", "Plato.", "Plato (", "Plato,"]),
        (
            Contributor("LIGO Scientific Collaboration", is_group=True),
            [f"LIGO Scientific Collaboration{sign}" for sign in (".", ".", " (", ",")],
        ),
        # Forenames without capitals aren't shortened.
        (Contributor("小明 王", "王", "小明"), ["王小明.", "王小明.", "王小明 (", "王小明,"]),
        (Contributor("هند مثال", "مثال", "هند"), ["هند مثال.", "هند مثال.", "هند مثال (", "هند مثال,"]),
        (
            Contributor("Martin Luther King Jr", "King", "Martin Luther", "Jr"),
            ["King, M. L., Jr.", "King, Martin Luther, Jr.", "King, M.L., Jr (", "M. L. King Jr,"],
        ),
    ],
)
def test_names_are_whole_where_a_style_prints_them_so(who: Contributor, shown: list[str]) -> None:
    assert [text[: len(begin)] for text, begin in zip(cited(authors=(who,)), shown, strict=True)] == shown


def test_a_label_without_its_edition_is_left_out() -> None:
    of_proceedings = Details(source_type="inproceedings", pages="10-12")
    found = cited(arxiv_id="", source_url="", type="paper-conference", details=of_proceedings)
    assert found[1] == "Doe, Jane Q. 2021. “On Things”. May 4, 10–12."


@pytest.mark.parametrize(
    "kind", ["entry", "entry-dictionary", "entry-encyclopedia", "interview", "personal_communication"]
)
@pytest.mark.parametrize("container", ["", "Book of Things"])
def test_what_a_style_lists_nowhere_is_cited_all_the_same(kind: str, container: str) -> None:
    unsigned = {"authors": (), "arxiv_id": "", "source_url": "", "doi": "", "type": kind}
    found = cited(**unsigned, details=Details(source_type="misc", container=container))
    assert all("on things" in text.lower() and "2021" in text and container in text for text in found)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (
            1,
            [
                "Doe, J. Q. (ed.). (2021). On",
                "Doe, Jane Q., ed. 2021. On",
                "Doe, J.Q. (ed.) (2021) On",
                "J. Q. Doe, Ed., On",
            ],
        ),
        (
            2,
            [
                "Doe, J. Q., & Roe, B. (eds.). (2021). On",
                "Doe, Jane Q., and Bo Roe, eds. 2021. On",
                "Doe, J.Q. and Roe, B. (eds.) (2021) On",
                "J. Q. Doe and B. Roe, Eds., On",
            ],
        ),
        (
            9,
            [
                "Doe, J. Q., Roe, B., Roe, B.",
                "Doe, Jane Q., Bo Roe, Bo Roe, et al., eds. 2021. On",
                "Doe, J.Q. et al. (eds.) (2021) On",
                "J. Q. Doe et al., Eds., On",
            ],
        ),
    ],
)
def test_editors_of_a_book_without_authors_stand_once(count: int, shown: list[str]) -> None:
    editors = (Name("Jane Q. Doe", "Jane Q.", "Doe"), *[Name("Bo Roe", "Bo", "Roe")] * (count - 1))
    book = {"authors": (), "arxiv_id": "", "source_url": "", "type": "book"}
    found = cited(**book, details=Details(source_type="book", publisher="Press", editors=editors))
    assert [text[: len(begin)] for text, begin in zip(found, shown, strict=True)] == shown
    assert all(text.count("Doe") == text.lower().count("on things") == 1 and "\u2064" not in text for text in found)


def test_an_unsigned_part_of_an_edited_book_has_its_title_once() -> None:
    entry = {"authors": (), "arxiv_id": "", "source_url": "", "type": "entry-encyclopedia"}
    details = Details(source_type="inreference", container="Book", editors=(Name("Bo Roe", "Bo", "Roe"),))
    assert cited(**entry, details=details)[0] == "On things. (2021). In B. Roe (ed.), Book."


@pytest.mark.parametrize(
    ("forenames", "initials"),
    [
        ("danah", "D."),
        ("Jia-wei", "J.-W."),
        ("ʿAlī", "A."),
        ("M. a.", "M. A."),
        ("Maria das Graças", "M. das G."),
        ("W. “Grace”", "W."),
        ("Chee (Ben)", "C."),
    ],
)
def test_forenames_are_shortened_to_initials(forenames: str, initials: str) -> None:
    whole = Contributor(f"{forenames} Doe", "Doe", forenames)
    short = cited(authors=(whole,))
    assert short[0].startswith(f"Doe, {initials} (2021).")
    assert short[1].startswith(f"Doe, {forenames.rstrip('.')}. 2021.")
    assert short[3].startswith(f"{initials} Doe, ")


def test_signs_of_what_is_missing_are_left_out() -> None:
    chapter = {"arxiv_id": "", "source_url": "", "type": "chapter"}
    details = Details(source_type="incollection", container="Book", publisher="Press", series="Series", volume="105")
    assert all(" ," not in text and ". , " not in text for text in cited(**chapter, details=details))
    assert all(" ," not in text for text in cited(**chapter, details=details, authors=()))
