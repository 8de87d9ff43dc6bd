"""Every recipe of docs/recipes/ is run against a site that serves, and says what it should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config.recipes import LANGUAGES, TEXTS, Example, read_recipes
from tests.live_site import LiveSite

FOLDER = settings.BASE_DIR / "docs" / "recipes"
PROGRAMS = {".sh": ["sh"], ".py": [sys.executable], ".R": ["Rscript", "--vanilla"]}
PACKAGES = {"Rscript": "r-base-core"}
SAYS = {
    "01-find-an-author.sh": '"name":"Tom Henighan"',
    "02-search-papers.sh": '"title":"Scaling Laws',
    "03-read-as-text.sh": "# Tom Henighan\n",
    "04-what-changed.sh": "<datestamp>",
    "05-all-papers-of-an-author.py": "2020-01-23 2001.08361 Scaling Laws for Neural Language Models",
    "06-why-are-they-similar.py": " term ",
    "07-who-writes-with-whom.py": "Tom Henighan,Jared Kaplan,",
    "08-fetch-the-data.py": "files fetched; load them with",
    "09-papers-per-year.R": "2020",
    "10-how-sure-are-we.R": "name",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with LiveSite(tmp_path_factory.mktemp("site")) as site:
        site.run("loaddata", "seed")
        site.run("compute_similarity")
        site.run("dump_dataset")
        yield site


def test_there_are_ten_and_each_says_something() -> None:
    assert sorted(path.name for path in FOLDER.iterdir() if path.suffix in LANGUAGES) == sorted(SAYS)
    assert len(SAYS) == 10
    said = [text for recipe in read_recipes(FOLDER) for text in (recipe.title, recipe.about) if text]
    assert said == list(TEXTS)


@pytest.mark.parametrize("name", SAYS)
def test_a_recipe_works(site: LiveSite, tmp_path: Path, name: str) -> None:
    path = FOLDER / name
    program = PROGRAMS[path.suffix]
    for needed in [program[0], *(["curl"] if path.suffix == ".sh" else [])]:
        if shutil.which(needed) is None:
            pytest.skip(
                f"{needed} is not installed (on Debian: apt install {'r-base-core' if needed == 'Rscript' else needed})"
            )
    done = run(program, path, site, tmp_path)
    assert SAYS[name] in done
    if name.startswith("08"):
        assert done.startswith("12 files fetched")
        assert run(program, path, site, tmp_path).startswith("0 files fetched")


def run(program: list[str], path: Path, site: LiveSite, folder: Path) -> str:
    done = subprocess.run(
        [*program, str(path)],
        cwd=folder,
        env={**os.environ, "COTERIE": site.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_none_names_the_seeds_people_on_another_site() -> None:
    for recipe in read_recipes(FOLDER, Example("ada-byron", "ada", "letters")):
        assert "henighan" not in recipe.code.casefold(), recipe.name


def test_the_page_shows_them_with_the_sites_address(client: Client, db: None, settings: object) -> None:
    settings.SITE_URL = "https://papers.example.org"
    recipes = read_recipes(FOLDER)
    assert [recipe.title for recipe in recipes][:2] == ["Find an author", "Search papers"]
    assert recipes[0].about.startswith("What was typed so far is enough; ")
    assert all("127.0.0.1" not in recipe.code and recipe.code for recipe in recipes)
    page = client.get("/recipes/").content.decode()
    assert "https://papers.example.org" in page
    assert page.count("<pre") == 10
    assert "site = os.environ.get(&quot;COTERIE&quot;" in page
