"""Datasets with one thing wrong: refused in a sentence, or taken, and then every page and every stage works."""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from papers.database.builds import stage_lock
from papers.models import Category, Paper
from profiles.curation import acts, decide, undo
from profiles.curation.rules import Refused
from profiles.dataset.files import DatasetError
from profiles.dataset.loader import load
from profiles.dataset.validation import Checker, check_files, read_manifest
from profiles.duplicates.finder import find_duplicates
from profiles.linking import linker
from profiles.models import Author, Decision, EarlierSlug
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.profiles.dataset.tampering import FEW, FEWER, Folder, Tampered, tampered
from tests.profiles.dataset.test_dataset import dataset, in_an_empty_site, site  # noqa: F401 used by their names below

STEP = 7  # every seventh, which is still each column: with 1 it takes seven times as long
LONGEST_ANSWER = 10.0  # seconds, on a machine that does much else: what never ends is meant


def check(folder: Path) -> None:
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    Checker(folder, manifest, lambda table, rows: None).check()


@pytest.fixture
def folder(dataset: Path, tmp_path: Path) -> Folder:  # noqa: F811
    shutil.copytree(dataset, tmp_path / "tampered")
    return Folder(tmp_path / "tampered")


def sorted_out(folder: Folder, every: Iterable[Tampered]) -> tuple[int, list[Tampered]]:
    """How many were refused, and those that were not."""
    taken, refused, last = [], 0, "builds"
    for one in every:
        rows = {one.table: copy.deepcopy(folder.rows[one.table])}
        one.change(rows[one.table])
        folder.write({**folder.rows, **rows}, {one.table, last})
        last = one.table
        started = time.monotonic()
        try:
            check(folder.path)
        except DatasetError as error:
            assert str(error).endswith("."), (one, error)
            assert len(str(error)) < 500, one
            refused += 1
        else:
            taken.append(one)
        assert time.monotonic() - started < LONGEST_ANSWER, one
    folder.write(folder.rows, {last})
    return refused, taken


def together(folder: Folder, taken: list[Tampered]) -> Iterator[list[Tampered]]:
    """Sets of changes that a dataset may have all at once, each change in one of them."""
    while taken:
        rows, chosen, left, touched = copy.deepcopy(folder.rows), [], [], set()
        for one in taken:
            cell = (one.table, one.what.partition(" ")[0])
            if cell in touched:
                left.append(one)
                continue
            touched.add(cell)
            tried = copy.deepcopy(rows[one.table])
            if _still_good(folder, one, tried):
                rows[one.table] = tried
                chosen.append(one)
            else:
                left.append(one)
                folder.write(rows, {one.table})
        assert chosen
        yield chosen
        folder.write(folder.rows, set(rows))
        taken = left


def _still_good(folder: Folder, one: Tampered, tried: Any) -> bool:
    try:
        one.change(tried)
        folder.write({one.table: tried}, {one.table})
        check(folder.path)
    except (DatasetError, LookupError, TypeError):
        return False
    return True


