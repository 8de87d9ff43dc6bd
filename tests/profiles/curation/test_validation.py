"""What a curator may decide is the same by a form, by the API and by the admin: the verdict, the field and the sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from papers.models import Paper
from profiles.admin.curation.forms import FORMS
from profiles.api.decision_bodies import BODIES
from profiles.api.paper_bodies import PAPER_BODIES
from profiles.models import Author, AuthorIdentifier, AuthorName, Authorship, Decision, EarlierSlug, SimilarityLink
from tests.conftest import record
from tests.profiles.admin.test_admin import form_of, url

pytestmark = pytest.mark.django_db
Values = dict[str, Any]
Verdict = tuple[str, str]  # the field and the sentence

ACCEPTED = ("", "")
ORCID = "0000-0002-1825-0097"
BABBAGES = "0000-0001-5109-3700"
BLANK = "This field may not be blank."
MADE_OF = "An address is made of small Latin letters, digits and hyphens."
TAKEN = "This address is, or once was, another author's."

# About Ada Byron, who has two papers: one with Charles Babbage and one with Alan Turing.
CASES: dict[str, list[tuple[Values, Verdict]]] = {
    "merge": [
        ({"other": "nobody"}, ("other", "There is no author 'nobody'.")),
        ({"other": ""}, ("other", BLANK)),
        ({"other": "ada-byron"}, ("", "Ada Byron can't be merged with themselves.")),
        (
            {"other": "alan-turing"},
            ("", "Alan Turing and Ada Byron are both on a paper, so they are two people."),
        ),
        ({"other": "a-byron"}, ACCEPTED),
        ({"other": " http://testserver/authors/a-byron/ "}, ACCEPTED),
    ],
    "split": [
        ({"papers": []}, ("papers", "Ensure this field has at least 1 elements.")),
        ({"papers": ["2001.00003"]}, ("papers", "Choose some of the papers, neither none nor all of them.")),
        (
            {"papers": ["2001.00001", "2001.00002"]},
            ("papers", "Choose some of the papers, neither none nor all of them."),
        ),
        ({"papers": ["2001.00001", "2001.00003"]}, ("papers", "Some of the papers are not Ada Byron's.")),
        ({"papers": ["2001.00001"]}, ACCEPTED),
    ],
    "move": [
        ({"author": "charles-babbage"}, ("author", "Charles Babbage already has a place on “On 2001.00001”.")),
        ({"author": "alan-turing"}, ACCEPTED),
    ],
    "not-same": [
        ({"other": "orcid:0000"}, ("other", "There is no author 'orcid:0000'.")),
        ({"other": "ada-byron"}, ("other", "Ada Byron is the same person as Ada Byron.")),
        ({"other": "a-byron"}, ACCEPTED),
        ({"other": f"https://orcid.org/{BABBAGES}"}, ACCEPTED),
    ],
    "rename": [
        ({"name": "", "surname": ""}, ("name", BLANK)),
        ({"name": "University of Byron", "surname": ""}, ("name", "'University of Byron' can't be a person's name.")),
        ({"name": "Ada " * 70, "surname": ""}, ("name", "Ensure this field has no more than 255 characters.")),
        ({"name": "Ada King", "surname": "Byron"}, ("surname", "The name does not end with it.")),
        (
            {"name": "Augusta Gordon", "surname": ""},
            ("name", "This is a match-only name, which is shown nowhere. Make it public first."),
        ),
        ({"name": "Ada King", "surname": ""}, ACCEPTED),
        ({"name": "Ada King Noel", "surname": "King Noel"}, ACCEPTED),
        ({"name": "Robert Griffiths Jr", "surname": "Griffiths"}, ACCEPTED),
    ],
    "add-name": [
        ({"name": " ", "visibility": "public"}, ("name", BLANK)),
        ({"name": "123", "visibility": "public"}, ("name", "'123' can't be a person's name.")),
        ({"name": "Ada King", "visibility": "secret"}, ("visibility", '"secret" is not a valid choice.')),
        ({"name": "Ada Byron", "visibility": "public"}, ("name", "Ada Byron has this name already.")),
        (
            {"name": "Ada BYRON", "visibility": "match-only"},
            ("name", "This is the preferred name in other letters: rename the author first."),
        ),
        ({"name": "Ada King", "visibility": "public"}, ACCEPTED),
    ],
    "name-visibility": [
        ({"name": "Ada King", "visibility": "public"}, ("name", "Ada Byron has no such name.")),
        (
            {"name": "Ada Byron", "visibility": "match-only"},
            ("name", "This is the preferred name: rename the author first."),
        ),
        ({"name": "Augusta Gordon", "visibility": "public"}, ACCEPTED),
    ],
    "set-identifier": [
        ({"scheme": "isni", "value": "1"}, ("scheme", '"isni" is not a valid choice.')),
        ({"scheme": "orcid", "value": "1"}, ("value", "'1': not an ORCID iD, such as 0000-0002-1825-0097")),
        (
            {"scheme": "homepage", "value": "https://example.org/" + "a" * 500},
            ("value", "Ensure this field has no more than 500 characters."),
        ),
        (
            {"scheme": "homepage", "value": "example"},
            ("value", "This is not an address that begins with http:// or https://."),
        ),
        ({"scheme": "orcid", "value": BABBAGES}, ("value", f"ORCID {BABBAGES} is Charles Babbage's (BABBAGE).")),
        ({"scheme": "orcid", "value": f"https://orcid.org/{ORCID}"}, ACCEPTED),
    ],
    "remove-identifier": [
        ({"scheme": "orcid", "value": ORCID}, ("value", "The author has no such identifier.")),
        ({"scheme": "homepage", "value": "https://example.org/ada"}, ACCEPTED),
    ],
    "standing": [
        ({"standing": "famous"}, ("standing", '"famous" is not a valid choice.')),
        ({"standing": "curated"}, ACCEPTED),
    ],
    "hide": [({"is_hidden": True}, ACCEPTED)],
    "comparison": [({"in_similarity": False}, ACCEPTED)],
    "profile": [
        ({"affiliation": "a" * 501}, ("affiliation", "Ensure this field has no more than 500 characters.")),
        ({"bio": "a" * 20_001}, ("bio", "Ensure this field has no more than 20000 characters.")),
        ({"bio": "a\x07b"}, ("bio", "This has control characters.")),
        ({"affiliation": "London", "bio": "Wrote notes.\n\nOften."}, ACCEPTED),
    ],
    "address": [
        ({"slug": ""}, ("slug", BLANK)),
        ({"slug": "a" * 121}, ("slug", "Ensure this field has no more than 120 characters.")),
        ({"slug": "a/b"}, ("slug", MADE_OF)),
        ({"slug": "Ada"}, ("slug", MADE_OF)),
        ({"slug": "ada_byron"}, ("slug", MADE_OF)),
        ({"slug": "papers"}, ("slug", "This address is the site's own.")),
        ({"slug": "alan-turing"}, ("slug", TAKEN)),
        ({"slug": "countess"}, ("slug", TAKEN)),
        ({"slug": "BABBAGE"}, ("slug", "This is another author's public id.")),
        ({"slug": "augusta-gordon"}, ("slug", "This address was retired: it spells a hidden name.")),
        ({"slug": "ada-lovelace"}, ACCEPTED),
    ],
    "similarity": [
        ({"other": "ada-byron", "verdict": "pinned"}, ("other", "Nobody is similar to themselves.")),
        ({"other": "alan-turing", "verdict": "loved"}, ("verdict", '"loved" is not a valid choice.')),
        (
            {"other": "alan-turing", "verdict": "pinned", "note": "a" * 501},
            ("note", "Ensure this field has no more than 500 characters."),
        ),
        ({"other": "alan-turing", "verdict": "pinned", "note": "Friends."}, ACCEPTED),
    ],
}


@pytest.fixture
def ada(build_rows: Callable[..., object]) -> Author:
    build_rows(
        record("2001.00001"),
        record("2001.00002", authors="Alan Turing, Ada Byron"),
        record("2001.00003", authors="A. Byron"),
    )
    ada, turing, babbage = (Author.objects.get(name=name) for name in ("Ada Byron", "Alan Turing", "Charles Babbage"))
    AuthorName.objects.create(author=ada, name="Augusta Gordon", visibility="match-only", decided_by_human=True)
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/ada")
    AuthorIdentifier.objects.create(author=babbage, scheme="orcid", value=BABBAGES)
    EarlierSlug.objects.create(author=turing, slug="countess")
    EarlierSlug.objects.create(author=ada, slug="augusta-gordon", is_retired=True)
    return ada


# --- The three ways ---------------------------------------------------------------------------------------------------


def by_api(client: Client, kind: str, values: Values) -> Verdict:
    subject = {"paper": "2001.00001", "position": 1} if kind == "move" else {"author": "ada-byron"}
    body = {"kind": kind, **subject, **values, "dry_run": True}
    response = client.post("/api/v1/decisions/", body, content_type="application/json")
    if response.status_code == 200:
        return ACCEPTED
    assert response.status_code in (400, 409)
    [error] = response.json().get("errors", [{"pointer": "", "detail": response.json()["detail"]}])
    return error["pointer"].removeprefix("/"), error["detail"]


def by_form(client: Client, author: Author, kind: str, values: Values) -> Verdict:
    given = dict(values)
    if kind == "split":
        given["papers"] = list(Paper.objects.filter(identifier__in=values["papers"]).values_list("pk", flat=True))
    if kind == "remove-identifier":
        row = AuthorIdentifier.objects.filter(**values).first()
        given = {"identifier": row.pk if row else 0}
    response = client.post(reverse("admin:curation-decide", args=[author.pk, kind]), given)
    assert response.status_code == 200
    verdict = of_form(response.context["form"])
    assert (response.context["effects"] is None) == (verdict != ACCEPTED)
    return ("value", verdict[1]) if verdict[0] == "identifier" else verdict


def by_admin(client: Client, author: Author, kind: str, values: Values) -> Verdict:
    """By the page of the row that it changes, as long as that is looked at: then it is as before."""
    given = dict(values)
    pk = {slug: str(number) for slug, number in Author.objects.values_list("slug", "pk")}
    if kind == "similarity":
        path = url(SimilarityLink, "add")
        data = given | {"author": pk["ada-byron"], "other": pk[values["other"]]}
    elif kind == "move":
        place = Authorship.objects.get(paper__identifier="2001.00001", position=1)
        path = url(Authorship, "change", place.pk)
        data = form_of(client, Authorship, place.pk) | {"author": pk[values["author"]]}
    else:
        if kind == "rename" and values["name"].strip():
            given["suffix"] = "Jr" if values["name"].endswith(" Jr") else ""
            given["surname"] = values["surname"] or values["name"].split()[-1]
        elif kind == "rename":
            del given["surname"]
        path = url(Author, "change", author.pk)
        data = form_of(client, Author, author.pk) | {name: value for name, value in given.items() if value is not False}
        data = {name: value for name, value in data.items() if given.get(name) is not False}
    before = Decision.objects.count()
    with transaction.atomic():
        response = client.post(path, data)
        made = Decision.objects.count() - before
        transaction.set_rollback(True)
    assert made == (response.status_code == 302)
    return ACCEPTED if made else of_form(response.context["adminform"].form)


def of_form(form: Any) -> Verdict:
    found = [(name, message) for name, messages in form.errors.items() for message in messages]
    [(name, message)] = found or [ACCEPTED]
    return name.removeprefix("__all__"), message


IN_ADMIN = ("move", "rename", "standing", "hide", "comparison", "profile", "address", "similarity")


@pytest.mark.parametrize("kind", CASES)
def test_every_way_gives_the_same_verdict(kind: str, ada: Author, curator_client: Client) -> None:
    babbage = Author.objects.get(name="Charles Babbage").public_id
    for values, (field, sentence) in CASES[kind]:
        values = {name: babbage if value == "BABBAGE" else value for name, value in values.items()}
        found = {"api": by_api(curator_client, kind, values)}
        if kind in FORMS:
            found["form"] = by_form(curator_client, ada, kind, values)
        if kind in IN_ADMIN:
            found["admin"] = by_admin(curator_client, ada, kind, values)
        assert found == dict.fromkeys(found, (field, sentence.replace("BABBAGE", babbage))), values


def test_every_kind_is_tried_in_at_least_two_ways_but_for_those_that_have_one() -> None:
    assert set(CASES) == set(BODIES) - set(PAPER_BODIES)
    assert set(CASES) == set(FORMS) | set(IN_ADMIN)
    assert all(ACCEPTED in [verdict for _values, verdict in cases] for cases in CASES.values())


def test_a_reason_is_as_long_as_it_may_be_everywhere(ada: Author, curator_client: Client) -> None:
    values = {"other": "a-byron", "reason": "a" * 5_001}
    expected = ("reason", "Ensure this field has no more than 5000 characters.")
    assert by_api(curator_client, "merge", values) == by_form(curator_client, ada, "merge", values) == expected
