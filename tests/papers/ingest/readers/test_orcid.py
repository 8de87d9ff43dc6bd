"""What is read of ORCID's works: records, summaries in groups, works in full, in JSON and XML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.readers import open_source
from papers.ingest.readers.orcid import record
from papers.ingest.records import PaperRecord, PassedOver, Rejection

SAMPLES = Path(__file__).parent / "samples"
ADA = ("Ada Maria", "van Tester", "0009-0000-0000-0017")
BEN = ("Ben", "Sample", "")


def read(path: Path) -> list[Any]:
    with open_source(path) as source:
        assert source.format == "orcid"
        return [found for _, _, found in source]


def names(found: PaperRecord) -> list[tuple[str, str, str]]:
    return [(entry.name.forenames, entry.name.surname, entry.orcid) for entry in found.byline.entries]


def said(found: PaperRecord) -> dict[str, Any]:
    """What the record says, without what is empty."""
    facts = {
        "identifier": found.identifier,
        "giver": found.giver,
        "type": found.type,
        "title": found.title,
        "abstract": found.abstract,
        "names": names(found),
        "issued": found.issued.iso() if found.issued else "",
        "dois": list(found.dois),
        "datestamp": str(found.datestamp or ""),
        "warnings": list(found.warnings),
        "unread": list(found.unread),
        **found.details.as_json(),
    }
    return {name: value for name, value in facts.items() if value}


SURVEY = {
    "identifier": "2101.00001",
    "giver": "0009-0000-0000-0017/work/102",
    "type": "article-journal",
    "title": "Things and more things: a survey",
    "names": [ADA],
    "issued": "2021-03",
    "dois": ["10.5555/things.1"],
    "datestamp": "2022-01-01",
    "unread": ["external-id pmid"],
    "source_type": "journal-article",
    "container": "Journal of Things",
    "issn": "1234-5678",
    "urls": [{"url": "https://things.example.org/1", "kind": "landing"}],
}
VOLUME = {
    "identifier": "2019-a-volume-about-many-things",
    "giver": "0009-0000-0000-0017/work/103",
    "type": "book",
    "title": "A volume about many things",
    "issued": "2019-02",
    "datestamp": "2020-01-01",
    "warnings": ["publication-date: '2019-2-30' is not a date of the calendar; 2019-02 was kept"],
    "source_type": "edited-book",
    "isbn": "978-3-16-148410-0",
}


def test_of_a_whole_record_a_group_is_a_paper_the_preferred_source_first(tmp_path: Path) -> None:
    """The owner, whom the record names, is known to be one of the authors; other activities are passed over."""
    employment, funding, survey, volume = read(SAMPLES / "orcid-record.json")
    assert [employment.kind, funding.kind] == ["employment", "funding"]
    assert (said(survey), survey.byline.is_complete) == (SURVEY, False)
    assert said(volume) == VOLUME
    # The same on one line, as the API sends it, and in lists of several.
    document = json.loads((SAMPLES / "orcid-record.json").read_text())
    for content in (json.dumps(document), json.dumps([document]), json.dumps(document) + "\n" + json.dumps({})):
        path = tmp_path / "record.json"
        path.write_text(content)
        papers = [found for found in read(path) if isinstance(found, PaperRecord)]
        assert [said(found) for found in papers] == [SURVEY, VOLUME]


def test_works_alone_name_no_author(tmp_path: Path) -> None:
    works = json.loads((SAMPLES / "orcid-record.json").read_text())["activities-summary"]["works"]
    path = tmp_path / "works.json"
    for content in (json.dumps(works), json.dumps(works, indent=2)):
        path.write_text(content)
        survey, _volume = read(path)
        assert (names(survey), survey.byline.text, survey.giver) == ([], "", SURVEY["giver"])
    path.write_text(json.dumps(works["group"][0]["work-summary"][0]))
    [one] = read(path)
    assert (one.title, one.giver) == ("Things and more things", "0009-0000-0000-0017/work/101")


def test_a_record_in_xml() -> None:
    education, employment, survey = read(SAMPLES / "orcid-record.xml")
    assert isinstance(education, PassedOver) and isinstance(employment, PassedOver)
    assert [education.kind, employment.kind] == ["education", "employment"]
    assert said(survey) == {
        "identifier": "van-tester-2021-things-and-more-things-a-survey",
        "giver": "0009-0000-0000-0017/work/102",
        "type": "article-journal",
        "title": "Things and more things: a survey",
        "names": [ADA],
        "issued": "2021-03",
        "dois": ["10.5555/things.1"],
        "datestamp": "2022-01-01",
        "source_type": "journal-article",
        "container": "Journal of Things",
    }


def test_works_in_full_have_their_contributors_and_what_their_citation_says() -> None:
    stones, cited, error = read(SAMPLES / "orcid-bulk.json")
    assert said(stones) == {
        "identifier": "van-tester-2018-on-stones",
        "giver": "0009-0000-0000-0017/work/201",
        "type": "paper-conference",
        "title": "On stones",
        "abstract": "We look at stones.",
        "names": [ADA, BEN],  # once each, not the editor, nor who is named in the citation
        "issued": "2018-09-07",
        "dois": ["10.5555/stones.2"],  # that of the proceedings is none of the paper's
        "datestamp": "2022-01-01",
        "unread": ["country", "translated-title", "external-id doi (part-of)", "contributor support-staff"],
        "source_type": "conference-paper",
        "container": "Proceedings of the Meeting on Stones",
        "pages": "10-19",
        "publisher": "Stone Press",
        "editors": [{"name": "Eva Editress", "forenames": "Eva", "surname": "Editress"}],
        "isbn": "9783161484100",
        "language": "en",
        "urls": [{"url": "https://stones.example.org/on-stones.pdf", "kind": "pdf"}],
    }
    assert said(cited) == {
        "identifier": "doe-2017-stones-told-by-their-citation",
        "giver": "0009-0000-0000-0017/work/202",
        "type": "article-journal",
        "title": "Stones, told by their citation",
        "names": [("Jane", "Doe", ""), ("Richard", "Roe", "")],
        "issued": "2017",
        "dois": ["10.5555/cited"],
        "source_type": "journal-article",
        "container": "J. Stones",
        "volume": "3",
        "issue": "2",
        "pages": "1-9",
    }
    assert isinstance(error, Rejection)
    assert error.reason == "work: ORCID answered: The work wasn't found."


def test_works_in_full_in_xml() -> None:
    sand, error = read(SAMPLES / "orcid-bulk.xml")
    assert said(sand) == {
        "identifier": "2001.00002",
        "giver": "0009-0000-0000-0017/work/301",
        "type": "chapter",
        "title": "A chapter on sand",
        "abstract": "Sand is looked at.",
        "names": [("Ben", "Sample", "0009-0000-0000-0025")],
        "issued": "2020",
        "datestamp": "2022-01-01",
        "unread": ["citation ris", "translated-title"],
        "source_type": "book-chapter",
        "container": "The Book of Sand",
        "isbn": "9783161484100",
        "language": "en",
        "urls": [{"url": "https://hdl.handle.net/1721/9", "kind": "landing"}],
    }
    assert sand.byline.entries[0].name.suffix == "Jr"
    assert (error.reason, error.raw[:11]) == ("work: ORCID answered: 404 Not Found", "<ns0:error ")


def work(**fields: Any) -> dict[str, Any]:
    return {"put-code": 1, "title": {"title": {"value": "Some things"}}, **fields}


def identified(*ids: tuple[str, str, str]) -> dict[str, Any]:
    rows = [dict(zip(("type", "value", "relationship"), each, strict=True)) for each in ids]
    return {
        "external-ids": {"external-id": [{f"external-id-{name}": text for name, text in row.items()} for row in rows]}
    }


@pytest.mark.parametrize(
    ("ids", "arxiv_id", "dois"),
    [
        ([("doi", "doi:10.5555/A", "self")], None, ["10.5555/A"]),
        ([("doi", "10.5555/A", "self"), ("doi", "10.5555/a", "SELF")], None, ["10.5555/A"]),
        ([("doi", "10.5555/A", "version-of")], None, []),
        ([("doi", "10.48550/arXiv.2101.00001", "self")], "2101.00001", []),
        ([("arxiv", "http://arxiv.org/abs/2101.00001v3", "self")], "2101.00001", []),
        ([("arxiv", "arXiv:math/0611800", "version-of"), ("doi", "10.5555/a", "self")], "math/0611800", ["10.5555/a"]),
        ([("arxiv", "hello", "self"), ("eid", "2-s2.0-1", "self")], None, []),
    ],
)
def test_identifiers_are_those_of_the_work_itself(
    ids: Sequence[tuple[str, str, str]], arxiv_id: str | None, dois: list[str]
) -> None:
    found = record(work(**identified(*ids)))
    assert (found.arxiv_id, list(found.dois)) == (arxiv_id, dois)


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("JOURNAL_ARTICLE", "article-journal"),
        ("dissertation-thesis", "thesis"),
        ("edited-book", "book"),
        ("data-set", "dataset"),
        ("preprint", "article"),
        ("lecture-speech", "speech"),
        ("encyclopedia-entry", "entry-encyclopedia"),
        ("spin-off-company", "document"),
        ("other", ""),
        ("UNDEFINED", ""),
    ],
)
def test_types_of_both_versions_of_the_api(word: str, type_: str) -> None:
    assert record(work(type=word)).type == type_


def test_what_is_on_arxiv_alone_is_a_preprint() -> None:
    found = record(
        work(
            type="journal-article",
            **{"journal-title": {"value": "arXiv"}},
            **identified(("arxiv", "2101.00001", "self")),
        )
    )
    assert (found.type, found.details.container) == ("article", "")


@pytest.mark.parametrize(
    ("parts", "issued"),
    [
        (("2019", "05", "03"), "2019-05-03"),
        (("2019", "13", "03"), "2019"),
        (("2019", "00", "00"), "2019"),
        (("2019", None, "03"), "2019"),
        (("0000", None, None), ""),
        (("99999", "1", None), ""),
        (("soon", None, None), ""),
        ((2019, 5, None), "2019-05"),
    ],
)
def test_dates_are_as_precise_as_they_can_be(parts: Sequence[Any], issued: str) -> None:
    day = {
        name: None if part is None else {"value": part}
        for name, part in zip(("year", "month", "day"), parts, strict=True)
    }
    found = record(work(**{"publication-date": day}))
    assert (found.issued.iso() if found.issued else "") == issued


@pytest.mark.parametrize("value", [None, 3, "x", [], [[]], {}, {"value": None}, {"value": [1]}, [{"a": {}}], True])
def test_a_field_of_another_form_costs_no_work(value: Any) -> None:
    """Of every field but the title, which is what a work needs."""
    whole = json.loads((SAMPLES / "orcid-bulk.json").read_text())["bulk"][0]["work"]
    for name in whole:
        if name != "title":
            assert record({**whole, name: value}).title == "On stones"


def test_a_person_without_works_has_a_page_without_papers(tmp_path: Path) -> None:
    path = tmp_path / "works.json"
    path.write_text('{"last-modified-date": null, "group": [], "path": "/0009-0000-0000-0017/works"}')
    assert read(path) == []