def addresses() -> Iterator[str]:
    """Every kind of page of everybody and everything."""
    yield from (
        "/",
        "/authors/",
        "/authors/?q=byron",
        "/papers/",
        "/papers/?q=engines",
        "/papers.bib",
        "/papers.csv",
        "/papers/feed/",
        "/categories/",
        "/new/",
        "/changes/",
        "/people/?q=engines",
        "/compare/?one=ada&two=turing",
        "/search/?q=ada",
        "/search/?q=engines",
        "/quality/",
        "/about/",
        "/data/",
        "/decisions/feed/",
        "/builds/feed/",
        "/llms.txt",
        "/sitemap.xml",
        "/robots.txt",
        "/opensearch.xml",
        "/readyz",
        "/papers-per-year.csv",
        "/suggest/",
        "/oai?verb=Identify",
        "/oai?verb=ListSets",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
        "/oai?verb=ListRecords&metadataPrefix=arXiv",
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=cs",
    )
    for name in ("authors", "papers", "categories", "similarity-links", "builds", "merged", "decisions"):
        yield f"/api/v1/{name}/?page_size=200"
    yield "/api/v1/papers/?group_by=year"
    yield "/api/v1/papers/?format=csv"
    merged = Author.objects.exclude(merged_into=None).order_by("-pk")
    yield from (f"/authors/{slug}/" for slug in merged.values_list("slug", flat=True)[:20])
    for slug in Author.objects.visible().values_list("slug", flat=True):
        yield f"/authors/{slug}.md"
        for page in (
            "",
            "similar/",
            "statistics/",
            "network/",
            "network.csv",
            "network.graphml",
            "publications/",
            "feed/",
            "embed/",
            "papers.bib",
            "papers.ris",
            "papers.json",
            "papers.csv",
            "with/babbage/",
        ):
            yield f"/authors/{slug}/{page}"
        for part in ("", "papers/", "similar/", "coauthors/", "statistics/"):
            yield f"/api/v1/authors/{slug}/{part}"
    yield from (f"/authors/{slug}/" for slug in EarlierSlug.objects.values_list("slug", flat=True))
    for number, identifier in enumerate(Paper.objects.order_by("modified_at").values_list("identifier", flat=True)):
        yield f"/api/v1/papers/{identifier}/"
        for ending in ("/", ".bib", ".ris", ".json", ".md", "/similar/", "/linkset/")[: None if number % 5 == 0 else 2]:
            yield f"/papers/{identifier}{ending}"
    for code in Category.objects.filter(memberships__isnull=False).distinct().values_list("code", flat=True):
        yield from (f"/categories/{code}/", f"/categories/{code}/feed/", f"/categories/{code}/papers.bib")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:4]:
            yield reverse(f"{name}_change", args=[pk])
    yield from (reverse("admin:curation-undo", args=[pk]) for pk in Decision.objects.values_list("pk", flat=True))
    yield "/admin/"
    yield "/admin/curation/duplicates/"


def everything_works(by: Any) -> None:
    """Every page answers, and what a site does with itself can be done."""
    client = Client(raise_request_exception=False)
    client.force_login(by)
    stages(by)
    call_command("make_sitemaps", verbosity=0)
    wrong = []
    for address in addresses():
        started = time.monotonic()
        response = client.get(address)
        b"".join(response)
        if response.status_code >= 500 or time.monotonic() - started > LONGEST_ANSWER:
            wrong.append((response.status_code, address))
    assert wrong == []
    for decision in Decision.objects.order_by("-pk"):
        try:
            undo(decision, by)
        except Refused:
            continue
    stages(by)
    assert [client.get(page).status_code for page in ("/", "/changes/", "/admin/")] == [200] * 3


def stages(by: Any) -> None:
    with stage_lock():
        linker.link_authors(restart=True)
        summaries.refresh()
        full_run.compute_similarity()
        find_duplicates()
    person = Author.objects.listed().order_by("pk")[0]
    undo(decide(acts.Edit(person, {"bio": f"{person.bio[:100]} More."}), by), by)
    one, two = Author.objects.listed().order_by("-pk")[:2]
    undo(decide(acts.Merge(one, two, override=True), by, "To see."), by)


def test_what_is_taken_works(
    folder: Folder, admin_user: Any, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    refused, taken = sorted_out(folder, islice(tampered(folder.rows, FEW, FEWER), 0, None, STEP))
    sites = 0

    for chosen in together(folder, taken):
        sites += 1

        def run(chosen: list[Tampered] = chosen) -> None:
            load(folder.path)
            try:
                everything_works(admin_user)
            except BaseException:
                print([f"{one.table}: {one.what}" for one in chosen])
                raise

        in_an_empty_site(run)
    with capsys.disabled():
        print(
            f"{refused + len(taken):,} tampered: {refused:,} refused, {len(taken):,} loaded into {sites} sites and fine"
        )
