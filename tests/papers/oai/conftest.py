"""Asking `/oai` and reading what it answers; every answer is checked against the protocol's schema."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

NAMES = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "arxiv": "http://arxiv.org/OAI/arXiv/",
}
SITE = "https://papers.example.org"


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "all.xsd"))


class Answer:
    """An answer of the repository, which keeps to the schema."""

    def __init__(self, content: bytes):
        self.root = etree.fromstring(content)
        schema().assertValid(self.root)

    def texts(self, path: str) -> list[str]:
        return [
            found if isinstance(found, str) else found.text or "" for found in self.root.xpath(path, namespaces=NAMES)
        ]

    @property
    def errors(self) -> list[str]:
        return self.texts("oai:error/@code")

    @property
    def request(self) -> dict[str, str]:
        [element] = self.root.xpath("oai:request", namespaces=NAMES)
        return {"": element.text, **element.attrib}

    @property
    def identifiers(self) -> list[str]:
        """Local parts of the identifiers, in order; a deleted one with a minus before."""
        found = self.root.xpath("//oai:header", namespaces=NAMES)
        return [
            ("-" if header.get("status") == "deleted" else "") + header[0].text.removeprefix("oai:papers.example.org:")
            for header in found
        ]

    @property
    def token(self) -> Any:
        """The element that leads on, or None."""
        return next(iter(self.root.xpath("//oai:resumptionToken", namespaces=NAMES)), None)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(db: None, client: Client, settings: Any) -> Ask:
    """Asks by GET; `from` is given as `from_`."""
    settings.SITE_URL = SITE

    def run(verb: str, **arguments: str) -> Answer:
        given = {"verb": verb, **{name.rstrip("_"): value for name, value in arguments.items()}}
        response = client.get("/oai", given)
        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        return Answer(response.content)

    return run


@pytest.fixture
def harvest(ask: Ask) -> Callable[..., list[Answer]]:
    """All pages of a list."""

    def run(verb: str = "ListRecords", **arguments: str) -> list[Answer]:
        pages = [ask(verb, **{"metadataPrefix": "oai_dc", **arguments})]
        while pages[-1].token is not None and pages[-1].token.text:
            pages.append(ask(verb, resumptionToken=pages[-1].token.text))
        return pages

    return run
