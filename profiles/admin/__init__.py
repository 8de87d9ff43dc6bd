"""The admin of people: curation. Whatever is saved here is a human's word, which no later run overwrites."""

from django.contrib import admin

from profiles.admin import authors, authorships, decisions, readonly, tokens

__all__ = ["authors", "authorships", "decisions", "readonly", "tokens"]

admin.site.site_title = admin.site.site_header = "Coterie curation"
admin.site.index_title = "Curation"
