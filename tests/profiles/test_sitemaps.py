"""Sitemaps against the protocol's rules: they name every page there is and no other. OpenSearch and its suggestions."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_script_prefix
from django.utils import timezone

from papers.models import Paper
from profiles import sitemaps
from profiles.management import site_setup
from profiles.models import Author, EarlierSlug
from tests.conftest import record

pytestmark = pytest.mark.django_db
NS = f"{{{sitemaps.NAMESPACE}}}"

# The rules of https://www.sitemaps.org/protocol.html as a schema; no package carries the published one.
RULES = f"""<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{sitemaps.NAMESPACE}" xmlns="{sitemaps.NAMESPACE}"
  elementFormDefault="qualified">
<xs:simpleType name="address"><xs:restriction base="xs:anyURI">
  <xs:minLength value="12"/><xs:maxLength value="2048"/><xs:pattern value="https?://[!-~]+"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="moment"><xs:union memberTypes="xs:date xs:dateTime"/></xs:simpleType>
<xs:complexType name="entry"><xs:all>
  <xs:element name="loc" type="address"/><xs:element name="lastmod" type="moment" minOccurs="0"/>
</xs:all></xs:complexType>
<xs:element name="urlset"><xs:complexType><xs:sequence>
  <xs:element name="url" type="entry" maxOccurs="50000"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="sitemapindex"><xs:complexType><xs:sequence>
  <xs:element name="sitemap" type="entry" maxOccurs="50000"/>
</xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(RULES)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def site(build_rows: Callable[..., object]) -> None:
    build_rows(
        record("2001.00001"),
        record("2001.00002", authors="Grace Hopper"),
        record("hep-th/9901001", categories="hep-th"),
    )


def read(client: Client, schema: xmlschema.XMLSchema) -> dict[str, str]:
    """Every address of all sitemaps with its date, as a crawler finds them; each file is checked against the rules."""
    index = client.get("/sitemap.xml")
    assert (index.status_code, index["Content-Type"]) == (200, "application/xml")
    schema.validate(index.content.decode())
    found = {}
    for row in fromstring(index.content):
        part = client.get(row.findtext(f"{NS}loc").removeprefix("http://127.0.0.1:8000"))
        assert (part.status_code, part["Content-Type"]) == (200, "application/gzip")
        text = gzip.decompress(part.content)
        schema.validate(BytesIO(text))
        rows = {url.findtext(f"{NS}loc"): url.findtext(f"{NS}lastmod") for url in fromstring(text)}
        assert row.findtext(f"{NS}lastmod") == max(filter(None, rows.values()), default=None)
        assert not set(rows) & set(found)
        found |= rows
    return {loc.removeprefix("http://127.0.0.1:8000"): moment or "" for loc, moment in found.items()}


def test_every_page_and_no_other(site: None, client: Client, schema: xmlschema.XMLSchema) -> None:
    out = StringIO()
    call_command("make_sitemaps", stdout=out)
    assert out.getvalue().splitlines()[-1] == "15 addresses in 4 sitemaps, listed in /sitemap.xml."
    found = read(client, schema)
    assert sorted(found) == [
        "/",
        "/about/",
        "/authors/",
        "/authors/ada-byron/",
        "/authors/charles-babbage/",
        "/authors/grace-hopper/",
        "/categories/",
        "/categories/cs.LG/",
        "/categories/hep-th/",
        "/categories/stat.ML/",
        "/papers/",
        "/papers/2001.00001/",
        "/papers/2001.00002/",
        "/papers/hep-th/9901001/",
        "/quality/",
    ]
    for address in found:
        assert client.get(address).status_code == 200


def test_dates_are_those_of_the_records(site: None, client: Client, schema: xmlschema.XMLSchema) -> None:
    Paper.objects.filter(identifier="2001.00001").update(modified_at=datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC))
    Author.objects.filter(slug="ada-byron").update(modified_at=datetime(2021, 2, 3, tzinfo=UTC))
    sitemaps.write_sitemaps()
    found = read(client, schema)
    assert (found["/papers/2001.00001/"], found["/authors/ada-byron/"], found["/"]) == (
        "2020-02-03T04:05:06Z",
        "2021-02-03T00:00:00Z",
        "",
    )


def test_they_are_made_anew_where_the_site_moved(site: None, settings: Any, tmp_path: Path) -> None:
    assert not sitemaps.are_written()
    sitemaps.write_sitemaps()
    assert sitemaps.are_written()
    settings.SITE_URL, settings.STATIC_ROOT = "https://papers.example.org", str(tmp_path / "static")
    assert not sitemaps.are_written()
    site_setup.prepare(lambda line: None, seed=False)
    assert sitemaps.are_written()


