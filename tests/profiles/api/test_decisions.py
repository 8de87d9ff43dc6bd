"""Writing through the API: who may, every kind of decision and its undo, dry runs, repeated requests, tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from papers.api.throttling import TokenThrottle
from papers.database import bulk
from papers.database.builds import stage_lock
from papers.ingest import composition
from papers.models import Paper, SourceRecord
from profiles.api.decision_bodies import BODIES
from profiles.duplicates import full_search
from profiles.duplicates.finder import find_duplicates
from profiles.linking import linker
from profiles.models import ApiToken, Author, Decision, DuplicateSuggestion, KeptAnswer, SimilarityLink
from profiles.models.tokens import Scope, make_token
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.conftest import build_site, record
from tests.dump import dump
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Rows = Callable[..., object]
ORCID = "0000-0002-1825-0097"


@prepared_site
def site_of_people(categories: None) -> None:
    """Three people who may be two, compared."""
    build_site(
        record("2001.00001", title="Engines", abstract="Cogs weave algebra."),
        record("2001.00002", title="Looms", authors="Alan Turing, Ada Byron", abstract="Cogs weave cloth."),
        record("2001.00003", title="Tables", authors="A. Byron", abstract="Cogs weave algebra and cloth."),
    )
    with stage_lock():
        full_run.compute_similarity()


@pytest.fixture
def people(site_of_people: None) -> dict[str, Author]:
    return {author.name: author for author in Author.objects.all()}


def curator(**more: Any) -> Any:
    user = get_user_model().objects.create(username="curator", is_staff=True, **more)
    user.user_permissions.add(Permission.objects.get(codename="change_author"))
    return user


def client_of(user: Any, *scopes: str) -> Client:
    """A program with a token of this user."""
    return Client(headers={"authorization": f"Bearer {make_token(user, 'test', scopes)[1]}"})


@pytest.fixture
def program(people: dict[str, Author]) -> Client:
    return client_of(curator(), *Scope.values)


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{path}", {} if body is None else body, content_type="application/json", headers=headers
    )


# --- Who may ----------------------------------------------------------------------------------------------------------

MERGE = {"kind": "merge", "author": "ada-byron", "other": "a-byron"}


def test_nobody_else_writes(people: dict[str, Author]) -> None:
    visitor = post(Client(), "decisions/", MERGE)
    assert (visitor.status_code, visitor.headers["WWW-Authenticate"]) == (401, 'Bearer realm="API"')
    assert visitor.headers["Content-Type"] == "application/problem+json"
    users = get_user_model().objects
    for user in (users.create(username="reader"), users.create(username="clerk", is_staff=True)):
        assert post(client_of(user, *Scope.values), "decisions/", MERGE).status_code == 403
    user = curator()
    assert post(client_of(user), "decisions/", MERGE).status_code == 403
    assert post(client_of(user, Scope.SUGGESTIONS), "decisions/", MERGE).status_code == 403
    for path in ("suggestions/", "suggestions/1/"):
        assert Client().get(f"/api/v1/{path}").status_code == 401
        assert client_of(user, Scope.DECISIONS).get(f"/api/v1/{path}").status_code == 403
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("end", ["revoked", "past its day", "of a closed account", "wrong", "no token"])
def test_a_token_that_is_not_valid(end: str, people: dict[str, Author]) -> None:
    user = curator()
    token, text = make_token(user, "test", Scope.values)
    if end == "revoked":
        token.revoke()
    elif end == "past its day":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "of a closed account":
        get_user_model().objects.update(is_active=False)
    else:
        text = text[:-1] + ("a" if text[-1] != "a" else "b") if end == "wrong" else "coterie_ü"
    for response in (
        post(Client(headers={"authorization": f"Bearer {text}"}), "decisions/", MERGE),
        Client(headers={"authorization": f"Bearer {text}"}).get("/api/v1/papers/"),
    ):
        assert response.status_code == 401
        assert response.json()["detail"] == "This token is not one of this site, or was revoked, or its time is over."


def test_a_session_needs_the_secret_of_the_form(people: dict[str, Author]) -> None:
    user = curator()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert post(client, "decisions/", MERGE).status_code == 403
    client.get("/admin/")
    made = post(client, "decisions/", MERGE, **{"x-csrftoken": client.cookies["csrftoken"].value})
    assert made.status_code == 201


def test_only_the_hash_of_a_token_is_kept(people: dict[str, Author]) -> None:
    token, text = make_token(curator(), "test")
    stored = json.dumps([str(value) for value in ApiToken.objects.values_list().get()])
    assert text not in stored and text.removeprefix("coterie_") not in stored
    assert len(text) > 45 and token.hint == text.removeprefix("coterie_")[:6]
    Client(headers={"authorization": f"Bearer {text}"}).get("/api/v1/papers/")
    assert ApiToken.objects.get().last_used_on == timezone.now().date()


def test_a_token_has_a_limit_of_its_own(people: dict[str, Author], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenThrottle, "THROTTLE_RATES", {"token": "2/min"})
    monkeypatch.setattr(TokenThrottle, "timer", lambda self: 6_010.0)
    cache.clear()
    first, second = client_of(curator()), client_of(get_user_model().objects.create(username="other"))
    answers = [first.get("/api/v1/papers/") for _ in range(3)]
    assert [response.status_code for response in answers] == [200, 200, 429]
    assert [response.headers["RateLimit-Remaining"] for response in answers] == ["1", "0", "0"]
    assert answers[-1].headers["Retry-After"] == "50"
    assert second.get("/api/v1/papers/").status_code == 200


def counted() -> str:
    """Everything that is stored, after counting what a decision leaves to the next run."""
    with stage_lock():
        summaries.refresh()
    found = dump() | {"decisions": []}  # these stay, undone or not
    # And so does a paper that was once given out, as one of which nobody says anything; its place among changes goes on.
    nobodys = set(Paper.objects.filter(source="curator", is_deleted=True).values_list("identifier", flat=True))
    found["papers"] = [row[:-1] for row in found["papers"] if row[0] not in nobodys]
    return json.dumps(found, sort_keys=True)


# --- Decisions --------------------------------------------------------------------------------------------------------

DECISIONS: dict[str, dict[str, Any]] = {
    "merge": MERGE,
    "split": {"author": "ada-byron", "papers": ["arXiv:2001.00002v1"]},
    "move": {"author": "alan-turing", "paper": "2001.00001", "position": 1},
    "not-same": {"author": "ada-byron", "other": "a-byron"},
    "rename": {"author": "ada-byron", "name": "Ada King Noel", "surname": "King Noel"},
    "add-name": {"author": "ada-byron", "name": "Augusta Gordon", "visibility": "public"},
    "name-visibility": {"author": "ada-byron", "name": "Augusta Gordon", "visibility": "match-only"},
    "set-identifier": {"author": "ada-byron", "scheme": "orcid", "value": f"https://orcid.org/{ORCID}"},
    "remove-identifier": {"author": "ada-byron", "scheme": "orcid", "value": ORCID},
    "standing": {"author": "ada-byron", "standing": "curated"},
    "hide": {"author": "ada-byron", "is_hidden": True},
    "comparison": {"author": "ada-byron", "in_similarity": False},
    "profile": {"author": "ada-byron", "affiliation": "London", "bio": "Wrote notes."},
    "address": {"author": "ada-byron", "slug": "ada-lovelace"},
    "similarity": {"author": "ada-byron", "other": "alan-turing", "verdict": "pinned", "note": "Friends."},
    "paper-field": {"paper": "2001.00001", "field": "issued", "value": "1843-08"},
    "paper-add": {
        "title": "Notes on looms",
        "authors": "Ada Byron, Alan Turing",
        "issued": "1843",
        "doi": "10.1000/looms",
    },
    "paper-hide": {"paper": "arXiv:2001.00002"},
    "paper-show": {"paper": "2001.00002"},
    "paper-merge": {"paper": "2001.00003", "other": "2001.00001", "override": True},
    "paper-part": {"paper": "2001.00001"},
    "papers-differ": {"paper": "2001.00001", "other": "2001.00003"},
}
BEFORE = {"name-visibility": "add-name", "remove-identifier": "set-identifier", "paper-show": "paper-hide"}


def second_word(identifier: str) -> int:
    """The number of what a list says of the paper, beside arXiv's word."""
    paper = Paper.objects.get(identifier=identifier)
    with bulk.one_writer():
        composition.keep_words([paper.pk])
        facts = {"title": "Engines, part two", "authors": "Ada Byron", "issued": "1844"}
        said = SourceRecord.objects.create(
            paper=paper, source="bibtex", giver="byron1844", facts=facts, identifier="byron-1844", read_at=paper.read_at
        )
        composition.recompose([paper.pk])
    with stage_lock():
        linker.link_authors()
    return said.pk


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_previewed_made_and_undone(kind: str, program: Client) -> None:
    if kind in BEFORE:
        assert post(program, "decisions/", {"kind": BEFORE[kind], **DECISIONS[BEFORE[kind]]}).status_code == 201
    words = {"words": [second_word("2001.00001")]} if kind == "paper-part" else {}
    made_before = Decision.objects.count()
    body, before = {"kind": kind, **DECISIONS[kind], **words, "reason": "So they said."}, counted()
    preview = post(program, "decisions/", body | {"dry_run": True})
    assert (preview.status_code, preview.json()["dry_run"]) == (200, True), preview.content
    assert (counted(), Decision.objects.count()) == (before, made_before)
    made = post(program, "decisions/", body)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["kind"], row["reason"], row["made_by"], row["in_force"]) == (kind, "So they said.", "curator", True)
    assert preview.json()["effects"]["changes"] == row["changes"] > 0
    assert preview.json()["effects"]["summary"] == row["summary"]
    assert counted() != before
    assert program.get(made.headers["Location"]).json() == row
    undone = post(program, f"decisions/{row['id']}/undo/", {"reason": "It was not so."})
    assert (undone.status_code, undone.json()["undoes"]) == (201, row["id"]), undone.content
    assert counted() == before
    again = program.get(made.headers["Location"]).json()
    assert (again["in_force"], again["undone_by"]) == (False, [undone.json()["id"]])


