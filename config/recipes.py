"""The worked examples of docs/recipes/: each a program whose first comment says what it does. The tests run every one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

LANGUAGES = {".sh": "Shell", ".py": "Python", ".R": "R"}
ADDRESS = "http://127.0.0.1:8000"  # what the files have; the page has that of the site


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe: its title and what to know of it, from the comment at its top, and the program below."""

    name: str
    language: str
    title: str
    about: str
    code: str


def read_recipes(folder: Path) -> list[Recipe]:
    """The recipes in the order of their names."""
    return [_read(path) for path in sorted(folder.iterdir()) if path.suffix in LANGUAGES]


def _read(path: Path) -> Recipe:
    lines = path.read_text(encoding="utf-8").replace(ADDRESS, settings.SITE_URL).splitlines()
    while lines[0].startswith("#!"):
        lines.pop(0)
    comment = []
    while lines and lines[0].startswith("#"):
        comment.append(lines.pop(0).lstrip("# "))
    title, _, about = " ".join(comment).partition(". ")
    return Recipe(path.stem, LANGUAGES[path.suffix], title.rstrip("."), about, "\n".join(lines).strip())
