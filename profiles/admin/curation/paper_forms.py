"""A form for each decision on a paper; `act` is the decision that a curator filled in, and what it may be is the act's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format

from papers.display.wording import type_name
from papers.http.lookup import find_record
from papers.models import Paper, SourceRecord
from papers.text.plain_text import plain_text
from profiles.admin.apply import with_api_words
from profiles.admin.curation.forms import DecisionForm
from profiles.curation import acts
from profiles.curation.paper_fields import FIELDS, OF_A_NEW_PAPER, PaperField
from profiles.curation.paper_records import curated_facts


def form_field(field: PaperField, **more: Any) -> forms.Field:
    """The form's field for a paper's; what may stand in it is the act's to say."""
    if field.choices:
        named = sorted(((choice, type_name(choice)) for choice in field.choices if choice), key=lambda each: each[1])
        widget: forms.Widget = forms.Select(choices=[("", "not known"), *named])
    elif field.lines > 1:
        widget = forms.Textarea(attrs={"rows": field.lines})
    else:
        widget = forms.TextInput()
    return forms.CharField(label=field.label, required=False, strip=False, widget=widget, help_text=field.help, **more)


class PaperForm(DecisionForm):
    """What a curator says to decide something about a paper."""

    def __init__(self, paper: Paper, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.paper = paper


class FieldForm(PaperForm):
    """One field of the paper."""

    explanation = (
        "What you write is shown whatever sources say; left empty, that there is none. No import overwrites it."
    )
    back = forms.BooleanField(required=False, label="Show what the sources say instead")

    def __init__(self, paper: Paper, name: str, *args: Any, **kwargs: Any):
        field = FIELDS[name]
        kwargs["initial"] = {"value": field.written(field.of(paper))} | kwargs.get("initial", {})
        super().__init__(paper, *args, **kwargs)
        self.name = name
        self.title = f"Set “{field.label}”"
        self.fields["value"] = form_field(field)
        if field.fact_name not in curated_facts(paper):
            del self.fields["back"]
        self.order_fields(["value", "back", "reason"])
        with_api_words(self)

    def act(self) -> acts.Act:
        value = None if self.cleaned_data.get("back") else self.cleaned_data["value"]
        return acts.SetPaperField(self.paper, self.name, value)


class HideForm(PaperForm):
    title = "Hide"
    explanation = (
        "Only curators see it any more. Its addresses answer that it is gone, "
        "and no list, feed, search or export has it."
    )

    def act(self) -> acts.Act:
        return acts.SetPaperHidden(self.paper, True)


class ShowForm(PaperForm):
    title = "Show again"
    explanation = "Everybody sees it again."

    def act(self) -> acts.Act:
        return acts.SetPaperHidden(self.paper, False)


class OtherPaperField(forms.CharField):
    """A paper by its identifier in any form, or its address."""

    def __init__(self, **kwargs: Any):
        super().__init__(help_text="Its address or identifier.", **kwargs)

    def clean(self, value: Any) -> Paper:
        text = super().clean(value).strip().rstrip("/")
        identifier = text.rpartition("/papers/")[2]
        found = Paper.objects.filter(identifier=identifier).first()
        if found is None:
            try:
                found = find_record(identifier)
            except forms.ValidationError:
                raise
            except Exception as error:
                raise forms.ValidationError(f"There is no paper {text[:60]!r}.") from error
        return found


class MergeForm(PaperForm):
    title = "Merge with another record of the same paper"
    explanation = (
        "What sources and curators say of the two is said of one. The other's address leads to it. "
        "arXiv's record stays where there is one."
    )
    other = OtherPaperField(label="The other")
    override = forms.BooleanField(required=False, label="Override that their DOIs or arXiv ids differ (with a reason)")

    def act(self) -> acts.Act:
        way = acts.paper_merge_direction(self.paper, self.cleaned_data["other"])
        return acts.MergePapers(way.gone, way.kept, override=self.cleaned_data["override"])


class DifferForm(PaperForm):
    title = "Not the same paper as another"
    explanation = "Said once, it stands for ever: the two are never proposed again, and can't be merged."
    other = OtherPaperField(label="The other")

    def act(self) -> acts.Act:
        return acts.PapersDiffer(self.paper, self.cleaned_data["other"])


class WordsField(forms.MultipleChoiceField):
    """Some of what sources say, by number; whether they speak of the paper is looked at by the act."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdecimal() and len(value) < 19


class PartForm(PaperForm):
    title = "Part"
    explanation = "Tick the sources that speak of another paper, which becomes one of its own."
    words = WordsField(label="Sources", required=False)

    def __init__(self, paper: Paper, *args: Any, **kwargs: Any):
        super().__init__(paper, *args, **kwargs)
        rows = acts.own_words(paper)
        self.fields["words"].choices = [(row.pk, source_said(row)) for row in rows if row.pk]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        return acts.PartPaper(self.paper, [int(pk) for pk in self.cleaned_data["words"]])


def source_said(row: SourceRecord) -> str:
    """What a source says of a paper in a line."""
    title, year = plain_text(row.facts.get("title", "")), str(row.facts.get("issued") or row.facts.get("posted", ""))
    parts = (title, row.facts.get("authors", "")[:100], row.facts.get("container", ""), year)
    return f"{source_name(row)}: {'; '.join(filter(None, parts))}"


def source_name(row: SourceRecord) -> str:
    """Who says it: the format, its own name for the record, and when it was read."""
    if row.source == SourceRecord.CURATOR:
        return f"Curator, decision {row.giver}"
    name = " ".join(filter(None, (row.source, row.base_url, row.giver)))
    return f"{name} ({date_format(row.read_at, 'Y-m-d')})" if row.read_at else name


class AddForm(DecisionForm):
    title = "Add a paper"
    explanation = (
        "A paper that no list and no repository gave. When one gives it later, what you write here goes before it."
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in OF_A_NEW_PAPER:
            self.fields[name] = form_field(FIELDS[name])
        self.fields["arxiv_id"] = forms.CharField(label="arXiv id", required=False)
        self.order_fields([name for name in self.fields if name != "reason"])
        with_api_words(self)

    def act(self) -> acts.Act:
        values = {name: value for name in OF_A_NEW_PAPER if (value := self.cleaned_data[name])}
        return acts.AddPaper(values, self.cleaned_data["arxiv_id"])


FORMS: dict[str, type[PaperForm]] = {
    "merge": MergeForm,
    "papers-differ": DifferForm,
    "part": PartForm,
    "hide": HideForm,
    "show": ShowForm,
}