def test_the_same_twice_and_stale_files_go(
    site: None, client: Client, schema: xmlschema.XMLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST_URLS", 2)
    monkeypatch.setattr(sitemaps, "READ_AT_ONCE", 1)
    assert sitemaps.write_sitemaps() == sitemaps.SitemapSummary(files=9, urls=15)
    before = {path.name: path.read_bytes() for path in sitemaps.folder().iterdir()}
    whole = read(client, schema)
    sitemaps.write_sitemaps()
    assert {path.name: path.read_bytes() for path in sitemaps.folder().iterdir()} == before
    monkeypatch.setattr(sitemaps, "MOST_URLS", 50_000)
    sitemaps.write_sitemaps()
    assert len(list(sitemaps.folder().iterdir())) == 5
    assert read(client, schema) == whole


def test_what_has_no_page_is_not_named(site: None, client: Client, schema: xmlschema.XMLSchema) -> None:
    Paper.objects.filter(identifier="2001.00002").update(is_deleted=True)
    babbage = Author.objects.get(slug="charles-babbage")
    Author.objects.filter(slug="grace-hopper").update(merged_into=babbage)
    Author.objects.filter(slug="ada-byron").update(is_hidden=True)
    sitemaps.write_sitemaps()
    found = read(client, schema)
    assert not {"/papers/2001.00002/", "/authors/ada-byron/", "/authors/grace-hopper/"} & set(found)


@pytest.mark.parametrize("prefix", ["", "/lab"])
def test_who_is_hidden_after_they_were_written_is_left_out(
    site: None, client: Client, schema: xmlschema.XMLSchema, prefix: str
) -> None:
    with override_script_prefix(f"{prefix}/"):
        sitemaps.write_sitemaps()
    Author.objects.filter(slug="ada-byron").update(is_hidden=True)
    hopper = Author.objects.get(slug="grace-hopper")
    Author.objects.filter(pk=hopper.pk).update(slug="g-h")
    EarlierSlug.objects.create(author=hopper, slug="grace-hopper", is_retired=True)
    with override_script_prefix(f"{prefix}/"):
        text = gzip.decompress(client.get("/sitemaps/authors-1.xml.gz").content).decode()
    assert f"{prefix}/authors/charles-babbage/</loc>" in text
    assert [part in text for part in ("ada-byron", "grace-hopper", "charles-babbage")] == [False, False, True]
    schema.validate(text)


def test_addresses_are_escaped(db: None, client: Client, schema: xmlschema.XMLSchema) -> None:
    Paper.objects.create(identifier="a&b <c>-é", title="Odd", source="list", read_at=timezone.now())
    sitemaps.write_sitemaps()
    assert "/papers/a&b%20%3Cc%3E-%C3%A9/" in read(client, schema)


@pytest.mark.parametrize("name", ["sitemap.xml.draft", "../secret_key", "papers-2.xml.gz", "x", "sitemap.xml.gz"])
def test_nothing_else_of_the_folder_is_served(name: str, site: None, client: Client) -> None:
    sitemaps.write_sitemaps()
    (sitemaps.folder().parent / "secret_key").write_text("secret")
    assert client.get(f"/sitemaps/{name}").status_code == 404


def test_before_there_are_any_it_says_so(client: Client, db: None) -> None:
    response = client.get("/sitemap.xml")
    assert response.status_code == 404
    assert "make_sitemaps" in response.content.decode()


def test_a_folder_that_can_t_be_written(settings: Any, tmp_path: Path, db: None) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    with pytest.raises(NotADirectoryError):  # a sentence by the wrapper of all commands
        call_command("make_sitemaps")


# --- OpenSearch ---------------------------------------------------------------------------------------------------------

OS = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_opensearch(site: None, client: Client, settings: Any) -> None:
    settings.SITE_NAME = "A site of a very long name"
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    root = fromstring(response.content)
    assert root.tag == f"{OS}OpenSearchDescription"
    assert root.findtext(f"{OS}ShortName") == "A site of a very"  # sixteen characters at most
    assert 0 < len(root.findtext(f"{OS}Description")) <= 1024
    urls = {url.get("type"): url.get("template") for url in root.findall(f"{OS}Url") if url.get("rel") != "self"}
    assert set(urls) == {"text/html", "application/x-suggestions+json", "application/atom+xml"}
    for kind, template in urls.items():
        answer = client.get(template.removeprefix("http://127.0.0.1:8000").replace("{searchTerms}", "ada"))
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)


def test_suggestions(site: None, client: Client) -> None:
    def ask(text: str) -> Any:
        return client.get("/opensearch/suggestions", {"q": text}).json()

    assert ask("grace") == [
        "grace",
        ["Grace Hopper"],
        ["1 paper, 2020, Machine Learning"],
        ["http://127.0.0.1:8000/authors/grace-hopper/"],
    ]
    for text in ("", "zz", "x" * 300, '"*', "%"):
        assert ask(text)[1:] == [[], [], []]
    Author.objects.filter(slug="grace-hopper").update(is_hidden=True)
    assert ask("grace")[1:] == [[], [], []]
