"""What is malformed is refused and breaks nothing: every address of the site, asked and written to with what makes no sense."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from config.wsgi import SiteRequest
from papers.filters.papers import PaperFilter
from papers.models import Paper
from profiles.curation import acts, decide
from profiles.filters.authors import AuthorFilter
from profiles.filters.decisions import DecisionFilter, SuggestionFilter
from profiles.models import Author, Correction

SEEDS = [1]  # where the dice begin
JUNK = [
    "",
    " ",
    "x",
    "é",
    "-",
    "-1",
    "0",
    "²",
    "٣",
    "_31",
    "1_0",
    "1.5",
    "1e400",
    "nan",
    "9" * 30,
    str(2**63),
    str(-(2**63) - 1),
    "[",
    "http://[",
    "http://[::1",
    "//[",
    "https://℀.com/",
    "orcid:",
    "orcid:x",
    "doi:",
    "arXiv:",
    "%",
    "%00",
    "\0",
    "\x7f",
    "a" * 5_000,
    "'\"><script>",
    "../..",
    "*",
    '"',
    "(((",
    "\\",
    "author:",
    "\ufeff=1",
    "\U0010ffff",
    "0001-01-01",
    "9999-12-31T23:59:59+14:00",
    "a,b,,c",
    ",",
    "true",
    "__proto__",
    "on",
    "json",
    "a__b",
    "pk",
    "e=1&e=2",
]
PARAMETERS = sorted(
    {name for each in (PaperFilter, AuthorFilter, DecisionFilter, SuggestionFilter) for name in each.base_filters}
    | set(
        "q page p o e all cursor page_size count fields omit expand group_by sample seed format url maxwidth maxheight "
        "author paper correction papers one two list as next theme year years kind answer suggestion decision least confirm "
        "verb metadataPrefix identifier set from until resumptionToken term app_label model_name field_name _to_field _popup "
        "_changelist_filters is_hidden__exact status__exact other name surname text orcid email website reason slug value "
        "scheme visibility override username password language id user groups action _selected_action lang callback".split()
    )
)


@pytest.fixture
def known(related_seed: None, admin_user: Any) -> dict[str, list[str]]:
    """What may stand in an address, by the name of the place: something that is here."""
    paper, author, other = Paper.objects.first(), *Author.objects.order_by("-paper_count")[:2]
    assert paper
    Correction.objects.create(author=author, kind="other", text="Please.", token="t" * 43)
    made = decide(acts.NotSame(author, other), admin_user)
    return {
        "slug": author.slug,
        "other": other.slug,
        "who": author.public_id,
        "public_id": other.public_id,
        "identifier": paper.identifier,
        "code": "cs.LG",
        "ending": "json",
        "plot": "papers",
        "orcid": "0000-0002-1825-0097",
        "doi": "10.1000/1",
        "token": "t" * 43,
        "name": "authors-1.xml.gz",
        "path": "manifest.json",
        "app_label": "profiles",
        "kind": "rename",
        "author_id": author.pk,
        "object_id": author.pk,
        "paper_id": paper.pk,
        "decision_id": made.pk,
        "pk": made.pk,
        "waiting_id": 1,
        "id": admin_user.pk,
        "content_type_id": 1,
    }


def addresses(resolver: Any = None, before: str = "/") -> list[str]:
    """Every address of the site, with %(names)s where something is to stand."""
    resolver = resolver or get_resolver()
    names = [name for name in resolver.reverse_dict if isinstance(name, str)]
    found = {before + text for name in names for [(text, _)], *_ in resolver.reverse_dict.getlist(name)}
    for prefix, below in resolver.namespace_dict.values():
        found |= set(addresses(below, before + prefix))
    return sorted(found)


def asked(known: dict[str, Any], dice: random.Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Of every address: itself with junk in it, with one parameter that is junk, with all of them, and written to."""
    for address in addresses():
        places = address.count("%(")
        for name in known:
            if f"%({name})s" in address:
                yield "GET", address % (known | {name: quote(dice.choice(JUNK), safe="")}), {}
        sound = address % known
        if places == 0 or "object_id" not in address:
            for name in dice.sample(PARAMETERS, 3):
                yield "GET", sound, {name: dice.choice(JUNK)}
        yield "GET", sound, dict.fromkeys(PARAMETERS, dice.choice(JUNK))
        yield "POST", sound, {name: dice.choice(JUNK) for name in PARAMETERS}


