"""The seed: what its source file says is what the fixtures hold, what `loaddata` brings in, and what the profile shows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from papers.database.builds import stage_lock
from papers.models import Paper, PaperCategory, PaperDoi
from profiles.linking import linker
from profiles.management.seed import SOURCE, NotEmpty, fixture_text, load_seed, write_fixtures
from profiles.models import Author, AuthorName, Authorship, IdentityKey
from profiles.statistics import summaries
from tests.conftest import record
from tests.profiles.dataset import dump

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"
SEED = orjson.loads(SOURCE.read_bytes())
WITHOUT_ARXIV_ID = "influence-of-local-symmetry-on-lattice-dynamics"


def henighan() -> Author:
    return Author.objects.get(slug="tom-henighan")


def by_natural_keys() -> dict[str, Any]:
    """Everything that the fixtures bring, without ids of rows and the site's own moments."""
    papers = {
        paper.identifier: {
            field.name: dump.plain(getattr(paper, field.name))
            for field in Paper._meta.concrete_fields
            if field.name not in {"id", "digest", "revision", "modified_at"}
        }
        for paper in Paper.objects.all()
    }
    authors = {
        author.public_id: {
            field.name: getattr(author, field.name)
            for field in Author._meta.concrete_fields
            if field.name not in {"id", "created_at", "modified_at"}
        }
        for author in Author.objects.all()
    }
    for author in authors.values():  # of equal co-authors the one with the lower id is first
        author["statistics"] = {**author["statistics"], "coauthors": sorted(author["statistics"]["coauthors"])}
    return {
        "papers": papers,
        "authors": authors,
        "categories": set(
            PaperCategory.objects.values_list("paper__identifier", "category__code", "position", "sort_day")
        ),
        "dois": set(PaperDoi.objects.values_list("paper__identifier", "position", "doi", "key")),
        "names": set(AuthorName.objects.values_list("author__public_id", "name", "visibility", "decided_by_human")),
        "keys": set(IdentityKey.objects.values_list("key", "occurrence", "author__public_id", "decided_by_human")),
        "authorships": set(
            Authorship.objects.values_list(
                "paper__identifier",
                "author__public_id",
                "position",
                "basis",
                "decided_by_human",
                "decided_by",
                "decided_at",
                "printed_name",
                "sort_day",
            )
        ),
    }


def test_the_fixtures_are_what_their_sources_give(categories: None, tmp_path: Path) -> None:
    paths = write_fixtures(tmp_path)
    assert [path.name for path in paths] == ["categories.json", "seed.json"]
    for path in paths:
        assert path.read_bytes() == (FIXTURES / path.name).read_bytes()
    assert not Paper.objects.exists()  # made and taken back


def test_loading_the_fixtures_gives_what_the_stages_give(categories: None) -> None:
    def by_stages() -> dict[str, Any]:
        load_seed()
        return by_natural_keys()

    def by_fixtures() -> dict[str, Any]:
        call_command("loaddata", "seed", verbosity=0)
        return by_natural_keys()

    stages, fixtures = dump.in_a_site_of_its_own(by_stages), dump.in_a_site_of_its_own(by_fixtures)
    assert fixtures == stages
    assert (len(fixtures["papers"]), len(fixtures["authors"]), len(fixtures["authorships"])) == (21, 158, 602)


def test_loading_twice_changes_nothing(seed: None) -> None:
    before = by_natural_keys()
    call_command("loaddata", "categories", "seed", verbosity=0)
    assert by_natural_keys() == before
    assert fixture_text() == (FIXTURES / "seed.json").read_text(encoding="utf-8")


def test_the_fixture_can_be_made_from_what_was_loaded(seed: None) -> None:
    assert fixture_text() == (FIXTURES / "seed.json").read_text(encoding="utf-8")


def test_the_seed_is_made_only_where_nothing_is(seed: None, tmp_path: Path) -> None:
    with pytest.raises(NotEmpty, match="There are papers in this database"):
        load_seed()
    with pytest.raises(CommandError, match="There are papers in this database"):
        call_command("make_fixtures", folder=tmp_path)


def test_every_paper_says_what_the_source_file_says(seed: None) -> None:
    expected = {
        row.get("arxiv_id") or row["slug"]: {
            "title": row["title"],
            "abstract": row["abstract"],
            "byline": row["authors"],
            "categories": row["categories"],
            "published": date.fromisoformat(row["submitted"]) if row["submitted"] else None,
            "doi": row["doi"] or "",
            "comments": row["comments"] or "",
        }
        for row in SEED["papers"]
    }
    assert len(expected) == 21
    assert {
        paper.identifier: {
            "title": paper.title,
            "abstract": paper.abstract,
            "byline": [entry["name"] for entry in paper.byline],
            "categories": paper.categories,
            "published": paper.published,
            "doi": paper.doi,
            "comments": paper.comments,
        }
        for paper in Paper.objects.all()
    } == expected
    assert all(row["abstract"].endswith("...") for row in SEED["papers"])
    assert {(p.abstract_is_cut, p.source, len(p.versions), p.journal_ref, p.license) for p in Paper.objects.all()} == {
        (True, "seed", 0, "", "")
    }


