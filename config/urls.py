"""The site map: the apps' addresses, the API, the admin, and the pages for errors."""

from django.contrib import admin
from django.urls import include, path

import papers.urls
import profiles.admin.curation.urls
import profiles.api.urls
import profiles.urls
from config import views

urlpatterns = [
    path("", include(profiles.urls)),
    path("", include(papers.urls)),
    path("api/", include(profiles.api.urls)),
    path("admin/", include((profiles.admin.curation.urls.URLS + admin.site.urls[0], "admin"), namespace="admin")),
    path("language/", views.set_language, name="language"),
    path("recipes/", views.recipes, name="recipes"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
