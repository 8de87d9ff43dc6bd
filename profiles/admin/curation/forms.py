"""A form for each decision about an author; `act` is the decision that a curator filled in, and what it may be is the act's."""

from __future__ import annotations

from typing import Any

from django import forms

from profiles.admin.apply import with_api_words
from profiles.admin.curation.paper_choices import grouped_papers
from profiles.curation import Refused, acts
from profiles.curation.rules import LONGEST, merge_direction
from profiles.models import Author, AuthorIdentifier, AuthorName


class DecisionForm(forms.Form):
    """What a curator says to decide something; `act` is the decision it makes."""

    title = ""
    explanation = ""
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST["reason"],
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="Kept with the decision.",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])
        with_api_words(self)

    def act(self) -> acts.Act:
        raise NotImplementedError


class ActForm(DecisionForm):
    """What a curator says to decide something about an author."""

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.author = author


class OtherAuthorField(forms.CharField):
    """An author by address, public id or orcid:…"""

    def __init__(self, **kwargs: Any):
        super().__init__(help_text="Address, public id or orcid:…", **kwargs)

    def clean(self, value: Any) -> Author:
        try:
            return acts.named_author(super().clean(value))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


class NameField(forms.CharField):
    """A person's name, as a curator writes it."""

    def clean(self, value: Any) -> acts.Name:
        try:
            return acts.parsed(super().clean(value))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


class PapersField(forms.MultipleChoiceField):
    """Some papers, by number; whose they are is looked at by the act."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdecimal() and len(value) < 19


class MergeForm(ActForm):
    title = "Merge with another record of the same person"
    explanation = (
        "Papers, names and identifiers go together. The better known record stays, the other's address leads to it."
    )
    other = OtherAuthorField()
    override = forms.BooleanField(required=False, label="although both are on one paper (superusers, with a reason)")

    def act(self) -> acts.Act:
        way = merge_direction(self.author, self.cleaned_data["other"])
        return acts.Merge(way.gone, way.kept, override=self.cleaned_data["override"])


class SplitForm(ActForm):
    title = "Give some of the papers to another person"
    explanation = (
        "Tick the papers of the other person, who gets a record. Groups are guessed from co-authors and subjects."
    )
    papers = PapersField()

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["papers"].error_messages["required"] = "Ensure this field has at least 1 elements."
        self.fields["papers"].choices = grouped_papers(author)  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        return acts.Split(self.author, [int(pk) for pk in self.cleaned_data["papers"]])


class NotSameForm(ActForm):
    title = "Not the same person as another"
    explanation = "Said once, it stands for ever: the two are never proposed again, and can't be merged."
    other = OtherAuthorField()

    def act(self) -> acts.Act:
        return acts.NotSame(self.author, self.cleaned_data["other"])


class RenameForm(ActForm):
    title = "Rename"
    explanation = "The name shown everywhere. The present one stays as another name, which you can hide afterwards."
    name = NameField(max_length=LONGEST["name"], help_text="As it is to be shown.")
    surname = forms.CharField(
        max_length=LONGEST["surname"], required=False, help_text="If it is more than the name's last word."
    )

    def act(self) -> acts.Act:
        return acts.Rename(self.author, acts.with_surname(self.cleaned_data["name"], self.cleaned_data["surname"]))


class AddNameForm(ActForm):
    title = "Add a name"
    explanation = (
        "New papers under the name go to this person. A match-only name is used for that alone and shown nowhere."
    )
    name = NameField(max_length=LONGEST["name"])
    visibility = forms.ChoiceField(choices=AuthorName.Visibility.choices)

    def act(self) -> acts.Act:
        return acts.AddName(self.author, self.cleaned_data["name"], self.cleaned_data["visibility"])


class VisibilityForm(ActForm):
    title = "Hide or show a name"
    explanation = (
        "A match-only name is shown nowhere, not even on papers that print it; addresses that spell it are gone."
    )
    name = forms.CharField(widget=forms.Select)
    visibility = forms.ChoiceField(choices=AuthorName.Visibility.choices)
    as_printed = forms.BooleanField(required=False, label="papers that print it go on showing it")

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["name"].widget.choices = [
            (row.name, f"{row.name} ({row.visibility})") for row in author.names.all()
        ]

    def act(self) -> acts.Act:
        data = self.cleaned_data
        return acts.SetVisibility(self.author, data["name"], data["visibility"], as_printed=data["as_printed"])


class IdentifierForm(ActForm):
    title = "Set an identifier"
    explanation = "What another register calls this person. An ORCID or arXiv author id makes them identified."
    scheme = forms.ChoiceField(choices=AuthorIdentifier.Scheme.choices)
    value = forms.CharField(max_length=LONGEST["value"])

    def act(self) -> acts.Act:
        return acts.SetIdentifier(self.author, self.cleaned_data["scheme"], self.cleaned_data["value"])


class RemoveIdentifierForm(ActForm):
    title = "Remove an identifier"
    explanation = "For an identifier that means somebody else."
    identifier = forms.ModelChoiceField(AuthorIdentifier.objects.none())

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["identifier"].error_messages["invalid_choice"] = acts.RemoveIdentifier.UNKNOWN
        self.fields["identifier"].queryset = author.identifiers.all()  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        return acts.RemoveIdentifier(self.cleaned_data["identifier"])


class AddressForm(ActForm):
    title = "Change the address"
    explanation = "The present address leads to the new one, unless it is to be gone for good."
    slug = forms.CharField(max_length=LONGEST["slug"])
    retire = forms.BooleanField(required=False, label="the present address spells a hidden name: it is gone for good")

    def act(self) -> acts.Act:
        return acts.ChangeAddress(self.author, self.cleaned_data["slug"], retire=self.cleaned_data["retire"])


FORMS: dict[str, type[ActForm]] = {
    "merge": MergeForm,
    "split": SplitForm,
    "not-same": NotSameForm,
    "rename": RenameForm,
    "add-name": AddNameForm,
    "name-visibility": VisibilityForm,
    "set-identifier": IdentifierForm,
    "remove-identifier": RemoveIdentifierForm,
    "address": AddressForm,
}
