r"""The names in a BibTeX field: parted at "and", each "Last, First", "von Last, Jr, First" or "First von Last".

TeX is decoded first, so that `\"Ozt\"urk` and `Mu\~noz` are words as all others; braces stay until the names are divided,
as they hold together: a name whole in braces is one name, whatever it says. biblatex's `given=…, family=…` is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papers import identifiers
from papers.bylines.organizations import has_word as is_organization
from papers.bylines.tokens import FOOTNOTE, RAISED
from papers.bylines.words import DEGREES, GENERATIONS, SUFFIXES
from papers.field_rules import too_long
from papers.ingest.checks import InvalidRecord, one_line
from papers.ingest.readers.bibtex.braces import is_group, pieces, single_braces, without_braces
from papers.ingest.readers.fields.author_lists import LONGEST_OTHERS, Printed, is_others
from papers.text.tex import accented_words, decode_words

TEX = re.compile(r"[\\{}$~]")
AND = re.compile(r"\\and\b|(?:^| )(?i:and)(?= )| and$")
UNKNOWN_COMMAND = re.compile(r"\\(?!and\b)[A-Za-z]+ ?")  # \chsf, without an argument
AND_OR_BRACE = re.compile(rf"[{{}}]|{AND.pattern}")
COMMA_OR_BRACE = re.compile(r"[{},]")
SPACE_OR_BRACE = re.compile(r"[{} ]")
NAME_PARTS = re.compile(r"(?:^|,)\s*\"?(?:given|family|prefix|suffix)(?:-i)?\s*=", re.IGNORECASE)
NAME_PART = re.compile(r"([a-z-]+)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)
# biblatex's settings for a whole list of names stand in it like a name: "useprefix=false and Doe, Jane".
OPTION = re.compile(r"(?!(?:given|family|prefix|suffix)\b)[a-z]{4,}=[\w-]+")
GLUED = ("-", "'", "’")  # "al-Hakim", "d'Este"
BEHIND_NAME = frozenset({*SUFFIXES, *DEGREES, *map(str.capitalize, GENERATIONS), "V", "VI"})


def names_in(text: str, field: str) -> tuple[list[Printed], bool]:
    """The names by BibTeX's rules, and whether no "and others" follows; raises InvalidRecord for more than a field may have."""
    if reason := too_long("authors", text):
        raise InvalidRecord(field, reason)
    text = one_line(text)
    if TEX.search(text):
        if "\\" in text:
            text = RAISED.sub(" ", FOOTNOTE.sub("", text))
        text = decode_words(accented_words(single_braces(text)), lambda _inside: True)
        if "\\" in text:
            text = UNKNOWN_COMMAND.sub(" ", text)
    printed = []
    is_complete = True
    for name in pieces(text, AND_OR_BRACE) if "{" in text else AND.split(text):
        name = name.strip(" ,")
        if not name or ("=" in name and OPTION.fullmatch(name)):
            continue
        if len(name) <= LONGEST_OTHERS and is_others(without_braces(name)):
            is_complete = False
        else:
            printed.append(_printed(name))
    return printed, is_complete


def _printed(name: str) -> Printed:
    if "=" in name and NAME_PARTS.search(name):
        return _of_parts(name)
    if "{" not in name:
        surname, comma, forenames = name.partition(",")
        if not comma:
            return Printed(whole=name)
        if " & " in name:
            return Printed(whole=name)
        if "," not in forenames and ";" not in name:
            return Printed(surname.rstrip(), forenames.lstrip())
    parts = pieces(name, COMMA_OR_BRACE) if "{" in name else name.split(",")
    if len(parts) == 1:
        return _without_comma(name)
    if len(parts) > 3 or ";" in name:  # several people behind each other, which an author string tells apart
        return Printed(whole=without_braces(name))
    surname, *behind = map(without_braces, parts)
    if len(behind) == 1:
        is_literal = "," in f"{surname}{behind[0]}" or bool(AND.search(f"{surname} {behind[0]}"))
        return Printed(surname, behind[0], is_literal=is_literal)
    suffix, forenames = behind
    if suffix not in BEHIND_NAME and forenames in BEHIND_NAME:  # "Doe, Jane, Jr."
        suffix, forenames = forenames, suffix
    return Printed(surname, forenames, suffix)


def is_doubtful(name: Printed) -> bool:
    """Whether no rule of BibTeX's divides it so: "Doe J., Roe R., Moe M." has no suffix, and may be three people."""
    return bool(("," in name.whole and not name.is_literal) or (name.suffix and name.suffix not in BEHIND_NAME))


def _without_comma(name: str) -> Printed:
    """The name as braces divide it: one of its own where they enclose it, or an "and" or a comma; else words held together."""
    bare = without_braces(name)
    words = [word for word in pieces(name, SPACE_OR_BRACE) if word]
    if len(words) > 1 and AND.search(without_braces(words[-1])) and not is_organization(bare):  # Ada {Smith and Jones}
        return Printed(without_braces(words[-1]), without_braces(" ".join(words[:-1])), is_literal=True)
    if is_group(name) or "," in bare or len(AND.split(bare)) > 1:
        return Printed(whole=bare, is_literal=True)
    if len(words) < 2 or not any(" " in word for word in words):
        return Printed(whole=bare)
    start = next((at for at, word in enumerate(words[:-1]) if at and word[0].islower()), len(words) - 1)
    forenames, surname = (without_braces(" ".join(part)) for part in (words[:start], words[start:]))
    return Printed(surname=surname, forenames=forenames)


def _of_parts(name: str) -> Printed:
    """The name of biblatex's extended format: "given=Richard, prefix=von, family=Rabble"."""
    values: dict[str, str] = {}
    for piece in _quoted_apart(name):
        if found := NAME_PART.fullmatch(piece):
            values.setdefault(found[1].lower(), without_braces(found[2]).replace('"', "").strip())
    prefix = values.get("prefix", "")
    surname = f"{prefix}{'' if prefix.endswith(GLUED) else ' '}{values.get('family', '')}".strip()
    forenames = values.get("given", "")
    if not surname and not forenames:
        return Printed(whole=without_braces(name))
    orcid = next((values[key] for key in ("orcid", "id") if identifiers.ORCID_FORM.search(values.get(key, ""))), "")
    return Printed(surname=surname, forenames=forenames, suffix=values.get("suffix", ""), orcid=orcid)


def _quoted_apart(name: str) -> Iterator[str]:
    """The pieces between commas that stand neither in braces nor in quotation marks, which may stand round a whole piece."""
    held = ""
    for piece in pieces(name, COMMA_OR_BRACE):
        held = f"{held},{piece}" if held else piece
        if held.count('"') % 2 == 0:
            yield held.strip().strip('"') if held.strip().startswith('"') else held.strip()
            held = ""
    if held:
        yield held.strip()
