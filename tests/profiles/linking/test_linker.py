"""Byline entries to authors: what is whose, whatever the order of the papers, and what a human said above all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from papers.bylines import Name, parse_name
from papers.database.builds import stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import Importer
from papers.ingest.records import Deletion
from papers.models import Build, Paper
from profiles import curation
from profiles.linking.identifiers import free_public_ids, free_slugs
from profiles.linking.linker import LinkSummary, link_authors
from profiles.linking.matching import NOBODY, Claim, Key, match, names_of, place_decisions
from profiles.models import Author, AuthorName, Authorship, EarlierSlug, IdentityKey
from profiles.statistics import summaries
from tests.conftest import record
from tests.profiles.dataset import dump

Import = Callable[..., ImportSummary]

BABBAGE, BYRON = "Charles Babbage", "Ada Byron"


def link(**options: Any) -> LinkSummary:
    with stage_lock():
        return link_authors(**options)


def authors(*names: str) -> dict[str, Author]:
    return {name: Author.objects.get(name=name) for name in names}


def decide(paper: str, position: int, author: Author, user: Any = None) -> Authorship:
    """A curator's word that this position is this author, as the admin keeps it."""
    claim = Authorship.objects.get(paper__identifier=paper, position=position)
    claim.author, claim.basis, claim.decided_by_human = author, Authorship.Basis.CURATOR, True
    claim.decided_by, claim.decided_at = user, timezone.now()
    claim.printed_name = claim.paper.byline[position - 1]["name"]
    claim.save()
    return claim


def newer(identifier: str, day: int = 8, **fields: Any) -> dict[str, Any]:
    """The record again, as the source gives it some days later."""
    return record(identifier, update_date=f"2020-01-{day:02}", **fields)


# --- Without a database -----------------------------------------------------------------------------------------------


def claim(id: int, position: int | None, printed: str, author: int = 1) -> Claim:
    return Claim(id, position, author, True, printed, date(2020, 1, 6))


@pytest.mark.parametrize(
    ("decisions", "byline", "places"),
    [
        ([claim(1, 1, BYRON)], [BYRON, BABBAGE], {1: 1}),
        ([claim(1, 1, BYRON)], [BABBAGE, BYRON], {1: 2}),  # the name moved
        ([claim(1, 2, BYRON)], [BABBAGE], {1: None}),  # the name is gone: the claim stays, the place isn't known
        ([claim(1, None, BYRON)], [BABBAGE, BYRON], {1: 2}),  # and it came back
        ([claim(1, 1, "Tom B. Brown")], [BABBAGE, "Tom B Brown"], {1: 2}),  # spelled another way
        ([claim(1, 1, "Kamile Lukosiute")], [BABBAGE, "Kamilė Lukošiūtė"], {1: 2}),
        ([claim(1, 1, "Tom Brown")], ["T. Brown", BABBAGE], {1: None}),  # an initial is not that name
        # The same letters come before the same key, and of several the nearest one.
        ([claim(1, 1, "Tom B. Brown")], ["Tom B Brown", BABBAGE, "Tom B. Brown"], {1: 3}),
        ([claim(1, 4, "Wei Wang")], ["Wei Wang", BABBAGE, BYRON, "Alan Turing", "Wei Wang"], {1: 5}),
        # Two decisions never have one place.
        ([claim(1, 1, "Wei Wang", 1), claim(2, 2, "Wei Wang", 2)], [BYRON, "Wei Wang", "Wei Wang"], {1: 2, 2: 3}),
        ([claim(1, 1, "Wei Wang", 1), claim(2, 2, "Wei Wang", 2)], ["Wei Wang"], {1: 1, 2: None}),
        ([claim(1, 1, BYRON, 1), claim(2, 2, BABBAGE, 2)], [BABBAGE, BYRON], {1: 2, 2: 1}),
        # One about a paper as a whole has no place, one without a name keeps its own as long as there is one.
        ([claim(1, None, "")], [BYRON], {1: None}),
        ([claim(1, 2, "")], [BYRON, BABBAGE], {1: 2}),
        ([claim(1, 2, "")], [BYRON], {1: None}),
        ([], [BYRON], {}),
    ],
)
def test_place_decisions(decisions: list[Claim], byline: list[str], places: dict[int, int | None]) -> None:
    assert place_decisions(decisions, [parse_name(name) for name in byline]) == places


