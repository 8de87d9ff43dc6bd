r"""BibTeX, as BibTeX and biblatex (biber) read it: UTF-8, TeX's own signs escaped, formulas left as TeX.

Names are "Last, First" and "Last, Jr, First", groups stand in braces, and capitals that a style must not lower too. Entry
types are those of the list that a paper came from. What our own reader (papers/ingest/readers/bibtex/) makes of an entry is
written as the same entry again. Fields for arXiv: https://info.arxiv.org/help/hypertex/bibstyles/index.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from papers.citations.work import Contributor, Work
from papers.publications import Publication
from papers.taxonomy.types import MEANING, PREPRINT, type_of
from papers.text.control_characters import one_line, writable
from papers.text.formulas import Formula
from papers.text.plain_text import SIGN, pieces, plain_line
from papers.text.tex import END, LOWER, RAISE, with_scripts

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
COMMENT = re.compile(r"(?<!\\)%")
LONE_BRACES = (("\\{", r"\lbrace "), ("\\}", r"\rbrace "))
# What is raised or lowered belongs to its word, whatever it holds: In\textsubscript{1-x}.
WORD = re.compile(
    rf"(?:[^\s\-–—/(),.:;!?{RAISE}{LOWER}{END}]"
    rf"|[{RAISE}{LOWER}](?:[^{RAISE}{LOWER}{END}]|[{RAISE}{LOWER}][^{RAISE}{LOWER}{END}]*{END})*{END})+"
)
SCRIPTS = ((r"\textsuperscript{", "}"), (r"\textsubscript{", "}"))
CAPITAL_INSIDE = re.compile(r"(?<=.)[A-Z]")


# The entry types of BibTeX and biblatex by the types of CSL; everything else is `misc`.
ENTRY_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "dataset": "dataset",
    "entry": "inreference",
    "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference",
    "manuscript": "unpublished",
    "motion_picture": "video",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "periodical": "periodical",
    "post": "online",
    "post-weblog": "online",
    "report": "techreport",
    "review": "article",
    "review-book": "article",
    "software": "software",
    "standard": "standard",
    "thesis": "phdthesis",
    "webpage": "online",
}
KNOWN_TYPES = frozenset(
    """article artwork audio book bookinbook booklet collection conference dataset electronic image inbook incollection
    inproceedings inreference manual mastersthesis misc movie music mvbook mvcollection mvproceedings mvreference online patent
    periodical phdthesis proceedings reference report review set software standard suppbook suppcollection suppperiodical
    techreport thesis unpublished video www""".split()
)
OWN_WORD = re.compile(r"[a-z]+")  # of a list that has entries of a type that nobody else knows
WITH_JOURNAL = frozenset("article magazine misc newspaper periodical review suppperiodical unpublished".split())
BOOKS = frozenset("book collection mvbook mvcollection mvproceedings mvreference proceedings reference".split())
PUBLISHERS = dict.fromkeys("phdthesis mastersthesis thesis".split(), "school") | {
    "techreport": "institution",
    "report": "institution",
    "manual": "organization",
}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def write(works: Iterable[Work]) -> Iterator[str]:
    """An entry for each work."""
    for work in works:
        yield entry(work)


def entry(work: Work) -> str:
    kind = entry_type(work)
    rows = ",\n".join(f"  {name} = {_enclosed(name, value)}" for name, value in fields(work, kind) if value)
    return f"@{kind}{{{work.key},\n{rows}\n}}\n\n"


def _enclosed(name: str, value: str) -> str:
    """The value as it stands in the file: a month is one of BibTeX's own abbreviations, which take no braces."""
    return value if name == "month" else f"{{{value}}}"


def entry_type(work: Work) -> str:
    """The list's own word where it speaks of what is cited; else BibTeX's word for the type."""
    word = work.shown_details.source_type
    usual = ENTRY_TYPES.get(work.cited_type, "misc")
    if work.cited_type == PREPRINT:
        return word if word in KNOWN_TYPES and (word != "article" or journal(work)) else usual
    if work.type == PREPRINT and word in KNOWN_TYPES:  # of what else is known of the article its source has no word
        return word
    is_possible = word in KNOWN_TYPES or (OWN_WORD.fullmatch(word) and word not in MEANING)
    return word if is_possible and type_of(word) in (work.type, work.cited_type) else usual


