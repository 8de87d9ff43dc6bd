"""The subjects of a record in Dublin Core, sorted: categories, classes and keywords."""

from __future__ import annotations

import re

from papers import taxonomy

MSC = re.compile(r"\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-[Xx]{2})\b.*")
ACM = re.compile(r"[A-K]\.(?:\d|m)\b.*")
# A code of a classification, not a word: "ddc:510", "[MATH.MATH-AG]…", "510", an address.
NO_KEYWORD = re.compile(r"(?:info:|https?://|ddc[: ]|\[|[\d.\s]+$)", re.IGNORECASE)


def sorted_subjects(
    subjects: list[str], set_specs: list[str], keep_unknown: bool
) -> tuple[list[str], list[str], list[str], list[str]]:
    """The codes of the categories whose names are among `dc:subject`, the MSC and ACM classes among them, and keywords.

    Two categories are called "Machine Learning": the sets of the record decide between such. What else arXiv's own
    records have is a category, and another repository's a keyword.
    """
    in_sets = {taxonomy.from_oai_set(spec) for spec in set_specs if spec in taxonomy.OAI_SETS}
    codes, msc, acm, keywords = [], [], [], []
    for subject in subjects:
        candidates = CODES_BY_NAME.get(_folded(subject), [])
        if candidates:
            codes += [code for code in candidates if code in in_sets] or candidates[:1]
        elif MSC.fullmatch(subject):
            msc.append(subject)
        elif ACM.fullmatch(subject):
            acm.append(subject)
        elif keep_unknown:
            codes.append(subject)
        else:
            words = (word.strip() for word in subject.split(";"))
            keywords += [word for word in words if word and not NO_KEYWORD.match(word)]
    return codes, msc, acm, keywords


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _read_names() -> dict[str, list[str]]:
    """Codes by the names arXiv prints: "Combinatorics" or "Mathematics - Combinatorics"; a name may have several."""
    names: dict[str, list[str]] = {}
    for subject in taxonomy.ALL.values():
        for name in (subject.name, f"{subject.archive_name} - {subject.name}"):
            names.setdefault(_folded(name), []).append(subject.code)
    return names


CODES_BY_NAME = _read_names()
