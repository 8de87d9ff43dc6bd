"""Particulars of publications: journal or book, volume and pages, publisher, addresses, keys to cite by.

    details = Details.from_json(paper.details)
    details.container, details.volume, details.pages         # as the source prints them
    publication_of(details, paper.journal_ref).container      # in plain text, or out of the printed reference

Plain values without Django, which readers fill, the database keeps and every page and format shows.
"""

from papers.publications.containers import same_container
from papers.publications.details import FIELDS, KINDS_OF_URL, REPEATED, Details, Url
from papers.publications.journal_refs import Journal, parse_journal_ref
from papers.publications.languages import language_tag
from papers.publications.publication import Publication, publication_of

__all__ = [
    "FIELDS",
    "KINDS_OF_URL",
    "REPEATED",
    "Details",
    "Journal",
    "Publication",
    "Url",
    "language_tag",
    "parse_journal_ref",
    "publication_of",
    "same_container",
]
