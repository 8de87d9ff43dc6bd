r"""BibTeX, as BibTeX and biblatex (biber) read it: UTF-8, TeX's own signs escaped, formulas left as TeX.

Names are "Last, First" and "Last, Jr, First", groups stand in braces, and capitals that a style must not lower too. An entry
is an article with journal and volume only where the printed reference could be read; the line itself is kept as a note
otherwise. Fields for arXiv: https://info.arxiv.org/help/hypertex/bibstyles/index.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papers.citations.work import Contributor, Work
from papers.text.control_characters import one_line, writable
from papers.text.formulas import Formula
from papers.text.plain_text import pieces

ESCAPES = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
SPECIAL = re.compile(r"[&%$#_{}\\~^]")
# BibTeX counts braces whatever stands before them.
LONE_BRACES = (("\\{", r"\lbrace "), ("\\}", r"\rbrace "))
WORD = re.compile(r"[^\s\-–—/(),.:;!?]+")
CAPITAL_INSIDE = re.compile(r"(?<=.)[A-Z]")


def write(works: Iterable[Work]) -> Iterator[str]:
    """An entry for each work."""
    for work in works:
        yield entry(work)


def entry(work: Work) -> str:
    kind = "article" if work.journal else "misc"
    rows = ",\n".join(f"  {name} = {{{one_line(value)}}}" for name, value in fields(work) if value)
    return f"@{kind}{{{work.key},\n{rows}\n}}\n\n"


def fields(work: Work) -> Iterator[tuple[str, str]]:
    """Field and escaped value, in the order they are printed; those without a value are empty."""
    yield (
        "author",
        " and ".join([*map(name, work.authors), *([] if work.is_complete or not work.authors else ["others"])]),
    )
    yield "title", title(work.title)
    if journal := work.journal:
        yield "journal", escaped(journal.name)
        yield "volume", escaped(journal.volume)
        yield "number", escaped(journal.issue)
        yield "pages", escaped(journal.pages).replace("-", "--")
        yield "year", journal.year or year(work)
    else:
        yield "year", year(work)
        yield "month", str(work.published.month) if work.published else ""
        yield "note", tex(work.journal_ref)
    yield "doi", escaped_identifier(work.any_doi)
    if work.arxiv_id:
        yield "eprint", work.arxiv_id
        yield "archivePrefix", "arXiv"
        yield "primaryClass", work.categories[0] if work.categories else ""
    yield "url", escaped_identifier(work.address)


def year(work: Work) -> str:
    return str(work.published.year) if work.published else ""


def name(who: Contributor) -> str:
    """ "van der Waerden, Bartel L.", "King, Jr., Martin Luther"; groups and mononyms of several words in braces."""
    if who.is_group or not who.surname:
        return f"{{{escaped(who.name)}}}"
    if not who.forenames and not who.suffix:
        surname = escaped(who.surname)
        return f"{{{surname}}}" if " " in surname or "," in surname else surname
    parts = [who.surname, *([who.suffix] if who.suffix else []), who.forenames]
    return ", ".join(map(_part, parts))


def _part(text: str) -> str:
    """A part of a name; in braces where it holds what would divide names."""
    shown = escaped(text)
    return f"{{{shown}}}" if "," in shown or re.search(r"\band\b", shown, re.IGNORECASE) else shown


def title(source: str) -> str:
    """The title with TeX formulas kept; formulas and words that a style must not lower stand in braces."""
    parts = pieces(one_line(source))
    words = [word for part in parts if isinstance(part, str) for word in WORD.findall(part)][1:]
    words = [word for word in words if len(word) > 3 and not CAPITAL_INSIDE.search(word)]
    capitals = sum(word[0].isupper() for word in words)
    proper_names_stand_out = capitals * 2 < len(words)  # a title in capitals says nothing about which are names
    is_first = True
    shown = []
    for part in parts:
        if isinstance(part, Formula):
            shown.append(f"{{{formula(part.source)}}}")
            is_first = False
            continue
        position = 0
        for match in WORD.finditer(part):
            shown.append(escaped(part[position : match.start()]))
            word = match[0]
            keep = CAPITAL_INSIDE.search(word) or (proper_names_stand_out and not is_first and word[0].isupper())
            shown.append(f"{{{escaped(word)}}}" if keep else escaped(word))
            position, is_first = match.end(), False
        shown.append(escaped(part[position:]))
    return one_line("".join(shown))


def tex(source: str) -> str:
    """Text that may hold TeX: accents as Unicode, formulas as they came, all else escaped."""
    parts = pieces(one_line(source))
    return one_line("".join(escaped(part) if isinstance(part, str) else formula(part.source) for part in parts))


def formula(source: str) -> str:
    """A formula with braces that BibTeX can count; one whose braces don't match is shown as text."""
    text = source
    if text.startswith("$$"):
        text = text[1:-1]
    for brace, macro in LONE_BRACES:
        text = text.replace(brace, macro)
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    if depth or re.search(r"(?<!\\)%", text):
        return escaped(source)
    return writable(text)


def escaped(text: str) -> str:
    """Plain text as TeX shows it."""
    return SPECIAL.sub(lambda match: ESCAPES[match[0]], writable(text))


def escaped_identifier(text: str) -> str:
    """A DOI or address, which styles print verbatim; only what would break the file is written another way."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
