"""The effects of a decision, done or previewed, as a curator reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from papers.models import Paper
from profiles.curation.paper_fields import FIELDS
from profiles.curation.row_changes import Change, read
from profiles.models import Author, Authorship, Decision, SimilarityLink

MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Effects:
    """Papers that change hands, addresses that lead elsewhere or are gone, names, and how much of the similarity is touched."""

    summary: str
    papers_moved: int
    papers: list[tuple[str, str, str, str]]  # identifier, title, from, to; the first fifty
    redirected: list[tuple[str, str]]  # address, where it leads from now on
    gone: list[str]  # addresses that answer 410
    names: list[str]
    others: list[str]
    similar_lists: int  # lists of similar authors that name somebody concerned; the next build makes them anew
    conflicts: list[str]
    changes: int

    @classmethod
    def of(cls, decision: Decision, records: Sequence[str] = ()) -> Effects:
        """The effects of a decision, while its transaction is open; `records` say what papers show in another way."""
        changes: list[Change] = decision.changes
        labels = _labels(changes)
        moved = _moved(changes)
        claims = {pk: old for pk, old, _new in moved}
        to = {pk: new for pk, _old, new in moved}
        papers = dict(Authorship.objects.filter(pk__in=claims).values_list("pk", "paper_id"))
        titles = {
            pk: (identifier, title)
            for pk, identifier, title in Paper.objects.filter(pk__in=papers.values()).values_list(
                "pk", "identifier", "title"
            )
        }
        rows = sorted(
            (*titles[papers[pk]], labels.get(claims[pk] or 0, "nobody"), labels.get(to[pk] or 0, "nobody"))
            for pk in claims
            if pk in papers
        )
        concerned = {change["row"] for change in changes if change["table"] == "author"} | {
            *claims.values(),
            *to.values(),
        }
        lists = SimilarityLink.objects.shown().filter(Q(author__in=concerned) | Q(other__in=concerned))
        redirected, gone = _addresses(changes)
        return cls(
            summary=decision.summary,
            papers_moved=len(moved),
            papers=rows[:MOST_NAMED],
            redirected=redirected,
            gone=gone,
            names=_names(changes, labels),
            others=[*records, *_others(changes, labels)],
            similar_lists=lists.values("author").distinct().count() if moved or redirected else 0,
            conflicts=[conflict_text(row) for row in decision.conflicts],
            changes=len(changes),
        )


def conflict_text(conflict: dict[str, Any]) -> str:
    """A conflict of an undo in a sentence."""
    what = {
        "authorship": "a paper's place",
        "key": "a matching name",
        "author": "the author",
        "paper": "the paper",
        "word": "what is said of a paper",
    }.get(conflict["table"], f"a row of {conflict['table']}")
    because = ", ".join(f"decision {number}" for number in conflict["because"]) or "a later change"
    return f"{what} ({conflict['table']} {conflict['row']}, {conflict['group']}) stays as {because} left it"


def _labels(changes: list[Change]) -> dict[int, str]:
    ids = {
        values["author_id"]
        for change in changes
        for values in (change["before"], change["after"])
        if values and values.get("author_id")
    }
    rows = Author.objects.filter(pk__in=ids).values_list("pk", "name", "public_id")
    found = {pk: f"{name} ({pid})" for pk, name, pid in rows}
    for change in changes:  # those who are gone after it
        if change["table"] == "author" and change["after"] is None:
            found[change["row"]] = f"{change['before']['name']} ({change['before']['public_id']})"
    return found


def _moved(changes: list[Change]) -> list[tuple[int, int | None, int | None]]:
    """Authorship, author before and author after, where they differ."""
    found = []
    for change in changes:
        if change["table"] == "authorship":
            old = change["before"]["author_id"] if change["before"] else None
            new = change["after"]["author_id"] if change["after"] else None
            if old != new:
                found.append((change["row"], old, new))
    return found


def _addresses(changes: list[Change]) -> tuple[list[tuple[str, str]], list[str]]:
    redirected, gone = [], []
    for change in changes:
        before, after = change["before"], change["after"]
        if change["table"] == "author" and change["group"] == "merge" and after["merged_into_id"]:
            loser, survivor = (Author.objects.get(pk=pk) for pk in (change["row"], after["merged_into_id"]))
            redirected.append((loser.get_absolute_url(), survivor.get_absolute_url()))
        elif change["table"] == "paper" and change["group"] == "survivor" and after["merged_into_id"]:
            redirected.append((_address(change["row"]), _address(after["merged_into_id"])))
        elif change["table"] == "paper" and change["group"] == "paper visibility" and after["is_hidden"]:
            gone.append(_address(change["row"]))
        elif change["table"] == "slug" and after:
            if after["is_retired"]:
                gone.append(reverse("author", args=[after["slug"]]))
            else:
                author = read("author", [after["author_id"]])["author", after["author_id"]]
                redirected.append((reverse("author", args=[after["slug"]]), reverse("author", args=[author["slug"]])))
        elif change["table"] == "author" and before and after is None:
            gone.append(reverse("author", args=[before["slug"]]))
    return redirected, gone


def _names(changes: list[Change], labels: dict[int, str]) -> list[str]:
    said = []
    for change in changes:
        before, after = change["before"], change["after"]
        if change["table"] == "name" and change["group"] == "visibility":
            said.append(f"A name goes from {before['visibility']} to {after['visibility']}")
        elif change["table"] == "name" and (values := after or before):
            verb = "has" if after else "no longer has"
            said.append(f"{labels.get(values['author_id'], 'the author')} {verb} the name {values['name']}")
        elif change["table"] == "author" and change["group"] == "name":
            said.append(f"{before['name']} becomes {after['name']}")
    return said


def _address(paper: int) -> str:
    return Paper.objects.get(pk=paper).get_absolute_url()


def _paper(pk: int) -> str:
    return Paper.objects.values_list("identifier", flat=True).get(pk=pk)


def _word(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What a curator's word on a paper says that it did not say before, and what no longer, by the fields' labels."""
    labels = [(field.fact_name, field.label) for field in FIELDS.values()]
    told = [label for name, label in labels if name in after and (name not in before or before[name] != after[name])]
    gone = [label for name, label in labels if name in before and name not in after]
    said = (("Set by a curator", told), ("No longer set by a curator", gone))
    return [f"{what}: {', '.join(fields)}" for what, fields in said if fields]


