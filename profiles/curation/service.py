"""Carrying a decision out, looking at it before, and undoing it: one transaction each, whatever the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from papers.database import bulk
from papers.database.availability import waiting
from profiles.curation import consequences, paper_records, revert, row_changes
from profiles.curation.acts import Act, ActContext, Merge, MergePapers
from profiles.curation.conflicts import LaterDecisions, Place, place_of, standing_since, with_their_merges
from profiles.curation.consequences import PrintedNames
from profiles.curation.effects import Effects
from profiles.curation.row_changes import Change, Scope, Snapshot
from profiles.curation.rules import Refused, check_text
from profiles.linking import linker
from profiles.models import Author, Decision, DecisionSubject
from profiles.statistics import author_counts
from profiles.statistics.author_counts import Places

SECONDS_FOR_A_LOOK = 3  # for another writer, by a page that shows what would be done

Conflicts = dict[Place, list[int]]  # by the place that stays as it is the numbers of the decisions that stand on it


def decide(act: Act, by: Any, reason: str = "") -> Decision:
    """Carry the act out for the user `by`, as one stored decision. Raises Refused, and then nothing has changed."""
    with bulk.one_writer():
        return _decide(act, by, reason)


def preview(act: Act | Decision, by: Any, reason: str = "") -> Effects:
    """What the act (or the undoing of the decision) would do, found by doing it and taking it back. Raises Refused."""
    with waiting(SECONDS_FOR_A_LOOK), bulk.one_writer():
        concerned = row_changes.scope_of(act.changes) if isinstance(act, Decision) else act.scope
        before = paper_records.shown(concerned.records)
        decision = _undo(act, by, reason) if isinstance(act, Decision) else _decide(act, by, reason)
        effects = Effects.of(decision, paper_records.differences(before, paper_records.shown(concerned.records)))
        transaction.set_rollback(True)
    return effects


def undo(decision: Decision, by: Any, reason: str = "") -> Decision:
    """Put back what the decision changed, as a decision of its own whose `conflicts` are what later ones stand on.

    Raises Refused where it is undone already, or where later decisions stand on all of it.
    """
    with bulk.one_writer():
        return _undo(decision, by, reason)


# --- In the transaction -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """What was stored about those concerned before anything changed."""

    rows: Snapshot
    counts: Places
    printed_names: PrintedNames
    newest_author: int

    @classmethod
    def of(cls, scope: Scope) -> Before:
        return cls(
            rows=row_changes.snapshot(scope),
            counts=author_counts.of(scope.everybody),
            printed_names=consequences.printed_names(scope.everybody),
            newest_author=Author.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        )

    def authors_made_since(self) -> set[int]:
        return set(Author.objects.filter(pk__gt=self.newest_author).values_list("pk", flat=True))


def _decide(act: Act, by: Any, reason: str) -> Decision:
    check_text("reason", reason)
    if getattr(act, "override", False) and not reason.strip():
        raise Refused(act.WHY if isinstance(act, MergePapers) else Merge.WHY, "reason")
    scope = act.scope
    context = ActContext(by, timezone.now(), bulk.take_ids(Decision, 1)[0])
    _look_at_records(scope)
    before = Before.of(scope)
    act.apply(context)
    scope.authors |= before.authors_made_since()
    scope.records |= context.papers_made
    _link_records(scope)
    consequences.forget_unprinted(before.printed_names, consequences.printed_names(scope.everybody))
    # Only the papers that the act names: other acts leave linking nothing to do.
    linker.link_papers(scope.papers - scope.records)
    consequences.keep_hidden_forms(scope.authors)
    decision = Decision(pk=context.number, kind=act.kind, summary=act.summary[:500], reason=reason)
    return _store(decision, context, before, scope, scope.records | scope.about)


def _undo(decision: Decision, by: Any, reason: str) -> Decision:
    check_text("reason", reason)
    changes, conflicts = _standing_changes(decision)
    scope = row_changes.scope_of(changes)
    context = ActContext(by, timezone.now(), bulk.take_ids(Decision, 1)[0])
    _look_at_records(scope)
    before = Before.of(scope)
    conflicts = _put_back(changes, conflicts, scope)
    _refuse_where_nothing_goes_back(decision, changes, conflicts)
    scope.authors |= before.authors_made_since()
    printed_names = consequences.printed_names(scope.everybody)
    consequences.forget_unprinted(before.printed_names, printed_names)
    consequences.forget_gathered(printed_names)
    consequences.keep_hidden_forms(scope.authors)
    scope.authors |= {pk for table, pk in before.rows if table == "author"}
    undoing = Decision(
        pk=context.number,
        kind=Decision.Kind.UNDO,
        summary=f"Undo decision {decision.pk}: {decision.summary}"[:500],
        reason=reason,
        undoes=decision,
        conflicts=[
            {**change, "because": conflicts[place]} for change in changes if (place := place_of(change)) in conflicts
        ],
    )
    return _store(undoing, context, before, scope, decision.papers.values_list("pk", flat=True))


def _standing_changes(decision: Decision) -> tuple[list[Change], Conflicts]:
    """What the decision changed and still holds, and which of it has to stay as later decisions left it.

    Raises Refused where none of it can be put back, or where a part alone would make no sense.
    """
    if not decision.is_in_force:
        raise Refused("This decision is undone already.")
    if newer := decision.undoes and [
        undo.pk for undo in decision.undoes.undone_by.all() if undo.pk > decision.pk and undo.is_in_force
    ]:
        raise Refused(f"More of it was undone since. Undo decision {max(newer)} first.")
    since = standing_since(decision)
    changes = [change for change in decision.changes if place_of(change) in since]
    later = LaterDecisions(decision, changes)
    conflicts: Conflicts = {}
    for change in changes:
        place = place_of(change)
        if numbers := later.on_top_of(change, since[place]):
            conflicts[place] = numbers
    merges = [numbers for (_table, _row, group), numbers in conflicts.items() if group == "merge"]
    if merges and decision.kind == Decision.Kind.MERGE:
        raise Refused(f"Undo {_named(merges)} first: the survivor of this merge was itself merged since.")
    conflicts = with_their_merges(conflicts, changes, later.facts)
    _refuse_where_nothing_goes_back(decision, changes, conflicts)
    if decision.undoes_id and revert.changed_since(changes):
        raise Refused("What it put back was changed since.")
    return changes, conflicts


def _refuse_where_nothing_goes_back(decision: Decision, changes: Sequence[Change], conflicts: Conflicts) -> None:
    """Raises Refused where every change has to stay; of an undo, which is taken back whole, where any has."""
    if conflicts and (len(conflicts) == len(changes) or decision.undoes_id):
        raise Refused(f"Later decisions stand on it. Undo {_named(conflicts.values())} first.")


def _put_back(changes: Sequence[Change], conflicts: Conflicts, scope: Scope) -> Conflicts:
    """Put back the changes that need not stay and link again; gives the conflicts with what could not go back for them.

    The authors of the scope are afterwards those who are there, with those who gained or lost a paper by linking.
    """
    free = [change for change in changes if place_of(change) not in conflicts]
    with paper_records.changed(scope.records):
        left = revert.put_back(free)
    if scope.records:
        paper_records.forget_single_words(scope.records)
    _link_records(scope)
    # Papers that came in since go to whom the keys name now.
    moved = linker.link_papers(consequences.papers_to_link(scope) - scope.records)
    left += revert.remove_made(free)
    scope.authors = set(Author.objects.filter(pk__in=scope.authors | moved).values_list("pk", flat=True))
    # What a change that stays keeps from going back waits for the same decisions.
    numbers = sorted({number for each in conflicts.values() for number in each})
    return conflicts | {place_of(change): numbers for change in left}


def _look_at_records(scope: Scope) -> None:
    """Get the papers ready whose record may change, and those into which they were merged."""
    if scope.records:
        scope.records |= paper_records.survivors(scope.records)
        scope.people |= paper_records.people_on(scope.records)
        paper_records.keep_words(scope.records)


def _link_records(scope: Scope) -> None:
    """Link the papers whose record changed to whom is here already: new names wait for the next run."""
    if scope.records:
        linker.link_papers(scope.records, as_far_as_known=True)
        scope.people |= paper_records.people_on(scope.records)


def _store(decision: Decision, context: ActContext, before: Before, scope: Scope, papers: Iterable[int]) -> Decision:
    """Keep the decision, which is about these papers, with what it changed, and bring up to date what pages show of it."""
    after = row_changes.snapshot(scope)
    decision.changes = row_changes.changes_between(before.rows, after)
    # An undo may find that everything is back already, and then says so.
    if not decision.changes and (decision.conflicts or decision.undoes_id is None):
        raise Refused("That is how it is already: nothing would change.")
    decision.made_by, decision.made_by_name = context.user, context.user.get_username()
    decision.made_at = context.moment
    decision.save(force_insert=True)
    decision.papers.set(papers)
    touched = {change["row"] for change in decision.changes if change["table"] == "author"} | scope.authors
    public_ids = {
        values["public_id"]
        for rows in (before.rows, after)
        for (table, pk), values in rows.items()
        if table == "author" and pk in touched
    }
    DecisionSubject.objects.bulk_create(
        DecisionSubject(decision=decision, public_id=public_id) for public_id in sorted(public_ids)
    )
    # Who came into it on the way has been changed by no act, and is still counted as before.
    counts = author_counts.of(scope.everybody - before.counts.keys()) | before.counts
    consequences.bring_up_to_date(decision.changes, scope)
    author_counts.move(counts, author_counts.of(counts))
    return decision


def _named(numbers: Iterable[Sequence[int]]) -> str:
    """The decisions with these numbers, in words."""
    each = sorted({number for some in numbers for number in some})
    if not each:
        return "what was changed since"
    return ("decision " if len(each) == 1 else "decisions ") + ", ".join(map(str, each))
