"""Papers whose record a decision changes: what each source says is kept apart before it, and put together after it.

In between rows of papers.models.SourceRecord come, go or move to another paper, and papers are hidden or merged. Whose the
places in their bylines are follows: what humans said stays, and holds on the paper that another one was merged into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db.models import Count, Q

from papers.ingest import composition
from papers.models import Paper, SourceRecord
from profiles.curation.paper_fields import FIELDS, shown_facts
from profiles.curation.rules import Refused
from profiles.linking.matching import Claim, names_of, place_decisions
from profiles.models import Authorship
from profiles.statistics.summaries import LARGEST_TEAM


def keep_words(papers: Collection[int]) -> None:
    """Have each word that is said of these papers stand in a row of its own, where no decision has seen to that before."""
    alone = Paper.objects.filter(
        pk__in=papers, source_records=None, merged_papers=None, merged_into=None, is_hidden=False
    )
    composition.keep_words(list(alone.values_list("pk", flat=True)))


@contextmanager
def changed(papers: Collection[int]) -> Iterator[None]:
    """Inside, rows and flags of these papers may change, and are shown nowhere; after it the papers are what is said of them
    then.

    Call `keep_words` before, or a word that stands in a paper alone is lost. One of which nobody says anything any more is
    not shown. Raises Refused where curators say something of a paper and nobody its title.
    """
    if not papers:
        yield
        return
    composition.take_out(papers)
    yield
    said = SourceRecord.objects.filter(paper__in=papers).exclude(source=SourceRecord.CURATOR).values("paper")
    Paper.objects.filter(pk__in=papers).exclude(pk__in=said).update(source=SourceRecord.CURATOR)
    for paper in Paper.objects.filter(pk__in=papers, merged_into=None, source=SourceRecord.CURATOR):
        check_title(paper)
    composition.recompose(papers)


def check_title(paper: Paper) -> None:
    """Raises Refused where decisions say something of a paper, and nobody what its title is."""
    said = SourceRecord.objects.filter(paper__in=family([paper.pk]))
    words = [row.giver for row in said.order_by("id") if row.source == SourceRecord.CURATOR]
    if words and not any(row.source != SourceRecord.CURATOR or row.facts.get("title") for row in said):
        raise Refused(f"Later decisions say more of {paper.identifier}. Undo {' and '.join(words)} first.")


def forget_single_words(papers: Collection[int]) -> None:
    """Have the word of a paper's only source stand in the paper alone again, where no curator's stands beside it.

    One that isn't shown has not all of it.
    """
    alone = (
        Paper.objects.visible()
        .filter(pk__in=papers, merged_papers=None)
        .annotate(
            words=Count("source_records"), ours=Count("source_records", Q(source_records__source=SourceRecord.CURATOR))
        )
        .filter(words=1, ours=0)
    )
    ids = list(alone.values_list("pk", flat=True))
    SourceRecord.objects.filter(paper__in=ids, is_deleted=False, is_fixed=False).delete()


def family(papers: Iterable[int]) -> set[int]:
    """These papers and those that were merged into them, however often."""
    found: set[int] = set()
    wanted = set(papers)
    while wanted:
        found |= wanted
        wanted = set(Paper.objects.filter(merged_into__in=wanted).values_list("pk", flat=True)) - found
    return found


def survivors(papers: Iterable[int]) -> set[int]:
    """The papers into which some of these were merged, and those into which they were."""
    found: set[int] = set()
    wanted = set(papers)
    while wanted:
        into = Paper.objects.filter(pk__in=wanted).exclude(merged_into=None).values_list("merged_into_id", flat=True)
        wanted = set(into) - found
        found |= wanted
    return found


def words_of(paper: Paper) -> list[SourceRecord]:
    """What each source says of the paper, those merged into it included; of a paper's only source a row that is not stored."""
    rows = SourceRecord.objects.filter(paper__in=family([paper.pk]), is_deleted=False).exclude(
        source=SourceRecord.CURATOR
    )
    found = list(rows.order_by("id"))
    if found or paper.source == SourceRecord.CURATOR:
        return found
    return [
        SourceRecord(
            paper=paper, source=paper.source, giver=paper.giver, base_url=paper.base_url, facts=shown_facts(paper)
        )
    ]