def test_there_is_a_test_for_every_kind() -> None:
    assert set(DECISIONS) == set(BODIES)
    assert set(Decision.Kind.values) - set(BODIES) == {"undo", "merge-many"}


def test_the_preview_says_what_would_happen(program: Client, people: dict[str, Author]) -> None:
    effects = post(program, "decisions/", MERGE | {"dry_run": True}).json()["effects"]
    assert effects["papers_moved"] == 1
    assert effects["papers"] == [
        {
            "identifier": "2001.00003",
            "title": "Tables",
            "before": f"A. Byron ({people['A. Byron'].public_id})",
            "after": f"Ada Byron ({people['Ada Byron'].public_id})",
        }
    ]
    assert effects["redirected"] == [{"address": "/authors/a-byron/", "to": "/authors/ada-byron/"}]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ([], 400, "Give an object."),
        ({}, 400, "/kind: Give one of merge, split,"),
        ({"kind": "marry"}, 400, "/kind: Give one of merge, split,"),
        ({"kind": []}, 400, "/kind: Give one of merge, split,"),
        ({"kind": "merge", "author": "ada-byron"}, 400, "/other: This field is required."),
        (MERGE | {"other": "nobody"}, 400, "/other: There is no author 'nobody'."),
        (MERGE | {"oter": "x"}, 400, "/oter: Unknown field. Allowed here: author, dry_run, kind,"),
        (MERGE | {"other": "ada-byron"}, 409, "Ada Byron can't be merged with themselves."),
        (MERGE | {"other": "alan-turing"}, 409, "Alan Turing and Ada Byron are both on a paper"),
        (MERGE | {"override": True}, 409, "Say why, for the two are on one paper."),
        (MERGE | {"override": True, "reason": "x"}, 409, "Only a superuser may merge two who are on one paper."),
        ({"kind": "split", "author": "ada-byron", "papers": ["2001.00003"]}, 409, "Choose some of the papers"),
        ({"kind": "split", "author": "ada-byron", "papers": ["x"]}, 400, "/papers/0: There is no paper 'x'."),
        (
            {"kind": "move", "author": "a-byron", "paper": "2001.00001", "position": 9},
            409,
            "The byline has no such place.",
        ),
        ({"kind": "standing", "author": "ada-byron", "standing": "name-only"}, 409, "That is how it is already"),
        ({"kind": "profile", "author": "ada-byron"}, 400, "Give affiliation or bio."),
        ({"kind": "address", "author": "ada-byron", "slug": "Ada"}, 400, "/slug: An address is made of small Latin"),
        ({"kind": "address", "author": "ada-byron", "slug": "papers"}, 400, "/slug: This address is the site's own"),
        (
            {"kind": "set-identifier", "author": "ada-byron", "scheme": "orcid", "value": "1"},
            400,
            "/value: '1': not an ORCID iD",
        ),
        (
            {"kind": "rename", "author": "ada-byron", "name": "Ada", "surname": "King"},
            400,
            "/surname: The name does not end",
        ),
    ],
)
def test_what_is_refused_is_said(body: Any, status: int, said: str, program: Client) -> None:
    for dry_run in (False, True):
        response = post(program, "decisions/", body | {"dry_run": dry_run} if isinstance(body, dict) and body else body)
        assert (response.status_code, response.json()["detail"][: len(said)]) == (status, said)
        assert response.headers["Content-Type"] == "application/problem+json"
    assert Decision.objects.count() == 0


