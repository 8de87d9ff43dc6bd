"""arXiv's subjects: groups, archives, categories, and what older and second names of categories mean today.

The table is arxiv.json, in the order of https://arxiv.org/category_taxonomy; arXiv's group for tests is
left out. Nothing here needs Django; fixtures/categories.json is `fixture_text()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["category", "alias", "subsumed", "legacy"]


class UnknownSubject(ValueError):
    """A code or OAI-PMH set that arXiv's taxonomy doesn't have."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One code that may stand in a paper's list of categories.

    `kind` says what it is: a "category" of today; an "alias", the second name of a category in another archive
    (math.MP is math-ph); a "subsumed" archive of the nineties (alg-geom became math.AG); or "legacy", a bare archive
    on papers from before it had categories (astro-ph). `canonical` is the code an alias or subsumed archive stands
    for and empty for the others. A subsumed archive is filed under the archive that took it in.
    """

    code: str
    name: str
    archive: str
    archive_name: str
    group: str
    group_name: str
    kind: Kind
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """One of arXiv's archives with the codes filed under it, categories first."""

    code: str
    name: str
    group: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One of arXiv's groups with the codes of its archives."""

    code: str
    name: str
    archives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OaiSet:
    """An OAI-PMH set as arXiv names it: the code of what it stands for, and the canonical codes of the papers in it."""

    spec: str
    code: str
    name: str
    codes: tuple[str, ...]


SOURCE = json.loads(Path(__file__).with_name("arxiv.json").read_text(encoding="utf-8"))


def _read_subjects() -> dict[str, Subject]:
    own: dict[str, Subject] = {}
    aliases: dict[str, Subject] = {}
    for group in SOURCE["groups"]:
        for archive in group["archives"]:
            home = (archive["code"], archive["name"], group["code"], group["name"])
            if archive["code"] in SOURCE["legacy"]:
                own[archive["code"]] = Subject(archive["code"], archive["name"], *home, kind="legacy")
            for code, name in archive["categories"].items():
                if canonical := SOURCE["aliases"].get(code, ""):
                    aliases[code] = Subject(code, name, *home, kind="alias", canonical=canonical)
                else:
                    own[code] = Subject(code, name, *home, kind="category")
    subsumed = {}
    for code, row in SOURCE["subsumed"].items():
        heir = own[row["canonical"]]
        home = (heir.archive, heir.archive_name, heir.group, heir.group_name)
        subsumed[code] = Subject(code, row["name"], *home, kind="subsumed", canonical=heir.code)
    return own | aliases | subsumed


ALL: dict[str, Subject] = _read_subjects()
"""Every code: first those that stand for themselves in arXiv's order, then aliases, then subsumed archives."""

GROUPS: dict[str, Group] = {
    group["code"]: Group(group["code"], group["name"], tuple(archive["code"] for archive in group["archives"]))
    for group in SOURCE["groups"]
}

ARCHIVES: dict[str, Archive] = {
    archive["code"]: Archive(
        archive["code"],
        archive["name"],
        group["code"],
        tuple(subject.code for subject in ALL.values() if subject.archive == archive["code"]),
    )
    for group in SOURCE["groups"]
    for archive in group["archives"]
}

CANONICAL: dict[str, str] = {subject.code: subject.canonical or subject.code for subject in ALL.values()}


def canonical_codes(tokens: Iterable[str]) -> tuple[str, ...]:
    """The categories that the printed codes mean today, each once, in the order printed, so that the first is primary.

    A code that arXiv's taxonomy doesn't have stays as it came: sources also print ACM and MSC classes.
    """
    return tuple(dict.fromkeys([CANONICAL.get(token, token) for token in tokens]))


def oai_set(code: str) -> str:
    """The most specific OAI-PMH set of a subject or archive: "cs:cs:LG", "physics:hep-lat", "math:math:MP".

    A subsumed archive has no set of its own and gets its heir's. Raises UnknownSubject. The form is arXiv's:
    https://info.arxiv.org/help/oa/index.html.
    """
    subject = ALL.get(code)
    if subject and subject.kind == "subsumed":
        return oai_set(subject.canonical)
    archive = ARCHIVES.get(subject.archive if subject else code)
    if not archive:
        raise UnknownSubject(f"{code!r} is not a subject or archive of arXiv's taxonomy")
    category = code.removeprefix(archive.code).removeprefix(".")
    return ":".join(part for part in (archive.group, archive.code, category) if part)


def from_oai_set(spec: str) -> str:
    """The code of the subject, archive or group that an OAI-PMH set names; raises UnknownSubject.

    "cs" and "cs:cs" both give "cs": arXiv's group and its only archive hold the same papers.
    """
    if spec not in OAI_SETS:
        raise UnknownSubject(f"{spec!r} is not a set of arXiv's taxonomy, such as 'cs:cs:LG' or 'physics:hep-lat'")
    return OAI_SETS[spec].code


def _list_oai_sets() -> Iterator[OaiSet]:
    for group in GROUPS.values():
        archives = [ARCHIVES[code] for code in group.archives]
        in_group = [code for archive in archives for code in archive.subjects]
        yield OaiSet(group.code, group.code, group.name, canonical_codes(in_group))
        for archive in archives:
            yield OaiSet(oai_set(archive.code), archive.code, archive.name, canonical_codes(archive.subjects))
            for subject in (ALL[code] for code in archive.subjects):
                if subject.kind != "subsumed" and subject.code != archive.code:
                    yield OaiSet(oai_set(subject.code), subject.code, subject.name, canonical_codes([subject.code]))


OAI_SETS: dict[str, OaiSet] = {each.spec: each for each in _list_oai_sets()}
"""Every set by its spec, a parent before its children. The set of an alias holds the papers of what it means."""


def fixture_rows() -> list[dict[str, object]]:
    """The rows of `papers.category` in Django's fixture form, those that others refer to first."""
    return [
        {
            "model": "papers.category",
            "fields": {
                "code": subject.code,
                "name": subject.name,
                "archive": subject.archive,
                "archive_name": subject.archive_name,
                "group": subject.group,
                "group_name": subject.group_name,
                "kind": subject.kind,
                "canonical": [subject.canonical] if subject.canonical else None,
            },
        }
        for subject in ALL.values()
    ]


def fixture_text() -> str:
    """The text of fixtures/categories.json: one row a line, so that a change of the taxonomy reads as one."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in fixture_rows()) + "\n]\n"
