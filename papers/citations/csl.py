"""CSL-JSON, what citation processors and reference managers read: https://docs.citationstyles.org/en/stable/specification.html.

An array of items without any property that the format doesn't know; what else we know stands under `custom`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from papers.citations.work import Contributor, Work
from papers.text.plain_text import plain_line


def write(works: Iterable[Work]) -> Iterator[str]:
    """An array with an item for each work, an item a line."""
    opening = "["
    for work in works:
        yield f"{opening}\n{json.dumps(item(work), ensure_ascii=False)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def item(work: Work) -> dict[str, Any]:
    """The work as an item; a preprint is an "article", a published paper an "article-journal", others a "document"."""
    journal = work.journal
    found: dict[str, Any] = {
        "id": work.key,
        "type": "article-journal" if journal else "article" if work.arxiv_id else "document",
        "title": work.plain_title,
        "author": [name(who) for who in work.authors],
        "issued": {"date-parts": [[work.published.year, work.published.month, work.published.day]]}
        if work.published
        else None,
        "abstract": plain_line(work.abstract),
        "keyword": ", ".join(work.keywords),
        "DOI": work.any_doi,
        "URL": work.address,
    }
    if journal:
        found |= {
            "container-title": journal.name,
            "volume": journal.volume,
            "issue": journal.issue,
            "page": journal.pages,
        }
        if journal.year and work.published and int(journal.year) != work.published.year:
            found["issued"] = {"date-parts": [[int(journal.year)]]}
    else:
        found["genre"] = "preprint" if work.arxiv_id else ""
        found["publisher"] = "arXiv" if work.arxiv_id else ""
        found["number"] = f"arXiv:{work.arxiv_id}" if work.arxiv_id else ""
        found["note"] = plain_line(work.journal_ref)
    custom = {
        "arxiv": work.arxiv_id,
        "categories": list(work.categories),
        "record": work.url,
        "license": work.license,
        "byline_is_incomplete": not work.is_complete,
    }
    found["custom"] = {key: value for key, value in custom.items() if value}
    return {key: value for key, value in found.items() if value}


def name(who: Contributor) -> dict[str, str]:
    """The name in the parts that styles sort and shorten; groups and mononyms are literal."""
    if who.is_group or not who.surname or not (who.forenames or who.suffix):
        return {"literal": who.name}
    parts = {
        "family": who.family,
        "given": who.forenames,
        "suffix": who.suffix,
        "non-dropping-particle": who.particle,
    }
    return {key: value for key, value in parts.items() if value}