def test_undoing_what_was_undone_and_what_is_not_there(program: Client) -> None:
    number = post(program, "decisions/", MERGE).json()["id"]
    effects = post(program, f"decisions/{number}/undo/", {"dry_run": True}).json()["effects"]
    assert effects["papers_moved"] == 1
    assert post(program, f"decisions/{number}/undo/").status_code == 201
    again = post(program, f"decisions/{number}/undo/")
    assert (again.status_code, again.json()["detail"]) == (409, "This decision is undone already.")
    assert post(program, "decisions/99999/undo/").status_code == 404


def test_pins_and_vetoes(program: Client, people: dict[str, Author]) -> None:
    veto = {"kind": "similarity", "author": "ada-byron", "other": "alan-turing", "verdict": "vetoed"}
    assert post(program, "decisions/", veto).status_code == 201
    rows = Client().get("/api/v1/authors/ada-byron/similar/").json()["results"]
    assert "alan-turing" not in {row["author"]["slug"] for row in rows}
    assert post(program, "decisions/", veto | {"verdict": "none"}).status_code == 201
    assert SimilarityLink.objects.get(author__slug="ada-byron", other__slug="alan-turing").verdict == ""


# --- Reading decisions ------------------------------------------------------------------------------------------------


def test_what_everybody_may_know_of_decisions(program: Client, people: dict[str, Author]) -> None:
    for kind in ("set-identifier", "add-name", "name-visibility", "hide"):
        assert post(program, "decisions/", {"kind": kind, **DECISIONS[kind]}).status_code == 201
    merge = {"kind": "not-same", "author": "a-byron", "other": "ada-byron", "reason": "Private."}
    assert post(program, "decisions/", merge).status_code == 201
    rows = Client().get("/api/v1/decisions/").json()["results"]
    # Ada is hidden now, so that nothing leads to her.
    assert [(row["kind"], row["authors"]) for row in rows] == [
        ("not-same", [people["A. Byron"].public_id]),
        ("set-identifier", []),
    ]
    assert {row[name] for row in rows for name in ("summary", "reason", "made_by", "changes")} == {None}
    mine = program.get("/api/v1/decisions/?count=on").json()
    assert (mine["count"], mine["results"][0]["reason"]) == (5, "Private.")
    hidden = mine["results"][1]["id"]
    assert Client().get(f"/api/v1/decisions/{hidden}/").status_code == 404
    assert program.get(f"/api/v1/decisions/{hidden}/").json()["kind"] == "hide"
    about = Client().get(f"/api/v1/decisions/?author={people['A. Byron'].public_id}&kind=not-same").json()["results"]
    assert len(about) == 1
    assert Client().get("/api/v1/decisions/?author=nobody").json()["results"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_decisions(
    count: int, program: Client, people: dict[str, Author], django_assert_num_queries: Any
) -> None:
    for standing in ["curated", "identified", "curated"][:count]:
        post(program, "decisions/", {"kind": "standing", "author": "ada-byron", "standing": standing})
    with django_assert_num_queries(6):  # two for the tag; decisions, their subjects and papers that are shown, undoings
        assert len(Client().get("/api/v1/decisions/").json()["results"]) == count


# --- The same request again -------------------------------------------------------------------------------------------


def test_a_request_that_is_sent_again_decides_once(program: Client) -> None:
    key = {"idempotency-key": "a7"}
    dry = post(program, "decisions/", MERGE | {"dry_run": True}, **{"idempotency-key": "dry"})
    assert (dry.status_code, KeptAnswer.objects.count()) == (200, 0)
    first, second = post(program, "decisions/", MERGE, **key), post(program, "decisions/", MERGE, **key)
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert second.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (None, "true")
    assert Decision.objects.count() == 1
    other = post(program, "decisions/", MERGE | {"reason": "x"}, **key)
    assert (other.status_code, other.json()["detail"][:20]) == (422, "This Idempotency-Key")
    undo = {"idempotency-key": "a8"}
    numbers = {post(program, f"decisions/{first.json()['id']}/undo/", **undo).json()["id"] for _ in range(2)}
    assert (len(numbers), Decision.objects.count()) == (1, 2)


def test_a_refusal_is_not_kept_and_keys_are_one_s_own(program: Client) -> None:
    key = {"idempotency-key": "a7"}
    assert post(program, "decisions/", MERGE | {"other": "alan-turing"}, **key).status_code == 409
    assert post(program, "decisions/", MERGE, **key).status_code == 201
    user = get_user_model().objects.create(username="second", is_staff=True, is_superuser=True)
    standing = {"kind": "standing", "author": "ada-byron", "standing": "curated"}
    assert post(client_of(user, *Scope.values), "decisions/", standing, **key).status_code == 201
    assert post(program, "decisions/", MERGE, **{"idempotency-key": "x" * 256}).status_code == 400
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(days=8))
    post(program, "decisions/", {"kind": "profile", "author": "ada-byron", "bio": "x"}, **{"idempotency-key": "a9"})
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["a9"]


