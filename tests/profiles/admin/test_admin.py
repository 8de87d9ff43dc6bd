"""Curation in the admin: every page of people opens at a constant cost, and what a curator does there stays."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from justhtml import JustHTML

from papers.database.builds import stage_lock
from papers.models import Paper
from profiles.linking import linker
from profiles.models import (
    ApiToken,
    Author,
    AuthorCategory,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Correction,
    Decision,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
    UnassignedName,
)
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site
from tests.profiles.dataset import dump

pytestmark = pytest.mark.django_db
Rows = Callable[..., object]
Queries = Callable[..., Any]

MODELS = (Author, AuthorCategory, AuthorIdentifier, AuthorName, Authorship, EarlierSlug, IdentityKey, SimilarityLink)
# tests/profiles/curation, test_corrections.py and test_api_writing.py
DECIDING = {ApiToken, Correction, Decision, UnassignedName}


def people(papers: int) -> list[dict[str, Any]]:
    return [
        record(
            f"2001.{n:05}",
            authors=f"Ada Byron, Person Number{chr(96 + n)}, Person Other{chr(96 + n)}",
            title=f"Looms{n}",
        )
        for n in range(1, papers + 1)
    ]


@pytest.fixture
def site(build_rows: Rows) -> Callable[[int], Author]:
    """Ada Byron on so many papers, with as many names, identifiers, earlier addresses and similar authors."""

    def make(papers: int) -> Author:
        build_rows(*people(papers), record("2001.09999", authors="Emmy Noether", title="Rings", abstract="Of rings."))
        ada = Author.objects.get(name="Ada Byron")
        for n in range(papers):
            AuthorName.objects.create(author=ada, name=f"A. Byron {n}")
            AuthorIdentifier.objects.create(author=ada, scheme="homepage", value=f"https://example.org/{n}")
            EarlierSlug.objects.create(author=ada, slug=f"augusta-{n}")
        with stage_lock():
            full_run.compute_similarity()
        return ada

    return make


def url(model: type[Any], page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:profiles_{model._meta.model_name}_{page}", args=args)


def page(response: HttpResponse) -> JustHTML:
    assert response.status_code == 200
    return JustHTML(response.content.decode(), sanitize=False)


def texts(found: JustHTML, selector: str) -> list[str]:
    return [" ".join(node.to_text().split()) for node in found.query(selector)]


def form_of(client: Client, model: type[Any], pk: int) -> dict[str, str]:
    """What the change page would send if its button were pressed at once."""
    found = page(client.get(url(model, "change", pk)))
    form = next(form for form in found.query("form") if form.attrs.get("id", "").endswith("_form"))
    data = {}
    for field in form.query("input, textarea, select"):
        name, kind = field.attrs.get("name"), field.attrs.get("type")
        if not name or kind in ("submit", "button") or (kind == "checkbox" and "checked" not in field.attrs):
            continue
        if field.name == "select":
            chosen = [option for option in field.query("option") if "selected" in option.attrs]
            data[name] = chosen[0].attrs.get("value", "") if chosen else ""
        elif field.name == "textarea":
            data[name] = field.to_text()
        else:
            data[name] = field.attrs.get("value", "on" if kind == "checkbox" else "")
    return data


def save(client: Client, row: Any, **changes: str) -> HttpResponse:
    """Open the change page, change these fields and save."""
    data = form_of(client, type(row), row.pk) | changes
    return client.post(url(type(row), "change", row.pk), data, follow=True)


def act(client: Client, action: str, *rows: Any) -> HttpResponse:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url(type(rows[0])), data, follow=True)


def said(response: HttpResponse) -> list[str]:
    return texts(page(response), ".messagelist li")


def errors(response: HttpResponse) -> list[str]:
    return texts(page(response), ".errorlist li")


def test_every_model_is_registered() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label == "profiles"} == {*MODELS, *DECIDING}


# --- Pages and what they cost -----------------------------------------------------------------------------------------

# Each list: session; user; count to the cap; the rows with all they name. Filters by choices and booleans ask nothing.
# Each change page: session; user; the row; then what is named.
COSTS = [
    (Author, 4, 9),  # the author and their decisions; the papers' ids; the papers; names; identifiers
    (AuthorCategory, 4, 5),  # author and category
    (AuthorIdentifier, 4, 4),  # author
    (AuthorName, 4, 4),  # author
    (Authorship, 4, 5),  # paper and author
    (EarlierSlug, 4, 4),  # author
    (IdentityKey, 4, 4),  # author
    (SimilarityLink, 4, 6),  # author, other, build
]


@pytest.mark.parametrize("papers", [1, 3, 20])
def test_queries(
    papers: int, site: Callable[[int], Author], curator_client: Client, django_assert_num_queries: Queries
) -> None:
    ada = site(papers)
    ContentType.objects.get_for_models(*MODELS)  # Django keeps these from page to page
    for model, for_list, for_row in COSTS:
        with django_assert_num_queries(for_list, info=f"list of {model.__name__}"):
            found = page(curator_client.get(url(model)))
        assert len(found.query("#result_list tbody tr")) == min(model.objects.count(), 50)
        row = ada if model is Author else model.objects.filter(author=ada).first()
        assert row is not None
        with django_assert_num_queries(for_row, info=f"change page of {model.__name__}"):
            page(curator_client.get(url(model, "change", row.pk)))


def test_the_lists_are_searched_and_filtered(site: Callable[[int], Author], curator_client: Client) -> None:
    ada = site(3)
    for model, query, expected in (
        (Author, "q=byron", ["Ada Byron"]),
        (Author, f"q={ada.public_id}", ["Ada Byron"]),
        (Author, "q=emmy-noether", ["Emmy Noether"]),
        (Author, "q=nobody", []),
        (Author, "standing__exact=curated", []),
        (AuthorName, "q=Emmy", ["Emmy Noether"]),
        (EarlierSlug, "q=augusta-2", ["augusta-2"]),
        (IdentityKey, "q=noether", ["noether|emmy|"]),
        (Authorship, "q=2001.09999", ["2001.09999 Rings"]),
        (AuthorIdentifier, "q=example.org/1", ["Homepage"]),
        (SimilarityLink, "q=ada-byron&verdict__exact=pinned", []),
    ):
        found = page(curator_client.get(f"{url(model)}?{query}"))
        assert texts(found, "#result_list tbody th") == expected, (model, query)
    links = page(curator_client.get(f"{url(SimilarityLink)}?q=ada-byron"))
    assert set(texts(links, "#result_list tbody th")) == {"Ada Byron"}
    counts = page(curator_client.get(f"{url(AuthorCategory)}?q=ada-byron"))
    assert texts(counts, "#result_list .field-papers") == ["3", "3"]


def test_autocomplete_finds_authors(site: Callable[[int], Author], curator_client: Client) -> None:
    ada = site(1)
    response = curator_client.get(
        reverse("admin:autocomplete"),
        {"app_label": "profiles", "model_name": "authorship", "field_name": "author", "term": "byr"},
    )
    assert response.json() == {"results": [{"id": str(ada.pk), "text": "Ada Byron"}], "pagination": {"more": False}}


# --- Names and addresses ----------------------------------------------------------------------------------------------


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(record("2001.00001"), record("2001.00002", authors="Alan Turing, Ada Byron"))


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def rebuild() -> None:
    with stage_lock():
        linker.link_authors(restart=True)
        summaries.refresh()


def test_a_name_that_a_curator_gives_stays(ada: Author, curator_client: Client, import_rows: Rows) -> None:
    save(curator_client, ada, name="Ada Lovelace", surname="Lovelace", standing="curated", affiliation="London")
    import_rows(record("2001.00003", authors="Ada BYRON"))
    rebuild()
    ada.refresh_from_db()
    assert (ada.name, ada.surname, ada.sort_key, ada.name_decided_by_human) == (
        "Ada Lovelace",
        "Lovelace",
        "lovelace ada",
        True,
    )
    assert (ada.standing, ada.affiliation, ada.slug, ada.paper_count) == ("curated", "London", "ada-byron", 3)
    assert set(ada.names.values_list("name", "decided_by_human")) == {
        ("Ada Byron", False),
        ("Ada BYRON", False),
        ("Ada Lovelace", True),
    }
    assert (
        JustHTML(Client().get("/authors/ada-byron/").content, sanitize=False).query_one("h1").to_text()
        == "Ada Lovelace"
    )
    # The search knows the new name and the old one.
    for words in ("lovelace", "byron"):
        assert [row["slug"] for row in Client().get(f"/api/v1/authors/?search={words}").json()["results"]] == [
            "ada-byron"
        ]


def test_a_new_address_leaves_the_earlier_one_leading_to_it(ada: Author, curator_client: Client) -> None:
    response = save(curator_client, ada, slug="ada-lovelace")
    assert said(response)[0] == f"Change the address of Ada Byron ({ada.public_id}). Undo"
    assert Client().get("/authors/ada-byron/")["Location"] == "/authors/ada-lovelace/"
    assert Client().get("/authors/ada-lovelace/").status_code == 200
    # And back: now the other one leads here.
    ada.refresh_from_db()
    save(curator_client, ada, slug="ada-byron")
    assert list(EarlierSlug.objects.values_list("slug", "author")) == [("ada-lovelace", ada.pk)]
    assert Client().get("/authors/ada-lovelace/")["Location"] == "/authors/ada-byron/"


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("alan-turing", "This address is, or once was, another author's."),
        ("countess", "This address is, or once was, another author's."),
        ("PUBLIC ID", "This is another author's public id."),
        ("a/b", "An address is made of small Latin letters, digits and hyphens."),
        ("Ada", "An address is made of small Latin letters, digits and hyphens."),
        ("ada byron", "An address is made of small Latin letters, digits and hyphens."),
        ("-ada", "An address is made of small Latin letters, digits and hyphens."),
        ("autocomplete", "This address is the site's own."),
        ("", "This field may not be blank."),
    ],
)
def test_addresses_that_are_refused(slug: str, reason: str, ada: Author, curator_client: Client) -> None:
    turing = Author.objects.get(name="Alan Turing")
    EarlierSlug.objects.create(author=turing, slug="countess")
    assert errors(save(curator_client, ada, slug=slug.replace("PUBLIC ID", turing.public_id))) == [reason]
    ada.refresh_from_db()
    assert ada.slug == "ada-byron"


def decided(client: Client, author: Author, kind: str, **fields: str) -> HttpResponse:
    """Fill in the form of a decision about the author and confirm it."""
    page = reverse("admin:curation-decide", args=[author.pk, kind])
    return client.post(page, {**fields, "reason": "as the person asked", "confirm": "1"}, follow=True)


def test_names_and_identifiers_are_given_by_decisions(ada: Author, curator_client: Client) -> None:
    response = decided(curator_client, ada, "add-name", name="Augusta King", visibility="match-only")
    assert errors(response) == []
    orcid = "https://orcid.org/0000-0002-1825-0097"
    assert errors(decided(curator_client, ada, "set-identifier", scheme="orcid", value=orcid)) == []
    assert list(ada.identifiers.values_list("scheme", "value")) == [("orcid", "0000-0002-1825-0097")]
    assert set(ada.names.values_list("name", "visibility", "decided_by_human")) == {
        ("Ada Byron", "public", False),
        ("Augusta King", "match-only", True),
    }
    assert b"Augusta King" not in Client().get("/authors/ada-byron/").content
    assert Client().get("/orcid/0000-0002-1825-0097")["Location"] == "/authors/ada-byron/"
    wrong = decided(curator_client, ada, "set-identifier", scheme="orcid", value="0000-0002-1825-0098")
    assert any("the check digit is wrong" in text for text in errors(wrong))


def test_hiding_takes_an_author_off_the_site_and_back(ada: Author, curator_client: Client) -> None:
    save(curator_client, ada, is_hidden="on")
    assert Client().get("/authors/ada-byron/").status_code == 404
    assert Client().get("/api/v1/authors/?search=byron").json()["results"] == []
    data = form_of(curator_client, Author, ada.pk)
    del data["is_hidden"]
    curator_client.post(url(Author, "change", ada.pk), data)
    assert Client().get("/authors/ada-byron/").status_code == 200


# --- Whose place it is ------------------------------------------------------------------------------------------------


def test_moving_a_place_is_a_decision_that_stays(
    ada: Author, curator_client: Client, admin_user: Any, import_rows: Rows
) -> None:
    turing, place = (
        Author.objects.get(name="Alan Turing"),
        Authorship.objects.get(paper__identifier="2001.00001", position=1),
    )
    response = save(curator_client, place, author=str(turing.pk))
    assert said(response)[0] == f"Move a paper to Alan Turing ({turing.public_id}). Undo"
    place.refresh_from_db()
    assert (place.author, place.position, place.basis, place.decided_by_human) == (turing, 1, "curator", True)
    assert (place.decided_by, place.printed_name) == (admin_user, "Ada Byron")
    assert place.decided_at is not None
    # The two are counted at once, and who wrote with them by the next run.
    assert set(Author.objects.filter(statistics_are_stale=True).values_list("name", flat=True)) == {"Charles Babbage"}
    call_command("link_authors", stdout=StringIO())
    assert summaries.differences() == []
    assert [Author.objects.get(name=name).paper_count for name in ("Ada Byron", "Alan Turing", "Charles Babbage")] == [
        1,
        2,
        1,
    ]
    # However the byline is printed later.
    import_rows(record("2001.00001", authors="Charles Babbage, Ada Byron", update_date="2020-02-01"))
    rebuild()
    assert dump.by_name() == {
        "Alan Turing": {("2001.00001", 2), ("2001.00002", 1)},
        "Ada Byron": {("2001.00002", 2)},
        "Charles Babbage": {("2001.00001", 1)},
    }


def test_saving_without_a_change_decides_nothing(ada: Author, curator_client: Client) -> None:
    before = dump.everything()
    save(curator_client, Authorship.objects.get(paper__identifier="2001.00001", position=1))
    assert dump.everything() == before


def test_nobody_gets_two_places_on_a_paper(ada: Author, curator_client: Client) -> None:
    before = dump.everything()
    place = Authorship.objects.get(paper__identifier="2001.00001", position=1)
    response = save(curator_client, place, author=str(Author.objects.get(name="Charles Babbage").pk))
    assert errors(response) == ["Charles Babbage already has a place on “On 2001.00001”."]
    assert dump.everything() == before


# --- Pins and vetoes --------------------------------------------------------------------------------------------------


def shown(name: str) -> list[str]:
    found = JustHTML(Client().get(f"/authors/{name}/similar/").content, sanitize=False)
    return [node.to_text() for node in found.query(".comparison h2 a")]


def relate() -> None:
    with stage_lock():
        full_run.compute_similarity()


def test_pin_and_veto(site: Callable[[int], Author], curator_client: Client, admin_user: Any) -> None:
    site(2)
    names = shown("ada-byron")
    assert len(names) == 4
    first, *_, last = names
    links = {link.other.name: link for link in SimilarityLink.objects.filter(author__name="Ada Byron")}
    assert said(act(curator_client, "veto", links[first]))[-1] == "1 link vetoed; they are gone from the pages."
    assert shown("ada-byron") == names[1:]
    assert said(act(curator_client, "pin", links[last]))[-1] == "1 link pinned; they come first."
    for again in (False, True):
        if again:
            relate()
        assert shown("ada-byron") == [last, *names[1:-1]]
    decided = SimilarityLink.objects.exclude(verdict="").order_by("verdict")
    assert [(link.verdict, link.decided_by, link.decided_at is not None) for link in decided] == [
        ("pinned", admin_user, True),
        ("vetoed", admin_user, True),
        ("vetoed", admin_user, True),  # for both
    ]
    hers = decided.filter(author__name="Ada Byron")
    assert said(act(curator_client, "clear", *hers))[-1] == "2 links without a verdict, where the build puts them."
    for again in (False, True):
        if again:
            relate()
        assert shown("ada-byron") == names


def test_a_link_that_no_word_brings_in_can_be_pinned_with_a_note(
    site: Callable[[int], Author], curator_client: Client, admin_user: Any
) -> None:
    ada, noether = site(2), Author.objects.get(name="Emmy Noether")
    data = {"author": ada.pk, "other": noether.pk, "verdict": "pinned", "note": "Both changed algebra."}
    curator_client.post(url(SimilarityLink, "add"), data, follow=True)
    relate()
    assert shown("ada-byron")[0] == "Emmy Noether"
    link = SimilarityLink.objects.get(author=ada, other=noether)
    assert (link.rank, link.verdict, link.note, link.decided_by) == (1, "pinned", "Both changed algebra.", admin_user)
    again = curator_client.post(url(SimilarityLink, "add"), data, follow=True)
    assert errors(again) == ["Similarity link with this Author and Other already exists."]
    assert SimilarityLink.objects.filter(author=ada, other=noether).count() == 1


def test_a_veto_from_the_link_s_own_page(site: Callable[[int], Author], curator_client: Client) -> None:
    site(2)
    link = SimilarityLink.objects.filter(author__name="Ada Byron", rank=1).get()
    save(curator_client, link, verdict="vetoed")
    link.refresh_from_db()
    assert (link.verdict, link.rank) == ("vetoed", None)


# --- What can't be done -----------------------------------------------------------------------------------------------


def test_what_the_stages_keep_is_read_only_and_nobody_is_deleted(
    site: Callable[[int], Author], curator_client: Client
) -> None:
    site(2)
    allowed = {
        model.__name__: [
            what
            for what, status in (
                ("add", curator_client.get(url(model, "add")).status_code),
                (
                    "change",
                    int(b'name="_save"' in curator_client.get(url(model, "change", model.objects.first().pk)).content),
                ),
                ("delete", curator_client.get(url(model, "delete", model.objects.first().pk)).status_code),
            )
            if status in (1, 200)
        ]
        for model in MODELS
    }
    assert allowed == {
        "Author": ["change"],
        "AuthorCategory": [],
        "AuthorIdentifier": [],  # by decisions, from the author's page
        "AuthorName": [],
        "Authorship": ["change"],
        "EarlierSlug": [],
        "IdentityKey": [],
        "SimilarityLink": ["add", "change"],
    }


def test_who_is_not_of_the_staff_sees_nothing(ada: Author) -> None:
    visitor = Client()
    visitor.force_login(get_user_model().objects.create(username="visitor"))
    for client in (Client(), visitor):
        for model in MODELS:
            for address in (url(model), url(model, "change", 1)):
                response = client.get(address)
                assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")
        before = dump.everything()
        client.post(url(Author, "change", ada.pk), {"name": "Mallory", "surname": "Mallory", "slug": "mallory"})
        assert dump.everything() == before


def test_staff_without_a_permission_can_only_look_at_the_index(ada: Author) -> None:
    helper = Client()
    helper.force_login(get_user_model().objects.create(username="helper", is_staff=True))
    assert {helper.get(url(model)).status_code for model in MODELS} == {403}
    assert helper.post(url(Author, "change", ada.pk), {"name": "Mallory"}).status_code == 403
    assert helper.get(reverse("admin:index")).status_code == 200


def test_texts_from_outside_are_texts(build_rows: Rows, curator_client: Client) -> None:
    build_rows(record("2001.00001", title="<script>alert(1)</script> of engines"))
    ada, paper = Author.objects.get(name="Ada Byron"), Paper.objects.get()
    Author.objects.filter(pk=ada.pk).update(name="<i>Ada</i>", affiliation="<b>London</b>")
    for address in (
        url(Author),
        url(Author, "change", ada.pk),
        url(Authorship),
        url(Authorship, "change", Authorship.objects.get(author=ada, paper=paper).pk),
    ):
        content = curator_client.get(address).content
        assert b"<script>alert(1)" not in content
        assert b"<i>Ada" not in content
        assert b"<b>London" not in content
