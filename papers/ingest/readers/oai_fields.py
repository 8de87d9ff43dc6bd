"""The fields of elements of an OAI-PMH answer, by the names of the elements in them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from papers.ingest.readers.xml_stream import text_of

ARXIV_SOURCE = "arxiv-oai"
OTHER_SOURCE = "oai-pmh"
OF_ARXIV = "oai:arxiv.org:"  # how arXiv's own identifiers of records begin, in small letters

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
