"""The version of the software, on the surfaces that show it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/about/", "This site runs Coterie {}."),
        ("/readyz", "Coterie {}\n"),
        ("/api/v1/", '"version":"{}"'),
    ],
)
def test_who_asks_a_site_learns_its_version(client: Client, address: str, text: str) -> None:
    assert text.format(settings.VERSION) in client.get(address).content.decode()


def test_the_document_of_the_api_has_the_version_of_the_api(client: Client) -> None:
    assert client.get("/api/v1/schema/", {"format": "json"}).json()["info"]["version"] == "1"
