"""What README and docs/ name exists: files, commands and their options, verbs of make, settings, addresses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

BASE: Path = settings.BASE_DIR
PAGES = [BASE / "README.md", BASE / "CONTRIBUTING.md", *sorted((BASE / "docs").glob("*.md"))]
TEXTS = {str(page.relative_to(BASE)): page.read_text(encoding="utf-8") for page in PAGES}
# Made on a site's own machine, or brought by a user: they are named but not part of this project.
NOT_OURS = re.compile(r"var/|robots\.txt|arxiv-metadata-oai-snapshot\.json|\.env$")

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
INDENTED = re.compile(r"^ {4}(\S.*)$", re.MULTILINE)
FILE = re.compile(r"(?:[\w.-]+/)*[\w-]*\.(?:py|md|json|jsonl|toml|txt|in|css|html|png|svg)|(?:[\w.-]+/)+")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")


def test_pages_that_are_looked_at_are_there() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md"} <= set(TEXTS)


def files_of(page: str) -> list[str]:
    """Paths that the page names, as links relative to it and in code relative to the project."""
    text = TEXTS[page]
    folder = Path(page).parent
    links = [target.split("#")[0] for target in LINK.findall(text) if "://" not in target and target[0] not in "#/"]
    # An address of the site and a path both have slashes; addresses begin with one.
    code = [span for span in CODE.findall(text) if FILE.fullmatch(span)]
    return sorted({*(str(folder / target) for target in links), *(span for span in code if not NOT_OURS.match(span))})


@pytest.mark.parametrize(("page", "path"), [(page, path) for page in TEXTS for path in files_of(page)])
def test_every_file_that_is_named_exists(page: str, path: str) -> None:
    # "models/" alone is said of each app, "formats.py" of the folder that the sentence names.
    found = (BASE / path).exists() or any([*BASE.glob(f"*/{path}"), *BASE.glob(f"p*/*/{path}")])
    assert found, f"{page} names {path}"


def commands_of(text: str) -> set[str]:
    # A table of commands says so in its head; others may have names of fields in their first column.
    tables = re.findall(r"^(\|.*\|)\n\| ---.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    commands = "".join(rows for head, rows in tables if "command" in head)
    first_cells = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \|", commands, re.MULTILINE)
    in_table = {
        name.split()[0]
        for cell in first_cells
        for name in CODE.findall(cell)
        if re.fullmatch(r"[a-z_]+", name.split()[0])
    }
    last_cells = re.findall(r"\| ((?:`[a-z_]+`(?:, )?)+) \|$", commands, re.MULTILINE)
    return {*COMMAND.findall(text), *in_table, *(name for cell in last_cells for name in CODE.findall(cell))}


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_that_is_named_exists(page: str) -> None:
    assert commands_of(TEXTS[page]) - set(get_commands()) == set()


def test_the_commands_of_readme_are_found() -> None:
    assert {"import_papers", "harvest_arxiv", "link_authors", "build_all", "loaddata", "check"} <= commands_of(
        TEXTS["README.md"]
    )


@pytest.mark.parametrize("line", re.findall(r"^\| (`.*) \|$", TEXTS["README.md"], re.MULTILINE))
def test_every_option_that_is_named_exists(line: str) -> None:
    first, _, rest = line.partition(" | ")
    names = [name.split()[0] for name in CODE.findall(first) if name.split()[0] in get_commands()]
    options = {option for span in CODE.findall(rest) for option in re.findall(r"--[a-z-]+", span)}
    known: set[str] = set()
    for name in names:
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        known |= {text for action in parser._actions for text in action.option_strings}
    assert options <= known


def verbs() -> set[str]:
    makefile = (BASE / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", TEXTS)
def test_every_verb_of_make_that_is_named_exists(page: str) -> None:
    spans = [*CODE.findall(TEXTS[page]), *INDENTED.findall(TEXTS[page])]
    named = {verb for span in spans for verb in re.findall(r"(?:^|\s)make ([a-z]+)", span)}
    assert named - verbs() == set()


def test_make_help_names_every_verb() -> None:
    makefile = (BASE / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    named = set(re.findall(r'@echo "make ([a-z]+) ', makefile))
    assert phony == verbs()
    assert verbs() - named == {"help", "site"}  # itself, and the part of `run` that ends
    assert named <= verbs()


# --- Settings -----------------------------------------------------------------------------------------------------------


def settings_in_readme() -> set[str]:
    table = TEXTS["README.md"].split("## Settings")[1].split("\n## ")[0]
    return {
        name
        for cell in re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", table, re.MULTILINE)
        for name in CODE.findall(cell)
    }


def settings_that_are_read() -> set[str]:
    tree = ast.parse((BASE / "config" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def settings_of_make() -> set[str]:
    makefile = (BASE / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))


def test_every_setting_is_in_readme_and_nothing_else() -> None:
    assert settings_that_are_read() - settings_in_readme() == set()
    # PYTHON is said where it is needed: when the one found is too old.
    assert settings_in_readme() - settings_that_are_read() == settings_of_make() - {"PYTHON"}


def test_defaults_in_readme_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", TEXTS["README.md"], re.MULTILINE))
    source = (BASE / "config" / "settings.py").read_text(encoding="utf-8")
    for name, default in (("API_RATE", "600/min"), ("SITE_NAME", "Coterie"), ("LOG_LEVEL", "WARNING")):
        assert rows[name] == default
        assert re.search(rf'"{name}", "{default}"', source)
    assert rows["NUM_PROXIES"] == "0"
    assert 'env.int("NUM_PROXIES", 0)' in source


# --- Addresses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (page, address)
        for page, text in TEXTS.items()
        for address in sorted(
            {
                *(
                    span
                    for span in CODE.findall(text)
                    if re.fullmatch(r"/[\w/.-]*", span) and not span.startswith(("/srv", "/lab"))
                ),
                *re.findall(r"\(http://127\.0\.0\.1:8000(/[^)]*)\)", text),
            }
        )
    ],
)
def test_every_address_that_is_named_leads_somewhere(page: str, address: str) -> None:
    assert resolve(address).func, page


def test_what_the_page_on_architecture_names_stands_in_the_code() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for app in ("papers", "profiles", "config")
        for path in (BASE / app).rglob("*.py")
    )
    names = {
        part
        for span in CODE.findall(TEXTS["docs/architecture.md"])
        if re.fullmatch(r"[A-Za-z_]\w+(\.\w+)?", span) and not FILE.fullmatch(span)
        for part in span.split(".")
    }
    assert {"PaperRecord", "Importer", "stage_lock", "revision"} <= names
    assert {name for name in names - set(get_commands()) if not re.search(rf"\b{name}\b", source)} == set()


# --- Habits -------------------------------------------------------------------------------------------------------------


def test_decisions_are_numbered_from_the_oldest() -> None:
    headings = re.findall(r"^## (.*)$", TEXTS["docs/decisions.md"], re.MULTILINE)
    numbers = [int(re.match(r"(\d+)\. \d{4}-\d\d-\d\d: ", heading)[1]) for heading in headings]  # type: ignore[index]
    assert numbers == list(range(len(headings), 0, -1))


@pytest.mark.parametrize("path", re.findall(r"pytest -q (tests/\S+)", TEXTS["CONTRIBUTING.md"]))
def test_every_test_that_contributing_runs_exists(path: str) -> None:
    file, _, name = path.partition("::")
    assert f"def {name}" in (BASE / file).read_text(encoding="utf-8") if name else (BASE / file).exists()


def test_the_formatter_formats_everything() -> None:
    command = "# fmt: " + "skip"
    sources = [
        path
        for folder in ("papers", "profiles", "config", "tests", "benchmarks", "docs")
        for path in (BASE / folder).rglob("*.py")
    ]
    assert len(sources) > 500
    assert [str(path) for path in sources if command in path.read_text(encoding="utf-8")] == []


def test_a_module_says_what_it_holds_and_asks_nothing() -> None:
    asks = re.compile(r"(?:What|Which|How|Who|Whose|Whom|Where|When|Why|Whether|That)\b")
    modules = [path for app in ("papers", "profiles", "config", "benchmarks") for path in (BASE / app).rglob("*.py")]
    first_lines = {path: (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "") for path in modules}
    assert sum(map(bool, first_lines.values())) > 250
    assert [str(path) for path, text in first_lines.items() if asks.match(text)] == []


def test_every_kind_of_decision_that_programs_send_is_named() -> None:
    from profiles.api.decision_bodies import BODIES

    [sentence] = re.findall(r"^`kind` is ([^(]+)\(", TEXTS["docs/api.md"], re.MULTILINE)
    assert set(re.split(r", | or ", sentence.strip())) == set(BODIES)
