"""Rows about papers: what their sources say, with names through papers.display.cards.shown_byline, and who wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import F

from papers.database.chunks import CHUNK, by_id
from papers.display.cards import ShownName, shown_byline
from papers.display.editors import shown_details
from papers.filters.papers import BY_CHANGE
from papers.ingest.stored_papers import stored_records
from papers.ingest.words import facts_of, giver_of
from papers.models import EarlierIdentifier, Paper, PaperDoi, SourceRecord
from papers.people import Person, people
from papers.publications import FIELDS, Details
from papers.text.dates import PartialDate
from profiles.dataset.rows import Row, moment
from profiles.dataset.shown_names import ShownNames, names_in
from profiles.models import Author, Authorship

SAID = (
    "title",
    "abstract",
    "abstract_is_cut",
    "type",
    "byline_is_complete",
    "collaborations",
    "versions",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
    "is_withdrawn",
)


def papers() -> Iterator[tuple[str, dict[str, list[Row]]]]:
    """Papers in the order of their changes: a day, and by table the rows of papers, their authorships and sources' words."""
    after: tuple[datetime, int] | None = None
    while True:
        found = Paper.objects.all() if after is None else BY_CHANGE.beyond(Paper.objects.all(), after, backwards=False)
        chunk = list(BY_CHANGE.applied(found.select_related("merged_into"))[:CHUNK])
        if not chunk:
            return
        after = chunk[-1].modified_at, chunk[-1].pk
        shown_as = _shown_as(chunk)
        known = people().on_papers(sorted(set(shown_as.values())))
        said = _said_of(chunk, shown_as)
        instead = people().shown_instead(
            {name for each in said.values() for word in each for name in names_in(word.facts)}
        )
        names = {
            paper.pk: ShownNames(known.get(shown_as.get(paper.pk, 0), {}), paper.byline, instead) for paper in chunk
        }
        details = shown_details(chunk)
        dois: dict[int, list[str]] = defaultdict(list)
        printed = PaperDoi.objects.filter(paper__in=chunk).order_by("paper", "position")
        for pk, doi in printed.values_list("paper", "doi"):
            dois[pk].append(doi)
        claims = _claims(chunk)
        words = {paper.pk: [_word(paper, word, names[paper.pk]) for word in said[paper.pk]] for paper in chunk}
        for day, of_day in _by_day(chunk):
            yield (
                day,
                {
                    "papers": [
                        _paper(paper, known.get(paper.pk, {}), names[paper.pk], details[paper.pk], dois[paper.pk])
                        for paper in of_day
                    ],
                    "authorships": [row for paper in of_day for row in claims[paper.pk]],
                    "source_records": [row for paper in of_day for row in words[paper.pk]],
                },
            )


def _shown_as(chunk: Sequence[Paper]) -> dict[int, int]:
    """By the id of a paper that is shown its own, by that of one merged into such a paper the survivor's."""
    found = {paper.pk: paper.pk for paper in chunk if not paper.is_deleted}
    merged = {paper.pk: paper.merged_into_id for paper in chunk if paper.merged_into_id}
    while merged:
        rows = Paper.objects.filter(pk__in=set(merged.values()))
        survivors = {
            pk: (is_deleted, into) for pk, is_deleted, into in rows.values_list("pk", "is_deleted", "merged_into")
        }
        found |= {pk: into for pk, into in merged.items() if not survivors[into][0]}
        merged = {pk: further for pk, into in merged.items() if (further := survivors[into][1])}
    return found


def _by_day(chunk: Sequence[Paper]) -> Iterator[tuple[str, list[Paper]]]:
    days: dict[str, list[Paper]] = {}
    for paper in chunk:
        days.setdefault(paper.modified_at.astimezone(UTC).date().isoformat(), []).append(paper)
    yield from days.items()


def _paper(
    paper: Paper,
    known: dict[int | None, list[Person]],
    names: ShownNames,
    details: Details,
    dois: list[str],
) -> Row:
    facts: Row = {name: getattr(paper, name) for name in SAID} | fields_of(details)
    facts["citation_key"] = names.without(paper.citation_key)
    posted = PartialDate.from_iso(details.posted) if details.posted else None
    dates = {"published": paper.published_date, "posted": posted, "issued": paper.issued_date}
    byline = [
        _entry(shown, printed.get("orcid", ""))
        for shown, printed in zip(shown_byline(paper, known), paper.byline, strict=False)
    ]
    if paper.is_deleted:
        facts = {name: type(value)() for name, value in facts.items()}
        byline, dois, dates = [], [], dict.fromkeys(dates)
    return {
        "identifier": paper.identifier,
        "arxiv_id": paper.arxiv_id,
        **facts,
        "byline": byline,
        "categories": paper.categories,
        "categories_text": paper.categories_text,
        **{name: day.iso() if day else None for name, day in dates.items()},
        **{f"{name}_precision": day.precision if (day := dates[name]) else None for name in ("published", "issued")},
        "updated": paper.updated if not paper.is_deleted else None,
        "dois": dois,
        "source": paper.source,
        "base_url": paper.base_url,
        "giver": names.without(paper.giver),
        "datestamp": paper.datestamp,
        "read_at": moment(paper.read_at),
        "modified_at": moment(paper.modified_at),
        "is_deleted": paper.is_deleted,
        "is_hidden": paper.is_hidden,
        "merged_into": paper.merged_into.identifier if paper.merged_into else None,
    }