def fields(work: Work, kind: str) -> Iterator[tuple[str, str]]:
    """Field and escaped value, in the order they are printed; those without a value are empty."""
    details, place = work.shown_details, work.publication
    yield "author", names(work.authors, is_complete=work.is_complete)
    yield "editor", names(work.editors)
    yield "title", title(work.title)
    number = work.number or place.issue
    if kind == "article" and not place.container:  # its numbers would be the server's
        place, number = Publication(container=journal(work), pages=place.pages), ""
    yield "journal" if kind in WITH_JOURNAL else "maintitle" if kind in BOOKS else "booktitle", escaped(place.container)
    yield "volume", escaped(place.volume)
    yield "number", escaped(number)
    yield "pages", escaped(place.pages).replace("-", "--")
    yield "eid", escaped(place.article_number)
    if details:
        yield PUBLISHERS.get(kind, "publisher"), text(details.publisher)
        yield "address", text(details.place)
        yield "edition", text(details.edition)
        yield "series", text(details.series)
    if work.date:
        year, month, day = (*work.date.parts, 0, 0)[:3]
        yield "year", str(year)
        yield "month", MONTHS[month - 1] if month else ""
        yield "day", str(day) if day else ""
    if details:
        yield "isbn", text(details.isbn)
        yield "issn", text(details.issn)
    yield "doi", escaped_identifier(work.cited_doi)
    if work.arxiv_id:
        yield "eprint", work.arxiv_id
        yield "archivePrefix", "arXiv"
        yield "primaryClass", work.categories[0] if work.categories else ""
    yield from addresses(work)
    if details:
        yield "language", text(details.language)
        yield "keywords", keywords(details.keywords)
    yield "note", tex(work.note)
    yield "abstract", "\n\n".join(filter(None, map(tex, work.abstract.split("\n"))))


def journal(work: Work) -> str:
    """What stands for the journal where a list has a preprint as an article, which must have one."""
    of_preprint = f"arXiv preprint arXiv:{work.arxiv_id}" if work.form == "preprint" and work.arxiv_id else ""
    return work.publication.container or of_preprint


def addresses(work: Work) -> Iterator[tuple[str, str]]:
    """Its page under `url`, other addresses under the names of what is there; more of a kind are counted."""
    counted: dict[str, int] = {}
    for url, kind in work.addresses:
        name = "url" if kind == "landing" else kind
        counted[name] = counted.get(name, 0) + 1
        yield name if counted[name] == 1 else f"{name}{counted[name]}", escaped_identifier(url)


def names(contributors: Iterable[Contributor], *, is_complete: bool = True) -> str:
    found = [name(who) for who in contributors]
    return " and ".join([*found, *([] if is_complete or not found else ["others"])])


def keywords(words: Sequence[str]) -> str:
    """The words with commas between; one with a sign that parts them, or a quotation mark, stands in braces."""
    shown = [text(word) for word in words]
    return ", ".join(f"{{{word}}}" if re.search('[,;"]', word) else word for word in shown)


def text(source: str) -> str:
    """A line that may hold TeX as plain text, escaped."""
    return escaped(plain_line(source))


def name(who: Contributor) -> str:
    """ "van der Waerden, Bartel L.", "King, Jr., Martin Luther"; groups and mononyms of several words in braces."""
    if who.is_group or not who.surname:
        return f"{{{escaped(who.name)}}}"
    if not who.forenames and not who.suffix:
        surname = escaped(who.surname)
        return f"{{{surname}}}" if " " in surname or "," in surname else surname
    parts = [who.surname.rstrip(" ,"), *([who.suffix] if who.suffix else []), who.forenames]
    return ", ".join(map(_part, parts))


def _part(text: str) -> str:
    """A part of a name; in braces where it holds what would divide names."""
    shown = escaped(text)
    return f"{{{shown}}}" if "," in shown or re.search(r"\band\b", shown, re.IGNORECASE) else shown


def title(source: str) -> str:
    """The title with TeX formulas kept; formulas and words that a style must not lower stand in braces."""
    parts = _pieces(one_line(source))
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
    return one_line(with_scripts("".join(shown), *SCRIPTS))


def tex(source: str) -> str:
    """Text that may hold TeX: accents as Unicode, formulas as they came, all else escaped."""
    line = one_line(source)
    if not SIGN.search(line):
        return escaped(line)
    parts = _pieces(line)
    shown = (escaped(part) if isinstance(part, str) else formula(part.source) for part in parts)
    return one_line(with_scripts("".join(shown), *SCRIPTS))


def _pieces(line: str) -> list[str | Formula]:
    """The formulas in a line and the text between them; one that BibTeX or TeX can't read is text."""
    return [part if isinstance(part, str) or formula(part.source) else part.source for part in pieces(line)]


def formula(source: str) -> str:
    """A formula with braces that BibTeX can count; nothing for one whose braces don't match, or that has a comment."""
    text = source[1:-1] if source.startswith("$$") else source
    for brace, macro in LONE_BRACES:
        text = text.replace(brace, macro)
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    return "" if depth or COMMENT.search(text) else writable(text)


def escaped(text: str) -> str:
    """Plain text as TeX shows it."""
    return text and SPECIAL.sub(lambda match: ESCAPES[match[0]], writable(text))


def escaped_identifier(text: str) -> str:
    """A DOI or address, which styles print verbatim; only what would break the file is written another way."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