@pytest.mark.parametrize(
    ("keys", "decided", "reserved", "owners", "known", "missing"),
    [
        (["a", "b"], {}, [], {("a", 1): 5, ("b", 1): 6}, {1: 5, 2: 6}, {}),
        (["a", "b"], {}, [], {("b", 1): 6}, {2: 6}, {1: ("a", 1)}),
        (["a", "a"], {}, [], {}, {}, {1: ("a", 1), 2: ("a", 2)}),  # printed twice: two people
        (["a", "a"], {}, [], {("a", 1): 5}, {1: 5}, {2: ("a", 2)}),
        (["a", "b", "a"], {}, [], {("a", 1): 5, ("a", 2): 7, ("b", 1): 6}, {1: 5, 2: 6, 3: 7}, {}),
        (["a", "b"], {1: 9}, [9], {("a", 1): 5, ("b", 1): 6}, {2: 6}, {}),  # decided: nobody else is asked
        # Whoever has a place by decision does not get a second one by name.
        (["a", "b"], {1: 6}, [6], {("b", 1): 6}, {}, {2: ("b", 2)}),
        (["a"], {}, [5], {("a", 1): 5}, {}, {1: ("a", 2)}),
        (["a"], {}, [5], {("a", 1): 5, ("a", 2): 7}, {1: 7}, {}),
        # What was decided of one print of a name leaves the other where it was; a split name is nobody's.
        (["a", "a"], {1: 9}, [9], {("a", 1): 5, ("a", 2): 7}, {2: 7}, {}),
        (["a", "a"], {1: 9}, [9], {("a", 1): 5}, {2: 5}, {}),
        (["a", "a"], {1: 7}, [7], {("a", 1): 5, ("a", 2): 7}, {2: 5}, {}),
        (["a", "b"], {}, [], {("a", 1): NOBODY, ("b", 1): 6}, {1: NOBODY, 2: 6}, {}),
        # Two names that a curator gave to one person, on one paper: again two people.
        (["a", "b"], {}, [], {("a", 1): 5, ("b", 1): 5}, {1: 5}, {2: ("b", 2)}),
        ([], {}, [], {}, {}, {}),
    ],
)
def test_match(
    keys: list[str],
    decided: dict[int, int],
    reserved: list[int],
    owners: dict[Key, int],
    known: dict[int, int],
    missing: dict[int, Key],
) -> None:
    assert match(keys, decided, reserved, owners) == (known, missing)


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_names_of_one_key_are_one_author_and_others_are_not(import_rows: Import) -> None:
    import_rows(
        record("2001.00001", authors="Yue-Long Shen, T. Brown"),
        record("2001.00002", authors="Yue Long Shen, Tom Brown"),
        record("2001.00003", authors="Yuelong Shen, Tom B. Brown, Robert Griffiths Jr."),
        record("2001.00004", authors="Y. Shen, Tom Brown, Robert Griffiths"),
    )
    assert link() == LinkSummary(papers=4, authorships_added=10, authors_created=7)
    assert dump.by_name() == {
        "Yue-Long Shen": {("2001.00001", 1), ("2001.00002", 1), ("2001.00003", 1)},
        "Tom Brown": {("2001.00002", 2), ("2001.00004", 2)},
        "T. Brown": {("2001.00001", 2)},
        "Tom B. Brown": {("2001.00003", 2)},
        "Robert Griffiths Jr": {("2001.00003", 3)},
        "Robert Griffiths": {("2001.00004", 3)},
        "Y. Shen": {("2001.00004", 1)},
    }
    author = Author.objects.get(name="Yue-Long Shen")
    assert list(author.names.order_by("name").values_list("name", "visibility", "decided_by_human")) == [
        ("Yue Long Shen", "public", False),
        ("Yue-Long Shen", "public", False),
        ("Yuelong Shen", "public", False),
    ]
    assert (author.forenames, author.surname, author.sort_key) == ("Yue-Long", "Shen", "shen yue long")
    assert (author.standing, author.name_decided_by_human, author.slug) == ("name-only", False, "yue-long-shen")


