"""Addresses that say more of a paper than its DOI and its arXiv id do."""

from __future__ import annotations

from collections.abc import Iterable

from papers import identifiers
from papers.publications import Url


def other_addresses(urls: Iterable[Url], arxiv_id: str | None, dois: Iterable[str]) -> tuple[Url, ...]:
    """The addresses but for those at which only the DOI or arXiv id of the paper stands again."""
    known = {doi.lower() for doi in dois}
    paper = identifiers.find_arxiv_id(f"arXiv:{arxiv_id}") if arxiv_id else None
    kept = []
    for url in urls:
        same = identifiers.find_arxiv_id(url.url) if paper else None
        if not (paper and same and same.canonical == paper.canonical) and (
            not (doi := identifiers.find_doi(url.url).lower()) or doi not in known
        ):
            kept.append(url)
    return tuple(kept)


def kind_of(address: str) -> str:
    """What stands at the address, by its end."""
    return "pdf" if address.lower().partition("?")[0].endswith(".pdf") else "landing"
