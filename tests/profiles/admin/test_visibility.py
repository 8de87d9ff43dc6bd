"""Who among the staff sees what: hidden names and people are for those who may change authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from papers.bylines import parse_name
from papers.models import Paper
from profiles.admin.visibility import LimitedVisibility
from profiles.curation import acts, decide, undo
from profiles.models import Author, Correction, Decision, SimilarityLink
from profiles.models.tokens import make_token
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

SECRETS = ("quill", "Quill", "Hidden Person", "hidden-person")


@prepared_site
def site_of_zoe(categories: None) -> None:
    """Zoe Quartz, once Zoe Quill, which is shown nowhere; and a hidden author beside her on a paper."""
    admin_user = User.objects.create_superuser("admin")
    build_site(
        record("2001.00001", authors="Zoe Quill, Charles Babbage", submitter="Zoe Quill"),
        record("2001.00002", authors="Zoe Quill, Hidden Person", submitter="X"),
        record("2001.00003", authors="Z. Quill", submitter="X"),
    )
    zoe, hidden = Author.objects.get(name="Zoe Quill"), Author.objects.get(name="Hidden Person")
    paper = Paper.objects.get(identifier="2001.00001")
    editors = [{"name": "Zoe Quill", "forenames": "Zoe", "surname": "Quill"}]
    facts = {"title": "On lists", "authors": "Zoe Quill", "byline": paper.byline, "editors": editors}
    paper.source_records.create(source="bibtex", giver="quill2019", read_at=paper.read_at, facts=facts)
    Paper.objects.filter(pk=paper.pk).update(
        details={"editors": editors, "container": "Acta"}, citation_key="quill2019", giver="quill2019"
    )
    decide(acts.Merge(Author.objects.get(name="Z. Quill"), zoe), admin_user)
    decide(acts.SetVerdict(zoe, hidden, "pinned", ""), admin_user)
    decide(acts.Edit(zoe, {"bio": "Once Zoe."}), admin_user)  # its sentence has the old name in it
    decide(acts.Rename(zoe, parse_name("Zoe Quartz")), admin_user)
    for name in ("Zoe Quill", "Z. Quill"):
        hide = decide(acts.SetVisibility(zoe, name, "match-only"), admin_user)
    undo(undo(hide, admin_user), admin_user)
    decide(acts.Edit(hidden, {"is_hidden": True}), admin_user)
    for author in (zoe, hidden):
        Correction.objects.create(author=author, kind="other", text="Please.", token=f"{author.pk:043}", decision=hide)


@pytest.fixture
def zoe(site_of_zoe: None, admin_user: Any) -> Author:
    return Author.objects.get(name="Zoe Quartz")


def staff(*codenames: str) -> User:
    user = User.objects.create_user(f"staff-{User.objects.count()}", is_staff=True)
    found = Permission.objects.filter(codename__in=codenames)
    assert len(found) == len(codenames)
    user.user_permissions.set(found)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lookups(model: type[Any]) -> Iterator[str]:
    """A guess at every column of the model, and through every relation of its at names and words of decisions."""
    for field in model._meta.get_fields():
        yield f"{field.name}__icontains=quill"
        if field.is_relation:
            yield from (f"{field.name}__{column}__icontains=quill" for column in ("name", "summary", "hidden_forms"))


def pages_of(model: type[Any]) -> Iterator[str]:
    """The model's list, searched and guessed at, and every page of each of its records."""
    label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{label}_changelist")
    yield from (f"{reverse(f'{label}_changelist')}?q={word}" for word in ("QUILL", "ZOE", "HIDDEN"))
    for pk in model.objects.values_list("pk", flat=True)[:12]:
        yield from (reverse(f"{label}_{name}", args=[pk]) for name in ("change", "history", "delete"))


OURS = [model for model in admin.site._registry if model._meta.app_label in ("papers", "profiles")]
EVERYTHING_BUT_CURATING = [
    f"{what}_{model._meta.model_name}"
    for model in OURS
    for what in ("view", "add", "change", "delete")
    if (what, model) != ("change", Author)
]


def test_staff_who_are_no_curators_read_no_hidden_name(zoe: Author) -> None:
    """With every permission but that of curators: whoever has fewer sees no more."""
    client = signed_in(staff(*EVERYTHING_BUT_CURATING))
    for model in OURS:
        for address in pages_of(model):
            answer = client.get(address, follow=True)
            assert answer.status_code in (200, 403, 404), address
            assert [secret for secret in SECRETS if secret in answer.content.decode()] == [], address


def test_no_list_can_be_asked_for_what_it_does_not_show(zoe: Author, curator_client: Client) -> None:
    for model in (*OURS, User):
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        filters = admin.site.get_model_admin(model).list_filter
        may_be_asked = {str(name[0] if isinstance(name, tuple) else name) for name in filters}
        may_be_asked |= {field.name for field in User._meta.fields}  # its own page shows them all
        for guess in lookups(model):
            if guess.partition("__")[0] not in may_be_asked:
                assert curator_client.get(f"{address}?{guess}").status_code in (302, 400), (address, guess)


