"""Fields that registries have in common: texts with markup, dates in parts, names in parts, addresses, licences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from papers import identifiers
from papers.bylines.names import Name
from papers.field_rules import LONGEST
from papers.ingest.checks import one_line
from papers.ingest.machine_dates import or_warning, read_day
from papers.ingest.readers.fields.author_lists import Printed, byline_of
from papers.ingest.readers.fields.list_entries import names_of
from papers.publications import KINDS_OF_URL, Url
from papers.text.addresses import addresses_in
from papers.text.dates import PartialDate
from papers.text.jats import text_of_markup

# What a registry writes of a publication that has been taken back; papers.ingest.records.WITHDRAWN knows it.
RETRACTED = "This paper has been retracted."


MOST_URLS = 20


def line(text: str) -> str:
    """The text without markup, in one line."""
    return one_line(text_of_markup(text))


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without markup, each once, without empty ones."""
    return tuple(dict.fromkeys(filter(None, map(line, texts))))


def with_subtitle(title: str, subtitle: str) -> str:
    """Title and subtitle as one, where the title doesn't have it already."""
    if not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title.endswith((':', '?', '!', '–', '—')) else ': '}{subtitle}"


def abstract_of(text: str) -> str:
    """The text of an abstract without markup, and without the word "Abstract" before it."""
    return re.sub(r"\A(?:Abstract|ABSTRACT|Summary|SUMMARY)\s?[.:–—-]\s+", "", text_of_markup(text))


def without_shared_orcids(printed: Sequence[Printed], warnings: list[str]) -> list[Printed]:
    """The names, without iDs that two of them have: one is somebody else's, and nobody knows whose."""
    counts = Counter(each.orcid for each in printed if each.orcid)
    shared = {orcid for orcid, count in counts.items() if count > 1}
    warnings += [f"orcid: {orcid} is given to {counts[orcid]} authors, and was left out" for orcid in sorted(shared)]
    return [each._replace(orcid="") if each.orcid in shared else each for each in printed]


def page_range(text: str) -> str:
    """Pages as "1-10", whatever their dash; nothing for "n/a"."""
    text = re.sub(r"\s*[-‐‑‒–—−]+\s*", "-", line(text)).strip("-+ ")
    if text.lower().startswith("n/a"):
        return ""
    first, _, last = text.partition("-")
    return first if first == last else text


def day_of(name: str, text: str, warnings: list[str]) -> date | None:
    """The day that a registry stamped, None and a warning for one that is none."""
    return or_warning(read_day, name, text, warnings) if text else None


def date_of(name: str, parts: Sequence[object], warnings: list[str]) -> PartialDate | None:
    """The date of year, month and day as numbers, as far as they are known; what can't be is left out with a warning."""
    numbers = []
    for part in parts[:3]:
        if isinstance(part, str) and part.strip().isascii() and part.strip().isdigit() and len(part) < 10:
            part = int(part)
        if not isinstance(part, int) or isinstance(part, bool) or not part:
            break
        numbers.append(part)
    for precise in range(len(numbers), 0, -1):
        try:
            found = PartialDate.of(*numbers[:precise])
        except (ValueError, OverflowError):
            continue
        if precise < len(numbers):
            warnings.append(
                f"{name}: {'-'.join(map(str, numbers))} is not a date of the calendar, and is {found.iso()}"
            )
        return found
    if numbers:
        warnings.append(f"{name}: {'-'.join(map(str, numbers)):.40} is not a date of the calendar, and was left out")
    return None


def editors_of(printed: Sequence[Printed]) -> tuple[Name, ...]:
    """The names of editors; a group among them is all surname."""
    return names_of(byline_of(printed))


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


LICENSE_CODE = re.compile(r"cc-(by(?:-nc)?(?:-sa|-nd)?)-([1-4]\.0)", re.IGNORECASE)


def license_of(texts: Iterable[str], warnings: list[str]) -> str:
    """The licence among the texts, one of Creative Commons before others; one that is too long is cut with a warning."""
    found = [text for each in texts if (text := _license(line(each)))]
    text = next((text for text in found if "creativecommons.org/" in text.lower()), next(iter(found), ""))
    if len(text) > LONGEST["license"]:
        warnings.append(f"license: has {len(text):,} characters, {LONGEST['license']} are allowed, and was cut")
        text = text[: LONGEST["license"] - 1].rpartition(" ")[0] + "…"
    return text


def _license(text: str) -> str:
    if code := LICENSE_CODE.fullmatch(text):
        return f"https://creativecommons.org/licenses/{code[1].lower()}/{code[2]}/"
    return "https://creativecommons.org/publicdomain/zero/1.0/" if text.lower() == "cc0-1.0" else text
