"""Types of publications: those of CSL 1.0.2, and which of them the words of other formats mean.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types
"""

from __future__ import annotations

import re

TYPES = tuple(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical personal_communication
    post post-weblog regulation report review review-book software song speech standard thesis treaty webpage""".split()
)
PREPRINT = "article"  # CSL: "Use for preprints, working papers, and similar works posted to a platform"

# Entry types of BibTeX and biblatex, and those of Dublin Core and of arXiv, in small letters.
MEANING = {
    "article": "article-journal",
    "book": "book",
    "mvbook": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "mvcollection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry",
    "magazine": "article-magazine",
    "manual": "report",
    "mastersthesis": "thesis",
    "misc": "document",
    "mvproceedings": "book",
    "mvreference": "book",
    "newspaper": "article-newspaper",
    "online": "webpage",
    "patent": "patent",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "preprint": PREPRINT,
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "webpage": "webpage",
    "www": "webpage",
}

BY_WORDS = {frozenset(re.split("[-_]", each)): each for each in TYPES}


def type_named(text: str) -> str:
    """The type that one asks for so: by CSL's name, its words in any order ("journal article"), or as BibTeX calls it."""
    word = text.strip().lower()
    return BY_WORDS.get(frozenset(re.split(r"[-_\s]+", word)), "") or MEANING.get(word, "")


def type_of(source_type: str) -> str:
    """The type that a source's word for an entry means; one that nobody knows is a document, no word is no type."""
    word = source_type.strip().lower()
    return (word if word in TYPES and word not in MEANING else MEANING.get(word, "document")) if word else ""