@pytest.mark.parametrize("rights", [(), ("view_author",), tuple(EVERYTHING_BUT_CURATING)], ids=["none", "view", "most"])
def test_curators_pages_are_for_curators(rights: tuple[str, ...], zoe: Author) -> None:
    client = signed_in(staff(*rights))
    decision = Decision.objects.first()
    assert decision
    for address in (
        reverse("admin:curation-decide", args=[zoe.pk, "rename"]),
        reverse("admin:curation-undo", args=[decision.pk]),
        reverse("admin:curation-duplicates"),
        reverse("admin:curation-batch"),
        reverse("admin:curation-duplicate-papers"),
    ):
        assert client.get(address).status_code == 403
    front = client.get(reverse("admin:index")).content.decode()
    assert [secret for secret in SECRETS if secret in front] == []


def test_names_that_one_may_choose_from(zoe: Author) -> None:
    """The lists that fields offer, and the label of what an address or a form has chosen."""
    client = signed_in(staff(*EVERYTHING_BUT_CURATING))
    hidden = Author.objects.get(is_hidden=True)
    for model, field in (("authorship", "author"), ("similaritylink", "other"), ("authorname", "author")):
        asked = {"app_label": "profiles", "model_name": model, "field_name": field}
        for term in ("", "hidden", "quill"):
            answer = client.get(reverse("admin:autocomplete"), asked | {"term": term})
            assert "Hidden" not in answer.content.decode()
            assert "Quill" not in answer.content.decode()
        found = client.get(reverse("admin:autocomplete"), asked | {"term": "quartz"}).json()["results"]
        assert [row["text"] for row in found] == ["Zoe Quartz"]
    add = reverse("admin:profiles_similaritylink_add")
    assert "Hidden Person" not in client.get(f"{add}?author={hidden.pk}").content.decode()
    assert "Hidden Person" not in client.post(add, {"author": hidden.pk, "verdict": "?"}).content.decode()


def test_curators_see_it_all(zoe: Author) -> None:
    client = signed_in(staff("change_author", "view_authorname", "view_paper", "view_decision"))
    change = client.get(reverse("admin:profiles_author_change", args=[zoe.pk])).content.decode()
    assert change.count("Zoe Quill") > 2
    assert "Zoe Quill" in client.get(reverse("admin:profiles_authorname_changelist")).content.decode()
    paper = Paper.objects.get(identifier="2001.00001")
    assert "Zoe Quill" in client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()
    assert "Hidden Person" in client.get(reverse("admin:profiles_author_changelist")).content.decode()
    [word] = paper.source_records.all()
    client = signed_in(staff("change_author", "view_sourcerecord"))
    said = client.get(reverse("admin:papers_sourcerecord_change", args=[word.pk])).content.decode()
    assert "byline: Zoe Quill; Charles Babbage" in said


def test_a_visitors_words_are_for_those_who_may_read_them(zoe: Author) -> None:
    correction = Correction.objects.get(author=zoe)
    address = f"{reverse('admin:curation-decide', args=[zoe.pk, 'rename'])}?correction={correction.pk}"
    for rights, status in ((("change_author",), 403), (("change_author", "view_correction"), 200)):
        answer = signed_in(staff(*rights)).get(address)
        assert (answer.status_code, "Please." in answer.content.decode()) == (status, status == 200)


def test_the_log_names_people_by_number(zoe: Author, curator_client: Client) -> None:
    """It outlives a name that is hidden later, and is read by whoever may delete an account."""
    address = reverse("admin:profiles_author_change", args=[zoe.pk])
    form = curator_client.get(address).context["adminform"].form
    data = {name: form.initial[name] or "" for name in form.fields} | {"bio": "New."}
    none = {
        f"{name}-{what}_FORMS": 0 for name in ("names", "identifiers", "authorships") for what in ("TOTAL", "INITIAL")
    }
    assert curator_client.post(address, data | none).status_code == 302
    assert Author.objects.get(pk=zoe.pk).bio == "New."
    assert LogEntry.objects.get().object_repr == str(zoe.pk)


@pytest.mark.parametrize("scopes", [[], ["suggestions"], ["decisions"]])
def test_unchanged_is_said_only_to_who_read_it(scopes: list[str], zoe: Author, admin_user: Any, client: Client) -> None:
    def ask(text: str, **headers: str) -> Any:
        return client.get("/api/v1/decisions/", headers={"Authorization": f"Bearer {text}", **headers})

    _, curators = make_token(admin_user, "one", ["decisions"])
    _, other = make_token(admin_user, "two", scopes)
    tag = ask(curators)["ETag"]
    assert ask(curators, **{"If-None-Match": tag}).status_code == 304
    assert ask(other, **{"If-None-Match": tag}).status_code == 200
    assert (ask(other).json()["results"][0]["summary"] is not None) == (scopes == ["decisions"])


def test_unchanged_is_not_said_to_who_was_a_curator(zoe: Author) -> None:
    user = staff("change_author")
    client = signed_in(user)
    tag = client.get("/api/v1/decisions/")["ETag"]
    user.user_permissions.clear()
    answer = client.get("/api/v1/decisions/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["results"][0]["summary"]) == (200, None)


def test_every_model_about_people_has_the_rule() -> None:
    for model in OURS:
        names_people = any(field.related_model is Author for field in model._meta.fields)
        assert (
            not names_people
            or isinstance(admin.site.get_model_admin(model), LimitedVisibility)
            or model.__name__ == "IdentityKey"
        )
    assert isinstance(admin.site.get_model_admin(SimilarityLink), LimitedVisibility)
