"""Papers made of what their sources say and curators set: what an import does to a batch, and a decision to a few papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from django.utils import timezone

from papers.ingest.precedence import NOT_GIVEN_BY, PaperState, composed, with_facts_not_given
from papers.ingest.records import PaperRecord
from papers.ingest.stored_papers import StoredPaper, stored_by_id, survivors
from papers.ingest.words import Facts, Words, read_records, record_of, words_of
from papers.ingest.writer import Writer
from papers.models import Paper, SourceRecord


def compose(states: Sequence[PaperState]) -> None:
    """Give the states the records that are to be shown. Up to three queries, none where a source gave all of it just now."""
    silent = [
        (state.words[at], word)
        for state in states
        for at, word in state.before.items()
        if state.words[at].source in NOT_GIVEN_BY
    ]
    read_records([*(word for state in states for word in state.words), *(word for _, word in silent)])
    for word, before in silent:
        if word.record and before.record:
            word.record = with_facts_not_given(word.record, before.record)
    for state in states:
        words = [word.record for word in state.standing if word.record]
        if not words:
            words = [record_of({}, identifier=state.identifier, source=SourceRecord.CURATOR)]
        state.record = composed(words, state.curated, state.identifier, state.arxiv_id)


def recompose(paper_ids: Collection[int]) -> None:
    """Make these papers, and those into which they were merged, anew from what is said of them now.

    Call it inside papers.database.bulk.one_writer, after a change of source records, or of `is_hidden` or `merged_into`.
    """
    asked = stored_by_id(paper_ids)
    shown = {paper.id: paper for paper in survivors(asked.values()).values()}
    found = words_of(list(shown.values()))
    states = [state_of(paper, found[pk]) for pk, paper in shown.items()]
    writer = Writer(timezone.now(), {}, {})
    merged = [pk for pk, paper in asked.items() if paper.merged_into_id and not paper.is_deleted]
    writer.take_out(merged)
    said = [state for state in states if state.is_said]
    compose(said)
    writer.replace(said)
    writer.take_out([s.stored.id for s in states if s.stored and s not in said and not s.stored.is_deleted])
    writer.counts.write()


def take_out(paper_ids: Collection[int]) -> None:
    """Have these papers be shown nowhere, which must be before they are hidden or merged; those that are not are left alone."""
    writer = Writer(timezone.now(), {}, {})
    writer.take_out(sorted(Paper.objects.filter(pk__in=paper_ids, is_deleted=False).values_list("pk", flat=True)))
    writer.counts.write()


def state_of(paper: StoredPaper, words: Words) -> PaperState:
    """What is known of a stored paper."""
    return PaperState(paper.identifier, paper.arxiv_id, paper, words.sources, words.curated)


def composed_record(paper_id: int, *said: Facts) -> PaperRecord:
    """What is said of a paper, hidden or not, put together as it is shown; with what a curator would say beside it."""
    paper = stored_by_id([paper_id])[paper_id]
    words = words_of([paper])[paper_id]
    state = state_of(paper, Words(words.sources, [*words.curated, *said]))
    compose([state])
    return cast(PaperRecord, state.record)


def keep_words(paper_ids: Collection[int]) -> None:
    """Give the only source's word of each of these papers a row of its own, beside which others or a curator's can stand."""
    for paper in stored_by_id(paper_ids).values():
        words = [word for word in words_of([paper])[paper.id].sources if word.owner == paper.id and word.row is None]
        read_records(words)
        state = PaperState(paper.identifier, paper.arxiv_id, paper, words)
        Writer.write_words([(paper.id, state)], always=True)
