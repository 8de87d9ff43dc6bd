"""The papers' addresses."""

from django.urls import path

from papers.api.throttling import for_harvesters
from papers.oai.views import oai
from papers.views import categories, converters, exports, feeds, markdown, papers, years

converters.register()

urlpatterns = [
    path("papers-per-year.csv", years.site_years_csv, name="site-years"),
    path("papers/", papers.paper_list, name="papers"),
    path("papers.<format:ending>", exports.papers_export, name="papers-export"),
    path("papers/feed/", feeds.papers_feed, name="papers-feed"),
    path("papers/<path:identifier>.<format:ending>", exports.paper_export, name="paper-export"),
    path("papers/<path:identifier>/linkset/", exports.paper_linkset, name="paper-linkset"),
    path("papers/<path:identifier>.md", markdown.paper_markdown, name="paper-markdown"),
    path("papers/<path:identifier>/", papers.paper_detail, name="paper"),
    path("categories/", categories.category_list, name="categories"),
    path("categories/<part:code>/years.csv", years.category_years_csv, name="category-years"),
    path("categories/<part:code>/papers.<format:ending>", exports.category_export, name="category-export"),
    path("categories/<part:code>/feed/", feeds.category_feed, name="category-feed"),
    path("arxiv/<path:identifier>", papers.jump_to_arxiv, name="jump-arxiv"),
    path("doi/<path:doi>", papers.jump_to_doi, name="jump-doi"),
    path("oai", for_harvesters(oai), name="oai"),
]
