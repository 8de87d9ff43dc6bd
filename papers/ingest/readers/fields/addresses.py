"""Addresses of a paper by their kinds, apart from those that only say its DOI or arXiv id again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papers import identifiers
from papers.publications import KINDS_OF_URL, Url
from papers.text.addresses import addresses_in

MOST_URLS = 20


def own_addresses(urls: Iterable[Url], arxiv_id: str | None, dois: str) -> tuple[Url, ...]:
    """The addresses by their kinds, without those that only repeat the DOI or the arXiv id."""
    urls = list(urls)
    if not urls:
        return ()
    known = {doi.lower() for doi in identifiers.split_dois(dois)[0]}
    paper = identifiers.find_arxiv_id(f"arXiv:{arxiv_id}") or identifiers.find_arxiv_id(arxiv_id or "")
    kept = []
    for url in urls:
        same = identifiers.find_arxiv_id(url.url)
        if (
            not (paper and same and same.canonical == paper.canonical)
            and identifiers.find_doi(url.url).lower() not in known
        ):
            kept.append(url)
    return tuple(sorted(kept, key=lambda url: KINDS_OF_URL.index(url.kind)))


def urls_of(urls: Iterable[tuple[str, str]], dois: Iterable[str], arxiv_id: str | None) -> tuple[Url, ...]:
    """The addresses with their kinds, each once, without those that only say the DOI or the arXiv id again.

    Of a work that an index has found in very many places the first are enough.
    """
    known = {doi.lower() for doi in dois}
    found: dict[str, Url] = {}
    for text, kind in urls:
        for address in addresses_in(text)[:1]:
            paper = identifiers.find_arxiv_id(address)
            is_doi = identifiers.DOI_URL.match(address) and identifiers.find_doi(address).lower() in known
            if kind == "landing" and address.lower().endswith(".pdf"):
                kind = "pdf"
            is_person = "//orcid.org/" in address
            if not is_doi and not is_person and not (paper and paper.canonical == arxiv_id):
                found.setdefault(address, Url(address, kind))
    kept = list(found.values())[:MOST_URLS]
    return tuple(sorted(kept, key=lambda url: KINDS_OF_URL.index(url.kind)))


CODE_HOST = re.compile(
    r"https?://(?:www\.)?(?:github|gitlab|bitbucket|codeberg|sourceforge|archive\.softwareheritage)\b", re.IGNORECASE
)
DATA_HOST = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:dryad|datadryad|figshare|zenodo|osf|pangaea|dataverse|kaggle)\b"
    r"|10\.(?:5061|6084|5281|1594|17605)/",
    re.IGNORECASE,
)


def kind_of_supplement(address: str) -> str:
    """Whether what supplements a paper at this address is code, data or something else."""
    return "code" if CODE_HOST.match(address) else "data" if DATA_HOST.search(address) else "other"


def is_pdf(address: str) -> bool:
    """Whether the address looks like that of a PDF."""
    return bool(re.search(r"\.pdf\b|/(?:full|am-|e)?pdf(?:/|$|direct)", address, re.IGNORECASE))
