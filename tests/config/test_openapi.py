"""The OpenAPI document is true: whatever it allows to be asked is answered as it says, and nothing that it forbids is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from papers.api.throttling import AddressThrottle, TokenThrottle
from papers.database.builds import stage_lock
from papers.ingest.runs import import_source
from profiles.duplicates.finder import find_duplicates
from profiles.linking import linker
from profiles.models.tokens import Scope, make_token
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.conftest import record
from tests.prepared_sites import PreparedSites

EXAMPLES = 6  # an operation; more find more, and this is what a build waits for

CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 20_261_123,
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "mode": "all",
            "with-security-parameters": False,
        },
        "checks": {
            # Which categories and authors there are is no part of the document: a text that names none of them is 400.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "400", "401", "403", "404", "409", "410"]},
            "negative_data_rejection": {
                "expected-statuses": ["3xx", "400", "401", "403", "404", "405", "406", "410", "415"]
            },
        },
    }
)
api = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application(), config=CONFIG)


@pytest.fixture(scope="module")
def site(
    prepared_sites: PreparedSites,
    django_db_blocker: Any,
    application: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A site with a bit of everything, without limits, gone after the last test; gives a curator's token."""
    rows = (
        record("2001.00001", title="Engines", abstract="Cogs weave algebra."),
        record(
            "2001.00002", title="Looms", authors="Alan Turing, Ada Byron", abstract="Cogs weave cloth.", doi="10.1000/a"
        ),
        record("2001.00003", title="Tables", authors="A. Byron", abstract="Cogs weave algebra.", categories="cs.AR"),
    )
    path = tmp_path_factory.mktemp("site") / "snapshot.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with django_db_blocker.unblock():
        prepared_sites.leave()
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        for throttle in (AddressThrottle, TokenThrottle):
            patch.setattr(throttle, "THROTTLE_RATES", {"address": None, "token": None})
        call_command("loaddata", "categories", verbosity=0)
        import_source(str(path), restart=True)
        with stage_lock():
            linker.link_authors()
            summaries.refresh()
            full_run.compute_similarity()
            find_duplicates()
        user = get_user_model().objects.create(username="curator", is_staff=True, is_superuser=True)
        yield make_token(user, "test", Scope.values)[1]
        transaction.set_rollback(True)


@pytest.mark.django_db
@api.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_as_the_document_says(case: schemathesis.Case, site: str, application: Any) -> None:
    as_curator = {"Authorization": f"Bearer {site}"} if case.method == "POST" or "suggestions" in case.path else {}
    case.call_and_validate(headers={"Accept-Encoding": "identity", **as_curator})