# --- Possible duplicates ----------------------------------------------------------------------------------------------


@pytest.fixture
def suggestion(program: Client, people: dict[str, Author], monkeypatch: pytest.MonkeyPatch) -> DuplicateSuggestion:
    monkeypatch.setattr(full_search, "LEAST_SCORE", 0.0)
    with stage_lock():
        find_duplicates()
    return DuplicateSuggestion.objects.get()


def test_possible_duplicates_are_listed(program: Client, suggestion: DuplicateSuggestion) -> None:
    response = program.get("/api/v1/suggestions/?score_min=0&skipped=false")
    [row] = response.json()["results"]
    assert {author["slug"] for author in row["authors"]} == {"ada-byron", "a-byron"}
    assert (row["score"], row["id"]) == (suggestion.score, suggestion.pk)
    assert {"label", "weight"} == set(row["reasons"][0])
    assert response.headers["Cache-Control"] == "no-store" and "ETag" not in response.headers
    assert program.get(f"/api/v1/suggestions/{row['id']}/").json() == row
    assert program.get("/api/v1/suggestions/?skipped=true").json()["results"] == []


def test_a_misspelt_dry_run_decides_nothing(program: Client, suggestion: DuplicateSuggestion) -> None:
    for answer, allowed in (("accept", "dry_run, reason"), ("reject", "dry_run, reason"), ("skip", "skipped")):
        response = post(program, f"suggestions/{suggestion.pk}/{answer}/", {"dryrun": True})
        assert (response.status_code, response.json()["errors"]) == (
            400,
            [{"pointer": "/dryrun", "detail": f"Unknown field. Allowed here: {allowed}."}],
        )
    assert DuplicateSuggestion.objects.get().skipped_at is None
    body = {"kind": "standing", "author": "ada-byron", "standing": "curated", "dryrun": True}
    assert post(program, "decisions/", body).status_code == 400
    made = post(program, "decisions/", {**body, "dry_run": False} | {"dryrun": None}).status_code
    assert (made, Decision.objects.count()) == (400, 0)


