"""Rows that came in before their fields had rules and can't stand in an address: pages that link them failed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Max
from django.utils import timezone

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.-]*|[a-z-]+/[0-9]{7}")
DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
TAKEN = {"autocomplete", "batch", "papers", "with"}
BATCH = 500


def clean(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    leave_categories(apps)
    leave_dois(apps)
    rename(apps.get_model("papers", "Paper"), "identifier", IDENTIFIER, {"batch", "feed"}, "paper")
    drop(apps.get_model("papers", "EarlierIdentifier"), "identifier", IDENTIFIER)
    drop(apps.get_model("profiles", "EarlierSlug"), "slug", SLUG)
    rename(apps.get_model("profiles", "Author"), "slug", SLUG, TAKEN, "author")
    homepages = apps.get_model("profiles", "AuthorIdentifier").objects.filter(scheme="homepage")
    homepages.exclude(value__startswith="http://").exclude(value__startswith="https://").delete()


def leave_categories(apps: Apps) -> None:
    """Take codes that are none out of papers, figures of authors and the list of categories."""
    category, paper = apps.get_model("papers", "Category"), apps.get_model("papers", "Paper")
    place = apps.get_model("papers", "PaperCategory")
    codes = {code: pk for code, pk in category.objects.values_list("code", "id") if not CODE.fullmatch(code)}
    if not codes:
        return
    ids = set(place.objects.filter(category__in=codes.values()).values_list("paper_id", flat=True))
    deleted = paper.objects.filter(is_deleted=True).values_list("id", "categories")
    ids |= {pk for pk, given in deleted.iterator() if codes.keys() & set(given)}
    last = paper.objects.aggregate(last=Max("revision"))["last"] or 0
    now = timezone.now()
    primary: Counter[tuple[int, int]] = Counter()
    for row in in_batches(paper, sorted(ids)):
        last += 1
        row.categories = [code for code in row.categories if code not in codes]
        row.revision, row.modified_at = last, now
        row.save(update_fields=["categories", "revision", "modified_at"])
        places = list(place.objects.filter(paper=row).order_by("position"))
        place.objects.filter(paper=row, category__in=codes.values()).delete()
        kept = [each for each in places if each.category_id not in codes.values()]
        for position, each in enumerate(kept):  # in order, so that no two ever have one position
            each.position, each.changed_at = position, now
            each.save(update_fields=["position", "changed_at"])
        if kept and kept[0].pk != places[0].pk:
            primary[kept[0].category_id, row.published.year if row.published else 0] += 1
    counts = apps.get_model("papers", "PaperCount")
    for (pk, year), papers in primary.items():
        counts.objects.filter(category=pk, year=year).update(primary_papers=F("primary_papers") + papers)
    author = apps.get_model("profiles", "Author")
    counted = apps.get_model("profiles", "AuthorCategory").objects.filter(category__in=codes.values())
    for row in in_batches(author, sorted(set(counted.values_list("author_id", flat=True)))):
        for name in ("categories", "main_years"):
            row.statistics[name] = [each for each in row.statistics.get(name, ()) if each[0] not in codes]
        row.statistics_are_stale = True
        row.save(update_fields=["statistics", "statistics_are_stale"])
    earlier = apps.get_model("papers", "EarlierIdentifier")
    for each in earlier.objects.exclude(categories=[]):
        if codes.keys() & set(each.categories):
            each.categories = [code for code in each.categories if code not in codes]
            each.save(update_fields=["categories"])
    category.objects.filter(pk__in=codes.values()).delete()


def leave_dois(apps: Apps) -> None:
    """Take texts that are no DOI away from papers."""
    model = apps.get_model("papers", "PaperDoi")
    for pk, doi in list(wrong(model, "doi", DOI)):
        row = model.objects.get(pk=pk)
        row.delete()
        following = model.objects.filter(paper=row.paper_id).order_by("position").first()
        shown = apps.get_model("papers", "Paper").objects.filter(pk=row.paper_id, doi=doi)
        shown.update(doi=following.doi if following else "")


def wrong(model: Any, name: str, form: re.Pattern[str]) -> list[tuple[int, str]]:
    """The rows whose text has not this form."""
    rows = model.objects.values_list("id", name).iterator()
    return [(pk, text) for pk, text in rows if not (form.fullmatch(text) and text.isprintable())]


def drop(model: Any, name: str, form: re.Pattern[str]) -> None:
    for pk, _text in wrong(model, name, form):
        model.objects.filter(pk=pk).delete()


def rename(model: Any, name: str, form: re.Pattern[str], taken: set[str], stem: str) -> None:
    """Give what can't be found under its name one by its number; an arXiv id is none of these."""
    rows = [*wrong(model, name, form), *model.objects.filter(**{f"{name}__in": taken}).values_list("id", name)]
    for pk, _text in rows:
        found, number = f"{stem}-{pk}", 1
        while model.objects.filter(**{name: found}).exists():
            number += 1
            found = f"{stem}-{pk}-{number}"
        given = {name: found, "modified_at": timezone.now()}
        if name == "identifier":
            given["arxiv_id"] = None
        model.objects.filter(pk=pk).update(**given)


def in_batches(model: Any, ids: list[int]) -> Any:
    """The rows with these ids, some at a time."""
    for start in range(0, len(ids), BATCH):
        yield from model.objects.filter(pk__in=ids[start : start + BATCH]).order_by("pk")


class Migration(migrations.Migration):
    dependencies = [("profiles", "0004_field_rules"), ("papers", "0003_field_rules")]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
