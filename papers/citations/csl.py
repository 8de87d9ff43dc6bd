"""CSL-JSON, what citation processors and reference managers read: https://docs.citationstyles.org/en/stable/specification.html.

An array of items without any property that the format doesn't know; what else we know stands under `custom`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from papers.citations.work import Contributor, Work
from papers.publications import language_tag
from papers.text.plain_text import plain_line


def write(works: Iterable[Work]) -> Iterator[str]:
    """An array with an item for each work, an item a line."""
    opening = "["
    for work in works:
        yield f"{opening}\n{entry(work)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def entry(work: Work) -> str:
    return json.dumps(item(work), ensure_ascii=False)


# What a style prints for a thesis whose list says which.
GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}


def item(work: Work) -> dict[str, Any]:
    """The work as an item of the type that it is cited as; a preprint is an "article"."""
    details, place = work.shown_details, work.publication
    is_preprint = work.form == "preprint"
    at_arxiv = f"arXiv:{work.arxiv_id}" if is_preprint and work.arxiv_id else ""
    found: dict[str, Any] = {
        "id": work.key,
        "type": work.cited_type,
        "title": work.plain_title,
        "author": [name(who) for who in work.authors],
        "issued": {"date-parts": [list(work.date.parts)]} if work.date else None,
        "container-title": place.container,
        "volume": place.volume,
        "issue": place.issue,
        "page": place.pages,
        "number": at_arxiv or place.article_number or work.number,
        "genre": "preprint" if is_preprint else GENRES.get(details.source_type, ""),
        "publisher": place.publisher,
        "abstract": plain_line(work.abstract),
        "keyword": ", ".join(work.keywords),
        "note": plain_line(work.note),
        "DOI": work.cited_doi,
        "URL": work.address,
    }
    if details:
        found |= {
            "editor": [name(who) for who in work.editors],
            "collection-title": plain_line(details.series),
            "publisher-place": plain_line(details.place),
            "edition": plain_line(details.edition),
            "ISBN": plain_line(details.isbn),
            "ISSN": plain_line(details.issn),
            "language": language_tag(details.language) or plain_line(details.language),
        }
    custom = {
        "arxiv": work.arxiv_id,
        "categories": list(work.categories),
        "record": work.url,
        "license": work.license,
        "byline_is_incomplete": not work.is_complete,
        "urls": [url._asdict() for url in work.addresses[bool(work.address) :]],
        "keywords": list(work.keywords) if any(re.search("[,;]", each) for each in work.keywords) else [],
    }
    found["custom"] = {key: value for key, value in custom.items() if value}
    return {key: value for key, value in found.items() if value}


def name(who: Contributor) -> dict[str, str]:
    """The name in the parts that styles sort and shorten; groups are literal, and what may be one: several words."""
    if who.is_group or not who.surname or (" " in who.surname and not (who.forenames or who.suffix)):
        return {"literal": who.name}
    parts = {
        "family": who.family,
        "given": who.forenames,
        "suffix": who.suffix,
        "non-dropping-particle": who.particle,
    }
    return {key: value for key, value in parts.items() if value}
