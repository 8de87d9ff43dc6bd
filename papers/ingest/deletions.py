"""Deletions of repositories: which paper one is about, and whose word it takes back."""

from __future__ import annotations

from collections.abc import Sequence

from papers.ingest.records import Deletion
from papers.ingest.stored_papers import StoredPaper, stored_by_id, stored_by_identifier, survivors
from papers.ingest.words import ARXIV, Word, WordKey, words_of
from papers.models import ARXIVS, EarlierIdentifier, Paper, SourceRecord


def papers_taken_back(deletions: Sequence[Deletion]) -> list[tuple[Deletion, StoredPaper | None]]:
    """Each deletion with the paper of which its source has said something, None where there is none. Up to seven queries."""
    if not deletions:
        return []
    names = list({name for each in deletions for name in (each.identifier, each.arxiv_id) if name})
    stored = stored_by_identifier(names)
    by_giver: dict[str, list[int]] = {}
    words = SourceRecord.objects.filter(giver__in=names).values_list("giver", "paper_id")
    papers = Paper.objects.filter(giver__in=names).exclude(giver="").values_list("giver", "pk")
    earlier = EarlierIdentifier.objects.filter(identifier__in=names).values_list("identifier", "paper_id")
    for giver, pk in (*words, *papers, *earlier):
        by_giver.setdefault(giver, []).append(pk)
    here = survivors([*stored.values(), *stored_by_id({pk for pks in by_giver.values() for pk in pks}).values()])
    known = words_of(list({paper.id: paper for paper in here.values()}.values()))
    found: list[tuple[Deletion, StoredPaper | None]] = []
    for deletion in deletions:
        # In Dublin Core it may be a paper of arXiv's that another repository gave us and now takes back.
        ids = [stored[deletion.identifier].id] if deletion.identifier in stored else []
        ids += by_giver.get(deletion.identifier, [])
        ids += [stored[deletion.arxiv_id].id] if deletion.arxiv_id in stored else []
        mine = (here[pk] for pk in ids if key_of_deletion(deletion, known[here[pk].id].sources) is not None)
        found.append((deletion, next(mine, None)))
    return found


def key_of_deletion(deletion: Deletion, words: Sequence[Word]) -> WordKey | None:
    """Whose word a deletion takes back, among what is said of a paper; None where its source says nothing of it."""
    if deletion.source in ARXIVS:
        names = (deletion.identifier, deletion.arxiv_id)
        mine = [word.key for word in words if word.key.source == ARXIV and word.key.giver in names]
    elif deletion.source:
        asked = WordKey.of(deletion.source, "", deletion.identifier)
        mine = [word.key for word in words if word.key.is_same(asked)]
    else:
        # Of a file that doesn't say whose it is: who calls the paper so.
        mine = [word.key for word in words if deletion.identifier in (word.identifier, word.key.giver)]
    return next(iter(mine), None)
