"""What RFC 4287 asks of an Atom feed, as rules written from its text: no package carries the schema of its appendix B."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
# Section: element → how often it may stand in its parent (least, most; None: any number).
FEED = {
    "author": (0, None),
    "category": (0, None),
    "contributor": (0, None),
    "generator": (0, 1),
    "icon": (0, 1),
    "logo": (0, 1),
    "id": (1, 1),
    "link": (0, None),
    "rights": (0, 1),
    "subtitle": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "entry": (0, None),
}
ENTRY = {
    "author": (0, None),
    "category": (0, None),
    "content": (0, 1),
    "contributor": (0, None),
    "id": (1, 1),
    "link": (0, None),
    "published": (0, 1),
    "rights": (0, 1),
    "source": (0, 1),
    "summary": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
}
PERSON = {"name": (1, 1), "uri": (0, 1), "email": (0, 1)}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ADDRESS = re.compile(r"(https?://|tag:)\S+")


def problems(text: str | bytes) -> list[str]:
    """What is wrong with the feed; empty for a valid one."""
    feed = fromstring(text)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    found = _element(feed, FEED)
    entries = feed.findall(f"{ATOM}entry")
    found += [problem for entry in entries for problem in _element(entry, ENTRY)]
    for entry in entries:
        if feed.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            found.append("4.2.1 neither the feed nor an entry has an author")
        if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
            found.append("4.1.2 an entry without content needs an alternate link")
    keys = [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    if len(set(keys)) != len(keys):
        found.append("4.1.1 entries with the same id and updated")
    if len(_links(feed, "self")) != 1:
        found.append("4.1.1 a feed should have one link to itself")
    return found


def _element(parent: Element, allowed: dict[str, tuple[int, int | None]]) -> list[str]:
    found = []
    for name, (least, most) in allowed.items():
        count = len(parent.findall(ATOM + name))
        if count < least or (most is not None and count > most):
            found.append(f"{parent.tag} has {count} of {name}")
    for child in parent:
        name = child.tag.removeprefix(ATOM)
        if name not in allowed:
            found.append(f"{parent.tag} may not have {child.tag}")
        elif name in ("updated", "published"):
            if not DATE.fullmatch(child.text or ""):
                found.append(f"{child.text} is no RFC 3339 date")
            else:
                datetime.fromisoformat(child.text or "")
        elif name == "id" and not ADDRESS.fullmatch(child.text or ""):
            found.append(f"{child.text} is no IRI")
        elif name in ("author", "contributor"):
            found += _element(child, PERSON)
            found += ["an author without a name" for part in child if part.tag == f"{ATOM}name" and not part.text]
        elif name == "link" and not ADDRESS.fullmatch(child.get("href", "")):
            found.append(f"a link to {child.get('href')}")
        elif name == "category" and not child.get("term"):
            found.append("a category without term")
        elif name in ("title", "subtitle", "summary", "rights") and child.get("type", "text") not in ("text", "html"):
            found.append(f"type {child.get('type')}")
    alternates = [(link.get("type"), link.get("hreflang")) for link in _links(parent, "alternate")]
    if len(set(alternates)) != len(alternates):
        found.append("4.1.1 two alternate links of one type and language")
    return found


def _links(parent: Element, relation: str) -> list[Element]:
    return [link for link in parent.findall(f"{ATOM}link") if link.get("rel", "alternate") == relation]
