from collections import Counter
from pathlib import Path

import pytest

from papers import taxonomy
from papers.taxonomy import ALL, ARCHIVES, GROUPS, OAI_SETS, Archive, Group, OaiSet, Subject, UnknownSubject

FIXTURE = Path(__file__).parents[3] / "fixtures" / "categories.json"


def test_the_taxonomy_has_as_many_subjects_as_arxivs():
    assert Counter(subject.kind for subject in ALL.values()) == {
        "category": 149,
        "alias": 6,
        "subsumed": 18,
        "legacy": 3,
    }
    in_use = Counter(subject.archive for subject in ALL.values() if subject.kind in ("category", "alias"))
    assert in_use == {
        "cs": 40,
        "econ": 3,
        "eess": 4,
        "math": 32,
        "astro-ph": 6,
        "cond-mat": 9,
        "gr-qc": 1,
        "hep-ex": 1,
        "hep-lat": 1,
        "hep-ph": 1,
        "hep-th": 1,
        "math-ph": 1,
        "nlin": 5,
        "nucl-ex": 1,
        "nucl-th": 1,
        "physics": 22,
        "quant-ph": 1,
        "q-bio": 10,
        "q-fin": 9,
        "stat": 6,
    }
    assert list(in_use) == list(ARCHIVES)
    assert list(GROUPS) == ["cs", "econ", "eess", "math", "physics", "q-bio", "q-fin", "stat"]


@pytest.mark.parametrize(
    "subject",
    [
        Subject("cs.LG", "Machine Learning", "cs", "Computer Science", "cs", "Computer Science", "category"),
        Subject(
            "astro-ph.EP",
            "Earth and Planetary Astrophysics",
            "astro-ph",
            "Astrophysics",
            "physics",
            "Physics",
            "category",
        ),
        Subject("quant-ph", "Quantum Physics", "quant-ph", "Quantum Physics", "physics", "Physics", "category"),
        Subject("cond-mat", "Condensed Matter", "cond-mat", "Condensed Matter", "physics", "Physics", "legacy"),
        Subject("math.MP", "Mathematical Physics", "math", "Mathematics", "math", "Mathematics", "alias", "math-ph"),
        Subject(
            "q-fin.EC",
            "Economics",
            "q-fin",
            "Quantitative Finance",
            "q-fin",
            "Quantitative Finance",
            "alias",
            "econ.GN",
        ),
        Subject("alg-geom", "Algebraic Geometry", "math", "Mathematics", "math", "Mathematics", "subsumed", "math.AG"),
        Subject(
            "chao-dyn", "Chaotic Dynamics", "nlin", "Nonlinear Sciences", "physics", "Physics", "subsumed", "nlin.CD"
        ),
    ],
    ids=lambda subject: subject.code,
)
def test_a_subject_of_each_kind(subject):
    assert ALL[subject.code] == subject


def test_archives_and_groups_list_what_is_in_them():
    assert ARCHIVES["nlin"] == Archive(
        "nlin",
        "Nonlinear Sciences",
        "physics",
        (
            "nlin.AO",
            "nlin.CD",
            "nlin.CG",
            "nlin.PS",
            "nlin.SI",
            "adap-org",
            "chao-dyn",
            "comp-gas",
            "patt-sol",
            "solv-int",
        ),
    )
    assert GROUPS["physics"] == Group(
        "physics",
        "Physics",
        (
            "astro-ph",
            "cond-mat",
            "gr-qc",
            "hep-ex",
            "hep-lat",
            "hep-ph",
            "hep-th",
            "math-ph",
            "nlin",
            "nucl-ex",
            "nucl-th",
            "physics",
            "quant-ph",
        ),
    )
    assert sorted(code for archive in ARCHIVES.values() for code in archive.subjects) == sorted(ALL)
    assert [code for group in GROUPS.values() for code in group.archives] == list(ARCHIVES)