def test_a_pair_is_put_aside_and_taken_up_again(program: Client, suggestion: DuplicateSuggestion) -> None:
    path = f"suggestions/{suggestion.pk}/skip/"
    for _ in range(2):
        answer = post(program, path)
        assert (answer.status_code, answer.json()["id"]) == (200, suggestion.pk)
        assert answer.json()["skipped_at"] is not None
        assert program.get("/api/v1/suggestions/?skipped=false").json()["results"] == []
        assert len(program.get("/api/v1/suggestions/?skipped=true").json()["results"]) == 1
    assert post(program, path, {"skipped": False}).json()["skipped_at"] is None
    assert len(program.get("/api/v1/suggestions/?skipped=false").json()["results"]) == 1
    assert post(program, path, {"skipped": "perhaps"}).json()["errors"][0]["pointer"] == "/skipped"
    assert post(program, "suggestions/999999/skip/").status_code == 404
    assert post(Client(), path).status_code == 401
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("answer", "kind"), [("accept", "merge"), ("reject", "not-same")])
def test_possible_duplicates_are_decided(
    answer: str, kind: str, program: Client, suggestion: DuplicateSuggestion
) -> None:
    path = f"suggestions/{suggestion.pk}/{answer}/"
    assert post(program, path, {"dry_run": True}).json()["effects"]["changes"] > 0
    made = post(program, path, {"reason": "Seen."})
    assert (made.status_code, made.json()["kind"], made.json()["reason"]) == (201, kind, "Seen.")
    assert post(program, path).status_code == 404
    assert post(program, f"decisions/{made.json()['id']}/undo/").status_code == 201
    assert program.get(f"/api/v1/suggestions/{suggestion.pk}/").status_code == 200


