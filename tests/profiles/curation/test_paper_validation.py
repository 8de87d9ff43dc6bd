"""What a curator may decide about a paper is the same by a form and by the API: the verdict, the field and the sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from papers.database import bulk
from papers.ingest import composition
from papers.models import Paper, SourceRecord
from papers.publications import KINDS_OF_URL
from profiles.api.paper_bodies import PAPER_BODIES
from profiles.curation import acts, decide
from profiles.curation.paper_fields import FIELDS
from profiles.curation.rules import Invalid
from profiles.models import Decision
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Values = dict[str, Any]
Verdict = tuple[str, str]  # the field and the sentence

ACCEPTED = ("", "")
ENGINES, LOOMS = "2001.00001", "2001.00002"
A_DATE = "Write 2019, 2019-05 or 2019-05-03, or leave it empty where it is not known."
OVERRIDE = "Override that with a reason if they are one paper."
CHOOSE = "choose the sources that speak of the other paper."
PDF, PAGE = "https://example.org/a.pdf", "https://example.org/"
ADDED = {"title": "On cogs", "authors": "Ada Byron"}
TAKEN = f"10.1000/engines is the DOI of “On engines”, which is here as {ENGINES}."

# About a paper on engines, of which arXiv and a list speak.
CASES: dict[str, list[tuple[Values, Verdict]]] = {
    "paper-field": [
        ({"field": "title", "value": " "}, ("value", "A paper has a title.")),
        ({"field": "title", "value": "a" * 10_001}, ("value", "Ensure this field has no more than 10000 characters.")),
        ({"field": "title", "value": "a\x07b"}, ("value", "This has control characters.")),
        ({"field": "title", "value": "On $e^x$ & cogs"}, ACCEPTED),
        ({"field": "issued", "value": "in press"}, ("value", f"'in press' is not a date. {A_DATE}")),
        ({"field": "issued", "value": "99999"}, ("value", f"'99999' is not a date. {A_DATE}")),
        ({"field": "issued", "value": "2019-02-30"}, ("value", f"'2019-02-30' is not a date. {A_DATE}")),
        (
            {"field": "issued", "value": "1066"},
            ("value", f"1066 is before there were any papers to read. {A_DATE}"),
        ),
        ({"field": "issued", "value": "2019-02"}, ACCEPTED),
        ({"field": "issued", "value": ""}, ACCEPTED),
        ({"field": "authors", "value": "Ada Byron, Joe Weaver"}, ACCEPTED),
        ({"field": "type", "value": "novel"}, ("value", '"novel" is not a valid choice.')),
        ({"field": "doi", "value": "engines"}, ("value", "'engines' is not a DOI.")),
        (
            {"field": "doi", "value": "10.1000/looms"},
            ("value", TAKEN.replace("engines", "looms").replace(ENGINES, LOOMS)),
        ),
        ({"field": "published", "value": "1843-05"}, ACCEPTED),
        ({"field": "published", "value": "1844"}, ACCEPTED),
        (
            {"field": "published", "value": "2020-01-01"},
            ("value", "It stays 1844, which is earlier. If that is wrong, set “Published” first."),
        ),
        ({"field": "editors", "value": "Ada Byron; 123"}, ("value", "'123' can't be a person's name.")),
        (
            {"field": "categories", "value": "cs.DL a/b"},
            ("value", "'a/b' is not letters, digits, dots and hyphens, a letter or digit first."),
        ),
        (
            {"field": "urls", "value": "javascript:alert(1)"},
            (
                "value",
                f"'javascript:alert(1)': begin the line with one of {', '.join(KINDS_OF_URL)}, then the address.",
            ),
        ),
        (
            {"field": "urls", "value": "pdf file:///somewhere"},
            ("value", "'file:///somewhere' is not an address that begins with http:// or https://."),
        ),
        ({"field": "urls", "value": "pdf https://example.org/a.pdf\nhttps://example.org/"}, ACCEPTED),
    ],
    "paper-add": [
        ({"title": "On cogs", "authors": ""}, ("authors", "A paper has authors: write their names, or the group's.")),
        (ADDED | {"issued": "Spring 2019"}, ("issued", f"'Spring 2019' is not a date. {A_DATE}")),
        (ADDED | {"doi": "10.1000/Engines"}, ("doi", TAKEN)),
        (ADDED | {"arxiv_id": "2001.00001v3"}, ("arxiv_id", f"“On engines” is here already, as {ENGINES}.")),
        (ADDED, ACCEPTED),
        (
            ADDED
            | {
                "arxiv_id": "arXiv:2101.00001",
                "issued": "2021",
                "container": "Cogs",
                "editors": "Grace Hopper; Joe Weaver",
                "place": "Berlin",
                "edition": "2nd",
                "series": "Notes",
                "isbn": "978-3-16-148410-0",
                "urls": "code https://example.org/",
            },
            ACCEPTED,
        ),
    ],
    "paper-hide": [({}, ACCEPTED)],
    "paper-show": [({}, ("", f"{ENGINES} is not hidden already."))],
    "paper-merge": [
        ({"other": "nothing"}, ("other", "There is no paper 'nothing'.")),
        ({"other": ENGINES}, ("other", f"{ENGINES} can't be merged with itself.")),
        ({"other": LOOMS}, ("other", f"Their arXiv ids differ: {LOOMS} and {ENGINES}. {OVERRIDE}")),
        ({"other": LOOMS, "override": True}, ("reason", "Say why, for their DOIs or arXiv ids differ.")),
        ({"other": LOOMS, "override": True, "reason": "One is a second submission."}, ACCEPTED),
    ],
    "papers-differ": [
        ({"other": "nothing"}, ("other", "There is no paper 'nothing'.")),
        ({"other": ENGINES}, ("other", f"{ENGINES} is the same paper as {ENGINES}.")),
        ({"other": LOOMS}, ACCEPTED),
    ],
    "paper-part": [
        ({"words": [10**9]}, ("words", f"Some of these are not said of {ENGINES}. Choose among ALL.")),
        (
            {"words": ["arxiv"]},
            ("words", f"The address is that of arXiv:{ENGINES}: {CHOOSE}"),
        ),
        ({"words": ["arxiv", "list"]}, ("words", "Choose some of the sources, neither none nor all of them.")),
        ({"words": ["list"]}, ACCEPTED),
    ],
}


@prepared_site
def site_of_engines(categories: None) -> None:
    build_site(
        record(ENGINES, title="On engines", doi="10.1000/engines"), record(LOOMS, title="On looms", doi="10.1000/looms")
    )
    paper = Paper.objects.get(identifier=ENGINES)
    with bulk.one_writer():
        composition.keep_words([paper.pk])
        facts = {"title": "On engines", "authors": "Ada Byron", "issued": "1844", "container": "Memoirs"}
        SourceRecord.objects.create(
            paper=paper, source="bibtex", giver="byron1844", facts=facts, identifier="byron-1844", read_at=paper.read_at
        )
        composition.recompose([paper.pk])


@pytest.fixture
def paper(site_of_engines: None) -> Paper:
    return Paper.objects.get(identifier=ENGINES)


def by_api(client: Client, kind: str, values: Values) -> Verdict:
    subject: Values = {} if kind == "paper-add" else {"paper": ENGINES}
    if kind == "paper-merge" and values["other"] == LOOMS:
        values = values | {"paper": LOOMS, "other": ENGINES}  # as the form has it: the older one stays
    body = {"kind": kind, **subject, **values, "dry_run": True}
    response = client.post("/api/v1/decisions/", body, content_type="application/json")
    if response.status_code == 200:
        return ACCEPTED
    assert response.status_code in (400, 409), response.content
    [error] = response.json().get("errors", [{"pointer": "", "detail": response.json()["detail"]}])
    return error["pointer"].removeprefix("/"), error["detail"]


def by_form(client: Client, paper: Paper, kind: str, values: Values) -> Verdict:
    given = dict(values)
    if kind == "paper-field":
        address = reverse("admin:curation-paper-field", args=[paper.pk, given.pop("field")])
    elif kind == "paper-add":
        address = reverse("admin:curation-paper-add")
    else:
        address = reverse("admin:curation-paper-decide", args=[paper.pk, kind.removeprefix("paper-")])
    response = client.post(address, given)
    assert response.status_code == 200
    found = [(name, message) for name, said in response.context["form"].errors.items() for message in said]
    [(name, message)] = found or [ACCEPTED]
    assert (response.context["effects"] is None) == bool(found)
    return name.removeprefix("__all__"), message


@pytest.mark.parametrize("kind", CASES)
def test_both_ways_give_the_same_verdict(kind: str, paper: Paper, curator_client: Client) -> None:
    numbers = {"list" if row.source == "bibtex" else "arxiv": row.pk for row in paper.source_records.all()}
    known = ", ".join(f"{row.pk} ({row})" for row in paper.source_records.order_by("id"))
    for values, (field, sentence) in CASES[kind]:
        if "words" in values:
            values = values | {"words": [numbers.get(word, word) for word in values["words"]]}
        verdict = (field, sentence.replace("ALL", known))
        assert by_form(curator_client, paper, kind, values) == verdict, values
        # What the API's own fields say of a kind that is none, or a text that is too long, is held elsewhere.
        assert by_api(curator_client, kind, values) == verdict, values
    assert not Decision.objects.exists()


def test_every_kind_is_tried() -> None:
    assert set(CASES) == set(PAPER_BODIES)
    assert all(
        ACCEPTED in [verdict for _values, verdict in cases] for kind, cases in CASES.items() if kind != "paper-show"
    )


@pytest.mark.parametrize(
    ("value", "status", "shown"),
    [
        (
            [{"url": PDF, "kind": "pdf"}, {"url": PAGE}],
            201,
            f"pdf {PDF}\nlanding {PAGE}",
        ),
        ([{"link": "https://example.org/"}], 400, ""),
        ([["https://example.org/"]], 400, ""),
        (7, 400, ""),
        ({}, 400, ""),
    ],
)
def test_a_program_gives_lists_as_answers_have_them(
    value: Any, status: int, shown: str, paper: Paper, curator_client: Client
) -> None:
    body = {"kind": "paper-field", "paper": ENGINES, "field": "urls", "value": value}
    response = curator_client.post("/api/v1/decisions/", body, content_type="application/json")
    assert response.status_code == status, response.content
    paper.refresh_from_db()
    assert FIELDS["urls"].written(FIELDS["urls"].of(paper)) == shown


# --- The pages --------------------------------------------------------------------------------------------------------


def test_a_curator_finds_the_acts_on_the_papers_page_and_nobody_else_does(paper: Paper, curator_client: Client) -> None:
    address = paper.get_absolute_url()
    page = curator_client.get(address).content.decode()
    links = [
        reverse("admin:curation-paper", args=[paper.pk]),
        reverse("admin:curation-paper-field", args=[paper.pk, "urls"]),
        *(reverse("admin:curation-paper-decide", args=[paper.pk, kind]) for kind in ("merge", "part", "hide")),
    ]
    for link in links:
        assert f'href="{link}"' in page
        assert curator_client.get(link).status_code == 200
    clerk, staff = Client(), User.objects.create_user("clerk", is_staff=True)
    clerk.force_login(staff)
    for client in (Client(), clerk):
        answer = client.get(address)
        assert "curation" not in answer.content.decode()
        for link in links:
            assert client.get(link).status_code in (302, 403)
    staff.user_permissions.add(Permission.objects.get(codename="change_author"))
    assert links[0] in clerk.get(address).content.decode()


def test_a_curator_finds_a_hidden_paper_by_its_address(paper: Paper, curator_client: Client, admin_user: User) -> None:
    decide(acts.SetPaperHidden(paper, True), admin_user)
    hub = reverse("admin:curation-paper", args=[paper.pk])
    for client, shown in ((curator_client, True), (Client(), False), (curator_client, True)):
        answer = client.get(paper.get_absolute_url())
        assert (answer.status_code, f'href="{hub}"' in answer.content.decode()) == (410, shown)
    show = reverse("admin:curation-paper-decide", args=[paper.pk, "show"])
    assert show in curator_client.get(hub).content.decode()


def test_a_field_stands_beside_what_each_source_says(paper: Paper, curator_client: Client) -> None:
    address = reverse("admin:curation-paper-field", args=[paper.pk, "title"])
    page = curator_client.get(address).content.decode()
    assert "bibtex byron1844" in page and "arxiv-snapshot" in page and "Show what the sources say" not in page
    answer = curator_client.post(
        address, {"value": "On difference engines", "reason": "So it is printed.", "preview": 1}
    )
    assert "“On engines” becomes “On difference engines”" in answer.content.decode()
    answer = curator_client.post(
        address, {"value": "On difference engines", "reason": "So it is printed.", "confirm": 1}
    )
    hub = reverse("admin:curation-paper", args=[paper.pk])
    assert (answer.status_code, answer["Location"]) == (302, hub)
    page = curator_client.get(hub).content.decode()
    assert "set by a curator" in page and "Set “Title” of 2001.00001" in page and "On engines" in page
    made = Decision.objects.get()
    assert (made.kind, made.reason) == ("paper-field", "So it is printed.")
    page = curator_client.get(address).content.decode()
    assert f"Curator, decision {made.pk}" in page and "Show what the sources say" in page
    assert curator_client.post(address, {"back": "on", "value": "x", "confirm": 1}).status_code == 302
    paper.refresh_from_db()
    assert paper.title == "On engines"
    assert curator_client.get("/admin/").content.decode().count(reverse("admin:curation-paper-add")) == 1
    assert hub in curator_client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()


def test_types_are_called_what_visitors_call_them(paper: Paper, curator_client: Client) -> None:
    paper = Paper.objects.get(identifier=LOOMS)
    address = reverse("admin:curation-paper-field", args=[paper.pk, "type"])
    form = curator_client.get(address).content.decode()
    assert '<option value="paper-conference">Conference paper</option>' in form and "CSL" not in form
    assert '<option value="article" selected>Preprint</option>' in form
    answer = curator_client.post(address, {"value": "paper-conference", "preview": 1}).content.decode()
    assert "Type: “Preprint” becomes “Conference paper”" in answer
    assert "Set by a curator: Type<" in answer
    hub = curator_client.get(reverse("admin:curation-paper", args=[paper.pk])).content.decode()
    assert '<td class="said">Preprint</td>' in hub
    listed = curator_client.get(reverse("admin:papers_paper_changelist")).content.decode()
    assert '<td class="field-named_type">Preprint</td>' in listed
    assert "?type=article" in listed and ">article<" not in listed.replace("\n", "").replace(" ", "")


def test_a_preview_says_in_plain_words_what_is_added_and_taken_away(paper: Paper, curator_client: Client) -> None:
    isbn = reverse("admin:curation-paper-field", args=[paper.pk, "isbn"])
    page = curator_client.post(isbn, {"value": "978-3-16-148410-0", "preview": 1}).content.decode()
    assert f"{ENGINES}, ISBN: “978-3-16-148410-0” is added" in page
    curator_client.post(isbn, {"value": "978-3-16-148410-0", "confirm": 1})
    page = curator_client.post(isbn, {"back": "on", "preview": 1}).content.decode()
    assert f"{ENGINES}, ISBN: “978-3-16-148410-0” is taken away" in page
    assert "No longer set by a curator: ISBN" in page
    words = paper.source_records.get(source="bibtex").pk
    part = reverse("admin:curation-paper-decide", args=[paper.pk, "part"])
    page = curator_client.post(part, {"words": [words], "preview": 1}).content.decode()
    assert f"Part {ENGINES}: one of its sources speaks of another paper." in page


def test_the_form_of_a_hidden_paper_has_its_dois(paper: Paper, curator_client: Client) -> None:
    address = reverse("admin:curation-paper-field", args=[paper.pk, "doi"])
    curator_client.post(address, {"value": "10.1000/engines 10.1000/second", "confirm": 1})
    curator_client.post(reverse("admin:curation-paper-decide", args=[paper.pk, "hide"]), {"confirm": 1})
    assert not paper.dois.exists()
    for dois in ("10.1000/engines 10.1000/second", "10.1000/third"):
        assert curator_client.get(address).context["form"].initial["value"] == dois
        assert dois in curator_client.get(reverse("admin:curation-paper", args=[paper.pk])).content.decode()
        curator_client.post(address, {"value": "10.1000/third", "confirm": 1})
    curator_client.post(reverse("admin:curation-paper-decide", args=[paper.pk, "show"]), {"confirm": 1})
    assert [row.doi for row in paper.dois.all()] == ["10.1000/third"]


def test_a_paper_that_is_here_is_shown_where_it_is(paper: Paper, curator_client: Client) -> None:
    address = reverse("admin:curation-paper-add")
    page = curator_client.post(address, ADDED | {"doi": "10.1000/engines"}).content.decode()
    assert f'See <a href="/papers/{ENGINES}/">' in page
    answer = curator_client.post(address, ADDED | {"confirm": 1})
    added = Paper.objects.get(title="On cogs")
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:curation-paper", args=[added.pk]))
    assert curator_client.get(added.get_absolute_url()).status_code == 200


def test_the_pages_of_a_merged_and_of_a_hidden_paper(paper: Paper, curator_client: Client) -> None:
    other = Paper.objects.get(identifier=LOOMS)
    merge = reverse("admin:curation-paper-decide", args=[other.pk, "merge"])
    said = {"other": paper.get_absolute_url(), "override": "on", "reason": "one", "confirm": 1}
    answer = curator_client.post(merge, said)
    assert answer["Location"] == reverse("admin:curation-paper", args=[paper.pk])
    page = curator_client.get(reverse("admin:curation-paper", args=[other.pk])).content.decode()
    assert "merged into" in page and "Hide" not in page
    curator_client.post(reverse("admin:curation-paper-decide", args=[paper.pk, "hide"]), {"confirm": 1})
    page = curator_client.get(reverse("admin:curation-paper", args=[paper.pk])).content.decode()
    assert "only curators see it" in page and "Show again" in page
    curator_client.post(reverse("admin:curation-paper-decide", args=[paper.pk, "show"]), {"confirm": 1})
    assert Client().get(paper.get_absolute_url()).status_code == 200
    undo = reverse("admin:curation-undo", args=[Decision.objects.get(kind="paper-merge").pk])
    assert curator_client.post(undo, {"confirm": 1}).status_code == 302
    assert Client().get(other.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ["First", "Second"]), ("volume", []), ("container", ["J"]), ("editors", ["a", 1]), ("editors", ["1"])],
)
def test_a_list_is_no_text(field: str, value: list[Any]) -> None:
    with pytest.raises(Invalid):
        FIELDS[field].read(value)


def test_editors_are_taken_as_answers_have_them() -> None:
    shown = [{"name": "Augusta Lovelace", "forenames": "Augusta", "surname": "Lovelace"}]
    assert FIELDS["editors"].read(shown) == FIELDS["editors"].read("Augusta Lovelace")
