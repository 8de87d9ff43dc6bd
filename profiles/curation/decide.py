"""Carrying a decision out, looking at it before, and undoing it: one transaction each, whatever the act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

import papers.search
from papers import bulk
from papers.changes import next_moment, touch
from papers.folding import squeezed
from papers.models import Paper
from papers.writing import waiting
from profiles import author_counts, linking, search, statistics, storing_links
from profiles.author_counts import Places
from profiles.curation import putting_back, rows
from profiles.curation.acts import Act, Hand
from profiles.curation.effects import Effects
from profiles.curation.rows import Change, Scope, Snapshot
from profiles.curation.rules import Refused
from profiles.curation.standing import Later, place_of, standing_since, with_their_merges
from profiles.linking.matching import names_of
from profiles.models import Author, AuthorName, Authorship, Decision, DecisionSubject, SimilarityLink, UnassignedName
from profiles.names import best_name, sort_key

SECONDS_FOR_A_LOOK = 3  # for another writer, by a page that shows what would be done
LARGE_PAPERS = 20  # papers of large teams that are linked again at once; more would keep the curator waiting


def decide(act: Act, by: Any, reason: str = "") -> Decision:
    """Carry the act out for the user `by`, as one stored decision. Raises Refused, and then nothing has changed."""
    with bulk.one_writer():
        return _decide(act, by, reason)[0]


def preview(act: Act | Decision, by: Any, reason: str = "") -> Effects:
    """What the act (or the undoing of the decision) would do, found by doing it and taking it back. Raises Refused."""
    with waiting(SECONDS_FOR_A_LOOK), bulk.one_writer():
        decision, before = _undo(act, by, reason) if isinstance(act, Decision) else _decide(act, by, reason)
        effects = Effects.of(decision, before)
        transaction.set_rollback(True)
    return effects


def undo(decision: Decision, by: Any, reason: str = "") -> Decision:
    """Put back what the decision changed, as a decision of its own whose `conflicts` are what later ones stand on.

    Raises Refused where it is undone already, or where later decisions stand on all of it.
    """
    with bulk.one_writer():
        return _undo(decision, by, reason)[0]


def _decide(act: Act, by: Any, reason: str) -> tuple[Decision, Snapshot]:
    scope, hand, newest = act.scope, Hand(by, timezone.now()), _newest_author()
    if getattr(act, "override", False) and not reason.strip():
        raise Refused("Say why, for the two are on one paper.")
    before, counted = rows.snapshot(scope), author_counts.of(scope.authors)
    printed = _printed_forms(scope.authors)
    act.carry_out(hand)
    scope.authors |= _made_since(newest)
    _forget_unprinted(printed, _printed_forms(scope.authors))
    # Only the papers that the act names: other acts leave linking nothing to do.
    linking.link_papers(scope.papers)
    _keep_hidden_forms(scope.authors)
    decision = Decision(kind=act.kind, summary=act.summary[:500], reason=reason)
    return _store(decision, hand, before, scope, counted), before


def _undo(decision: Decision, by: Any, reason: str) -> tuple[Decision, Snapshot]:
    if not decision.is_in_force:
        raise Refused("This decision is undone already.")
    if newer := decision.undoes and [
        undo.pk for undo in decision.undoes.undone_by.all() if undo.pk > decision.pk and undo.is_in_force
    ]:
        raise Refused(f"More of it was undone since. Undo decision {max(newer)} first.")
    since = standing_since(decision)
    changes = [change for change in decision.changes if place_of(change) in since]
    later = Later(decision, changes)
    waiting = {p: found for change in changes if (found := later.on_top_of(change, since[p := place_of(change)]))}
    if decision.kind == Decision.Kind.MERGE and (merges := [n for p, n in waiting.items() if p[2] == "merge"]):
        raise Refused(f"Undo {_numbers(merges)} first: the survivor of this merge was itself merged since.")
    waiting = with_their_merges(waiting, changes, later.facts)
    if waiting and (len(waiting) == len(changes) or decision.undoes_id):
        raise Refused(f"Later decisions stand on it. Undo {_numbers(waiting.values())} first.")
    if decision.undoes_id and putting_back.changed_since(changes):
        raise Refused("What it put back was changed since.")

    scope, hand, newest = rows.scope_of(changes), Hand(by, timezone.now()), _newest_author()
    before, counted = rows.snapshot(scope), author_counts.of(scope.authors)
    printed = _printed_forms(scope.authors)
    free = [change for change in changes if place_of(change) not in waiting]
    left = putting_back.put_back(free)
    # Papers that came in since go to whom the keys name now.
    moved = linking.link_papers(_papers_to_link(scope))
    left += putting_back.remove_made(free)
    # What a change that waits keeps from going back waits for the same decisions.
    all_numbers = sorted({number for numbers in waiting.values() for number in numbers})
    waiting |= {place_of(change): all_numbers for change in left}
    conflicts = [{**change, "because": waiting[p]} for change in changes if (p := place_of(change)) in waiting]
    if left and (len(conflicts) == len(changes) or decision.undoes_id):
        raise Refused(f"Later decisions stand on it. Undo {_numbers(waiting.values())} first.")
    scope.authors = set(Author.objects.filter(pk__in=scope.authors | moved).values_list("pk", flat=True))
    scope.authors |= _made_since(newest)
    now_printed = _printed_forms(scope.authors)
    _forget_unprinted(printed, now_printed)
    _forget_gathered(now_printed)
    _keep_hidden_forms(scope.authors)
    scope.authors |= {pk for table, pk in before if table == "author"}
    summary = f"Undo decision {decision.pk}: {decision.summary}"
    undoing = Decision(
        kind=Decision.Kind.UNDO, summary=summary[:500], reason=reason, undoes=decision, conflicts=conflicts
    )
    return _store(undoing, hand, before, scope, counted), before


def _store(decision: Decision, hand: Hand, before: Snapshot, scope: Scope, counted: Places) -> Decision:
    """Keep the decision with what it changed, and bring up to date what pages show of it.

    `counted` is where those concerned were counted before.
    """
    after = rows.snapshot(scope)
    decision.changes = rows.changes_between(before, after)
    # An undo may find that everything is back already, and then says so.
    if not decision.changes and (decision.conflicts or decision.undoes_id is None):
        raise Refused("That is how it is already: nothing would change.")
    decision.made_by, decision.made_by_name, decision.made_at = hand.user, hand.user.get_username(), hand.moment
    decision.save()
    touched = {change["row"] for change in decision.changes if change["table"] == "author"} | scope.authors
    ids = {values["public_id"] for found in (before, after) for (table, pk), values in found.items()
           if table == "author" and pk in touched}  # fmt: skip
    DecisionSubject.objects.bulk_create(DecisionSubject(decision=decision, public_id=pid) for pid in sorted(ids))
    # Who came into it on the way has been changed by no act, and is still counted as before.
    counted = author_counts.of(scope.authors - counted.keys()) | counted
    _bring_up_to_date(decision.changes, scope)
    author_counts.move(counted, author_counts.of(counted))
    return decision


def _bring_up_to_date(changes: Sequence[Change], scope: Scope) -> None:
    """Search indexes and counts. Whoever merely wrote with those concerned is counted with the next link_authors."""
    search.index_authors(connection, sorted(scope.authors))
    present = set(Author.objects.filter(pk__in=scope.authors).values_list("pk", flat=True))
    judged = SimilarityLink.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "link"])
    gone = {values["author_id"] for change in changes if change["table"] == "link" and (values := change["before"])
            and "author_id" in values}  # fmt: skip
    storing_links.rank_again(gone | set(judged.values_list("author_id", flat=True)))
    claims = [change["row"] for change in changes if change["table"] == "authorship"]
    moved = set(Authorship.objects.filter(pk__in=claims).values_list("paper_id", flat=True)) | scope.papers
    if claims:
        statistics.mark_those_on(moved)
        statistics.count_again(present)
    else:
        Author.objects.filter(pk__in=present).update(modified_at=next_moment(Author))
    # Papers are found by the names they show.
    hiding = set(Author.objects.filter(pk__in=present).exclude(hidden_forms=[]).values_list("pk", flat=True))
    for change in changes:
        if change["table"] == "author" and change["group"] == "hidden forms":
            hiding.add(change["row"])
    theirs = Q(authorships__author__in=hiding) | Q(authorships__author__merged_into__in=hiding)
    found = Paper.objects.visible().filter(theirs | Q(pk__in=moved if hiding else [])).distinct().order_by("id")
    papers.search.index_papers(connection, papers.search.stored_rows(found))
    # And for those who mirror this site their records are others now.
    touch(found.values_list("pk", flat=True) if hiding else [])


# --- What follows from a decision -------------------------------------------------------------------------------------


def _newest_author() -> int:
    return Author.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _made_since(newest: int) -> set[int]:
    return set(Author.objects.filter(pk__gt=newest).values_list("pk", flat=True))


Forms = dict[int, dict[str, Any]]  # by author the names that their papers print


def _printed_forms(authors: Iterable[int]) -> Forms:
    found: Forms = defaultdict(dict)
    claims = Authorship.objects.filter(author__in=sorted(authors), position__isnull=False)
    by_paper: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for paper, position, author in claims.order_by().values_list("paper_id", "position", "author_id"):
        by_paper[paper].append((position or 0, author))
    for paper, byline in bulk.select(Paper, ("id", "byline"), "id", list(by_paper)):
        entries = bulk.loads(byline)
        for position, author in by_paper[paper]:
            if position <= len(entries):
                [name] = names_of(entries[position - 1 : position])
                found[author][name.name] = name
    return found


def _forget_unprinted(before: Forms, after: Forms) -> None:
    """Names that a machine gathered go with the papers that printed them, and the name shown is then the best of those left."""
    lost = {author: gone for author, forms in before.items() if (gone := forms.keys() - after.get(author, {}).keys())}
    for row in Author.objects.filter(pk__in=sorted(author for author in lost if after.get(author)), merged_into=None):
        AuthorName.objects.filter(author=row, name__in=lost[row.pk], decided_by_human=False).delete()
        if not row.name_decided_by_human and row.name in lost[row.pk]:
            _show_best_name(row, list(after[row.pk].values()))


def _forget_gathered(printed: Forms) -> None:
    """Names that linking gathered while a decision stood, and that none of the author's papers prints now."""
    names = AuthorName.objects.filter(author__in=list(printed), author__merged_into=None, decided_by_human=False)
    rows = names.order_by().values_list("pk", "author_id", "name")
    AuthorName.objects.filter(pk__in=[pk for pk, author, name in rows if name not in printed[author]]).delete()


