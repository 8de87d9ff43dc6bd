"""What our own readers make of our files is written as the same entries again, and what others read is what lists said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.citations import Counts, read, written
from papers.bylines import name_from_parts, parse_byline
from papers.citations import Contributor, Work, ris
from papers.ingest.readers import FORMATS
from papers.ingest.readers.documents.streams import Stream
from papers.models import Paper
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line
from tests.papers.citations.test_types import JOURNAL, TYPED
from tests.papers.citations.works import ARTICLE, BARE, PREPRINT
from tests.papers.conftest import Store, facts, paper

LIST = r"""
@string{zft = "Zeitschrift f{\"u}r Zahnr{\"a}der"}

@article{Quill:1999,
  author = {Quill, Ada and van der Moe, {\"O}rjan Karl and others},
  title = {{Gears} of two kinds: a study of {$O(n^2)$} teeth \& {DNA}},
  journal = zft, volume = {12}, number = {2133}, pages = {1--10}, year = 1999, month = may,
  publisher = {Rand \& Sons}, issn = {1234-5679}, doi = {10.1000/gears.1}, language = {german},
  keywords = {gears, {teeth, and their number}}, note = {Best paper},
  abstract = {Gears turn.

  Teeth bite by 50\,\% in $\mathbb{R}^3$.},
  pdf = {https://gears.example/1.pdf}, code = {https://code.example/gears}
}

@inproceedings{moe2001, author = "Larry Moe and Ada Quill", title = "Turning", year = "2001", month = "March",
  booktitle = {Proceedings of the {3rd} Conference on Gears}, editor = {Roe, Eve and Loe, Max}, pages = {7-12},
  publisher = {Rand}, address = {Berlin}, series = {Lectures on Gears}, isbn = {978-3-16-148410-0},
  url = {https://gears.example/turning}, slides = {https://gears.example/turning-slides.pdf}}

@phdthesis{loe, author = {Loe, Max}, title = {All about gears}, school = {University of Gears}, year = 2010, month = 11}
@mastersthesis{roe, author = {Roe, Eve}, title = {Little about gears}, school = {University of Gears}, year = 2011}
@techreport{tr12, author = {Roe, Eve}, title = {A report}, institution = {Gear Institute}, number = {TR-12}, year = 2012}
@book{handbook, editor = {Roe, Eve}, title = {Handbook of Gears}, publisher = {Rand}, edition = {2}, year = 2013}
@incollection{chapter, author = {Moe, Larry}, title = {Teeth}, booktitle = {Handbook of Gears}, publisher = {Rand},
  pages = {40--52}, year = 2013, crossref = {handbook}}
@misc{arxiv, author = {Quill, Ada}, title = {A preprint}, year = 2020, eprint = {2001.00017}, archivePrefix = {arXiv},
  primaryClass = {cs.LG}}
@article{scholar, author = {Quill, A.}, title = {Another preprint}, journal = {arXiv preprint arXiv:2001.00018}, year = {2020}}
@article{both, author = {Quill, Ada}, title = {A preprint that appeared}, journal = {Gears Today}, volume = {3}, eid = {e12},
  year = 2021, doi = {10.1000/both}, eprint = {2001.00019}, archivePrefix = {arXiv}}
@talk{odd, author = {Quill, Ada}, title = {A talk}, year = {2022}, day = {3}, month = feb, publisher = {Gear Club}}
@misc{bare, title = {Notes on C\#, \LaTeX{} and 50\% of \textit{everything}}, author = {{Planck Team} and {CMS Collaboration}}}
"""


# The endings of our files, the formats that they are read as, and an entry in each.
ENTRIES = {
    "bib": ("bibtex", re.compile(r"^@.*?^}$", re.MULTILINE | re.DOTALL)),
    "ris": ("ris", re.compile(r"^TY  -.*?^ER  -", re.MULTILINE | re.DOTALL)),
    "json": ("csl-json", re.compile(r"^\{.*?\}(?=,?$)", re.MULTILINE)),
}
every_format = pytest.mark.parametrize("ending", ENTRIES)


def entries(text: str, ending: str = "bib") -> list[str]:
    """The entries of a file, sorted, without the address that a site has for the paper."""
    return sorted(ENTRIES[ending][1].findall(re.sub(r'"record": "[^"]*"', '"record": ""', text)))


def again(works: Iterable[Work], ending: str = "bib") -> list[str]:
    """The entries of these works, read by our reader and written again."""
    found, rejected = read(written(ending, works).encode(), format=ENTRIES[ending][0])
    assert rejected == []
    return entries(written(ending, found), ending)


@every_format
def test_a_list_comes_back_as_the_same_entries(ending: str) -> None:
    works, rejected = read(LIST.encode())
    assert (len(works), rejected) == (12, [])
    first = written(ending, works)
    assert len(entries(first, ending)) == 12
    assert again(works, ending) == entries(first, ending)


def test_entries_of_a_list_keep_their_types_and_keys() -> None:
    first = written("bib", read(LIST.encode())[0])
    kinds = re.findall(r"^@(\w+)\{([^,]+)", first, re.MULTILINE)
    assert kinds == re.findall(r"^@(?!string)(\w+)\{([^,]+)", LIST, re.MULTILINE)


@every_format
@pytest.mark.parametrize("work", [*TYPED, ARTICLE, BARE, PREPRINT, replace(JOURNAL, arxiv_id="2001.00001")])
def test_a_work_comes_back_as_the_same_entry(work: Work, ending: str) -> None:
    work = replace(work if ending == "bib" else as_text(work), citation_key=work.key)
    assert again([work], ending) == entries(written(ending, [work]), ending)


WORDS = (
    "gears|Teeth|of|DNA|pH|naïve|Erdős|ß|χ²|&|50%|#1|a_b|C#|~10|x^2|{a, b}|$x_1$|$\\alpha^{2}$|$O(n^2)$|\\emph{Big}|{\\'e}cole|"
    "\\\"o|\"quoted\"|``q''|A--B|a—b|it's|\\foo|1,000|x;y|$5|and|And,|(in|brief)|\\LaTeX|AT&T|"
    "@home|=1|e.g.|Mc{D}onald|{DNA}|https://a.org/b_c"
).split("|")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
# Two hyphens are a dash of TeX's, and come back as one.
NUMBERS = (
    st.text(st.sampled_from("abcXYZ0129 .-:/()é"), max_size=8).map(str.strip).filter(lambda text: "--" not in text)
)
NAMES = (
    "Ada Quill|Bartel L. van der Waerden|Martin Luther King, Jr.|Plato|王伟|J.-P. Serre|Gerard 't Hooft|Phaedon-S. Moe|"
    "CMS Collaboration|Planck Team|José Muñoz de la Cruz"
).split("|")
EDITORS = [name_from_parts("Eva", "Moe"), name_from_parts("J. K.", "van der Roe"), name_from_parts("", "Plato")]
KINDS = [
    *((work.details.source_type, work.type) for work in TYPED),
    ("misc", "document"),
    ("unpublished", "manuscript"),
    ("proceedings", "book"),
    ("online", "webpage"),
    ("journal-article", "article-journal"),
    ("", "thesis"),
    ("", "article"),
    ("", ""),
]
URLS = ["https://a.org/1", "https://b.org/x_y?z=1&u=2%20", "http://c.org/~me/p.pdf"]


@st.composite
def some_works(draw: st.DrawFn) -> Work:
    """A work of any type with any of the fields that a record may have, in TeX and Unicode; HTML is read at the door."""

    def may_be(strategy: st.SearchStrategy[Any], nothing: Any) -> Any:
        return draw(strategy) if draw(st.booleans()) else nothing

    byline = parse_byline(", ".join(draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))))
    people = [Contributor(e.name.name, e.name.surname, e.name.forenames, e.name.suffix) for e in byline.entries]
    source_type, type_ = draw(st.sampled_from(KINDS))
    arxiv_id = draw(st.sampled_from(["", "", "2001.08361", "hep-th/9901001"]))
    parts = draw(st.lists(st.integers(1, 12), max_size=2))
    day = may_be(st.integers(1900, 2025).map(lambda year: PartialDate.of(year, *parts)), None)
    urls = draw(st.lists(st.sampled_from(URLS), unique=True))
    details = Details(
        source_type=source_type,
        **{name: may_be(TEXTS, "") for name in ("container", "publisher", "place", "edition", "series")},
        **{name: may_be(NUMBERS, "") for name in ("volume", "issue", "article_number")},
        pages=draw(st.sampled_from(["", "1-10", "7", "S1-S10", "12:1-12:20", "A-3", "1-3, 7-9"])),
        editors=tuple(draw(st.lists(st.sampled_from(EDITORS), unique=True))),
        isbn=may_be(st.just("978-3-16-148410-0"), ""),
        language=may_be(st.just("german"), ""),
        keywords=tuple(draw(st.lists(TEXTS, max_size=3, unique=True))),
        urls=tuple(Url(url, draw(st.sampled_from(["landing", "pdf", "code", "other"]))) for url in urls),
    )
    return Work(
        identifier="x",
        arxiv_id=arxiv_id,
        title=f"Gears {draw(TEXTS)}",
        url="https://site.example/papers/x/",
        source_url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else "",
        abstract="\n".join(draw(st.lists(TEXTS, max_size=2))),
        authors=(*people, *map(Contributor.group, byline.collaborations)),
        is_complete=draw(st.booleans()),
        categories=("hep-th",) if arxiv_id else (),
        subjects=("High Energy Physics - Theory",) if arxiv_id else (),
        published=day,
        issued=day,
        type=type_,
        details=details,
        doi=draw(st.sampled_from(["", "10.1000/x", "10.1000/b_(2)<x>;2-#"])),
        comments=may_be(TEXTS, ""),
        report_no=may_be(NUMBERS, ""),
        is_withdrawn=draw(st.booleans()),
        citation_key="key",
    )


def as_text(work: Work) -> Work:
    """The work with what its TeX prints: plain text in the one format may be TeX to whom reads it, as "{a}" is, or "a~b"."""
    details = work.details
    lines = {name: text(getattr(details, name)) for name in ("container", "publisher", "place", "edition", "series")}
    if ris.TYPES.get(work.cited_type) in ris.IN_SERIES and not lines["series"]:  # what a book stands in is its series
        lines |= {"container": "", "series": lines["container"]}
    # Where there is one line of keywords alone, RIS has no sign that holds one together.
    keywords = tuple(text(word).replace(",", "").replace(";", "") for word in details.keywords)
    return replace(
        work,
        title=text(work.title),
        abstract=text(work.abstract),
        comments=text(work.comments),
        report_no=text(work.report_no),
        details=replace(details, **lines, keywords=keywords if len(keywords) == 1 else details.keywords),
    )


def text(source: str) -> str:
    return plain_line(plain_line(source))


@every_format
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(work=some_works())
def test_any_work_comes_back_as_the_same_entry(work: Work, ending: str) -> None:
    work = work if ending == "bib" else as_text(work)
    assert again([work], ending) == entries(written(ending, [work]), ending)


def test_a_quotation_mark_in_a_keyword_holds_no_others() -> None:
    work = Work("x", "", "Gears", "https://site.example/papers/x/", details=Details(keywords=('the 5" loom', "gears")))
    assert again([work]) == entries(written("bib", [work]))


# --- What other programs read ---------------------------------------------------------------------------------------------


def test_every_field_of_a_list_comes_back_in_other_programs() -> None:
    counts = Counts()
    counts.add(LIST.encode(), "list.bib")
    assert "\n".join(counts.missing) == ""
    assert (counts.papers, counts.rejected, counts.dated, counts.worst()) == (12, 0, 11, 1)
    # What did not come back would be seen.
    without = [replace(work, details=Details(), doi="") for work in read(LIST.encode())[0]]
    counts.compare(
        without[0], {"journal": "Zeitschrift", "doi": "10.1000/gears.1", "author": "Quill, Ada and Nobody, N."}
    )
    assert {line.split()[2] for line in counts.missing} == {"journal", "doi", "author"}


# --- On a site ------------------------------------------------------------------------------------------------------------


def exported(client: Client, ending: str = "bib") -> bytes:
    response = client.get(f"/papers.{ending}")
    return b"".join(response.streaming_content)


def give(store: Store, text: bytes, ending: str = "bib") -> None:
    reader = FORMATS[ENTRIES[ending][0]]
    store(*(found for _, _, found in reader.read(Stream(BytesIO(text), "list", len(text)), 0)))


def others_and_list(store: Store) -> None:
    store(
        paper("2001.00001", journal_ref="J. Engines 1 (2021) 7-9"),
        paper("2001.00002", journal_ref="Talk, 1 & 2", comments="This paper has been withdrawn by its authors"),
        paper("2001.00019", title="A preprint that appeared", authors="Ada Quill", journal_ref="", dois=""),
    )
    give(store, LIST.encode())


@every_format
@pytest.mark.django_db
def test_our_own_export_changes_nothing_here(store: Store, client: Client, ending: str) -> None:
    others_and_list(store)
    text, before = exported(client, ending), facts()
    assert len(entries(text.decode(), ending)) == 14
    give(store, text, ending)
    assert exported(client, ending) == text
    assert facts() == before


@every_format
@pytest.mark.django_db
def test_a_site_made_from_our_export_exports_the_same(store: Store, client: Client, ending: str) -> None:
    others_and_list(store)
    text = exported(client, ending).decode()
    Paper.objects.all().delete()
    give(store, text.encode(), ending)
    assert entries(exported(client, ending).decode(), ending) == entries(text, ending)