def test_what_a_code_stands_for_stands_for_itself_and_comes_before_it():
    order = list(ALL)
    referring = [subject for subject in ALL.values() if subject.canonical]
    assert {subject.kind for subject in referring} == {"alias", "subsumed"}
    assert {ALL[subject.canonical].canonical for subject in referring} == {""}
    assert [s.code for s in referring if order.index(s.canonical) > order.index(s.code)] == []


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("", ""),
        ("cs.LG", "cs.LG"),
        ("cs.LG stat.ML cs.LG", "cs.LG stat.ML"),
        ("math-ph chao-dyn math.MP math.NT math.SP nlin.CD quant-ph", "math-ph nlin.CD math.NT math.SP quant-ph"),
        ("math.MP math-ph", "math-ph"),
        ("stat.TH math.IT q-fin.EC cs.SY cs.NA", "math.ST cs.IT econ.GN eess.SY math.NA"),
        ("cmp-lg", "cs.CL"),
        ("astro-ph astro-ph.CO", "astro-ph astro-ph.CO"),
        ("cs.XX 68T05 cs.AI", "cs.XX 68T05 cs.AI"),
    ],
)
def test_printed_codes_become_the_categories_of_today(printed, meant):
    assert taxonomy.canonical_codes(printed.split()) == tuple(meant.split())


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        ("cs.LG", "cs:cs:LG"),
        ("math.NA", "math:math:NA"),
        ("math.MP", "math:math:MP"),
        ("math-ph", "physics:math-ph"),
        ("hep-lat", "physics:hep-lat"),
        ("astro-ph.EP", "physics:astro-ph:EP"),
        ("astro-ph", "physics:astro-ph"),
        ("physics.optics", "physics:physics:optics"),
        ("cond-mat.mtrl-sci", "physics:cond-mat:mtrl-sci"),
        ("physics", "physics:physics"),
        ("cs", "cs:cs"),
    ],
)
def test_oai_sets_are_named_as_arxiv_names_them(code, spec):
    assert (taxonomy.oai_set(code), taxonomy.from_oai_set(spec)) == (spec, code)


def test_every_code_with_a_set_of_its_own_is_found_by_it():
    codes = [subject.code for subject in ALL.values() if subject.kind != "subsumed"]
    assert [taxonomy.from_oai_set(taxonomy.oai_set(code)) for code in codes] == codes
    assert taxonomy.oai_set("alg-geom") == "math:math:AG"
    assert taxonomy.from_oai_set("cs") == "cs"


@pytest.mark.parametrize("code", ["cs.XX", "cs.", "test", "", "cs:cs:LG"])
def test_no_set_for_an_unknown_code(code):
    with pytest.raises(UnknownSubject) as caught:
        taxonomy.oai_set(code)
    assert str(caught.value) == f"{code!r} is not a subject or archive of arXiv's taxonomy"


@pytest.mark.parametrize("spec", ["cs.LG", "cs:LG", "cs:cs:XX", "physics:cs", "hep-lat", "test", "", "cs:cs:LG:"])
def test_no_code_for_an_unknown_set(spec):
    with pytest.raises(UnknownSubject) as caught:
        taxonomy.from_oai_set(spec)
    assert str(caught.value) == f"{spec!r} is not a set of arXiv's taxonomy, such as 'cs:cs:LG' or 'physics:hep-lat'"


def test_a_set_holds_what_its_children_hold():
    assert OAI_SETS["math:math:MP"] == OaiSet("math:math:MP", "math.MP", "Mathematical Physics", ("math-ph",))
    assert OAI_SETS["physics:quant-ph"] == OaiSet("physics:quant-ph", "quant-ph", "Quantum Physics", ("quant-ph",))
    assert OAI_SETS["eess"] == OaiSet(
        "eess", "eess", "Electrical Engineering and Systems Science", ("eess.AS", "eess.IV", "eess.SP", "eess.SY")
    )
    stat = ("stat.AP", "stat.CO", "stat.ME", "stat.ML", "stat.OT", "math.ST")
    assert (OAI_SETS["stat"].codes, OAI_SETS["stat:stat"].codes) == (stat, stat)
    order = list(OAI_SETS)
    for spec, each in OAI_SETS.items():
        parent, _, last = spec.rpartition(":")
        if parent:
            assert order.index(parent) < order.index(spec), last
            assert set(each.codes) <= set(OAI_SETS[parent].codes), spec
    assert {code for each in OAI_SETS.values() for code in each.codes} == set(taxonomy.CANONICAL.values())


def test_the_fixture_in_the_repository_is_the_taxonomy():
    assert FIXTURE.read_text(encoding="utf-8") == taxonomy.fixture_text()


def test_fixture_rows_refer_by_natural_key():
    rows = {row["fields"]["code"]: row for row in taxonomy.fixture_rows()}
    assert list(rows) == list(ALL)
    assert [rows["math-ph"], rows["math.MP"]] == [
        {
            "model": "papers.category",
            "fields": {
                "code": "math-ph",
                "name": "Mathematical Physics",
                "archive": "math-ph",
                "archive_name": "Mathematical Physics",
                "group": "physics",
                "group_name": "Physics",
                "kind": "category",
                "canonical": None,
            },
        },
        {
            "model": "papers.category",
            "fields": {
                "code": "math.MP",
                "name": "Mathematical Physics",
                "archive": "math",
                "archive_name": "Mathematics",
                "group": "math",
                "group_name": "Mathematics",
                "kind": "alias",
                "canonical": ["math-ph"],
            },
        },
    ]
