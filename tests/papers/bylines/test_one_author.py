"""Fields that name one author, whole or in parts: the same people as in an author string, and several told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.bylines import Byline
from papers.bylines.one_author import byline_in_parts, byline_of_one, group_byline, literal_byline

JANET = "Janet | Quillfeather"


def people(byline: Byline) -> list[str]:
    return [
        " | ".join(filter(None, (entry.name.forenames, entry.name.surname, entry.name.suffix)))
        for entry in byline.entries
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Janet Quillfeather",
        "Quillfeather, Janet",
        "Quillfeather, Janet,",
        "Quillfeather, Janet (Editor)",
        "Quillfeather, Janet, editor",
        "Quillfeather, Janet, trans.",
        "Quillfeather, Janet - Editor",
        "Quillfeather, Janet 1950-",
        "Janet Quillfeather, ed.",
        "By Janet Quillfeather",
        "Quillfeather, Prof. Dr. Janet",
        "Prof. Dr. Janet Quillfeather",
        "Quillfeather, Janet, PhD",
        "Quillfeather, Janet, 1950-",
        "Quillfeather, Janet, 1809-1849",
        "Quillfeather, Janet (b. 1950)",
        "Quillfeather, Janet <janet@example.org>",
        "Quillfeather, Janet, janet@example.org",
        "Quillfeather, Janet (equal contribution)",
        "Quillfeather, Janet (she/her)",
        "Quillfeather, Janet; University of Nowhere",
        "Quillfeather, Janet, University of Nowhere",
        "Janet Quillfeather, Department of Things, University of Nowhere",
        "Quillfeather, Janet et al.",
        "Quillfeather, Janet, et al.",
        "Quillfeather, Janet and others",
        "Quillfeather, Janet; 0000-0002-1825-0097",
        "Quillfeather, Janet; https://orcid.org/0000-0002-1825-0097",
        "Quillfeather, Janet, active 19th century",
        "Quillfeather, Janet, approximately 1800-1860",
        "Quillfeather, Janet, fl. 1850",
        "Quillfeather, Janet, edt",
        "Quillfeather, Janet, Lady",
        "Quillfeather, Janet (1950--2001)",
        "Quillfeather, Janet [Verfasser]",
        "Quillfeather, Janet (Orientador)",
        "Quillfeather, Janet (thesis director)",
        "Quillfeather, Janet (trad.)",
        "Quillfeather, Janet, Sir",
        "Quillfeather, Janet, Ing.",
    ],
)
def test_these_are_one_author(text: str) -> None:
    byline = byline_of_one(text)
    assert (people(byline), byline.collaborations) == ([JANET], ())
    assert byline.entries[0].flags == ()
    assert bool(byline.entries[0].affiliations) == ("University" in text)
    assert byline.is_complete == ("et al" not in text and "others" not in text)
    surname, _, forenames = text.partition(", ")
    if forenames and surname == "Quillfeather":
        assert people(byline_in_parts(surname, forenames)) == [JANET]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Doe, J.; Roe, R.", ["J. | Doe", "R. | Roe"]),
        ("Smith, J., Doe, J.A., Roe, R.", ["J. | Smith", "J. A. | Doe", "R. | Roe"]),
        ("Doe, John, Roe, Jane", ["John | Doe", "Jane | Roe"]),
        ("Rasthofer U., Wall W.A., Gravemeier V.", ["U. | Rasthofer", "W. A. | Wall", "V. | Gravemeier"]),
        ("Rasthofer U., Wall W.A.", ["U. | Rasthofer", "W. A. | Wall"]),
        ("A, B.; C, D.", ["B. | A", "D. | C"]),
        ("Doe, Jane and Roe, John", ["Jane | Doe", "John | Roe"]),
        ("Ada Example, Ben Sample", ["Ada | Example", "Ben | Sample"]),
        ("Wall, W.A.,", ["W. A. | Wall"]),
        ("Moe, Larry, Jr.", ["Larry | Moe | Jr"]),
        ("Gates, 3rd, William", ["William | Gates | III"]),
        ("Beethoven, Ludwig van", ["Ludwig | van Beethoven"]),
        ("Poe, Edgar A. (Edgar Allan), 1809-1849", ["Edgar A. | Poe"]),
        ("Tester, Chee Wee (Ben)", ["Chee Wee (Ben) | Tester"]),
        ("Doe, Jane, ed.; Roe, Richard, trans.", ["Jane | Doe", "Richard | Roe"]),
        ("Doe, Jane on behalf of the ABCD Collaboration", ["Jane | Doe"]),
        ("European Agency. Unit of Things", []),
        ("CERN. Geneva", []),
        ("Deutsche Webgemeinschaft", []),
        ("Doe, Jane; Kungliga Webhögskolan", ["Jane | Doe"]),
        ("Doe, Jane; Politeknik Contoh", ["Jane | Doe"]),
        ("Doe, Jane; 示例大学", ["Jane | Doe"]),
        ("王伟", ["王伟"]),
        ("Plato", ["Plato"]),
        # Behind a surname these are forenames, not degrees and roles.
        ("Byron, M. D.", ["M. D. | Byron"]),
        ("García Márquez, M. D.", ["M. D. | García Márquez"]),
        ("Byron, Ed", ["Ed | Byron"]),
        ("Janet Quillfeather, Ph.D.", [JANET]),
    ],
)
def test_people_in_a_field(text: str, names: list[str]) -> None:
    assert people(byline_of_one(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Institute of Things and Other Things, Town",
        "Department of Things, Threads and Looms",
        "Association for Weaving Machinery",
        "Museo del Telar",
        "Statistics Nowhere",
        "Thread and Loom Administration",
        "Nowhere Scientific and Industrial Research Organisation",
        "Weaver and Sons Ltd.",
        "International Weaving Fund",
        "Looms National Lab",
        "ABCD News",
        "Royal Botanic Gardens, Town",
    ],
)
def test_a_field_may_name_an_organisation(text: str) -> None:
    byline = byline_of_one(text)
    assert (people(byline), byline.collaborations, byline.problems) == ([], (text,), ())
    surname, comma, forenames = text.partition(", ")
    assert not comma or byline_in_parts(surname, forenames).entries == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("William H. Press", "William H. | Press"),
        ("WILLIAM PRESS", "WILLIAM | PRESS"),
        ("Bank, Jan", "Jan | Bank"),
        ("Core Jones", "Core | Jones"),
        ("Jane Doe and the Loom Group", "Jane | Doe"),
        ("Jane Doe, Institute of Things", "Jane | Doe"),
    ],
)
def test_people_are_called_as_organisations_are(text: str, name: str) -> None:
    assert people(byline_of_one(text)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Anonymous",
        "N/A",
        "unknown",
        "et al.",
        "-",
        "(Editor)",
        "1950-",
        "Anonymous, N/A",
        "No author",
        "[s.n.]",
        "Anónimo",
        "Anon.",
        "various authors",
        "Several authors",
        "Sin autor",
        "undefined",
    ],
)
def test_nobody_is_told(text: str) -> None:
    byline = byline_of_one(text)
    assert (byline.entries, byline.collaborations, byline.text) == ((), (), text)
    assert byline.problems or not byline.is_complete


@pytest.mark.parametrize(
    ("text", "other_names"),
    [
        ("Poe, Edgar A. (Edgar Allan), 1809-1849", ("Edgar Allan Poe",)),
        ("Zhang, Wei (张伟)", ("张伟",)),
        ("Smith, John (MIT)", ()),
        ("Dee, C. (CERN)", ()),
    ],
)
def test_what_else_a_field_calls_the_person(text: str, other_names: tuple[str, ...]) -> None:
    assert byline_of_one(text).entries[0].other_names == other_names


@pytest.mark.parametrize(
    ("surname", "forenames", "suffix", "names"),
    [
        ("García Márquez", "Gabriel José", "", ["Gabriel José | García Márquez"]),
        ("García Márquez", "Gabriel José (Editor)", "", ["Gabriel José | García Márquez"]),
        ("Rasthofer U.", "Gravemeier V.", "Wall W.A.", ["U. | Rasthofer", "W. A. | Wall", "V. | Gravemeier"]),
        ("Doe", "PhD", "Jane", ["Jane | Doe"]),
        ("Doe", "Jane", "M.D.", ["Jane | Doe"]),
        ("Roe", "A. & Poe", "E.", ["A. | Roe", "E. | Poe"]),
        ("Rasthofer U.", "Wall W.A.", "", ["U. | Rasthofer", "W. A. | Wall"]),
        ("U. Rasthofer", "W.A. Wall", "", ["U. | Rasthofer", "W. A. | Wall"]),
        ("Ada Example", "Ned Dummy", "Ben Sample", ["Ada | Example", "Ben | Sample", "Ned | Dummy"]),
        ("Moe", "Jr.", "Larry", ["Larry | Moe | Jr"]),
        ("Quillfeather", "Janet; University of Nowhere", "", [JANET]),
        ("Quillfeather", "Prof. Dr. Janet", "", [JANET]),
        ("Janet Quillfeather", "", "", [JANET]),
        ("", "Janet Quillfeather", "", [JANET]),
        ("van der Waerden", "", "", ["van der Waerden"]),
    ],
)
def test_names_in_parts_are_cleaned_and_stay_divided(
    surname: str, forenames: str, suffix: str, names: list[str]
) -> None:
    assert people(byline_in_parts(surname, forenames, suffix)) == names


@pytest.mark.parametrize(
    ("text", "names", "groups", "is_asked"),
    [
        ("Jane Doe", ["Jane | Doe"], [], True),  # nobody's list has it: perhaps a group that is known
        ("Pierre Tester", ["Pierre | Tester"], [], True),
        ("Ludwig van Beethoven", ["Ludwig | van Beethoven"], [], True),
        ("Doe, Jane", ["Jane | Doe"], [], False),
        ("van der Berg, Jan", ["Jan | van der Berg"], [], False),
        ("William H. Press", ["William H. | Press"], [], False),
        ("王伟", ["王伟"], [], False),
        ("สมหญิง ตัวอย่าง", ["สมหญิง | ตัวอย่าง"], [], True),  # its vowels are marks, and it has no capitals
        ("OpenAI", [], ["OpenAI"], False),
        ("IEEE", [], ["IEEE"], False),
        ("3GPP", [], ["3GPP"], False),
        ("Barnes and Noble, Inc.", [], ["Barnes and Noble, Inc."], False),
        ("LIGO Scientific", [], ["LIGO Scientific"], False),
        ("World Health Organization", [], ["World Health Organization"], False),
        ("Department of Energy", [], ["Department of Energy"], False),
        ("Things and Matters Collaboration", [], ["Things and Matters Collaboration"], False),
        ("Ministry of Health, Labour and Welfare", [], ["Ministry of Health, Labour and Welfare"], False),
        ("Deutsche Forschungsgesellschaft e.V.", [], ["Deutsche Forschungsgesellschaft e.V."], False),
        ("Universität Irgendwo", [], ["Universität Irgendwo"], False),
        ("Ministère de la Culture", [], ["Ministère de la Culture"], False),
        ("Volkshochschule Irgendwo", [], ["Volkshochschule Irgendwo"], False),
        ("Nowhere Botanic Garden", [], ["Nowhere Botanic Garden"], False),
        ("Instituto Nacional", [], ["Instituto Nacional"], False),
        ("北京大学", [], ["北京大学"], False),
        ("U.S. Navy", [], ["U.S. Navy"], False),
        ("jane doe", [], ["jane doe"], False),
        ("A Very Long Name of Nobody", [], ["A Very Long Name of Nobody"], False),
    ],
)
def test_a_literal_name_is_a_group_unless_it_reads_like_a_person(
    text: str, names: list[str], groups: list[str], is_asked: bool
) -> None:
    byline = literal_byline(text)
    assert (people(byline), list(byline.collaborations)) == (names, groups)
    assert any("literal?" in entry.flags for entry in byline.entries) == is_asked


def test_what_is_said_to_be_a_group_is_one() -> None:
    assert group_byline("Jane Doe") == Byline("Jane Doe", (), ("Jane Doe",))
    assert group_byline("{-}").problems == ("junk: {-}",)


FORENAMES = st.sampled_from(["Ada", "A.", "J.-P.", "Jean-Marc", "José", "M. R.", "Иван", "Maria Anna"])
SURNAMES = st.sampled_from(
    ["Byron", "van der Waerden", "O'Brien", "García Márquez", "de la Cruz", "'t Hooft", "Петров"]
)


@given(st.lists(st.tuples(FORENAMES, SURNAMES), min_size=1, max_size=5))
def test_people_written_surname_first_between_semicolons_are_the_same(names: list[tuple[str, str]]) -> None:
    text = "; ".join(f"{surname}, {forenames}" for forenames, surname in names)
    byline = byline_of_one(text, surname_first=True)
    assert [(entry.name.forenames, entry.name.surname) for entry in byline.entries] == names
    for forenames, surname in names:
        [entry] = byline_in_parts(surname, forenames).entries
        assert (entry.name.forenames, entry.name.surname) == (forenames, surname)
