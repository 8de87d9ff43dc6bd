"""Keys of citations as papers get them: their list's, unique on the site, or what followed from a paper as it was."""

from __future__ import annotations

from collections.abc import Sequence

from papers.bylines.groups import bare_name
from papers.field_rules import RULES
from papers.ingest.precedence import PaperState
from papers.ingest.records import PaperRecord
from papers.ingest.words import LISTS, Word
from papers.models import Paper
from papers.publications.citation_keys import citation_key
from papers.text.plain_text import plain_line


def citation_keys_of_lists(states: Sequence[PaperState]) -> list[str]:
    """The keys that lists gave to new papers, each made unique on the site; "" for others. One query, none without lists."""
    wanted = [next(filter(None, map(_key_in_list, state.standing)), "") for state in states]
    if not any(wanted):
        return wanted
    stems = {key for key in wanted if key}
    taken = set(Paper.objects.with_citation_keys(stems).values_list("citation_key", flat=True))
    keys = []
    for stem in wanted:
        key, number = stem, 1
        while key and (key in taken or (number > 1 and Paper.objects.with_citation_keys([key]).exists())):
            number += 1
            key = f"{stem}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def _key_in_list(word: Word) -> str:
    """The key of the word's entry, where it is a list's and can stand in a file."""
    return word.key.giver if word.source in LISTS and not RULES["citation_key"](word.key.giver) else ""


def kept_citation_key(old: Paper, record: PaperRecord) -> str:
    """The key that the paper has, also where it followed from what is another now: a key once given never changes."""
    groups, groups_now = map(bare_name, old.collaborations), map(bare_name, record.byline.collaborations)
    first = next((entry["surname"] for entry in old.byline), next(groups, ""))
    now = next((entry.name.surname for entry in record.byline.entries), next(groups_now, ""))
    year = old.published.year if old.published else None
    year_now = record.published.year if record.published else None
    is_same = (first, year, old.title, old.identifier) == (now, year_now, record.title, record.identifier)
    if is_same or (not old.title and not old.citation_key):
        return old.citation_key
    key = old.citation_key or citation_key(first, year, plain_line(old.title), old.identifier)
    return key if key != citation_key(now, year_now, plain_line(record.title), record.identifier) else ""
