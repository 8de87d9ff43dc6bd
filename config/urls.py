"""The site map: every address, the API's one router, and the pages for errors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

import papers.views
import profiles.corrections
import profiles.deciding
import profiles.similar_pages
import profiles.views
from config import views
from papers.api import BuildViewSet, CategoryViewSet, PaperViewSet
from profiles.api import AuthorViewSet, MergedViewSet, SimilarityLinkViewSet

router = DefaultRouter()
router.include_format_suffixes = False
router.register("authors", AuthorViewSet, basename="api-author")
router.register("papers", PaperViewSet, basename="api-paper")
router.register("categories", CategoryViewSet, basename="api-category")
router.register("similarity-links", SimilarityLinkViewSet, basename="api-similarity-link")
router.register("builds", BuildViewSet, basename="api-build")
router.register("merged", MergedViewSet, basename="api-merged")

urlpatterns = [
    path("", profiles.views.home, name="home"),
    path("authors/", profiles.views.author_list, name="authors"),
    path("authors/<slug>/", profiles.views.author_detail, name="author"),
    path("authors/<slug>/similar/", profiles.views.similar, name="author-similar"),
    path("authors/<slug>/with/<other>/", profiles.similar_pages.with_author, name="author-with"),
    path("people/", profiles.similar_pages.people, name="people"),
    path("papers/", papers.views.paper_list, name="papers"),
    path("papers/<path:identifier>/similar/", profiles.similar_pages.similar_papers, name="paper-similar"),
    path("papers/<path:identifier>/", papers.views.paper_detail, name="paper"),
    path("categories/", papers.views.category_list, name="categories"),
    path("categories/<code>/", profiles.views.category_detail, name="category"),
    path("arxiv/<path:identifier>", papers.views.jump_to_arxiv, name="jump-arxiv"),
    path("doi/<path:doi>", papers.views.jump_to_doi, name="jump-doi"),
    path("orcid/<orcid>", profiles.views.jump_to_orcid, name="jump-orcid"),
    path("search/", profiles.views.search_page, name="search"),
    path("quality/", profiles.similar_pages.quality_page, name="quality"),
    path("suggest/", profiles.corrections.suggest, name="suggest"),
    path("suggest/<token>/", profiles.corrections.status, name="correction"),
    path("about/", profiles.views.about, name="about"),
    path("language/", views.set_language, name="language"),
    path("api/", RedirectView.as_view(pattern_name="api-root")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/v1/", include(router.urls)),
    path("admin/", include((profiles.deciding.URLS + admin.site.urls[0], "admin"), namespace="admin")),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
