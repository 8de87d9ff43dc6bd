"""The worked examples of docs/recipes/: each a program whose first comment says what it does. The tests run every one."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from pathlib import Path

from django.conf import settings

from papers.text.lazy_messages import marked as _

LANGUAGES = {".sh": "Shell", ".py": "Python", ".R": "R"}
ADDRESS = "http://127.0.0.1:8000"  # what the files have; the page has that of the site
# What the files say of themselves, for translators; a test compares the two.
TEXTS = (
    _("Find an author"),
    _("What was typed so far is enough; each answer has the id that never changes and the address."),
    _("Search papers"),
    _('Words, "phrases" and fields such as title: can be mixed; a parameter that nobody knows is refused by name.'),
    _("Read a profile as text"),
    _("Every profile and paper has a Markdown twin, made for pasting and for programs that read."),
    _("What changed since a day, deletions included"),
    _(
        "This is OAI-PMH: follow resumptionToken to the end of the list, and begin the next time a little before the "
        "responseDate of this time's first answer."
    ),
    _("All papers of an author, oldest first"),
    _("A list is read page by page: `next` leads on until it is null."),
    _("Why two authors are similar"),
    _("The contributions of the evidence add up to the score."),
    _("Who wrote with an author, as a list of edges for a program that draws networks"),
    _("Fetch everything, and the next time only what is new"),
    _(
        "The manifest has the checksum of every file. Where it is 404, whoever runs the site has not made the files yet "
        "(manage.py dump_dataset)."
    ),
    _("Papers per year, in R without packages"),
    _("Each table of the dataset is there as CSV, packed with gzip."),
    _("How many authorships rest on a printed name alone, and how many a curator or a register confirmed"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """Whom the recipes ask for, what of the name is typed, and what is sought; only letters, digits, spaces and hyphens."""

    slug: str = "tom-henighan"
    typed: str = "tom hen"
    sought: str = 'title:scaling "language"'

    @classmethod
    def of(cls, slug: str, name: str, title: str) -> Example:
        """An example from this site's own author and paper."""
        words = sorted(re.findall(r"[^\W_]+", title), key=len)
        return cls(
            slug, re.sub(r"[^\w -]", "", name)[:7].strip().casefold(), f"title:{words[-1]}" if words else "letters"
        )


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe: its title and what to know of it, from the comment at its top, and the program below."""

    name: str
    language: str
    title: str
    about: str
    code: str


def read_recipes(folder: Path, example: Example | None = None) -> list[Recipe]:
    """The recipes in the order of their names, with the seed's example or another."""
    return [_read(path, example or Example()) for path in sorted(folder.iterdir()) if path.suffix in LANGUAGES]


def _read(path: Path, example: Example) -> Recipe:
    text = path.read_text(encoding="utf-8").replace(ADDRESS, settings.SITE_URL)
    for ours, theirs in zip(astuple(Example()), astuple(example), strict=True):
        text = text.replace(ours, theirs)
    lines = text.splitlines()
    while lines[0].startswith("#!"):
        lines.pop(0)
    comment = []
    while lines and lines[0].startswith("#"):
        comment.append(lines.pop(0).lstrip("# "))
    title, _, about = " ".join(comment).partition(". ")
    return Recipe(path.stem, LANGUAGES[path.suffix], title.rstrip("."), about, "\n".join(lines).strip())