def _others(changes: list[Change], labels: dict[int, str]) -> list[str]:
    said = []
    for change in changes:
        before, after = change["before"], change["after"]
        values = after or before
        if change["table"] == "key" and after is not None:
            whose = labels.get(after["author_id"]) if after["author_id"] else None
            said.append(
                f"New papers under a name go to {whose}" if whose else "New papers under a name wait for a curator"
            )
        elif change["table"] == "identifier":
            verb = "has" if after else "no longer has"
            said.append(f"{labels.get(values['author_id'], 'the author')} {verb} {values['scheme']} {values['value']}")
        elif change["table"] == "author" and change["group"] in ("standing", "visibility", "profile", "comparison"):
            said += [f"{name}: {before[name]} becomes {after[name]}" for name in after if before[name] != after[name]]
        elif change["table"] == "distinct":
            said.append("Two authors are told apart" if after else "Two authors are no longer told apart")
        elif change["table"] == "papers apart":
            said.append("Two papers are told apart" if after else "Two papers are no longer told apart")
        elif change["table"] == "paper" and change["group"] == "paper visibility" and not after["is_hidden"]:
            said.append(f"{_paper(change['row'])} is shown again")
        elif change["table"] == "paper" and change["group"] == "survivor" and not after["merged_into_id"]:
            said.append(f"{_paper(change['row'])} is a paper of its own again")
        elif change["table"] == "word" and change["group"] == "paper":
            said.append(f"What a source says of {_paper(before['paper_id'])} is said of {_paper(after['paper_id'])}")
        elif change["table"] == "word":
            said += _word(*((each or {}).get("facts", {}) for each in (before, after)))
        elif change["table"] == "link" and change["group"] in ("verdict", "row"):
            said.append(f"Similarity link: {(after or {}).get('verdict') or 'no verdict'}")
    return sorted(set(said))
