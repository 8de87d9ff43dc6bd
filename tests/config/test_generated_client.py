"""A typed client that a program makes from the OpenAPI document walks every address of the API."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from openapi_python_client import Config, MetaType, generate
from openapi_python_client.config import ConfigFile

from papers.database.builds import stage_lock
from papers.models import Build
from profiles.duplicates import full_search
from profiles.duplicates.finder import find_duplicates
from profiles.models import Author, DuplicateSuggestion
from profiles.models.tokens import Scope, make_token
from profiles.similarity import full_run
from tests.conftest import record

NAME = "coterie_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The client, made from the document as it is now."""
    folder = tmp_path_factory.mktemp("client")
    out = StringIO()
    call_command("spectacular", api_version="v1", format="openapi-json", stdout=out)
    (folder / "openapi.json").write_text(out.getvalue())
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, folder / "openapi.json", "utf-8", True, folder / NAME
    )
    problems = generate(config=config)
    assert [problem.detail for problem in problems] == []
    sys.path.insert(0, str(folder))
    yield folder / NAME
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def site(build_rows: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """A site with a bit of everything; gives a curator's token."""
    build_rows(
        record("2001.00001", title="Engines", abstract="Cogs weave algebra."),
        record("hep-th/9901001", title="Looms", authors="Alan Turing, Ada Byron", abstract="Cogs weave cloth."),
        record("2001.00003", title="Tables", authors="A. Byron", abstract="Cogs weave algebra and cloth."),
    )
    monkeypatch.setattr(full_search, "LEAST_SCORE", 0.0)
    with stage_lock():
        full_run.compute_similarity()
        find_duplicates()
    user = get_user_model().objects.create(username="curator", is_staff=True, is_superuser=True)
    return make_token(user, "client", Scope.values)[1]


@pytest.mark.django_db
def test_the_client_walks_every_address(package: Path, site: str, application: Any) -> None:
    called: set[str] = set()
    made = importlib.import_module(NAME)
    models = importlib.import_module(f"{NAME}.models")
    client = made.AuthenticatedClient(
        base_url="http://testserver", token=site, httpx_args={"transport": httpx.WSGITransport(app=application)}
    )

    def operation(tag: str, name: str) -> ModuleType:
        called.add(f"{tag}/{name}")
        return importlib.import_module(f"{NAME}.api.{tag}.{name}")

    def ask(tag: str, name: str, *args: Any, status: int = 200, **more: Any) -> Any:
        answer = operation(tag, name).sync_detailed(*args, client=client, **more)
        assert int(answer.status_code) == status, (name, answer.content)
        assert answer.parsed is not None, name
        return answer.parsed

    papers = ask("papers", "papers_list", expand="authors")
    assert {paper.identifier for paper in papers.results} == {"2001.00001", "hep-th/9901001", "2001.00003"}
    old = ask("papers", "papers_retrieve", "hep-th/9901001")
    assert (old.title, [entry.author.slug for entry in old.byline]) == ("Looms", ["alan-turing", "ada-byron"])
    assert ask("papers", "papers_retrieve", "2001.99999", status=404).detail == "There is no paper 2001.99999 here."
    batch = models.BatchRequest(ids=["arXiv:2001.00001", "nothing"])
    found = ask("papers", "papers_batch_create", body=batch)
    assert ([paper.title for paper in found.results], found.missing) == (["Engines"], ["nothing"])
    assert ask("papers", "papers_deleted_list").results == []
    assert ask("papers", "papers_moved_list").results == []

    people = ask("authors", "authors_list", standing=models.AuthorsListStanding.NAME_ONLY)
    assert {person.slug for person in people.results} == {"ada-byron", "alan-turing", "charles-babbage", "a-byron"}
    ada = ask("authors", "authors_retrieve", "ada-byron")
    assert (ada.name, ada.paper_count) == ("Ada Byron", 2)
    assert len(ask("authors", "authors_papers_list", "ada-byron").results) == 2
    assert ask("authors", "authors_similar_list", "ada-byron").results[0].evidence.parts
    assert {row.author.slug for row in ask("authors", "authors_coauthors_retrieve", "ada-byron").results} == {
        "alan-turing",
        "charles-babbage",
    }
    assert ask("authors", "authors_statistics_retrieve", "ada-byron").papers == 2
    assert [one.slug for one in ask("authors", "authors_autocomplete_retrieve", q="tur").results] == ["alan-turing"]
    assert ask("authors", "authors_batch_create", body=models.BatchRequest(ids=[ada.id])).results[0].slug == "ada-byron"
    works = ask("authors", "authors_papers_create", body=models.PapersOfManyRequest(ids=[ada.id]))
    assert (len(works.papers), works.authors[0].id, works.rest) == (2, ada.id, [])

    assert ask("categories", "categories_list", page_size=3).next_
    assert ask("categories", "categories_retrieve", "cs.LG").paper_count == 3
    assert ask("builds", "builds_list").results[0].stage == "duplicates"
    assert ask("builds", "builds_retrieve", str(Build.objects.latest("id").pk)).stage == "duplicates"
    assert ask("similarity_links", "similarity_links_list").results[0].of.slug
    assert ask("merged", "merged_list").results == []

    standing = models.StandingRequest(
        kind=models.StandingKindEnum.STANDING, author="ada-byron", standing=models.Standing.CURATED, dry_run=True
    )
    assert ask("decisions", "decisions_create", body=standing).effects.others == ["standing: name-only becomes curated"]
    standing.dry_run = False
    decision = ask("decisions", "decisions_create", body=standing, status=201, idempotency_key="a")
    assert (decision.kind, Author.objects.get(slug="ada-byron").standing) == ("standing", "curated")
    undone = ask("decisions", "decisions_undo_create", str(decision.id), body=models.ReasonRequest(), status=201)
    assert undone.undoes == decision.id
    assert [row.id for row in ask("decisions", "decisions_list").results] == [undone.id, decision.id]
    assert ask("decisions", "decisions_retrieve", str(decision.id)).in_force is False

    [pair] = ask("suggestions", "suggestions_list").results
    assert pair.id == DuplicateSuggestion.objects.get().pk
    assert ask("suggestions", "suggestions_retrieve", str(pair.id)).score == pair.score
    dry = models.ReasonRequest(dry_run=True)
    assert ask("suggestions", "suggestions_reject_create", str(pair.id), body=dry).effects.changes > 0
    aside = ask("suggestions", "suggestions_skip_create", str(pair.id), body=models.SkipRequest())
    assert (aside.id, bool(aside.skipped_at)) == (pair.id, True)
    merged = ask("suggestions", "suggestions_accept_create", str(pair.id), body=models.ReasonRequest(), status=201)
    assert merged.kind == "merge"

    document = json.loads((package.parent / "openapi.json").read_text())
    assert len(called) == sum(len(operations) for operations in document["paths"].values())
