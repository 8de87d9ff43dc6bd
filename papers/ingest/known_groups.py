"""Names that read like a person's and are a known group's: {Pierre Auger} in a list, once a paper is by that collaboration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from papers.bylines.groups import LITERAL, add_group, group_key
from papers.ingest.records import PaperRecord
from papers.models import Collaboration


def with_known_groups(records: Sequence[PaperRecord]) -> list[PaperRecord]:
    """The records with what their sources say is one name (LITERAL) as a group where it is one's, else as the person's.

    Known is a group that is stored or that one of the records names. One query where there are such names, none otherwise.
    """
    asked = {
        group_key(entry.name.name) for record in records for entry in record.byline.entries if LITERAL in entry.flags
    }
    if not asked:
        return list(records)
    known = set(Collaboration.objects.filter(key__in=asked).values_list("key", flat=True))
    known.update(group_key(name) for record in records for name in record.byline.collaborations)
    return [_settled(record, known) for record in records]


def _settled(record: PaperRecord, known: Collection[str]) -> PaperRecord:
    byline = record.byline
    if not any(LITERAL in entry.flags for entry in byline.entries):
        return record
    groups = {group_key(name): name for name in byline.collaborations}
    entries = []
    for entry in byline.entries:
        if LITERAL in entry.flags and group_key(entry.name.name) in known:
            add_group(groups, entry.name.name)
        else:
            entries.append(replace(entry, flags=tuple(flag for flag in entry.flags if flag != LITERAL)))
    return replace(record, byline=replace(byline, entries=tuple(entries), collaborations=tuple(groups.values())))