def outcome(client: Client, method: str, address: str, data: dict[str, str]) -> str:
    """The answer's status, or what broke; whatever was written is taken back."""
    cache.clear()
    try:
        with transaction.atomic():
            answer = client.get(address, data) if method == "GET" else client.post(address, data)
            if isinstance(answer, StreamingHttpResponse):
                b"".join(answer)
            transaction.set_rollback(True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return str(answer.status_code)


@pytest.mark.parametrize("start", SEEDS)
def test_no_address_breaks(start: int, known: dict[str, Any], admin_user: Any) -> None:
    visitor, curator = Client(), Client()
    curator.force_login(admin_user)
    broken = []
    for method, address, data in asked(known, random.Random(start)):
        for client in (visitor, curator) if address.startswith(("/admin/", "/api/")) else (visitor,):
            if not (said := outcome(client, method, address, data)) < "500":
                broken.append((method, address[:200], said, data if len(data) == 1 else set(data.values())))
    assert broken == []


NO_NAMES = ["é", "-", "123", "[", "  ", "a", "x" * 201, "\0", "Ada\0 Byron"]


@pytest.mark.parametrize("text", NO_NAMES, ids=repr)
def test_what_is_no_name_is_an_error_of_its_field(text: str, known: dict[str, Any], curator_client: Client) -> None:
    for kind, more in (("rename", {}), ("add-name", {"visibility": "public"})):
        body = {"kind": kind, "author": known["slug"], "name": text, **more}
        answer = curator_client.post("/api/v1/decisions/", body, content_type="application/json")
        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/name"]
        page = curator_client.post(f"/admin/curation/author/{known['author_id']}/{kind}/", {"name": text, **more})
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == {"name"}
    change = reverse("admin:profiles_author_change", args=[known["author_id"]])
    page = curator_client.post(change, {"name": text, "surname": text})
    errors = page.context["adminform"].form.errors.keys()
    assert ("name" in errors, "surname" in errors) == (True, not any(map(str.isalpha, text)) or "\0" in text)


@pytest.mark.parametrize("surname", ["Byron", "eton", "["])
def test_a_surname_is_the_end_of_the_name(surname: str, known: dict[str, Any], curator_client: Client) -> None:
    body = {"kind": "rename", "author": known["slug"], "name": "Geoffrey Heton [", "surname": surname}
    answer = curator_client.post("/api/v1/decisions/", body, content_type="application/json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/surname"]
    page = curator_client.post(f"/admin/curation/author/{known['author_id']}/rename/", body)
    assert page.context["form"].errors.keys() == {"surname"}


@pytest.mark.parametrize(
    ("address", "data", "status"),
    [
        ("/admin/curation/duplicates/", {"answer": "accept", "suggestion": "x"}, 400),
        ("/admin/curation/duplicates/", {"answer": "undo", "decision": "²"}, 400),
        ("/admin/curation/undo/%(decision_id)s/", {"next": "__proto__"}, 302),
        ("/admin/auth/user/%(id)s/delete/", {"_to_field": ""}, 400),
        ("/admin/profiles/similaritylink/add/", {"author": "x", "other": str(2**63)}, 200),
    ],
)
def test_forms_with_junk(
    address: str, data: dict[str, str], status: int, known: dict[str, Any], curator_client: Client
) -> None:
    assert curator_client.post(address % known, data).status_code == status


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/oembed?url=http://[", 404),
        ("/oembed?url=https://℀.com/", 404),
        ("/admin/profiles/author/x/change/", 302),
        ("/admin/profiles/author/²/change/", 302),
        ("/admin/profiles/author/_31/change/", 302),
        ("/admin/profiles/similaritylink/add/?author=x&other=²", 200),
        (f"/admin/profiles/similaritylink/add/?author={2**63}", 200),
    ],
)
def test_addresses_with_junk(address: str, status: int, known: dict[str, Any], curator_client: Client) -> None:
    Author.objects.get_or_create(
        pk=1, defaults={"public_id": "one2345678", "slug": "one", "name": "One", "surname": "One"}
    )
    assert curator_client.get(address).status_code == status


@pytest.mark.parametrize("asked", ["?format=x", "?format=csv", "?lang=x", ""])
@pytest.mark.parametrize("page", ["docs", "schema", "authors"])
def test_a_wrong_token_is_said_in_json_whatever_else_is_asked_for(
    asked: str, page: str, client: Client, db: None
) -> None:
    for accept in ("text/html", "application/json", "image/png", "*/*"):
        headers = {"Authorization": "Bearer coterie_wrong", "Accept": accept}
        answer = client.get(f"/api/v1/{page}/{asked}", headers=headers)
        assert 400 <= answer.status_code < 500
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("charset", ["hex", "zlib", "idna", "utf-16", "latin-1", "x"])
def test_everything_is_utf_8_whatever_charset_is_named(charset: str, application: Any, db: None) -> None:
    def answer(method: str, address: str, kind: str, body: bytes = b"") -> tuple[int, str]:
        request = RequestFactory().generic(
            method, address, body, content_type=f"{kind}; charset={charset}", secure=True
        )
        application.request_class = SiteRequest
        said: list[str] = []
        text = b"".join(application(request.environ, lambda status, headers: said.append(status)))
        return int(said[0][:3]), text.decode()

    form = "application/x-www-form-urlencoded"
    status, text = answer("GET", "/papers/?q=%C3%A9", form)
    assert (status, 'value="é"' in text) == (200, True)
    assert answer("POST", "/suggest/", form, b"text=%C3%A9")[0] in (400, 403)
    parts = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xc3\xa9\r\n--b--\r\n'
    assert answer("POST", "/suggest/", "multipart/form-data; boundary=b", parts)[0] in (400, 403)


def test_cookies_with_what_can_not_be_kept(client: Client, db: None) -> None:
    client.cookies["sessionid"] = "a\0b"  # as \\000 between quotation marks, which the reader of cookies turns into it
    for address in ("/", "/admin/", "/api/v1/authors/"):
        assert client.get(address).status_code < 500
