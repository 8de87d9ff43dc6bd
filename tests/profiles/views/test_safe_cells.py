"""No table that leaves the site has a cell which a spreadsheet calculates."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from papers.models import Paper
from papers.text.spreadsheet_cells import safe_cell
from profiles.models import Author
from profiles.views.statistics import TABLES
from tests.conftest import record

BEFORE = ["", "\ufeff", "\u200b", "\u00ad", " ", "\u00a0", "\u3000", "\u2060\ufeff", "\x00", "\u0301", "\u202e"]
SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
FORMULAS = [f"{before}{sign}cmd|' /C calc'!A0" for before in BEFORE for sign in SIGNS]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ada", "1", "A=1", "(−1)", "\ufeff", "  Ada", "'=1", "“=1”", "é", "\u3000王", "−1"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text())
def test_text_is_kept_whole(text: str) -> None:
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")


def cells(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode(), newline="")) for cell in row]


@pytest.fixture(params=["＝1+1", "\ufeff=1+1", "=1+1", "\u200b＠SUM(A1)"], ids=ascii)
def formula(request: Any, build_rows: Any) -> str:
    """A site on which every text that may be a cell is a formula."""
    build_rows(record("2001.00001", authors="Ada Byron, Charles Babbage"), record("2001.00002", authors="Ada Byron"))
    text: str = request.param
    Paper.objects.update(
        title=text,
        abstract=text,
        comments=text,
        journal_ref=text,
        report_no=text,
        license=text,
        msc_class=text,
        acm_class=text,
    )
    for paper in Paper.objects.all():
        Paper.objects.filter(pk=paper.pk).update(byline=[{**entry, "name": text} for entry in paper.byline])
    Author.objects.update(name=text, affiliation=text, bio=text)
    return text


def test_every_table_of_the_site(formula: str, client: Client, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    for address in (
        "/papers.csv",
        "/authors/ada-byron/papers.csv",
        "/categories/cs.LG/papers.csv",
        "/papers/2001.00001.csv",
        "/papers-per-year.csv",
        "/categories/cs.LG/years.csv",
        "/authors/ada-byron/network.csv",
        *(f"/authors/ada-byron/statistics/{name}.csv" for name in TABLES),
        *(
            f"/api/v1/{name}/?format=csv"
            for name in (
                "papers",
                "authors",
                "categories",
                "decisions",
                "builds",
                "merged",
                "similarity-links",
                "papers/deleted",
                "papers/moved",
                "authors/ada-byron/papers",
                "authors/ada-byron/similar",
            )
        ),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = cells(answer.getvalue())
    call_command("dump_dataset", tmp_path / "data", verbosity=0)
    for path in (tmp_path / "data").rglob("*.csv.*"):
        found[path.name] = cells(gzip.decompress(path.read_bytes()))
    raw = [(where, cell) for where, row in found.items() for cell in row if cell == formula or cell != safe_cell(cell)]
    assert raw == []
    guarded = [where for where, row in found.items() if f"'{formula}" in row]
    assert {"/papers.csv", "/authors/ada-byron/network.csv", "/api/v1/papers/?format=csv", "authors.csv.gz"} <= set(
        guarded
    )
