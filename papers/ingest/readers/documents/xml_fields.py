"""The fields of an element of XML, by the names of the elements in them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from papers.ingest.readers.documents.xml_stream import text_of

Fields = dict[str, list[Element]]


def children(element: Element) -> Fields:
    """The elements within, by their names without namespace."""
    found: Fields = {}
    for child in element:
        found.setdefault(child.tag.rpartition("}")[2], []).append(child)
    return found


def first(fields: Fields, name: str) -> Element | None:
    """The first element of this name, None where there is none."""
    return fields[name][0] if name in fields else None


def one(fields: Fields, name: str) -> str:
    """The text of the first element of this name, "" where there is none."""
    return text_of(first(fields, name)).strip()