@pytest.mark.django_db
def test_a_name_printed_twice_on_one_paper_is_two_authors_and_both_are_flagged(import_rows: Import) -> None:
    import_rows(
        record("2001.00001", authors="Wei Wang, Ada Byron"),
        record("2001.00002", authors="Wei Wang, Ada Byron, Wei Wang"),
        record("2001.00003", authors="Ada Byron, Wei Wang"),
    )
    link()
    assert dump.by_name() == {
        "Ada Byron": {("2001.00001", 2), ("2001.00002", 2), ("2001.00003", 1)},
        "Wei Wang": {("2001.00001", 1), ("2001.00002", 1), ("2001.00003", 2)},
        "Wei Wang 2": {("2001.00002", 3)},
    }
    assert set(Author.objects.values_list("name", "shares_name_on_a_paper")) == {
        ("Ada Byron", False),
        ("Wei Wang", True),
    }
    assert list(IdentityKey.objects.filter(key="wang|wei|").values_list("occurrence", flat=True)) == [1, 2]
    assert sorted(Author.objects.filter(name="Wei Wang").values_list("slug", flat=True)) == ["wei-wang", "wei-wang-2"]


@pytest.mark.django_db
def test_collaborations_and_junk_are_no_authors(import_rows: Import) -> None:
    import_rows(
        record("2001.00001", authors="Ada Byron, The Engine Collaboration: Charles Babbage"),
        record("2001.00002", authors="Engine Collaboration"),
    )
    link()
    assert dump.by_name() == {"Ada Byron": {("2001.00001", 1)}, "Charles Babbage": {("2001.00001", 2)}}


# --- Order, batches, repetition ---------------------------------------------------------------------------------------

RECORDS = [
    record("2001.00001", authors="Kamilė Lukošiūtė, Yuelong Shen, Wei Wang"),
    record("2001.00002", authors="Kamile Lukosiute, Yue-Long Shen"),
    record("2001.00003", authors="KAMILE LUKOSIUTE, Wei Wang, Wei Wang"),
    record("2001.00004", authors="Wei Wang, Yue Long Shen, Wei Wang, Wei Wang"),
    record("2001.00005", authors="W. Wang, Y.-L. Shen"),
    record("2001.00006", authors="王伟, Григорий Перельман"),
    record("2001.00007", authors="王伟, Г. Перельман, Prabhat"),
    record("2001.00008", authors="Sam Mccandlish, Robert Griffiths Jr."),
    record("2001.00009", authors="Sam McCandlish, Robert Griffiths"),
    record("2001.00010", authors="SAM MCCANDLISH, Jørgen Møller"),
    record("2001.00011", authors="Jorgen Moller, Gerard 't Hooft, Wei Wang"),
    record("hep-th/9901001", authors="G. 't Hooft, Gerard ’t Hooft"),
]


def orders() -> list[tuple[int, int, int]]:
    """(seed of the order, records in one import, papers in one batch of linking)"""
    return [(0, 12, 500), (1, 12, 1), (2, 5, 500), (3, 1, 1), (4, 4, 3), (5, 12, 2)]


def site_built(seed: int, at_once: int, batch_size: int, import_rows: Import) -> tuple[Any, ...]:
    rows = list(RECORDS)
    random.Random(seed).shuffle(rows)
    for start in range(0, len(rows), at_once):
        import_rows(*rows[start : start + at_once])
        link(batch_size=batch_size)
        with stage_lock():
            summaries.refresh(batch_size=batch_size)
    assert summaries.differences() == []
    return dump.linked(), dump.names(), dump.figures(), set(dump.slugs().values())


@pytest.mark.django_db
def test_the_outcome_does_not_depend_on_the_order_of_the_papers_or_on_batches(import_rows: Import) -> None:
    sites = [dump.in_a_site_of_its_own(lambda: site_built(*each, import_rows)) for each in orders()]  # noqa: B023
    people, names, figures, _slugs = sites[0]
    assert len(people) == 17
    assert sum(map(len, people.values())) == sum(len(row["authors"].split(", ")) for row in RECORDS)
    for other in sites[1:]:
        assert other[:3] == (people, names, figures)
    # Who came first has the plain address, so those may differ; how many share a base may not.
    assert {len(slugs) for *_, slugs in sites} == {17}


