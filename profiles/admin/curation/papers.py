"""The curators' pages of a paper: each field with what every source says of it, and the decisions there are to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from papers.models import Paper, SourceRecord
from profiles.admin.curation.forms import DecisionForm
from profiles.admin.curation.paper_forms import FORMS, AddForm, FieldForm, source_name
from profiles.admin.curation.views import decided, may_decide, page
from profiles.curation.paper_fields import FIELDS, Fact, PaperField, shown_facts
from profiles.curation.paper_records import curators_words, words_of
from profiles.models import Decision

LATEST = 20


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as it is shown, whether a curator set it, and (who, what) each source says of it."""

    field: PaperField
    shown: str
    is_curated: bool
    said: list[tuple[str, str]]
    url: str


def field_rows(paper: Paper) -> list[FieldRow]:
    words, curated, shown = words_of(paper), curators_words(paper), shown_facts(paper)
    return [field_row(paper, field, words, curated, shown) for field in FIELDS.values()]


def field_row(
    paper: Paper,
    field: PaperField,
    words: list[SourceRecord],
    curated: list[SourceRecord],
    shown: Mapping[str, Fact],
) -> FieldRow:
    set_by = [row for row in curated if field.fact_name in row.facts]
    said = [(source_name(row), field.named(field.among(row.facts))) for row in [*reversed(set_by), *words]]
    url = reverse("admin:curation-paper-field", args=[paper.pk, field.name])
    return FieldRow(field, field.named(shown.get(field.fact_name, "")), bool(set_by), said, url)


def acts_on(paper: Paper) -> list[tuple[str, str]]:
    """The decisions to make about a paper: what each is called, and its page."""
    kinds = ["merge", "papers-differ", "part", "hide"] if not paper.is_hidden else ["show"]
    links = [(FORMS[kind].title, reverse("admin:curation-paper-decide", args=[paper.pk, kind])) for kind in kinds]
    return [] if paper.merged_into_id else links


@require_safe
def paper_page(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper's fields, each with what its sources say, and what was decided about it."""
    may_decide(request)
    paper = get_object_or_404(Paper.objects.select_related("merged_into"), pk=paper_id)
    context = {
        "title": "Curate a paper",
        "paper": paper,
        "rows": field_rows(paper),
        "acts": acts_on(paper),
        "history": Decision.objects.filter(papers=paper).prefetch_related("undone_by__undone_by")[:LATEST],
    }
    return page(request, "paper.html", context)


@require_http_methods(["GET", "POST"])
def paper_field_page(request: HttpRequest, paper_id: int, name: str) -> HttpResponse:
    """A form for one field, beside what every source says of it."""
    may_decide(request)
    paper = get_object_or_404(Paper, pk=paper_id)
    if name not in FIELDS:
        raise Http404("There is no such field.")
    form = FieldForm(paper, name, request.POST if request.method == "POST" else None)
    row = field_row(paper, FIELDS[name], words_of(paper), curators_words(paper), shown_facts(paper))
    return decided_about(request, form, {"paper": paper, "row": row})


@require_http_methods(["GET", "POST"])
def paper_decide_page(request: HttpRequest, paper_id: int, kind: str) -> HttpResponse:
    """A form for another decision about the paper."""
    may_decide(request)
    paper = get_object_or_404(Paper, pk=paper_id)
    if kind not in FORMS:
        raise Http404("There is no such decision.")
    form = FORMS[kind](paper, request.POST if request.method == "POST" else None, initial=request.GET.dict())
    return decided_about(request, form, {"paper": paper})


@require_http_methods(["GET", "POST"])
def paper_add_page(request: HttpRequest) -> HttpResponse:
    """A form for a paper that is not here."""
    may_decide(request)
    form = AddForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    return decided_about(request, form, {})


def decided_about(request: HttpRequest, form: DecisionForm, context: dict[str, Any]) -> HttpResponse:
    """The form, then its preview; and once it is confirmed, the page of the paper."""

    def done(made: Decision) -> HttpResponse:
        return redirect("admin:curation-paper", paper_after(made, context.get("paper")).pk)

    return decided(request, form, "paper_decide.html", context | {"on_record": True}, done)


def paper_after(made: Decision, paper: Paper | None) -> Paper:
    """The paper to go on with: the one decided about, of a merged one the survivor, of a new one itself."""
    found = paper or made.papers.get()
    found.refresh_from_db()
    return found.merged_into or found
