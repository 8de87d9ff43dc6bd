"""Words that tell a preprint among articles: arXiv's own names, servers, and what says so in a note."""

from __future__ import annotations

import re

OF_ARXIV = re.compile(r"(?:arxiv|corr\b|computing research repository)", re.IGNORECASE)
SERVER = re.compile(
    r"(?:[a-z]*rxiv\b|ssrn\b|research square|preprints?(?:\.org)?$|hal\b|iacr\b|cryptology)", re.IGNORECASE
)
PREPRINT_WORD = re.compile(r"\b(?:[a-z]*rxiv|ssrn|research square|pre-?print|e-?print)\b", re.IGNORECASE)
