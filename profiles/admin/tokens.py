"""Tokens in the admin: made with a form that shows the text once, and revoked; never changed, never shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from papers.admin.lists import LargeListAdmin
from profiles.models import ApiToken
from profiles.models.tokens import Scope, make_token


class TokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Besides reading. It never may more than you may.",
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes", "expires_at")


@admin.register(ApiToken)
class ApiTokenAdmin(LargeListAdmin):
    """One's own tokens; a superuser sees everybody's and may revoke them."""

    form = TokenForm
    list_display = ("name", "user", "hint", "scopes", "created_at", "expires_at", "last_used_on", "revoked_at")
    list_select_related = ("user",)
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        found = super().get_queryset(request)
        return found if getattr(request.user, "is_superuser", False) else found.filter(user=request.user.pk)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what a token did stays known by its number

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        said = form.cleaned_data
        made, text = make_token(request.user, said["name"], said["scopes"], said["expires_at"])
        obj.pk, obj.hint, obj.user_id = made.pk, made.hint, made.user_id
        messages.warning(request, f"The token, shown here only: {text}")

    @admin.action(description="Revoke: end for good")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            token.revoke()
        self.message_user(request, f"{len(queryset)} tokens revoked.")
