"""Random decisions on a random corpus, undone in a random order, leave everything as it was, and no stage overwrites them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.bylines import parse_name
from papers.database.builds import stage_lock
from profiles.curation import Refused, acts, decide, undo
from profiles.curation.conflicts import in_force_since
from profiles.linking import linker
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Decision,
    EarlierSlug,
    UnassignedName,
)
from profiles.statistics import summaries
from tests.conftest import record
from tests.dump import dump
from tests.profiles.dataset.dump import in_a_site_of_its_own

NAMES = [
    "Ada Byron",
    "A. Byron",
    "Ada K. Byron",
    "ADA BYRON",
    "Ada King",
    "Charles Babbage",
    "C. Babbage",
    "Wei Wang",
    "W. Wang",
    "Wei-Wei Wang",
    "Alan Turing",
    "A. M. Turing",
    "Grace Hopper",
    "G. Hopper",
    "Grace B. Hopper",
]
ORCIDS = ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"]


def corpus(random: Random) -> list[dict[str, Any]]:
    rows = []
    for number in range(random.randint(8, 20)):
        names = random.choices(NAMES, k=random.randint(1, 5))
        rows.append(record(f"2001.{number:05d}", authors=", ".join(names)))
    return rows


def random_act(random: Random) -> Any:
    authors = list(Author.objects.order_by("public_id"))
    one, two = random.choice(authors), random.choice(authors)
    claims = list(Authorship.objects.filter(author=one).order_by("paper__identifier"))
    some = random.sample(claims, random.randint(1, len(claims))) if claims else []
    name = parse_name(random.choice(NAMES))
    visibility = random.choice(["public", "match-only"])
    waiting = UnassignedName.objects.order_by("paper__identifier", "position").first()
    identifier = AuthorIdentifier.objects.order_by("value").first()
    earlier = EarlierSlug.objects.order_by("slug").first()
    row = one.names.order_by("name").first()
    choices: list[Callable[[], Any]] = [
        lambda: acts.Merge(one, two),
        lambda: acts.Merge(one, two, override=random.random() < 0.3),
        lambda: acts.MergeMany([(one, two), (random.choice(authors), random.choice(authors))]),
        lambda: acts.Split(one, [claim.paper_id for claim in some]),
        lambda: acts.Split(one, [claim.paper_id for claim in some]),
        lambda: acts.Move(some[:2], two) if some else None,
        lambda: acts.Assign(waiting.paper, waiting.position, two) if waiting else None,
        lambda: acts.NotSame(one, two) if random.random() < 0.3 else None,
        lambda: acts.Rename(one, name),
        lambda: acts.AddName(one, name, visibility),
        lambda: acts.SetVisibility(one, row.name, visibility, as_printed=random.random() < 0.2) if row else None,
        lambda: acts.SetIdentifier(one, "orcid", random.choice(ORCIDS)),
        lambda: acts.RemoveIdentifier(identifier) if identifier else None,
        lambda: acts.Edit(one, {"standing": random.choice(["curated", "name-only"])}),
        lambda: acts.Edit(one, {"is_hidden": random.random() < 0.5}),
        lambda: acts.Edit(one, {"in_similarity": random.random() < 0.5}),
        lambda: acts.Edit(one, {"bio": f"About {random.randint(1, 9)}"}),
        lambda: acts.ChangeAddress(one, f"address-{random.randint(1, 9)}", retire=random.random() < 0.3),
        lambda: acts.RetireAddress(earlier, random.random() < 0.5) if earlier else None,
        lambda: acts.SetVerdict(one, two, random.choice(["pinned", "vetoed", ""])),
    ]
    return random.choice(choices)()


def counted_dump() -> str:
    with stage_lock():
        summaries.refresh()
    return json.dumps(dump() | {"decisions": []}, sort_keys=True)  # these stay, undone or not


def differences(one: str, two: str) -> dict[str, Any]:
    """By table the rows that only one of the dumps has."""
    left, right = json.loads(one), json.loads(two)
    return {
        table: (
            [row for row in left[table] if row not in right[table]],
            [row for row in right[table] if row not in left[table]],
        )
        for table in left
        if left[table] != right[table]
    }


def undo_if_allowed(decision: Decision, user: Any, *, in_part: bool) -> bool:
    """Undo it; where later decisions stand on some of it only if `in_part`, and then the rest. Whether anything was undone."""
    with transaction.atomic():
        try:
            done = not undo(decision, user).conflicts or in_part
        except Refused:
            return False
        if not done:
            transaction.set_rollback(True)
    return done


def undo_all(random: Random, user: Any) -> None:
    """In a random order, as far as it is allowed, in parts or whole; there is always one that can be undone whole."""
    while standing := [d for d in Decision.objects.exclude(kind="undo") if d.is_in_force]:
        standing.sort(key=in_force_since, reverse=True)
        for decision in random.sample(standing, min(len(standing), 3)):
            undo_if_allowed(decision, user, in_part=random.random() < 0.5)
        standing = [decision for decision in standing if decision.is_in_force]
        assert not standing or any(undo_if_allowed(decision, user, in_part=False) for decision in standing), standing


def one_history(seed: int, decisions: int, build: Callable[..., object], user: Any) -> None:
    """Decisions, re-imports and undoing as the seed says, the same at every call; raises AssertionError."""
    # Public ids are made from the site's secret, and the decisions choose among authors by them.
    with override_settings(SECRET_KEY="a site like any other"):
        random = Random(seed)
        rows = corpus(random)
        build(*rows)
        before = counted_dump()
        for _ in range(decisions):
            while (act := random_act(random)) is None:
                continue
            try:
                decide(act, user, "because")
            except Refused:
                continue
            if random.random() < 0.1:
                undo_if_allowed(random.choice(list(Decision.objects.all())), user, in_part=random.random() < 0.5)
            if random.random() < 0.05:
                decided = counted_dump()
                build(*rows)
                with stage_lock():
                    linker.link_authors(restart=True)
                assert differences(counted_dump(), decided) == {}
        undo_all(random, user)
        assert differences(counted_dump(), before) == {}
        assert summaries.differences() == []
        assert not AuthorName.objects.filter(visibility="match-only").exists()


# The same histories every time; with HISTORIES=100 in the environment so many new ones.
HISTORIES = int(os.environ.get("HISTORIES", "0"))


@pytest.mark.parametrize("decisions", [60, 200])
@settings(
    max_examples=HISTORIES or 2,
    derandomize=not HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_decided_can_be_undone(
    decisions: int, seed: int, build_rows: Callable[..., object], admin_user: Any
) -> None:
    in_a_site_of_its_own(lambda: one_history(seed, decisions, build_rows, admin_user))