@pytest.mark.django_db
def test_a_second_run_looks_at_nothing_and_writes_nothing(import_rows: Import) -> None:
    import_rows(*RECORDS)
    assert link().papers == 12
    before = dump.everything()
    assert link() == LinkSummary()
    assert dump.everything() == before
    # Looking at all of them again changes nothing but the list of runs.
    assert link(restart=True) == LinkSummary(papers=12)
    after = dump.everything()
    assert [label for label in before if after[label] != before[label]] == ["papers.Build"]


@pytest.mark.django_db
def test_only_what_changed_is_linked_again(import_rows: Import) -> None:
    import_rows(*RECORDS)
    link()
    import_rows(*RECORDS[:5], newer("2001.00006", authors="王伟, Ada Byron"), record("2001.00012", authors="王伟"))
    assert link() == LinkSummary(papers=2, authorships_added=2, authorships_removed=1, authors_created=1)
    import_rows(*RECORDS)  # older than what is here
    assert link() == LinkSummary()


@pytest.mark.django_db
def test_a_run_that_was_stopped_between_batches_goes_on_and_ends_equal(import_rows: Import) -> None:
    import_rows(*RECORDS)
    undisturbed = dump.in_a_site_of_its_own(lambda: (link(batch_size=3), dump.linked(), dump.names(), dump.slugs()))

    def stop(done: LinkSummary) -> None:
        if done.papers == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link(batch_size=3, on_batch=stop)
    assert list(Build.objects.filter(stage="link").values_list("status", flat=True)) == ["stopped"]
    assert Authorship.objects.values("paper").distinct().count() == 6
    assert link(batch_size=3).papers == 6
    assert (dump.linked(), dump.names(), dump.slugs()) == undisturbed[1:]
    assert link() == LinkSummary()


class Fault:
    """Once armed, lets the database refuse the next statement with this in it; use as a wrapper of its connection."""

    def __init__(self, text: str):
        self.text, self.is_armed = text, False

    def arm(self, done: LinkSummary) -> None:
        self.is_armed = True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_armed and self.text in sql:
            self.is_armed = False
            raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["profiles_identitykey", "profiles_earlierslug", "DELETE", "profiles_authorname", 'UPDATE "papers_build"'],
    ids=["keys looked up", "addresses chosen", "authors made", "authorships written", "all written"],
)
def test_a_batch_that_fails_leaves_nothing_behind(text: str, import_rows: Import) -> None:
    import_rows(*RECORDS)
    undisturbed = dump.in_a_site_of_its_own(lambda: (link(batch_size=3), dump.linked(), dump.names(), dump.slugs()))
    fault = Fault(text)
    # The second batch has something to take away, so that there is a DELETE.
    stray = Author.objects.create(public_id="stray", slug="stray", name="Stray", surname="Stray", sort_key="stray")
    Authorship.objects.create(paper=Paper.objects.get(revision=4), position=1, author=stray)
    with pytest.raises(OperationalError), connection.execute_wrapper(fault):
        link(batch_size=3, on_batch=fault.arm)
    assert list(Build.objects.filter(stage="link").values_list("status", "progress__revision")) == [("failed", 3)]
    assert set(Authorship.objects.exclude(author=stray).values_list("paper__revision", flat=True)) == {1, 2, 3}
    link(batch_size=3)
    stray.delete()
    assert (dump.linked(), dump.names(), dump.slugs()) == undisturbed[1:]


# --- Papers that change -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_changed_byline_moves_what_no_human_decided(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors=BYRON))
    link()
    before = dump.slugs()
    import_rows(newer("2001.00001", authors=f"{BABBAGE}, Alan Turing"))
    link()
    assert dump.by_name() == {
        BYRON: {("2001.00002", 1)},
        BABBAGE: {("2001.00001", 1)},
        "Alan Turing": {("2001.00001", 2)},
    }
    assert before.items() < dump.slugs().items()


