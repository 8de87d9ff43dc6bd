"""Identifiers of papers that have no arXiv id and are in no repository: surname, year and title."""

from __future__ import annotations

import re
from hashlib import blake2b

from anyascii import anyascii

from papers.bylines import Byline
from papers.bylines.groups import bare_name
from papers.ingest.checks import InvalidRecord

WORDS_IN_SLUG = 6
LONGEST_WORD = 20
TEX = re.compile(r"\\(?:[A-Za-z]+|.)|[{}']")
WORD = re.compile(r"[a-z0-9]+")


def slug_of(byline: Byline, year: str, title: str) -> str:
    """The identifier of a paper without an arXiv id: surname, year and first words of the title, a-z0-9 and hyphens.

    It says the same for the same paper at every reading. Where the title is longer, a digest of all of it keeps
    "... I" and "... II" apart.
    """
    first = byline.entries[0].name.surname if byline.entries else "".join(map(bare_name, byline.collaborations[:1]))
    words = _words(title)
    shown = [word[:LONGEST_WORD] for word in words[:WORDS_IN_SLUG]]
    parts = ["-".join(_words(first))[:40], "-".join(_words(year)), *shown]
    if shown != words:
        parts.append(blake2b(" ".join(words).encode(), digest_size=3).hexdigest())
    slug = "-".join(part for part in parts if part)
    if not words:
        raise InvalidRecord("title", "the entry has no arXiv id and no title that could name it")
    return slug


def _words(text: str) -> list[str]:
    if not text.isascii() or "\\" in text or "{" in text or "}" in text or "'" in text:
        text = anyascii(TEX.sub("", text)).replace("'", "")
    return WORD.findall(text.lower())