def curated_facts(paper: Paper) -> dict[str, object]:
    """What curators set of the paper, by the names of facts."""
    found: dict[str, object] = {}
    for row in curators_words(paper):
        found |= row.facts
    return found


def curators_words(paper: Paper) -> list[SourceRecord]:
    return list(SourceRecord.objects.filter(paper__in=family([paper.pk]), source=SourceRecord.CURATOR).order_by("id"))


def differences(before: dict[int, dict[str, str]], after: dict[int, dict[str, str]]) -> list[str]:
    """Sentences on what is shown of papers in another way than before."""
    names = dict(Paper.objects.filter(pk__in=after).values_list("pk", "identifier"))
    said = []
    for pk, now in sorted(after.items()):
        then = before.get(pk, {})
        if not then or not now:
            continue
        for name, field in FIELDS.items():
            if then.get(name, "") != now.get(name, ""):
                said.append(f"{names[pk]}, {field.label}: {_becomes(then.get(name), now.get(name))}")
    return said


def _becomes(before: str | None, after: str | None) -> str:
    if before and after:
        return f"{_cut(before)} becomes {_cut(after)}"
    return f"{_cut(after)} is added" if after else f"{_cut(before or '')} is taken away"


def _cut(text: str) -> str:
    return f"“{text if len(text) <= 200 else f'{text[:200]}…'}”"


def shown(papers: Collection[int]) -> dict[int, dict[str, str]]:
    """What visitors see of these papers, each field as a curator reads it; nothing of one that is not shown."""
    rows = Paper.objects.filter(pk__in=papers).prefetch_related("dois")
    return {paper.pk: {} if paper.is_deleted else _named_facts(paper) for paper in rows}


def _named_facts(paper: Paper) -> dict[str, str]:
    facts = shown_facts(paper)
    return {name: field.named(facts.get(field.fact_name, "")) for name, field in FIELDS.items()}


# --- People on them ---------------------------------------------------------------------------------------------------


def people_on(papers: Collection[int]) -> set[int]:
    """The authors on these papers, but for those of teams too large to be counted again while somebody waits."""
    small = Paper.objects.filter(pk__in=papers, author_count__lte=LARGEST_TEAM)
    return set(Authorship.objects.filter(paper__in=small).values_list("author_id", flat=True))


def carry_decisions(giver: Paper, taker: Paper) -> None:
    """Have what humans said of places in the giver's byline hold on the taker too, where it prints the same name.

    What was said of the taker itself goes before it.
    """
    taker.refresh_from_db()
    names = names_of(taker.byline)
    said = Authorship.objects.filter(paper=giver, decided_by_human=True).order_by("position", "id")
    on_taker = Authorship.objects.filter(paper=taker)
    people = set(on_taker.filter(decided_by_human=True).values_list("author_id", flat=True))
    taken = set(on_taker.filter(decided_by_human=True).values_list("position", flat=True))
    claims = {claim.pk: claim for claim in said if claim.author_id not in people}
    places = place_decisions(
        [
            Claim(c.pk, c.position, c.author_id, c.decided_by_human, c.printed_name, c.sort_day)
            for c in claims.values()
            if c.printed_name or c.position is None
        ],
        names,
    )
    for pk, place in places.items():
        claim = claims[pk]
        if place in taken or (place is None and claim.printed_name):
            continue
        on_taker.filter(decided_by_human=False).filter(Q(author=claim.author_id) | Q(position=place)).delete()
        Authorship.objects.create(
            paper=taker,
            author_id=claim.author_id,
            position=place,
            basis=claim.basis,
            decided_by_human=True,
            decided_by_id=claim.decided_by_id,
            decided_at=claim.decided_at,
            printed_name=claim.printed_name,
            sort_day=taker.sort_day,
        )
