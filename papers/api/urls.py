"""The papers' part of the API."""

from papers.api.builds import BuildViewSet
from papers.api.categories import CategoryViewSet
from papers.api.papers import PaperViewSet

RESOURCES = [
    ("papers", PaperViewSet, "api-paper"),
    ("categories", CategoryViewSet, "api-category"),
    ("builds", BuildViewSet, "api-build"),
]