def fields_of(details: Details) -> Row:
    """The details with those that are unknown, but for when it was posted."""
    known = details.as_json()
    empty = {name: [] if isinstance(getattr(details, name), tuple) else "" for name in FIELDS}
    return {name: known.get(name, value) for name, value in empty.items() if name != "posted"}


def _entry(shown: ShownName, orcid: str) -> Row:
    row: Row = {
        "name": shown.name,
        "forenames": shown.forenames,
        "surname": shown.surname,
        "suffix": shown.suffix,
        "affiliations": shown.affiliations,
    }
    if orcid:
        row["orcid"] = orcid
    if shown.other_names:
        row["other_names"] = list(shown.other_names)
    return row


def _said_of(chunk: Sequence[Paper], shown_as: Mapping[int, int]) -> dict[int, list[SourceRecord]]:
    """By paper what each of its sources says, in the order in which it came; of what isn't shown only who said something."""
    found: dict[int, list[SourceRecord]] = defaultdict(list)
    for word in SourceRecord.objects.filter(paper__in=chunk).order_by("id"):
        found[word.paper_id].append(word)
    for paper in chunk:
        if (paper.is_hidden or paper.merged_into_id) and not found[paper.pk] and paper.source != SourceRecord.CURATOR:
            found[paper.pk].append(_own_word(paper, with_facts=paper.pk in shown_as))
        if paper.pk not in shown_as:
            found[paper.pk] = [word for word in found[paper.pk] if word.source != SourceRecord.CURATOR]
        for word in found[paper.pk]:
            word.is_deleted = word.is_deleted or paper.pk not in shown_as
            word.facts = {} if word.is_deleted else _public(word.facts)
    return found


def _word(paper: Paper, word: SourceRecord, names: ShownNames) -> Row:
    facts = names.facts(word.facts)
    return {
        "paper": paper.identifier,
        "source": word.source,
        "base_url": word.base_url,
        "giver": names.without(word.giver),
        "identifier": names.without(word.identifier),
        "datestamp": word.datestamp,
        "read_at": moment(word.read_at),
        "is_deleted": word.is_deleted,
        "is_fixed": word.is_fixed,
        "facts": facts,
    }


def _own_word(paper: Paper, *, with_facts: bool) -> SourceRecord:
    """The word of an only source, which stands in the paper itself."""
    return SourceRecord(
        source=paper.source,
        base_url=paper.base_url,
        giver=giver_of(paper.giver, paper.source, paper.identifier),
        identifier=paper.identifier,
        datestamp=paper.datestamp,
        read_at=paper.read_at,
        facts=facts_of(stored_records([paper])[paper.pk]) if with_facts else {},
    )


# Of a byline what its parser doubts, and who put a paper where it is: for curators.
KEPT_BACK = ("byline_problems", "submitter")


def _public(facts: Row) -> Row:
    found = {name: value for name, value in facts.items() if name not in KEPT_BACK}
    if "byline" in facts:
        found["byline"] = [{key: each for key, each in entry.items() if key != "flags"} for entry in facts["byline"]]
    return found


def _claims(chunk: Sequence[Paper]) -> dict[int, list[Row]]:
    """By paper its authorships; those of somebody who was merged name them as they were, for `merged` says who they are."""
    live = {paper.pk: paper.identifier for paper in chunk if not paper.is_deleted}
    found: dict[int, list[Row]] = defaultdict(list)
    claims = (
        Authorship.objects.shown().filter(paper__in=live).order_by("paper_id", F("position").asc(nulls_last=True), "pk")
    )
    columns = (
        "paper_id",
        "position",
        "author__public_id",
        "basis",
        "decided_by_human",
        "decided_at",
        "author_id",
        "author__merged_into_id",
    )
    rows = list(claims.values_list(*columns))
    survivors = Author.objects.survivors_of({pk for *_, pk, into in rows if into})
    for paper, position, author, basis, decided, at, pk, into in rows:
        if into and (pk not in survivors or survivors[pk].is_hidden):
            continue
        found[paper].append(
            {
                "paper": live[paper],
                "position": position,
                "author": author,
                "basis": basis,
                "decided_by_human": decided,
                "decided_on": at.astimezone(UTC).date() if at else None,
            }
        )
    return found


def earlier_identifiers() -> Iterator[Row]:
    for chunk in by_id(EarlierIdentifier.objects.select_related("paper")):
        for row in chunk:
            yield {
                "identifier": row.identifier,
                "paper": row.paper.identifier,
                "was_given_out": row.was_given_out,
                "categories": row.categories,
                "modified_at": moment(row.modified_at),
            }