def _show_best_name(author: Author, names: Sequence[Any]) -> None:
    hidden = set(author.names.filter(visibility=AuthorName.Visibility.MATCH_ONLY).values_list("name", flat=True))
    shown = [name for name in names if name.name not in hidden]
    if shown:
        best = best_name(shown)
        Author.objects.filter(pk=author.pk).update(
            name=best.name, forenames=best.forenames, surname=best.surname, suffix=best.suffix, sort_key=sort_key(best)
        )


def _keep_hidden_forms(authors: Iterable[int]) -> None:
    """Make `hidden_forms` what the match-only names say, except those that papers go on showing."""
    forms: dict[int, set[str]] = defaultdict(set)
    hidden = AuthorName.objects.filter(
        author__in=sorted(authors), visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False
    )
    for author, name in hidden.values_list("author_id", "name"):
        forms[author].add(squeezed(name))
    for pk, kept in Author.objects.filter(pk__in=sorted(authors)).values_list("pk", "hidden_forms"):
        if kept != sorted(forms[pk]):
            Author.objects.filter(pk=pk).update(hidden_forms=sorted(forms[pk]))


def _papers_to_link(scope: Scope) -> set[int]:
    """Papers whose machine-made claims an undo may have made wrong."""
    waiting = UnassignedName.objects.filter(key__key__in=scope.keys).values_list("paper_id", flat=True)
    concerned = Paper.objects.filter(
        Q(authorships__author__in=scope.authors) | Q(pk__in=scope.papers) | Q(pk__in=list(waiting))
    )
    small = set(concerned.filter(author_count__lte=statistics.LARGEST_TEAM).values_list("pk", flat=True))
    large = concerned.filter(author_count__gt=statistics.LARGEST_TEAM).order_by("-revision")
    return small | set(large.values_list("pk", flat=True)[:LARGE_PAPERS])


def _numbers(found: Iterable[Sequence[int]]) -> str:
    numbers = sorted({number for each in found for number in each})
    if not numbers:
        return "what was changed since"
    return ("decision " if len(numbers) == 1 else "decisions ") + ", ".join(map(str, numbers))