# --- Tokens are made --------------------------------------------------------------------------------------------------


def command(*words: str) -> str:
    out = StringIO()
    call_command("api_token", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_makes_lists_and_revokes(people: dict[str, Author]) -> None:
    curator()
    text = command("make", "curator", "--name", "notebook", "--scope", "decisions", "--days", "30").strip()
    client = Client(headers={"authorization": f"Bearer {text}"})
    assert post(client, "decisions/", MERGE).status_code == 201
    token = ApiToken.objects.get()
    listed = command("list")
    assert f"{token.pk}\tcurator\tnotebook ({token.hint}…)\tdecisions\tuntil " in listed and text not in listed
    assert command("revoke", str(token.pk)) == f"Token {token.pk} is revoked.\n"
    assert post(client, "decisions/", MERGE).status_code == 401
    for words in (
        ("make", "nobody", "--name", "x"),
        ("revoke", "999"),
        ("make", "curator", "--name", "x", "--days", "0"),
    ):
        with pytest.raises(CommandError):
            command(*words)


def test_the_admin_shows_a_token_once(people: dict[str, Author], curator_client: Client) -> None:
    response = curator_client.post(
        "/admin/profiles/apitoken/add/",
        {"name": "notebook", "scopes": ["decisions"], "expires_at_0": "", "expires_at_1": ""},
        follow=True,
    )
    said = [str(message) for message in response.context["messages"]]
    text = next(word for message in said for word in message.split() if word.startswith("coterie_"))
    token = ApiToken.objects.get()
    assert (token.scopes, token.user.username, token.allows("suggestions")) == (["decisions"], "admin", False)
    assert post(Client(headers={"authorization": f"Bearer {text}"}), "decisions/", MERGE).status_code == 201
    page = curator_client.get("/admin/profiles/apitoken/")
    assert text not in page.content.decode() and token.hint in page.content.decode()
    curator_client.post("/admin/profiles/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert ApiToken.objects.get().revoked_at is not None
    assert curator_client.get(f"/admin/profiles/apitoken/{token.pk}/delete/").status_code == 403
