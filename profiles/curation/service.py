"""Carrying a decision out, looking at it before, and undoing it: one transaction each, whatever the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from papers.database import bulk
from papers.database.availability import waiting
from profiles.curation import revert, row_changes
from profiles.curation.acts import Act, ActContext
from profiles.curation.conflicts import LaterDecisions, place_of, standing_since, with_their_merges
from profiles.curation.consequences import (
    bring_up_to_date,
    forget_gathered,
    forget_unprinted,
    keep_hidden_forms,
    papers_to_link,
    printed_forms,
)
from profiles.curation.effects import Effects
from profiles.curation.row_changes import Scope, Snapshot
from profiles.curation.rules import Refused
from profiles.linking import linker
from profiles.models import Author, Decision, DecisionSubject
from profiles.statistics import author_counts
from profiles.statistics.author_counts import Places

SECONDS_FOR_A_LOOK = 3  # for another writer, by a page that shows what would be done


def decide(act: Act, by: Any, reason: str = "") -> Decision:
    """Carry the act out for the user `by`, as one stored decision. Raises Refused, and then nothing has changed."""
    with bulk.one_writer():
        return _decide(act, by, reason)


def preview(act: Act | Decision, by: Any, reason: str = "") -> Effects:
    """What the act (or the undoing of the decision) would do, found by doing it and taking it back. Raises Refused."""
    with waiting(SECONDS_FOR_A_LOOK), bulk.one_writer():
        decision = _undo(act, by, reason) if isinstance(act, Decision) else _decide(act, by, reason)
        effects = Effects.of(decision)
        transaction.set_rollback(True)
    return effects


def undo(decision: Decision, by: Any, reason: str = "") -> Decision:
    """Put back what the decision changed, as a decision of its own whose `conflicts` are what later ones stand on.

    Raises Refused where it is undone already, or where later decisions stand on all of it.
    """
    with bulk.one_writer():
        return _undo(decision, by, reason)


def _decide(act: Act, by: Any, reason: str) -> Decision:
    scope, context, newest = act.scope, ActContext(by, timezone.now()), _newest_author()
    if getattr(act, "override", False) and not reason.strip():
        raise Refused("Say why, for the two are on one paper.")
    before, counted = row_changes.snapshot(scope), author_counts.of(scope.authors)
    printed = printed_forms(scope.authors)
    act.apply(context)
    scope.authors |= _made_since(newest)
    forget_unprinted(printed, printed_forms(scope.authors))
    # Only the papers that the act names: other acts leave linking nothing to do.
    linker.link_papers(scope.papers)
    keep_hidden_forms(scope.authors)
    decision = Decision(kind=act.kind, summary=act.summary[:500], reason=reason)
    return _store(decision, context, before, scope, counted)


def _undo(decision: Decision, by: Any, reason: str) -> Decision:
    if not decision.is_in_force:
        raise Refused("This decision is undone already.")
    if newer := decision.undoes and [
        undo.pk for undo in decision.undoes.undone_by.all() if undo.pk > decision.pk and undo.is_in_force
    ]:
        raise Refused(f"More of it was undone since. Undo decision {max(newer)} first.")
    since = standing_since(decision)
    changes = [change for change in decision.changes if place_of(change) in since]
    later = LaterDecisions(decision, changes)
    waiting = {p: found for change in changes if (found := later.on_top_of(change, since[p := place_of(change)]))}
    if decision.kind == Decision.Kind.MERGE and (merges := [n for p, n in waiting.items() if p[2] == "merge"]):
        raise Refused(f"Undo {_numbers(merges)} first: the survivor of this merge was itself merged since.")
    waiting = with_their_merges(waiting, changes, later.facts)
    if waiting and (len(waiting) == len(changes) or decision.undoes_id):
        raise Refused(f"Later decisions stand on it. Undo {_numbers(waiting.values())} first.")
    if decision.undoes_id and revert.changed_since(changes):
        raise Refused("What it put back was changed since.")

    scope, context, newest = row_changes.scope_of(changes), ActContext(by, timezone.now()), _newest_author()
    before, counted = row_changes.snapshot(scope), author_counts.of(scope.authors)
    printed = printed_forms(scope.authors)
    free = [change for change in changes if place_of(change) not in waiting]
    left = revert.put_back(free)
    # Papers that came in since go to whom the keys name now.
    moved = linker.link_papers(papers_to_link(scope))
    left += revert.remove_made(free)
    # What a change that waits keeps from going back waits for the same decisions.
    all_numbers = sorted({number for numbers in waiting.values() for number in numbers})
    waiting |= {place_of(change): all_numbers for change in left}
    conflicts = [{**change, "because": waiting[p]} for change in changes if (p := place_of(change)) in waiting]
    if left and (len(conflicts) == len(changes) or decision.undoes_id):
        raise Refused(f"Later decisions stand on it. Undo {_numbers(waiting.values())} first.")
    scope.authors = set(Author.objects.filter(pk__in=scope.authors | moved).values_list("pk", flat=True))
    scope.authors |= _made_since(newest)
    now_printed = printed_forms(scope.authors)
    forget_unprinted(printed, now_printed)
    forget_gathered(now_printed)
    keep_hidden_forms(scope.authors)
    scope.authors |= {pk for table, pk in before if table == "author"}
    summary = f"Undo decision {decision.pk}: {decision.summary}"
    undoing = Decision(
        kind=Decision.Kind.UNDO, summary=summary[:500], reason=reason, undoes=decision, conflicts=conflicts
    )
    return _store(undoing, context, before, scope, counted)


def _store(decision: Decision, context: ActContext, before: Snapshot, scope: Scope, counted: Places) -> Decision:
    """Keep the decision with what it changed, and bring up to date what pages show of it.

    `counted` is where those concerned were counted before.
    """
    after = row_changes.snapshot(scope)
    decision.changes = row_changes.changes_between(before, after)
    # An undo may find that everything is back already, and then says so.
    if not decision.changes and (decision.conflicts or decision.undoes_id is None):
        raise Refused("That is how it is already: nothing would change.")
    decision.made_by, decision.made_by_name, decision.made_at = (
        context.user,
        context.user.get_username(),
        context.moment,
    )
    decision.save()
    touched = {change["row"] for change in decision.changes if change["table"] == "author"} | scope.authors
    ids = {
        values["public_id"]
        for found in (before, after)
        for (table, pk), values in found.items()
        if table == "author" and pk in touched
    }
    DecisionSubject.objects.bulk_create(DecisionSubject(decision=decision, public_id=pid) for pid in sorted(ids))
    # Who came into it on the way has been changed by no act, and is still counted as before.
    counted = author_counts.of(scope.authors - counted.keys()) | counted
    bring_up_to_date(decision.changes, scope)
    author_counts.move(counted, author_counts.of(counted))
    return decision


def _newest_author() -> int:
    return Author.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _made_since(newest: int) -> set[int]:
    return set(Author.objects.filter(pk__gt=newest).values_list("pk", flat=True))


def _numbers(found: Iterable[Sequence[int]]) -> str:
    numbers = sorted({number for each in found for number in each})
    if not numbers:
        return "what was changed since"
    return ("decision " if len(numbers) == 1 else "decisions ") + ", ".join(map(str, numbers))
