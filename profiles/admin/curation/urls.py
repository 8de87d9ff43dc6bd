"""Addresses of the curators' pages, below the admin's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from profiles.admin.curation.duplicate_papers import duplicate_papers_page
from profiles.admin.curation.duplicates import batch_page, duplicates_page
from profiles.admin.curation.papers import paper_add_page, paper_decide_page, paper_field_page, paper_page
from profiles.admin.curation.views import assign_page, decide_page, undo_page

URLS = [
    path("curation/author/<int:author_id>/<slug:kind>/", admin.site.admin_view(decide_page), name="curation-decide"),
    path("curation/paper/add/", admin.site.admin_view(paper_add_page), name="curation-paper-add"),
    path("curation/paper/<int:paper_id>/", admin.site.admin_view(paper_page), name="curation-paper"),
    path(
        "curation/paper/<int:paper_id>/field/<slug:name>/",
        admin.site.admin_view(paper_field_page),
        name="curation-paper-field",
    ),
    path(
        "curation/paper/<int:paper_id>/<slug:kind>/",
        admin.site.admin_view(paper_decide_page),
        name="curation-paper-decide",
    ),
    path("curation/undo/<int:decision_id>/", admin.site.admin_view(undo_page), name="curation-undo"),
    path("curation/assign/<int:waiting_id>/<public_id>/", admin.site.admin_view(assign_page), name="curation-assign"),
    path("curation/duplicates/", admin.site.admin_view(duplicates_page), name="curation-duplicates"),
    path("curation/duplicates/many/", admin.site.admin_view(batch_page), name="curation-batch"),
    path(
        "curation/duplicate-papers/",
        admin.site.admin_view(duplicate_papers_page),
        name="curation-duplicate-papers",
    ),
]
