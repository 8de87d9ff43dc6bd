"""Who may import whom: a table of folders from the bottom of the house to its top, and the folders that need no Django."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BASE = settings.BASE_DIR

# A folder, or a module beside the folders of its app, may import what stands on a line above its own, and itself.
FLOORS = """
papers.text papers.taxonomy
papers.identifiers
papers.field_rules
papers.bylines papers.models
papers.publications
papers.database papers.people
papers.search papers.http papers.display
papers.filters papers.citations
papers.ingest papers.metadata

profiles.names profiles.models profiles.permissions
profiles.watermark profiles.statistics profiles.search profiles.lookup
profiles.similarity profiles.linking profiles.filters
profiles.duplicates profiles.dataset profiles.display profiles.sitemaps
profiles.curation profiles.pipeline
"""
# Nothing imports these but what is named behind them and what brings the whole together.
LEAVES = {
    "papers.oai": "papers.urls",
    "papers.api": "papers.urls profiles.api config.views config.compression config.settings",
    "papers.views": "papers.urls profiles.views profiles.urls",
    "papers.management": "profiles.management config.commands",
    "papers.admin": "profiles.admin",
    "papers.templatetags": "",
    "profiles.api": "profiles.urls profiles.people config.urls",
    "profiles.views": "profiles.urls",
    "profiles.admin": "profiles.templatetags config.urls",
    "profiles.management": "config.commands",
    "profiles.templatetags": "",
    "profiles.people": "",
}
# These need no Django, but for the modules named behind them.
NO_DJANGO = {
    "papers.text": "markup",
    "papers.taxonomy": "",
    "papers.identifiers": "",
    "papers.field_rules": "",
    "papers.bylines": "",
    "papers.publications": "",
    "papers.ingest.readers": "",
    "papers.ingest.records": "",
    "papers.ingest.checks": "",
    "papers.ingest.machine_dates": "",
    "papers.ingest.duplicate_evidence": "",
    "papers.citations": "cite_box from_papers styles",
    "papers.metadata.highwire": "",
    "papers.display.plots": "",
    "papers.management.progress": "",
    "profiles.names": "",
    "profiles.duplicates.candidates": "",
    "profiles.duplicates.score": "",
    "profiles.linking.metrics": "",
    "profiles.curation.paper_groups": "",
    "profiles.statistics.layout": "",
    "profiles.similarity.model": "",
    "profiles.similarity.evaluation": "",
    "profiles.dataset.value_types": "",
}
APPS = ("papers", "profiles", "config")
ABOVE = {"papers": ("profiles", "config", "tests"), "profiles": ("config", "tests"), "config": ("tests",)}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(BASE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for app in APPS for path in sorted((BASE / app).rglob("*.py"))}


def imports(tree: ast.AST, *, at_once: bool = False) -> Iterator[str]:
    """The modules that a file imports, also by their name in a text; `at_once`: only those needed to load it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if at_once and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "import_string")):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))
        yield from imports(node, at_once=at_once)


def room(module: str) -> str:
    """The folder of an app, or the module beside the folders: the first two parts of the name."""
    return ".".join(module.split(".")[:2])


def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


ARROWS = {
    (room(module), room(name), module)
    for module in MODULES
    if ".migrations." not in module
    for name in imports(tree_of(module))
    if name.split(".")[0] in APPS and room(name) != room(module)
}
FLOOR_OF = {each: number for number, line in enumerate(FLOORS.strip().splitlines()) for each in line.split()}


def points_up(app: str, source: str) -> list[str]:
    return [name for name in imports(ast.parse(source)) if name.split(".")[0] in ABOVE[app]]


@pytest.mark.parametrize("app", APPS)
def test_no_import_points_up_to_another_app(app: str) -> None:
    assert {
        name: found
        for name in MODULES
        if name.split(".")[0] == app and (found := points_up(app, MODULES[name].read_text(encoding="utf-8")))
    } == {}


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


def test_every_folder_stands_in_the_tables() -> None:
    """`urls` and `apps` of an app, which Django asks for, bring together what is there."""
    rooms = {room(name) for name in MODULES if not name.startswith("config") and ".migrations" not in name}
    known = FLOOR_OF.keys() | LEAVES.keys() | {f"{app}{part}" for app in APPS for part in ("", ".urls", ".apps")}
    assert rooms - known == set()
    assert known - rooms - {"config", "config.urls", "config.apps"} == set()


def test_folders_import_only_what_stands_below_them() -> None:
    assert {
        f"{module} imports {below}"
        for above, below, module in ARROWS
        if above in FLOOR_OF and below in FLOOR_OF and FLOOR_OF[below] >= FLOOR_OF[above]
    } == set()


def test_pages_api_commands_and_the_admin_are_leaves() -> None:
    assert {
        f"{module} imports {below}"
        for above, below, module in ARROWS
        if below in LEAVES and above not in LEAVES[below].split()
    } == set()


def needs_no_django(module: str) -> bool:
    for name, exceptions in NO_DJANGO.items():
        if module == name or module.startswith(f"{name}."):
            return module.removeprefix(f"{name}.") not in exceptions.split()
    return False


def test_thinking_needs_no_django() -> None:
    """A module that needs none imports none, nor a module of ours that does."""
    wrong = set()
    for module in filter(needs_no_django, MODULES):
        for name in imports(tree_of(module), at_once=True):
            ours = name.split(".")[0] in APPS
            if name.split(".")[0] in ("django", "rest_framework") or (ours and not needs_no_django(name)):
                wrong.add(f"{module} imports {name}")
    assert wrong == set()
    assert sum(map(needs_no_django, MODULES)) > 70


def test_folders_are_small_enough_to_be_looked_through() -> None:
    """At most 26 entries of Python, Django's own included, migrations aside."""
    entries: dict[Path, set[Path]] = {}
    for path in MODULES.values():
        while path.parent != BASE:
            entries.setdefault(path.parent, set()).add(path)
            path = path.parent
    assert {str(folder): len(found) for folder, found in entries.items() if len(found) > 26} == {}
