from django.apps import AppConfig
from django.core.checks import Tags, register

from papers.http.addresses import check_prefix


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = "Papers (what sources say)"

    def ready(self) -> None:
        register(check_prefix, Tags.urls)
