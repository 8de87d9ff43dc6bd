"""The API's one router: the resources of both apps, the papers' first."""

from typing import Any

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView, DefaultRouter

import papers.api.urls
from profiles.api.authors import AuthorViewSet
from profiles.api.decisions import DecisionViewSet
from profiles.api.merged import MergedViewSet
from profiles.api.similarity_links import SimilarityLinkViewSet
from profiles.api.suggestions import SuggestionViewSet


class RootView(APIRootView):
    """The version of the software, and the address of each resource."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        resources = super().get(request, *args, **kwargs).data
        return Response({"version": settings.VERSION, **resources})


class Router(DefaultRouter):
    APIRootView = RootView


router = Router()
router.include_format_suffixes = False
for prefix, view_set, name in [
    *papers.api.urls.RESOURCES,
    ("authors", AuthorViewSet, "api-author"),
    ("similarity-links", SimilarityLinkViewSet, "api-similarity-link"),
    ("merged", MergedViewSet, "api-merged"),
    ("decisions", DecisionViewSet, "api-decision"),
    ("suggestions", SuggestionViewSet, "api-suggestion"),
]:
    router.register(prefix, view_set, basename=name)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-root")),
    path("v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("v1/", include(router.urls)),
]