def test_the_paper_without_an_arxiv_id(seed: None) -> None:
    paper = Paper.objects.get(arxiv_id=None)
    assert paper.identifier == WITHOUT_ARXIV_ID
    assert (paper.byline, paper.author_count, paper.published, paper.updated, paper.categories) == (
        [],
        0,
        None,
        None,
        [],
    )
    assert list(Authorship.objects.filter(paper=paper).values_list("author__slug", "position", "basis")) == [
        ("tom-henighan", None, "listing")
    ]
    assert Paper.objects.order_by("-sort_day", "-id").last() == paper


def test_the_people_of_the_source_file_are_one_author_each_with_their_other_names_public(seed: None) -> None:
    curated = Author.objects.filter(standing="curated")
    found = {
        author.name: (
            set(author.names.values_list("name", "visibility")),
            set(author.identity_keys.values_list("occurrence", "decided_by_human")),
            author.name_decided_by_human,
        )
        for author in curated
    }
    assert found == {
        person["name"]: (
            {(name, "public") for name in (person["name"], *person.get("other_names", []))},
            {(1, True)},
            True,
        )
        for person in SEED["people"]
    }
    printed = {
        author.name: {
            byline[position - 1]["name"]
            for byline, position in author.authorships.values_list("paper__byline", "position")
            if position is not None
        }
        for author in curated
    }
    assert printed == {
        person["name"]: {
            name
            for row in SEED["papers"]
            for name in row["authors"]
            if name in (person["name"], *person.get("other_names", []))
        }
        for person in SEED["people"]
    }
    showk = Author.objects.get(name="Sheer El Showk")
    assert (showk.forenames, showk.surname, showk.sort_key) == ("Sheer", "El Showk", "el showk sheer")


def test_every_printed_name_has_an_author_and_nobody_has_two_places(seed: None) -> None:
    positions = {
        (paper.identifier, position) for paper in Paper.objects.all() for position in range(1, len(paper.byline) + 1)
    }
    found = set(Authorship.objects.exclude(position=None).values_list("paper__identifier", "position"))
    assert found == positions
    assert Authorship.objects.count() == len(positions) + 1


def test_henighans_figures(seed: None) -> None:
    author = henighan()
    papers = [row for row in SEED["papers"] if "Tom Henighan" in row["authors"] or row.get("on_the_profile_of")]
    teams = sorted(len(row["authors"]) for row in papers if row["authors"])
    assert len(teams) == 20
    assert (author.paper_count, author.coauthor_count, author.first_year, author.last_year) == (21, 157, 2020, 2026)
    assert author.statistics == {
        "first": sum(row["authors"][:1] == ["Tom Henighan"] for row in papers),
        "last": sum(row["authors"][-1:] == ["Tom Henighan"] for row in papers),
        "sole": 0,
        "median_authors": (teams[9] + teams[10]) / 2,
        "years": [[2020, 3], [2021, 2], [2022, 10], [2023, 2], [2025, 1], [2026, 2]],
        "main_years": author.statistics["main_years"],
        "categories": [["cs.CL", 10], ["cs.AI", 8], ["cs.LG", 8], ["cs.CY", 1], ["cs.HC", 1], ["stat.ML", 1]],
        "coauthors": author.statistics["coauthors"],
    }
    by_year: Counter[int] = Counter()
    for _code, years in author.statistics["main_years"]:
        by_year.update(dict(years))
    assert sorted(by_year.items()) == [tuple(row) for row in author.statistics["years"]]
    assert summaries.differences() == []


def test_henighans_coauthors(seed: None) -> None:
    preferred = {other: person["name"] for person in SEED["people"] for other in person.get("other_names", [])}
    together = Counter(
        preferred.get(name, name)
        for row in SEED["papers"]
        for name in row["authors"]
        if "Tom Henighan" in row["authors"] and name != "Tom Henighan"
    )
    assert len(together) == 157
    kept = henighan().statistics["coauthors"]
    names = dict(Author.objects.values_list("public_id", "name"))
    assert [papers for _, papers in kept] == [papers for _, papers in together.most_common(30)]
    assert all(together[names[pid]] == papers for pid, papers in kept)


def test_linking_the_loaded_seed_at_a_site_of_another_secret_changes_nobody(seed: None) -> None:
    before = dump.linked(), dump.names(), dump.slugs()
    with stage_lock():
        linker.link_authors(restart=True)
    assert (dump.linked(), dump.names(), dump.slugs()) == before


def test_papers_that_come_later_join_the_people_of_the_seed(seed: None, import_rows: Any) -> None:
    import_rows(
        record("2607.00001", authors="Tom B. Brown, Tom Henighan, Ada Byron", versions=[], update_date="2026-07-02")
    )
    with stage_lock():
        linker.link_authors()
    assert list(
        Authorship.objects.filter(paper__identifier="2607.00001")
        .order_by("position")
        .values_list("author__slug", flat=True)
    ) == ["tom-brown", "tom-henighan", "ada-byron"]
