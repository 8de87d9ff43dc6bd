"""The arrow of imports, config → profiles → papers → Django, and the modules that need no Django at all."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BASE = settings.BASE_DIR
ABOVE = {"papers": {"profiles", "config", "tests"}, "profiles": {"config", "tests"}, "config": {"tests"}}
FILES = [(app, path) for app in ABOVE for path in sorted((BASE / app).rglob("*.py"))]


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a file imports anywhere in it, also by their name in a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "import_string")):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


def points_up(app: str, source: str) -> list[str]:
    return [name for name in imported(ast.parse(source)) if name.split(".")[0] in ABOVE[app]]


@pytest.mark.parametrize(
    ("app", "path"), FILES, ids=lambda value: str(value.relative_to(BASE)) if isinstance(value, Path) else value
)
def test_no_import_points_up(app: str, path: Path) -> None:
    assert points_up(app, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("app", "source", "found"),
    [
        ("papers", "import profiles", ["profiles"]),
        ("papers", "from profiles.models import Author", ["profiles.models"]),
        ("papers", "def f():\n    from config import api", ["config"]),
        ("papers", "import_string('profiles.people.LinkedPeople')", ["profiles.people.LinkedPeople"]),
        ("papers", "importlib.import_module('config.urls')", ["config.urls"]),
        ("profiles", "import papers.models, config.settings", ["config.settings"]),
        ("profiles", "from papers import models", []),
        ("papers", "import configparser, profilesque", []),
    ],
)
def test_what_points_up_is_seen(app: str, source: str, found: list[str]) -> None:
    assert points_up(app, source) == found


PURE = [
    "papers.records", "papers.bylines", "papers.bylines.names", "papers.identifiers", "papers.taxonomy",
    "papers.sentences", "papers.tex",
    "papers.folding", "papers.readers", "papers.readers.snapshot", "papers.readers.oai", "papers.readers.atom",
    "papers.readers.bibtex", "papers.citations", "papers.highwire",
    "papers.plots", "papers.progress", "profiles.names", "profiles.vectors",
    "profiles.duplicates.candidates", "profiles.duplicates.score",
    "profiles.evaluation", "profiles.evaluation_linking", "profiles.graph", "profiles.neighbours",
    "profiles.homonyms", "profiles.copies", "profiles.hubs", "profiles.guards", "profiles.products",
    "profiles.closest", "profiles.evidence", "profiles.paper_groups",
]  # fmt: skip
NEEDS_DJANGO = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(sorted(name for name in sys.modules if name.split(".")[0] in ("django", "rest_framework")))
"""


@pytest.mark.parametrize("module", PURE)
def test_thinking_needs_no_django(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NEEDS_DJANGO, module], cwd=BASE, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_the_pure_half_of_each_stage_is_among_them() -> None:
    """docs/architecture.md names the pure modules in the second column of its table of stages."""
    text = (BASE / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ") and ".py`" in line]
    named = [
        part.strip("`").removesuffix("/").removesuffix(".py").replace("/", ".")
        for row in rows
        if len(row) == 6 and "(`" not in row[2]  # a part of a module, named in brackets, can't be loaded alone
        for part in row[2].strip().split(", ")
    ]
    assert named == [
        "papers.readers", "papers.records", "papers.bylines", "profiles.names", "profiles.duplicates.candidates",
        "profiles.duplicates.score",
        "profiles.evaluation_linking", "profiles.vectors", "profiles.graph", "profiles.copies", "profiles.homonyms",
        "profiles.hubs", "profiles.guards", "profiles.products", "profiles.neighbours", "profiles.closest",
        "profiles.evidence", "profiles.evaluation",
    ]  # fmt: skip
    assert set(named) <= set(PURE)