@pytest.mark.django_db
def test_an_author_whose_papers_are_gone_stays_and_has_none(import_rows: Import, tmp_path: Path) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors=BYRON))
    link()
    ids = dump.slugs()
    take_back("2001.00001", tmp_path)
    assert link() == LinkSummary(papers=1, authorships_removed=2)
    with stage_lock():
        summaries.refresh()
    assert dump.by_name() == {BYRON: {("2001.00002", 1)}, BABBAGE: set()}
    assert list(Author.objects.listed().values_list("name", flat=True)) == [BYRON]
    # The source gives it again: the same people.
    import_rows(newer("2001.00001", authors=f"{BYRON}, {BABBAGE}"))
    link()
    assert dump.by_name() == {BYRON: {("2001.00001", 1), ("2001.00002", 1)}, BABBAGE: {("2001.00001", 2)}}
    assert dump.slugs() == ids


def take_back(identifier: str, folder: Path) -> None:
    build = Build.objects.create(stage="import", started_at=timezone.now())
    Importer(build, folder / "rejects.jsonl").run([(1, "record 1", Deletion(identifier, None))])


@pytest.mark.django_db
def test_a_new_date_comes_with_the_authorship(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"))
    link()
    decide("2001.00001", 2, Author.objects.get(name=BABBAGE))
    earlier = [{"version": "v1", "created": "Tue, 1 Jan 2019 10:00:00 GMT"}]
    import_rows(newer("2001.00001", authors=f"{BYRON}, {BABBAGE}", versions=earlier))
    link()
    assert set(Authorship.objects.values_list("position", "sort_day")) == {(1, 20190101), (2, 20190101)}


# --- What a human decided ---------------------------------------------------------------------------------------------

BYLINES = [
    ("unchanged", "Ada Byron, Charles Babbage", 1, {"Ada Byron": set(), "Charles Babbage": {("2001.00001", 2)}}),
    ("moved", "Charles Babbage, Ada Byron", 2, {"Ada Byron": set(), "Charles Babbage": {("2001.00001", 1)}}),
    (
        "spelled another way",
        "Charles Babbage, Adá BYRON",
        2,
        {"Ada Byron": set(), "Charles Babbage": {("2001.00001", 1)}},
    ),
    ("gone", "Charles Babbage", None, {"Ada Byron": set(), "Charles Babbage": {("2001.00001", 1)}}),
    (
        "now an initial",
        "A. Byron, Charles Babbage",
        None,
        {"Ada Byron": set(), "A. Byron": {("2001.00001", 1)}, "Charles Babbage": {("2001.00001", 2)}},
    ),
    (
        "printed twice",
        "Alan Turing, Ada Byron, Ada Byron",
        2,
        {"Ada Byron": {("2001.00001", 3)}, "Alan Turing": {("2001.00001", 1)}, "Charles Babbage": set()},
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "byline", "position", "others"), BYLINES, ids=[row[0] for row in BYLINES])
def test_a_human_decision_survives_a_changed_byline(
    what: str, byline: str, position: int | None, others: dict[str, Any], import_rows: Import, admin_user: Any
) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors="Augusta King"))
    link()
    king = Author.objects.get(name="Augusta King")
    decision = decide("2001.00001", 1, king, admin_user)
    import_rows(newer("2001.00001", authors=byline, title=what))
    summary = link()
    assert (summary.papers, summary.decisions_kept) == (1, 1)
    assert dump.by_name() == {**others, "Augusta King": {("2001.00001", position), ("2001.00002", 1)}}
    kept = Authorship.objects.get(decided_by_human=True)
    assert (kept.pk, kept.author, kept.printed_name, kept.basis) == (decision.pk, king, BYRON, "curator")
    assert (kept.decided_by, kept.decided_at) == (admin_user, decision.decided_at)
    # As it was: the decision is back in its place.
    import_rows(newer("2001.00001", 9, authors=f"{BYRON}, {BABBAGE}"))
    link()
    assert dump.linked()[king.public_id] == {("2001.00001", 1), ("2001.00002", 1)}
    # Once more over everything: nothing moves.
    before = dump.linked()
    link(restart=True)
    assert dump.linked() == before


