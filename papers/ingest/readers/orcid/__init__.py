"""Works as ORCID gives them out: a person's works or whole record, one work or several in full; API 2 and 3, JSON and XML.

A group of summaries is one paper: what several sources say of it, the preferred one first. A summary names no author; of a
whole record its owner is one. https://info.orcid.org/documentation/integration-guide/orcid-record/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

import orjson

from papers.ingest.readers.documents.json_documents import records, within
from papers.ingest.readers.documents.streams import Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.readers.documents.xml_stream import Broken, elements, raw_of
from papers.ingest.readers.orcid.works import FORMAT, PATH, Owner, owner_of, record
from papers.ingest.records import Item, PassedOver, Rejection

__all__ = ["FORMAT", "read", "recognizes"]

IN_HEAD = re.compile(
    rb'"(?:orcid-identifier|activities-summary|work-summary|put-code|external-ids|publication-date)"\s*:'
    rb'|"path"\s*:\s*"/[\dX-]{19}/works"'
)
NAMESPACE = "http://www.orcid.org/ns/"
# What a record holds beside works, in the names of the API.
ACTIVITIES = (
    """education employment funding peer-review distinction invited-position membership qualification service
    research-resource"""
).split()
OWNER = "person.name"
PLACES = (
    OWNER,
    *(
        f"{before}{place}"
        for before in ("activities-summary.", "")
        for place in (
            "works.group.item",
            *(
                f"{name}s.{part}.item"
                for name in ACTIVITIES
                for part in ("group", "affiliation-group", f"{name}-summary")
            ),
        )
    ),
    "group.item",
    "bulk.item",
)
ELEMENTS = frozenset(
    f"{{{NAMESPACE}{name}"
    for name in (
        *("person}name", "activities}group", "activities}affiliation-group", "work}work", "error}error"),
        *(f"{name}}}{name}-summary" for name in ACTIVITIES),
    )
)


def recognizes(head: bytes) -> bool:
    """Whether the file begins like a record or works of ORCID's."""
    if head.startswith(b"<"):
        return NAMESPACE.encode() in head
    return head.startswith((b"{", b"[")) and bool(IN_HEAD.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Item]]:
    """The number of each work or other activity after the first `skip` ones, its place in words, and what it holds."""
    number = 0
    owner = None
    is_xml = stream.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    for value in _xml(stream) if is_xml else _json(stream):
        if found := owner_of(value.fields if isinstance(value, _XmlValue) else value):
            owner = found
            continue
        number += 1
        if number > skip:
            place = f"record {number}"
            yield number, place, _item(value, owner, place)
    check_reached(stream, number, skip, "record")


def _json(stream: Stream) -> Iterator[Any]:
    for _place, value in records(stream, PLACES):
        yield from within(value, PLACES)


def _xml(stream: Stream) -> Iterator[Any]:
    for element in elements(stream, ELEMENTS):
        if isinstance(element, Broken):
            yield Rejection("", element.reason, element.raw)
        else:
            name, fields = element.tag.rpartition("}")[2], _as_json(element)
            yield _XmlValue({name: fields} if name.endswith("-summary") or name == "error" else fields, element)


@dataclass(frozen=True, slots=True)
class _XmlValue:
    """An element as the object that JSON has for it."""

    fields: Any
    element: Element


def _as_json(element: Element) -> Any:
    """The element as JSON would have it: an object where it has elements, or a text; attributes are fields."""
    found: dict[str, Any] = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    if not len(element) and element.tag not in ELEMENTS:
        return (element.text or "").strip() or None
    for child in element:
        name, value = child.tag.rpartition("}")[2], _as_json(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _item(value: Any, owner: Owner | None, place: str) -> Item:
    if isinstance(value, Rejection):
        return replace(value, place=value.place or place)
    fields, raw = value, lambda: raw_excerpt(orjson.dumps(value, default=str))
    if isinstance(value, _XmlValue):
        element = value.element
        fields, raw = value.fields, lambda: raw_of(element)
    if (kind := _activity(fields)) not in ("", "work"):
        return PassedOver(place, kind.replace("-", " "))
    return read_or_reject(lambda: record(fields, owner), place, raw)


def _activity(value: Any, depth: int = 4) -> str:
    """What kind of activity it is, "funding" say, by the summary in it or its address; "" where none says it."""
    if isinstance(value, dict):
        path = value.get("path")
        if isinstance(path, str) and (found := PATH.fullmatch(path)):
            return found[2]
        if summary := next((name for name in value if name.endswith("-summary")), ""):
            return summary.removesuffix("-summary")
        inner: Iterable[Any] = value.values()
    else:
        inner = value[:1] if isinstance(value, list) else ()
    return next(filter(None, (_activity(each, depth - 1) for each in inner)), "") if depth else ""
