"""The site map: every address, the API's one router, and the pages for errors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

import papers.addresses
import papers.category_pages
import papers.exports
import papers.feeds
import papers.markdown
import papers.oai.views
import papers.views
import papers.years
import profiles.change_feeds
import profiles.corrections
import profiles.dataset.pages
import profiles.deciding.urls
import profiles.embed
import profiles.explore
import profiles.exports
import profiles.markdown
import profiles.network_pages
import profiles.opensearch
import profiles.picking
import profiles.profile_page
import profiles.publications
import profiles.quality_pages
import profiles.search_pages
import profiles.similar_pages
import profiles.sitemaps
import profiles.statistics_pages
import profiles.views
from config import views
from config.throttling import for_harvesters
from papers.api import BuildViewSet, CategoryViewSet, PaperViewSet
from profiles.api import AuthorViewSet, MergedViewSet, SimilarityLinkViewSet
from profiles.api_decisions import DecisionViewSet, SuggestionViewSet

register_converter(papers.exports.FormatConverter, "format")
register_converter(papers.addresses.PartConverter, "part")

router = DefaultRouter()
router.include_format_suffixes = False
router.register("authors", AuthorViewSet, basename="api-author")
router.register("papers", PaperViewSet, basename="api-paper")
router.register("categories", CategoryViewSet, basename="api-category")
router.register("similarity-links", SimilarityLinkViewSet, basename="api-similarity-link")
router.register("builds", BuildViewSet, basename="api-build")
router.register("merged", MergedViewSet, basename="api-merged")
router.register("decisions", DecisionViewSet, basename="api-decision")
router.register("suggestions", SuggestionViewSet, basename="api-suggestion")

urlpatterns = [
    path("", profiles.views.home, name="home"),
    path("authors/", profiles.views.author_list, name="authors"),
    path("authors/<part:slug>.md", profiles.markdown.author_markdown, name="author-markdown"),
    path("authors/<part:slug>/", profiles.profile_page.author_detail, name="author"),
    path("authors/<part:slug>/papers.<format:ending>", profiles.exports.author_export, name="author-export"),
    path("authors/<part:slug>/publications/", profiles.publications.publications, name="author-publications"),
    path("authors/<part:slug>/feed/", profiles.exports.author_feed, name="author-feed"),
    path("authors/<part:slug>/embed/", profiles.embed.embed, name="author-embed"),
    path("oembed", profiles.embed.oembed, name="oembed"),
    path("authors/<part:slug>/similar/", profiles.similar_pages.similar, name="author-similar"),
    path("authors/<part:slug>/statistics/", profiles.statistics_pages.author_statistics, name="author-statistics"),
    path("authors/<part:slug>/statistics/<plot>.csv", profiles.statistics_pages.author_plot_csv, name="author-plot"),
    path("authors/<part:slug>/network/", profiles.network_pages.author_network, name="author-network"),
    path("authors/<part:slug>/network.csv", profiles.network_pages.author_network_csv, name="author-network-csv"),
    path(
        "authors/<part:slug>/network.graphml",
        profiles.network_pages.author_network_graphml,
        name="author-network-graphml",
    ),
    path("authors/<part:slug>/with/<part:other>/", profiles.similar_pages.with_author, name="author-with"),
    path("compare/", profiles.picking.compare, name="compare"),
    path("new/", profiles.explore.new_papers, name="new"),
    path("changes/", profiles.explore.changes, name="changes"),
    path("people/", profiles.similar_pages.people, name="people"),
    path("papers-per-year.csv", papers.years.site_years_csv, name="site-years"),
    path("papers/", papers.views.paper_list, name="papers"),
    path("papers.<format:ending>", papers.exports.papers_export, name="papers-export"),
    path("papers/feed/", papers.feeds.papers_feed, name="papers-feed"),
    path("papers/<path:identifier>.<format:ending>", papers.exports.paper_export, name="paper-export"),
    path("papers/<path:identifier>/linkset/", papers.exports.paper_linkset, name="paper-linkset"),
    path("papers/<path:identifier>.md", papers.markdown.paper_markdown, name="paper-markdown"),
    path("papers/<path:identifier>/similar/", profiles.similar_pages.similar_papers, name="paper-similar"),
    path("papers/<path:identifier>/", papers.views.paper_detail, name="paper"),
    path("categories/", papers.category_pages.category_list, name="categories"),
    path("categories/<part:code>/years.csv", papers.years.category_years_csv, name="category-years"),
    path("categories/<part:code>/", profiles.views.category_detail, name="category"),
    path("categories/<part:code>/papers.<format:ending>", papers.exports.category_export, name="category-export"),
    path("categories/<part:code>/feed/", papers.feeds.category_feed, name="category-feed"),
    path("arxiv/<path:identifier>", papers.views.jump_to_arxiv, name="jump-arxiv"),
    path("doi/<path:doi>", papers.views.jump_to_doi, name="jump-doi"),
    path("orcid/<orcid>", profiles.search_pages.jump_to_orcid, name="jump-orcid"),
    path("search/authors/", profiles.picking.suggest_authors, name="suggest-authors"),
    path("search/", profiles.search_pages.search_page, name="search"),
    path("quality/", profiles.quality_pages.quality_page, name="quality"),
    path("suggest/", profiles.corrections.suggest, name="suggest"),
    path("suggest/<token>/", profiles.corrections.status, name="correction"),
    path("about/", profiles.views.about, name="about"),
    path("language/", views.set_language, name="language"),
    path("api/", RedirectView.as_view(pattern_name="api-root")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/v1/", include(router.urls)),
    path("data/", profiles.dataset.pages.data_page, name="data"),
    path("data/<path:path>", profiles.dataset.pages.data_file, name="data-file"),
    path("decisions/feed/", profiles.change_feeds.decision_feed, name="decision-feed"),
    path("builds/feed/", profiles.change_feeds.build_feed, name="build-feed"),
    path("recipes/", views.recipes, name="recipes"),
    path("llms.txt", profiles.markdown.llms_txt, name="llms"),
    path("oai", for_harvesters(papers.oai.views.oai), name="oai"),
    path("admin/", include((profiles.deciding.urls.URLS + admin.site.urls[0], "admin"), namespace="admin")),
    path("opensearch.xml", profiles.opensearch.description, name="opensearch"),
    path("opensearch/suggestions", profiles.opensearch.suggestions, name="opensearch-suggestions"),
    path("sitemap.xml", profiles.sitemaps.sitemap, name="sitemap"),
    path("sitemaps/<name>", profiles.sitemaps.sitemap, name="sitemap-part"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