@pytest.mark.django_db
def test_two_decisions_can_change_places(import_rows: Import) -> None:
    import_rows(
        record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors="A. King, Alan Turing")
    )
    link()
    people = authors("A. King", "Alan Turing")
    decide("2001.00001", 1, people["A. King"])
    decide("2001.00001", 2, people["Alan Turing"])
    import_rows(newer("2001.00001", authors=f"{BABBAGE}, {BYRON}"))
    link()
    assert dump.by_name() == {
        "A. King": {("2001.00001", 2), ("2001.00002", 1)},
        "Alan Turing": {("2001.00001", 1), ("2001.00002", 2)},
        BYRON: set(),
        BABBAGE: set(),
    }


@pytest.mark.django_db
def test_whoever_has_a_place_by_decision_gets_no_second_one_by_name(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors="Augusta King"))
    link()
    decide("2001.00001", 1, Author.objects.get(name="Augusta King"))
    # The paper now also prints the name of the one to whom a human gave another place.
    import_rows(newer("2001.00001", authors=f"{BYRON}, {BABBAGE}, Augusta King"))
    link()
    assert dump.by_name() == {
        "Augusta King": {("2001.00001", 1), ("2001.00002", 1)},
        "Augusta King 2": {("2001.00001", 3)},
        BABBAGE: {("2001.00001", 2)},
        BYRON: set(),
    }


@pytest.mark.django_db
def test_a_deleted_paper_keeps_its_decisions(import_rows: Import, tmp_path: Path) -> None:
    import_rows(record("2001.00001", authors=f"{BYRON}, {BABBAGE}"), record("2001.00002", authors="Augusta King"))
    link()
    king = Author.objects.get(name="Augusta King")
    decide("2001.00001", 1, king)
    take_back("2001.00001", tmp_path)
    link()
    assert Authorship.objects.filter(paper__identifier="2001.00001").values_list("author", "position").get() == (
        king.pk,
        1,
    )
    with stage_lock():
        summaries.refresh()
    king.refresh_from_db()
    assert king.paper_count == 1
    assert summaries.differences() == []


@pytest.mark.django_db
def test_a_name_that_a_human_chose_stays(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors="Kamile Lukosiute"))
    link()
    Author.objects.update(name="K. Lukosiute", name_decided_by_human=True)
    import_rows(record("2001.00002", authors="Kamilė Lukošiūtė"))
    link()
    author = Author.objects.get()
    assert author.name == "K. Lukosiute"
    assert sorted(author.names.values_list("name", flat=True)) == ["Kamile Lukosiute", "Kamilė Lukošiūtė"]


@pytest.mark.django_db
def test_a_match_only_name_is_never_shown_and_stays_so(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors="Kamile Lukosiute"), record("2001.00002", authors="Kamilė Lukošiūtė"))
    link()
    author = Author.objects.get()
    AuthorName.objects.filter(name="Kamilė Lukošiūtė").update(visibility="match-only", decided_by_human=True)
    Author.objects.update(name="Kamile Lukosiute", surname="Lukosiute", forenames="Kamile")
    import_rows(
        newer("2001.00002", authors="Kamilė Lukošiūtė", title="Again"),
        record("2001.00003", authors="Kamile Lukosiūte"),  # a new form, better than the one shown
    )
    link()
    author.refresh_from_db()
    assert author.name == "Kamile Lukosiūte"
    assert dict(author.names.values_list("name", "visibility")) == {
        "Kamile Lukosiute": "public",
        "Kamilė Lukošiūtė": "match-only",
        "Kamile Lukosiūte": "public",
    }


@pytest.mark.django_db
def test_papers_under_a_curated_persons_names_go_to_them_in_any_order(import_rows: Import) -> None:
    def site(first: str, second: str) -> dict[str, Any]:
        person = curation.add_person(parse_name("Tom Brown"), [parse_name("Tom B. Brown")])
        for number, name in enumerate((first, second), 1):
            import_rows(record(f"2001.0000{number}", authors=f"{name}, {BYRON}"))
            link()
        return {person.name: dump.linked()[person.public_id]}

    expected = {"Tom Brown": {("2001.00001", 1), ("2001.00002", 1)}}
    for pair in [("Tom Brown", "Tom B. Brown"), ("Tom B. Brown", "Tom Brown"), ("TOM BROWN", "Tom B Brown")]:
        assert dump.in_a_site_of_its_own(lambda: site(*pair)) == expected  # noqa: B023


