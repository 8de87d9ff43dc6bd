"""The names of groups: what is kept of them as printed, where lists of them end, and when two are one group's."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.bylines import groups, parse_byline
from papers.bylines.groups import add_group, bare_name, group_key, group_name
from papers.ingest.readers.fields.author_lists import Printed, byline_of

CASES: list[tuple[str, list[str], list[str]]] = [
    # The whole name, without article and phrase
    ("A. Bee for the ABCD Collaboration", ["A. Bee"], ["ABCD Collaboration"]),
    ("A. Bee on behalf of ABCD", ["A. Bee"], ["ABCD"]),
    ("A. Bee for OpenAI", ["A. Bee"], ["OpenAI"]),
    ("A. Bee, on behalf of the whole ABCD-Gen2 collaboration", ["A. Bee"], ["ABCD-Gen2 collaboration"]),
    ("A. Bee on behalf of members of the ABCD Collaboration", ["A. Bee"], ["ABCD Collaboration"]),
    ("A. Bee on behalf of ABCD collaboration members", ["A. Bee"], ["ABCD collaboration"]),
    ("A. Bee from the ABCD Collaboration", ["A. Bee"], ["ABCD Collaboration"]),
    ("A. Bee of the ABCD Collaboration", ["A. Bee"], ["ABCD Collaboration"]),
    ("THE ABCD COLLABORATION: A. BEE", ["A. BEE"], ["ABCD COLLABORATION"]),
    ("the A.B.C.D. Collaboration", [], ["A.B.C.D. Collaboration"]),
    ("A. Bee, for the g-2 Collaboration (Town)", ["A. Bee"], ["g-2 Collaboration"]),
    ("ABCD Collaboration XVI, A. Bee", ["A. Bee"], ["ABCD Collaboration"]),
    ("A. Bee for the ABCD Collaboration at CERN", ["A. Bee"], ["ABCD Collaboration"]),
    ("The ABCD Collaboration. A. Bee, C. Dee", ["A. Bee", "C. Dee"], ["ABCD Collaboration"]),
    # The word written out
    ("ABCD Coll.: A. Bee", ["A. Bee"], ["ABCD Collaboration"]),
    ("A. Bee [ABCD Collab.]", ["A. Bee"], ["ABCD Collaboration"]),
    ("Ann Coll, A. Bee", ["Ann Coll", "A. Bee"], []),
    # Lists
    ("the ABCD and EFGH Collaborations", [], ["ABCD Collaboration", "EFGH Collaboration"]),
    ("ABCD & E0 Collaborations", [], ["ABCD Collaboration", "E0 Collaboration"]),
    ("ABCD, E0, EFGh Collaborations", [], ["ABCD Collaboration", "E0 Collaboration", "EFGh Collaboration"]),
    (
        "A. Bee for the ABCD, E0 and EFGH Collaboration",
        ["A. Bee"],
        [f"{x} Collaboration" for x in ("ABCD", "E0", "EFGH")],
    ),
    ("A.B.C. and MAGIC collaborations", [], ["A.B.C. collaboration", "MAGIC collaboration"]),
    (
        "The Loom, WeaveNet and Spindle Array Collaborations",
        [],
        [f"{x} Collaboration" for x in ("Loom", "WeaveNet", "Spindle Array")],
    ),
    (
        "Ada Byron, the ABCD and EFGH Collaborations at CERN",
        ["Ada Byron"],
        ["ABCD Collaboration", "EFGH Collaboration"],
    ),
    ("A. Bee (ABCD and EFGH teams)", ["A. Bee"], ["ABCD team", "EFGH team"]),
    ("A. Bee and the ABCD and EFGH working groups", ["A. Bee"], ["ABCD working group", "EFGH working group"]),
    ("A. Bee, ABCD and EFGH consortia", ["A. Bee"], ["ABCD consortium", "EFGH consortium"]),
    ("ABCD/EFGH Collaborations", [], ["ABCD/EFGH Collaborations"]),  # one name, of which nobody knows where it divides
    (
        "Ada Byron and Example contributors",
        ["Ada Byron"],
        ["Example contributors"],
    ),  # no plural of "Example contributor"
    # Other languages
    ("Loom-Kollaboration: A. Bee", ["A. Bee"], ["Loom-Kollaboration"]),
    ("Ada Byron für die Loom-Kollaboration", ["Ada Byron"], ["Loom-Kollaboration"]),
    ("Collaborazione Telaio, A. Bee", ["A. Bee"], ["Collaborazione Telaio"]),
    ("la Collaboration Métier, A. Bee", ["A. Bee"], ["Collaboration Métier"]),
    ("A. Bee por la Colaboración Pedro Telar", ["A. Bee"], ["Colaboración Pedro Telar"]),
    ("коллаборация ABCD: A. Bee", ["A. Bee"], ["коллаборация ABCD"]),
    # Kinds inside the name, and two of them
    ("Loom Team Example: Ada Byron", ["Ada Byron"], ["Loom Team Example"]),
    ("ABCD Collaboration Team", [], ["ABCD Collaboration Team"]),
    ("ABCD Collaboration Group, A. Bee", ["A. Bee"], ["ABCD Collaboration Group"]),
    # Others beside a group
    ("A. Bee in collaboration with the Engine Group", ["A. Bee"], ["Engine Group"]),
    ("A. Bee in collaboration with B. Cee", ["A. Bee", "B. Cee"], []),
    # One group, printed twice
    ("A. Bee on behalf of ABCD, the ABCD Collaboration", ["A. Bee"], ["ABCD Collaboration"]),
    ("The ABCD Collaboration, A. Bee on behalf of ABCD", ["A. Bee"], ["ABCD Collaboration"]),
    ("ABCD Team and the ABCD Collaboration", [], ["ABCD Team", "ABCD Collaboration"]),
]


@pytest.mark.parametrize(("text", "people", "names"), CASES, ids=[text for text, *_ in CASES])
def test_groups_of_an_author_string(text: str, people: list[str], names: list[str]) -> None:
    found = parse_byline(text)
    assert ([entry.name.name for entry in found.entries], list(found.collaborations)) == (people, names)


def test_a_group_that_has_no_name_is_none() -> None:
    for text in ("the Collaboration", "for the collaboration", "the Team"):
        assert parse_byline(text).collaborations == ()
        assert parse_byline(text).problems == ("group without a name",)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("abcd", ["ABCD", "Abcd Collaboration", "ABCD collaborations", "ABCD-Kollaboration", "Collaboration ABCD"]),
        ("abcd team", ["ABCD Team", "abcd team"]),
        ("a b c d", ["A.B.C.D.", "A.B.C.D. Collaboration"]),
        ("pedro telar", ["Pedro Telar", "Colaboración Pedro Telar", "Colaboraçao Pedro Telar"]),
        ("collaboration", ["Collaboration"]),
    ],
)
def test_names_of_one_group_have_one_key(key: str, names: list[str]) -> None:
    assert {group_key(name) for name in names} == {key}


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["ABCD", "ABCD Collaboration"], "ABCD Collaboration"),
        (["Abcd collaboration", "ABCD Collaboration"], "Abcd collaboration"),
        (["ABCD Collaboration", "ABCD"], "ABCD Collaboration"),
        (["Abcd", "ABCD"], "Abcd"),
    ],
)
def test_of_two_names_the_whole_one_is_kept(names: list[str], kept: str) -> None:
    known: dict[str, str] = {}
    for name in names:
        add_group(known, name)
    assert known == {"abcd": kept}
    assert byline_of(
        Printed(whole=f"the {name}" if " " in name else f"for {name}") for name in names
    ).collaborations == (kept,)


@given(st.sampled_from(["ABCD", "Pierre Loom", "A.B.C.D.", "E0", "NA48/2", "n_TOF", "SNO+", "Loom II"]), st.data())
def test_a_name_read_again_is_the_same(name: str, data: Any) -> None:
    kind = data.draw(st.sampled_from(["Collaboration", "collaboration", "Team", "Consortium", "Working Group"]))
    whole = f"{name} {kind}"
    before = data.draw(st.sampled_from(["", "the ", "for the ", "on behalf of the ", "and the "]))
    assert group_name(before + whole) == whole
    assert group_name(group_name(before + whole)) == whole
    assert parse_byline(whole).collaborations == (whole,)
    assert bare_name(bare_name(whole)) == bare_name(whole)


PIECES = (
    "Ab-|A-|A/|A+|for |for the |and the |on behalf of |of the |im namen der |members of |la |Collaboration |Collaboration-|"
    "A Team B |X Collaboration I |collab. |working groups |a |A. |H.E.S.S. | |- |+|task force "
)


@pytest.mark.parametrize("piece", PIECES.split("|"))
def test_hostile_names_take_a_tenth_of_a_second_at_most(piece: str) -> None:
    functions = [groups.is_group, groups.is_plural, groups.has_acronym, groups.is_bare_acronym, groups.group_name]
    functions += [groups.shared_kind, group_key, groups.parted, groups.KIND_IN_NOTE.search, groups.ANY_KIND.search]

    def seconds(function: Any, text: str) -> float:
        start = time.process_time()
        function(text)
        return time.process_time() - start

    for end in ("", "!", " Collaboration", " teams", " Collaboration XXIX."):
        text = (piece * 40_000)[: 40_000 - len(end)] + end
        for function in functions:  # a busy machine has three tries
            assert any(seconds(function, text) < 0.1 for _try in range(3)), (function, end)
