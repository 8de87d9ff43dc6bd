"""What stands beside names and is no part of them, organisations among people, and bylines written and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.bylines import Byline, parse_byline

ORCID = "0000-0002-1825-0097"


def read(text: str) -> tuple[list[str], list[str]]:
    """The people, each "Forenames | Surname", and the groups of an author string."""
    byline = parse_byline(text)
    people = [
        " | ".join(filter(None, (entry.name.forenames, entry.name.surname, entry.name.suffix)))
        for entry in byline.entries
    ]
    return people, list(byline.collaborations)


DOE, SMITH = "Jane | Doe", "John | Smith"


@pytest.mark.parametrize(
    "text",
    [
        # A contact leads to somebody, and is nobody.
        "John Smith john@example.org, Jane Doe",
        "John Smith, email: john@example.org, Jane Doe",
        "John Smith (john@example.org), Jane Doe",
        "John Smith <john@example.org>, Jane Doe",
        "John Smith, https://example.org/~smith, Jane Doe",
        "John Smith (www.example.org) and Jane Doe",
        # An ORCID iD is the person's.
        f"John Smith {ORCID}, Jane Doe",
        f"John Smith https://orcid.org/{ORCID}, Jane Doe",
        f"John Smith (ORCID: {ORCID}), Jane Doe",
        f"John Smith orcid.org/{ORCID}, Jane Doe",
        "John Smith, Jane Doe {john.smith, jane}@example.org",
        # Who helped.
        "John Smith, with an Appendix by Jane Doe",
        "John Smith (with an Appendix by Jane Doe)",
        "John Smith (Appendix by Jane Doe)",
        "John Smith, with a contribution of Jane Doe",
        "John Smith, with the assistance of Jane Doe",
        "John Smith with help from Jane Doe",
        "John Smith, appendix by: Jane Doe",
        "John Smith andJane Doe",
        # Pronouns, years of life, what somebody did.
        "John Smith (retired), Jane Doe (Guest editor)",
        "John Smith (pseudonym), Jane Doe (on leave)",
        "Ed. by John Smith, Jane Doe",
        "the late John Smith, late Jane Doe",
        "John Smith, OBE, Jane Doe, MBBS",
        "John Smith, B.Tech, Jane Doe, PharmD",
        "John Smith (he/him), Jane Doe (she/her/hers)",
        "John Smith (deceased 2019), Jane Doe",
        "John Smith (1950-2019), Jane Doe (b. 1961)",
        "John Smith (equal contribution), Jane Doe (Contributed equally)",
        "John Smith*, Jane Doe*, *equal contribution",
        "John Smith (corresponding author), Jane Doe (co-first author)",
        "John Smith (Editor), Jane Doe (ed.)",
        "John Smith (Mr.), Jane Doe (née Roe)",
        "By John Smith, Jane Doe",
        "Edited by John Smith, Jane Doe",
        "the late John Smith, Jane Doe",
        "Univ.-Prof. Dr. John Smith, Jane Doe, PhD",
        # "and" in quotes, in other alphabets, in other languages.
        "John Smith 'and' Jane Doe",
        "John Smith “and” Jane Doe",
        "John Smith og Jane Doe",
        "John Smith، Jane Doe",
        "John Smith؛ Jane Doe",
        "John Smith + Jane Doe",
        "John Smith · Jane Doe",
        "John Smith • Jane Doe",
        # A colon alone is a stray sign.
        "John Smith, :, Jane Doe",
        # Raised letters are marks, and what else is no letter.
        "John Smithᵃ ᵇ, Jane Doe ᶜ",
        "John Smith∗, Jane Doe ✉",
        "John Smith★, Jane Doe⊥",
        "John Smithᵃ, Jane Doeᵇ",
    ],
)
def test_these_print_two_people_and_nothing_else(text: str) -> None:
    assert read(text) == ([SMITH, DOE], [])
    assert not any(entry.affiliations for entry in parse_byline(text).entries)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Иван Петров и Анна Сидорова", ["Иван | Петров", "Анна | Сидорова"]),
        ("محمد علي، أحمد حسن", ["محمد | علي", "أحمد | حسن"]),
        # Between forenames and a surname stands what somebody is called,
        ("Chee Wee (Ben) Tester, Jane Doe", ["Chee Wee (Ben) | Tester", DOE]),
        ("S. M. Ali (Aslan) Tester", ["S. M. Ali (Aslan) | Tester"]),
        ("Juanhe (TJ) Tan", ["Juanhe (TJ) | Tan"]),
        ("Huizhi(elly) Liang", ["Huizhi (elly) | Liang"]),
        # and between two whole names where the first one is.
        ("J. Smith (Yale) A. Doe (Bonn)", ["J. | Smith", "A. | Doe"]),
        ("John Smith (Harvard) Jane Doe", [SMITH, DOE]),
        ("Juanhe (MIT) Tan", ["Juanhe", "Tan"]),
    ],
)
def test_names_in_other_scripts_and_nicknames(text: str, people: list[str]) -> None:
    assert read(text) == (people, [])


@pytest.mark.parametrize(
    ("text", "other_names"),
    [
        ("Wei Zhang (张伟)", "张伟"),
        ("Wei Zhang （张伟）", "张伟"),
        ("Wei Zhang 张伟", "张伟"),
        ("Wei (张伟) Zhang", "张伟"),
        ("Wei Zhang (张伟, MIT)", "张伟"),
        ("Ivan Petrov (Иван Петров)", "Иван Петров"),
        ("Minjun Kim (김민준)", "김민준"),
        ("张伟 (Wei Zhang)", "Wei Zhang"),
        # An address, in whatever letters, is none.
        ("Wei Zhang (北京大学)", ""),
        ("Ivan Petrov (Московский университет)", ""),
        ("张伟 (MIT)", ""),
        ("张伟 (Tsinghua University)", ""),
        ("Wei Zhang (Zhejiang)", ""),
    ],
)
def test_the_name_once_more_in_another_script_is_another_name(text: str, other_names: str) -> None:
    byline = parse_byline(f"Jane Doe (CERN), {text}")
    before, entry = byline.entries
    assert before.affiliations == ("CERN",)
    assert (entry.other_names, bool(entry.affiliations)) == (
        (other_names,) if other_names else (),
        not other_names or "MIT" in text,
    )
    assert Byline.from_json(byline.text, byline.as_json(), (), True, ()) == byline


def test_a_legend_without_parentheses_or_separators_of_its_own() -> None:
    byline = parse_byline("Jane Doe^1, John Smith^{1,2}; (1) MIT (2) Yale")
    assert [entry.affiliations for entry in byline.entries] == [("MIT",), ("MIT", "Yale")]


def test_a_degree_among_other_parts_is_a_place() -> None:
    byline = parse_byline("Jane Doe (Baltimore, MD), John Smith (Acme, Inc.), Ada Byron (MD)")
    assert [entry.affiliations for entry in byline.entries] == [("Baltimore, MD",), ("Acme, Inc.",), ()]


def test_a_legend_that_explains_signs_besides() -> None:
    byline = parse_byline("Jane Doe (1,*), John Smith (1) ((1) MIT, (*) corresponding author)")
    assert [entry.affiliations for entry in byline.entries] == [("MIT",), ("MIT",)]


def test_an_orcid_in_a_parenthesis_leaves_the_affiliation_beside_it() -> None:
    [entry] = parse_byline(f"Jane Doe (CERN, {ORCID}; she/her)").entries
    assert (entry.orcid, entry.affiliations) == (ORCID, ("CERN",))
    assert parse_byline("Jane Doe (0000-0002-1825-0098)").problems == ("dropped: (0000-0002-1825-0098)",)


@pytest.mark.parametrize(
    ("text", "people", "groups"),
    [
        ("OpenAI, Josh Tester, Jane Doe", ["Josh | Tester", DOE], ["OpenAI"]),
        ("DeepSeek-AI, Jane Doe", [DOE], ["DeepSeek-AI"]),
        ("Jane Doe, EleutherAI", [DOE], ["EleutherAI"]),
        ("1X Technologies", [], ["1X Technologies"]),
        ("Loomworks Inc., Jane Doe", [DOE], ["Loomworks Inc."]),
        ("LOOM e.V., Jane Doe", [DOE], ["LOOM e.V."]),
        ("Technische Hochschule Musterstadt, Jane Doe", [DOE], []),
        ("01.AI, :, Jane Doe", [DOE], ["01.AI"]),
        ("BIG-bench authors", [], ["BIG-bench authors"]),
        ("The Things Authors", [], ["Things Authors"]),
        ("Llama Team, AI @ Example", [], ["Llama Team, AI @ Example"]),
        ("European Space Agency", [], ["European Space Agency"]),
        # What ends in a colon before people is a group.
        ("Gemini Team Google: Rohan Tester", ["Rohan | Tester"], ["Gemini Team Google"]),
        ("BigScience Workshop: Jane Doe", [DOE], ["BigScience Workshop"]),
        ("Hadron Spectrum: Jane Doe, John Smith", [DOE, SMITH], ["Hadron Spectrum"]),
        ("CMS and TOTEM: Jane Doe", [DOE], ["CMS", "TOTEM"]),
        # An address is neither.
        ("CERN, Geneva", [], ["CERN"]),
        ("Jane Doe, CERN, Geneva", [DOE], []),
        ("Jane Doe, European Space Agency", [DOE], []),
        ("A. Smith: MIT; B. Jones: CERN", ["A. | Smith", "B. | Jones"], []),
        # Nor are people who are called like one.
        ("Oliver Labs, Rafael Company, Bruno Bureau", ["Oliver | Labs", "Rafael | Company", "Bruno | Bureau"], []),
        ("2Ayesha Naseer, 1Oumair Naseer", ["Ayesha | Naseer", "Oumair | Naseer"], []),
        ("Connor McDONALD, Jane Doe", ["Connor | McDONALD", DOE], []),
        ("Weiwei Ai", ["Weiwei | Ai"], []),
    ],
)
def test_organisations_are_not_people(text: str, people: list[str], groups: list[str]) -> None:
    assert read(text) == (people, groups)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe, and the rest of the team",
        "Jane Doe + 12 others",
        "Jane Doe, +12 others",
        "Jane Doe [12 more authors]",
        "Jane Doe (12 others)",
        "Jane Doe (and 12 others)",
        "Jane Doe and colleagues",
        "Jane Doe and collaborators",
        "Jane Doe and many more",
        "Jane Doe, and three others",
        "Jane Doe, plus twelve others",
        "Jane Doe and their students",
        "Jane Doe et alii",
        "Jane Doe & al.",
        "Jane Doe, and al.",
        "Jane Doe, 等",
        "Jane Doe ve diğerleri",
    ],
)
def test_a_list_that_says_that_there_are_more_is_incomplete(text: str) -> None:
    assert (read(text), parse_byline(text).is_complete) == (([DOE], []), False)


def test_the_rest_of_a_collaboration_is_the_collaboration() -> None:
    assert read("Jane Doe, and the rest of the ABCD Collaboration") == ([DOE], ["ABCD Collaboration"])


@pytest.mark.parametrize(
    "legend",
    [
        "(1 - MIT; 2 - Yale)",
        "(1 – MIT, 2 – Yale)",
        "((1) - MIT; (2) - Yale)",
        "(a - MIT; b - Yale)",
        "((I) MIT, (II) Yale)",
    ],
)
def test_a_legend_with_dashes(legend: str) -> None:
    one, two = ("a", "b") if "a -" in legend else ("I", "II") if "II" in legend else ("1", "2")
    byline = parse_byline(f"Jane Doe ({one}), John Smith ({two}) {legend}")
    assert [entry.affiliations for entry in byline.entries] == [("MIT",), ("Yale",)]


# --- Written and read again

FORENAMES = st.sampled_from(
    ["Ada", "A.", "J.-P.", "Chee Wee (Ben)", "Jean-Marc", "José", "Yue-Long", "M. R.", "Иван", "Ngoc"]
)
SURNAMES = st.sampled_from(
    [
        "Byron",
        "van der Waerden",
        "O'Brien",
        "Müller-Lüdenscheidt",
        "de la Cruz",
        "'t Hooft",
        "Ó Séaghdha",
        "Ng",
        "Петров",
    ]
)
SUFFIXES = st.sampled_from(["", "", "", "Jr", "III"])
PEOPLE = st.lists(st.tuples(FORENAMES, SURNAMES, SUFFIXES), min_size=1, max_size=6)


@given(PEOPLE)
def test_a_byline_that_is_written_and_read_again_is_the_same(people: list[tuple[str, str, str]]) -> None:
    byline = parse_byline(", ".join(" ".join(filter(None, parts)) for parts in people))
    names = [entry.name for entry in byline.entries]
    assert [(name.forenames, name.surname, name.suffix) for name in names] == people
    again = parse_byline(", ".join(name.name for name in names))
    assert again.entries == byline.entries
    assert parse_byline(" and ".join(name.name for name in names)).entries == byline.entries