@pytest.mark.django_db
def test_two_names_of_one_person_on_one_paper_are_two_people(import_rows: Import) -> None:
    person = curation.add_person(parse_name("Tom Brown"), [parse_name("Tom B. Brown")])
    import_rows(record("2001.00001", authors="Tom B. Brown, Tom Brown"))
    link()
    assert dump.linked()[person.public_id] == {("2001.00001", 1)}
    assert dump.by_name() == {"Tom Brown": {("2001.00001", 1)}, "Tom Brown 2": {("2001.00001", 2)}}


# --- Addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_addresses_that_are_or_were_somebodys_are_not_given_again(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors="Tom Brown"))
    link()
    brown = Author.objects.get()
    EarlierSlug.objects.create(slug="tom-brown-3", author=brown)
    EarlierSlug.objects.create(slug="ada-byron", author=brown, is_retired=True)
    wanted = ["Tom Brown", "Töm Brown", "Ada Byron", "Autocomplete", "伟", "—"]
    assert free_slugs([(name, f"publicid{number:02}") for number, name in enumerate(wanted)]) == [
        "tom-brown-2",
        "tom-brown-4",
        "ada-byron-2",
        "autocomplete-2",
        "wei",
        "publicid05",
    ]


@pytest.mark.django_db
def test_many_people_of_one_address(import_rows: Import) -> None:
    """Names of different keys whose letters are the same in an address."""
    names = ["Tom Brown", "T Om Brown", "Tom-Brown", "To M. Brown"]
    Author.objects.bulk_create(
        Author(public_id=f"{n:010}", slug=slug, name="x", surname="x", sort_key="x")
        for n, slug in enumerate(["li-wei", *(f"li-wei-{n}" for n in range(2, 70))])
    )
    import_rows(record("2001.00001", authors="Li Wei, Li Wei"), record("2001.00002", authors=", ".join(names[:1])))
    link()
    assert sorted(Author.objects.filter(name="Li Wei").values_list("slug", flat=True)) == ["li-wei-70", "li-wei-71"]


@pytest.mark.django_db
def test_public_ids_that_are_taken_are_not_given_again(import_rows: Import) -> None:
    first = free_public_ids(["a", "b"], "site")
    taken = Author.objects.create(public_id=first[0], slug="a", name="A", surname="A", sort_key="a")
    again = free_public_ids(["a", "b", "a"], "site")
    assert (again[1], len({*again, taken.public_id})) == (first[1], 4)


@pytest.mark.django_db
def test_addresses_and_public_ids_never_change_by_running_again(import_rows: Import) -> None:
    import_rows(*RECORDS[:6])
    link()
    first = dump.slugs()
    for rows in (RECORDS, [newer(row["id"], authors=row["authors"].upper()) for row in RECORDS]):
        import_rows(*rows)
        link()
        link(restart=True)
        assert first.items() <= dump.slugs().items()


@pytest.mark.django_db
def test_names_of_is_what_the_paper_stores(import_rows: Import) -> None:
    import_rows(record("2001.00001", authors="Robert Griffiths Jr., Prabhat"))
    names: Sequence[Name] = names_of(Paper.objects.get().byline)
    assert names == [Name("Robert Griffiths Jr", "Robert", "Griffiths", "Jr"), Name("Prabhat", "", "Prabhat")]


@pytest.mark.django_db
def test_namesakes_of_one_batch_are_given_addresses_in_a_few_queries(django_assert_max_num_queries: Any) -> None:
    Author.objects.create(public_id="a" * 10, name="Ann Bee", surname="Bee", slug="ann-bee-3")
    with django_assert_max_num_queries(20):  # who has the first address; portions of 50, 100, 200 … further ones
        slugs = free_slugs([("Ann Bee", f"{number:010}") for number in range(2_000)])
    assert (slugs[:3], slugs[-1], len(set(slugs))) == (["ann-bee", "ann-bee-2", "ann-bee-4"], "ann-bee-2001", 2_000)
