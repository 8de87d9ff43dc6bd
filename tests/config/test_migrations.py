"""A database as Coterie 0.1.0 made it (tests/databases/make.py), brought up to date: nothing of it lost, everything answers."""

from __future__ import annotations

import json
import lzma
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import Resolver404, get_resolver, resolve

from papers import search
from papers.bylines.groups import bare_name
from papers.models import Collaboration, Paper, PaperCategory, SourceRecord
from papers.publications import parse_journal_ref
from papers.search import parse_query
from tests.browser.pages import PAGES
from tests.conftest import record
from tests.databases.make import BIBTEX, CORRECTION, ONCE, SESSION, TOKEN
from tests.databases.make import rows as snapshot_rows
from tests.live_site import LiveSite
from tests.papers.ingest.test_faults import Site, new_database, write  # noqa: F401 used by its name below

DATABASES = Path(__file__).resolve().parent.parent / "databases"
# Django's own lists, which a new model makes longer, and search indexes, which are made again from the rows.
NOT_COMPARED = re.compile(r"django_migrations|sqlite_|\w+_search")
# What a migration changed on purpose: {(table, column)}, or (table, "*") where the whole table was.
CHANGED = {
    ("profiles_author", "statistics"),  # papers that are not arXiv's are counted: profiles/0007_papers_elsewhere
    # Whole names of groups, which `new_columns_mean` compares: papers/0011_whole_names_of_groups
    ("papers_paper", "collaborations"),
    ("papers_collaboration", "name"),
    ("django_admin_log", "object_repr"),  # names people who may be hidden: profiles/0003_log_by_number
    # Days became places in time, which `new_columns_mean` compares: papers/0006_publications_and_sources
    *((table, "sort_date") for table in ("papers_paper", "papers_papercategory", "profiles_authorship")),
    # What the package kept that locked people out: profiles/0006_tries_to_sign_in_are_kept_no_more
    *((table, "*") for table in ("axes_accessattempt", "axes_accesslog", "django_content_type", "auth_permission")),
}
SECRET_KEY = "the key of a site that is only for tests"
# Addresses to which no page leads.
OTHERS = [
    "/arxiv/2001.08361",
    "/doi/10.1000/engines",
    "/orcid/0000-0002-1825-0097",
    "/search/authors/?q=tom",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/opensearch/suggestions?q=tom",
    "/authors/ada-byron/",
    "/authors/zoe-quartz/",
    "/papers/2001.00009/",
    "/sitemap.xml",
    "/api/v1/",
    "/api/v1/authors/lady-ada/",
    *(f"/api/v1/authors/tom-henighan/{name}/" for name in ("papers", "similar", "coauthors", "statistics")),
    "/api/v1/authors/autocomplete/?q=tom",
    "/api/v1/papers/2001.08361/",
    "/api/v1/papers/moved/",
    "/api/v1/papers/deleted/",
    "/api/v1/categories/cs.LG/",
    "/api/v1/decisions/10/",
    "/api/v1/schema/",
    "/papers/2001.08361/linkset/",
    "/llms.txt",
    f"/suggest/{CORRECTION}/",
]
ANSWERS = {"/nowhere/": 404, "/authors/tom-henighan/?year=abc": 400, "/api/v1/suggestions/": 401}
# What programs post to, or is for curators' programs; and a page to which 0.1.0 led only for some of the names that waited.
NO_PAGES = {
    "admin:curation-assign",
    "language",
    "api-author-batch",
    "api-author-papers-of-many",
    "api-paper-batch",
    "api-decision-undo",
    "api-suggestion-detail",
    "api-suggestion-accept",
    "api-suggestion-reject",
    "api-suggestion-skip",
}


def restore(site: Site) -> None:
    """Put the old database into the site's empty one."""
    if site.database_url.startswith("sqlite"):
        packed = DATABASES / "544b33a.sqlite3.xz"
        (site.folder / "site.sqlite3").write_bytes(lzma.decompress(packed.read_bytes()))
        return
    text = lzma.decompress((DATABASES / "544b33a.sql.xz").read_bytes()).decode()
    with psycopg.connect(site.database_url) as connection:
        connection.execute(re.sub(r"(?m)^\\(un)?restrict .*$", "", text).encode())  # a word of psql's, not of SQL


def tables(site: Site) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """The columns and rows of each table that is compared."""
    if site.database_url.startswith("sqlite"):
        connection: Any = sqlite3.connect(site.folder / "site.sqlite3")
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        connection = psycopg.connect(site.database_url)
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    found = {}
    with closing(connection):
        for (name,) in connection.execute(query).fetchall():
            if not NOT_COMPARED.match(name):
                cursor = connection.execute(f'SELECT * FROM "{name}"')
                found[name] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found


def lost(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """By table the rows that were there and are there no more; new columns may have come."""
    found = {}
    for table, (columns, rows) in before.items():
        if (table, "*") in CHANGED:
            continue
        now, rows_now = after.get(table, ([], []))
        kept = [column for column in columns if not CHANGED & {(table, column), (table, "*")}]

        def values(columns: list[str], rows: list[Any], kept: list[str] = kept) -> Counter[str]:
            places = [columns.index(column) if column in columns else None for column in kept]
            return Counter(repr(["lost" if place is None else row[place] for place in places]) for row in rows)

        if gone := list((values(columns, rows) - values(now, rows_now)).elements()):
            found[table] = gone
    return found


def new_columns_mean(before: dict[str, Any], after: dict[str, Any]) -> dict[int, list[tuple[str, Any, Any]]]:
    """By the id of a paper what its new columns say and what they are to say, where they don't."""
    old = {row["id"]: row for row in as_dicts(*before["papers_paper"])}
    places: dict[int, int] = {}
    found: dict[int, list[tuple[str, Any, Any]]] = defaultdict(list)
    for row in as_dicts(*after["papers_paper"]):
        was = old[row["id"]]
        places[row["id"]] = int(str(was["published"]).replace("-", "")) if was["published"] else 0
        is_article = parse_journal_ref(was["journal_ref"]) is not None
        expected = {
            "published_precision": "day" if was["published"] else "",
            "sort_day": places[row["id"]],
            "type": ("article-journal" if is_article else "article") if was["arxiv_id"] else "",
            "is_withdrawn": was["comments"].startswith("This paper has been withdrawn"),
            **dict.fromkeys(("issued_precision", "citation_key", "base_url"), ""),
            **dict.fromkeys(("issued", "merged_into_id")),
            "details": {},
            "is_hidden": False,
            "collaborations": [f"{name} Collaboration" for name in json_of(was["collaborations"])],
        }
        for name, value in expected.items():
            said = json_of(row[name]) if name in ("details", "collaborations") else row[name]
            if said != value:
                found[row["id"]].append((name, said, value))
    for table in ("papers_papercategory", "profiles_authorship"):
        for row in as_dicts(*after[table]):
            if row["sort_day"] != places[row["paper_id"]]:
                found[row["paper_id"]].append((table, row["sort_day"], places[row["paper_id"]]))
    return dict(found)


def json_of(value: Any) -> Any:
    """A column of JSON, which SQLite gives as text."""
    return json.loads(value) if isinstance(value, str) else value


def as_dicts(columns: list[str], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_papers_that_were_here_get_what_an_import_gives(build_rows: Any) -> None:
    days = [f"Mon, {day} Jan 2020 10:00:00 GMT" for day in (6, 13)]
    build_rows(
        record("2001.00001", journal_ref="Journal of Engines 12 (1999) 1-10"),
        record("2001.00002", journal_ref="To appear"),
        record("2001.00003", comments="This paper has been withdrawn by the author"),
        record("2001.00004", comments="Not to be withdrawn"),
        record("2001.00005", versions=[{"version": f"v{n}", "created": day} for n, day in enumerate(days, 1)]),
    )
    flagged = [{"version": "v1"}, {"version": "v2", "source_type": "I"}]
    Paper.objects.filter(identifier="2001.00005").update(versions=flagged, is_withdrawn=True)
    columns = ("identifier", "published_precision", "type", "is_withdrawn", "sort_day", "memberships__sort_day")
    first = Paper.objects.filter(memberships__position=0).order_by("identifier").values_list(*columns)
    imported = list(first)
    assert [row[2:4] for row in imported] == [
        ("article-journal", False),
        ("article", False),
        ("article", True),
        ("article", False),
        ("article", True),
    ]
    Paper.objects.update(published_precision="", type="", is_withdrawn=False)
    PaperCategory.objects.update(sort_day=0)
    migration = import_module("papers.migrations.0007_dates_and_types")
    migration.fill(apps, connection.schema_editor())
    assert list(first.all()) == imported


@pytest.mark.django_db
def test_groups_that_were_here_get_the_names_that_an_import_gives(build_rows: Any, tmp_path: Path) -> None:
    rows = [
        record("2001.00001", authors="A. Bee for the ATLAS Collaboration, the Planck Team"),
        record("2001.00002", authors="C. Dee on behalf of CMS; the EROS and MACHO teams"),
        record("2001.00003", authors="The Atlas collaboration, C. Dee (for the H.E.S.S. Collab.)", doi="10.1000/a"),
        record("2001.00004", authors="Ada Byron"),
    ]
    build_rows(*rows)
    (tmp_path / "lab.bib").write_text(
        "@article{x, doi = {10.1000/a}, title = {On 2001.00003}, year = 2020, author = {{ATLAS Collaboration} and Dee, C.}}"
    )
    call_command("import_papers", str(tmp_path / "lab.bib"), verbosity=0)
    found = (
        Paper.objects.order_by("identifier").values_list("identifier", "collaborations"),
        SourceRecord.objects.filter(facts__has_key="collaborations").order_by("id").values_list("id", "facts"),
        Collaboration.objects.order_by("key").values_list("key", "name"),
    )
    imported = [list(rows) for rows in found]
    assert imported[0] == [
        ("2001.00001", ["ATLAS Collaboration", "Planck Team"]),
        ("2001.00002", ["CMS", "EROS team", "MACHO team"]),
        ("2001.00003", ["Atlas collaboration", "H.E.S.S. Collaboration"]),
        ("2001.00004", []),
    ]
    assert [facts["collaborations"] for _, facts in imported[1]] == [imported[0][2][1], ["ATLAS Collaboration"]]
    for paper in Paper.objects.all():
        paper.collaborations = list(map(bare_name, paper.collaborations))
        paper.save()
    for word in SourceRecord.objects.filter(facts__has_key="collaborations"):
        word.facts["collaborations"] = list(map(bare_name, word.facts["collaborations"]))
        word.save()
    for group in Collaboration.objects.all():
        group.name = bare_name(group.name)
        group.save()
    search.index_papers(connection, search.stored_rows(Paper.objects.all()))
    assert search.matching(Paper.objects.all(), parse_query("ATLAS Collaboration")).count() == 0
    import_module("papers.migrations.0011_whole_names_of_groups").write_out(apps, connection.schema_editor())
    import_module("profiles.migrations.0012_search_by_whole_names_of_groups").index(apps, connection.schema_editor())
    assert [list(rows.all()) for rows in found] == imported
    for query in ("ATLAS", "ATLAS Collaboration"):
        assert search.matching(Paper.objects.all(), parse_query(query)).count() == 2
    again = build_rows(*rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)


@pytest.mark.own_databases
def test_an_old_site_brought_up_to_date_has_lost_nothing_and_goes_on(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    make: Callable[[str], Site] = request.getfixturevalue("new_database")
    old = make("old")
    restore(old)
    before = tables(old)
    assert {"papers_paper", "profiles_decision", "profiles_similaritylink", "auth_user"} <= before.keys()
    status, said = old.run("migrate", "-v0")
    assert status == 0, said
    after = tables(old)
    assert lost(before, after) == {}
    assert new_columns_mean(before, after) == {}
    with LiveSite(old.folder, DATABASE_URL=old.database_url, SECRET_KEY=SECRET_KEY) as site:
        program = Program(site.url)
        for command in ("make_sitemaps", "dump_dataset"):
            site.run(command)
        every_page_answers(program)
        a_request_is_answered_as_it_was(program)
        every_decision_is_undone(program)
        later = [
            record("2005.00001", authors="Ada Byron, Wei Wang, Nobody Yet", title="On engines of later years"),
            record("2005.00002", authors="Tom Henighan, C. Babbage", title="On tables of later years"),
        ]
        site.run("import_papers", str(write(tmp_path / "later.jsonl", later)))
        for command in ("link_authors", "find_duplicates", "verify_counts"):
            site.run(command)
        site.run("compute_similarity", "--since")
        statuses, _ = program.one_of_each_page([*PAGES.values(), "/authors/ada-byron/", "/authors/nobody-yet/"])
        assert unexpected(statuses) == {}


@pytest.mark.own_databases
def test_the_same_files_again_make_no_second_paper_and_fill_what_is_new(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    make: Callable[[str], Site] = request.getfixturevalue("new_database")
    old = make("old")
    restore(old)
    assert old.run("migrate", "-v0")[0] == 0
    before = tables(old)
    _status, said = old.run("import_papers", str(write(tmp_path / "snapshot.jsonl", snapshot_rows(record))))
    assert ": 0 created, 0 updated," in said, said
    assert changed(before, tables(old)) == {}
    (tmp_path / "lab.bib").write_text(BIBTEX)
    _status, said = old.run("import_papers", str(tmp_path / "lab.bib"))
    assert ": 0 created, 4 updated, 0 unchanged" in said, said
    after = tables(old)
    papers = {row["identifier"]: row for row in as_dicts(*after["papers_paper"])}
    was = {row["identifier"]: row for row in as_dicts(*before["papers_paper"])}
    assert papers.keys() == was.keys()
    # The keys that 0.1.0 gave them, when they had no year.
    assert {name: row["citation_key"] for name, row in papers.items() if row["citation_key"]} == {
        "byron-2020-a-list-of-engines-that-weave": "byronlist-byron-2020-a-list-of-engines-that-weave",
        "van-der-sample-2019-looms-in-ete": "vandersamplelooms-van-der-sample-2019-looms-in-ete",
    }
    assert "profiles_decision" not in changed(before, after)
    shown = {
        name: (papers[name]["sort_day"], papers[name]["type"], json_of(papers[name]["details"]).get("container"))
        for name in ("byron-2020-a-list-of-engines-that-weave", "van-der-sample-2019-looms-in-ete", "2001.00009")
    }
    assert shown == {
        "byron-2020-a-list-of-engines-that-weave": (20200000, "article-journal", "J. Engines"),
        "van-der-sample-2019-looms-in-ete": (20190000, "paper-conference", "Proc. Looms"),
        "2001.00009": (20200106, "article-journal", "J. Engines"),  # of arXiv, and in the list as well
    }
    _status, said = old.run("import_papers", str(tmp_path / "lab.bib"), "--restart")
    assert ": 0 created, 0 updated, 4 unchanged" in said, said
    # What curators said of the bylines holds when they are linked again.
    assert old.run("link_authors")[0] == 0
    assert said_by_humans(tables(old)) == said_by_humans(before) != []


def said_by_humans(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Which place on which paper is whom, where a curator said so."""
    columns = ("paper_id", "position", "author_id", "printed_name", "basis")
    rows = as_dicts(*found["profiles_authorship"])
    return sorted(tuple(row[name] for name in columns) for row in rows if row["decided_by_human"])


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """By table the rows that an import added or wrote, but for its own note."""
    return {
        table: [row for row in rows if row not in before[table][1]]
        for table, (_, rows) in after.items()
        if table != "papers_build" and sorted(map(repr, rows)) != sorted(map(repr, before[table][1]))
    }


class Program:
    """Asks the site, as a visitor unless it says who it is."""

    def __init__(self, url: str):
        self.url = url

    def ask(self, address: str, body: Any = None, **headers: str) -> tuple[int, str, str]:
        """Status, text, and the address that answered in the end."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        try:
            with urlopen(Request(self.url + address, data, headers), timeout=60) as answer:
                text = answer.read().decode(errors="replace")
                return answer.status, text, answer.url.removeprefix(self.url)
        except HTTPError as error:
            return error.code, error.read().decode(), address

    def one_of_each_page(self, start: list[str], **headers: str) -> tuple[dict[str, int], set[str]]:
        """The status of these addresses and of one for each view that they lead to; the names of these views."""
        waiting, statuses, seen = start[::-1], {}, set()
        while waiting:
            address = waiting.pop()
            name = view_of(address)
            if address in statuses or (address not in start and name in seen | {"none"}):
                continue
            statuses[address], text, ended = self.ask(address, **headers)
            seen.add(name)
            for link in re.findall(r'(?:href|src|action)="([^"]+)"|"(http://[^"]+)"|<loc>([^<]+)<', text):
                link = urljoin(self.url + ended, "".join(link).replace("&amp;", "&")).split("#")[0]
                if link.startswith(self.url) and "logout" not in link:
                    waiting.insert(0, link.removeprefix(self.url))
        return statuses, seen

    def decide(self, path: str, body: Any, **headers: str) -> tuple[int, str, str]:
        """What the API answers to the curator's program."""
        return self.ask(f"/api/v1/{path}", body, Authorization=f"Bearer {TOKEN}", **headers)

    def decisions(self) -> list[dict[str, Any]]:
        """All of them, newest first, as curators read them."""
        rows: list[dict[str, Any]] = json.loads(self.decide("decisions/?page_size=200", None)[1])["results"]
        assert all(row["summary"] for row in rows)
        return rows


def view_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return "none"


def unexpected(statuses: dict[str, int]) -> dict[str, int]:
    return {address: status for address, status in statuses.items() if status != ANSWERS.get(address, 200)}


def every_page_answers(program: Program) -> None:
    statuses, seen = program.one_of_each_page([*PAGES.values(), *OTHERS])
    assert unexpected(statuses) == {}
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names - seen - NO_PAGES == set(), "no address of these views was asked: add one to OTHERS"
    statuses, seen = program.one_of_each_page(["/admin/"], Cookie=f"sessionid={SESSION}")
    assert unexpected(statuses) == {}
    admin = get_resolver().namespace_dict["admin"][1].reverse_dict
    lists = {f"admin:{name}" for name in admin if isinstance(name, str) and re.search("changelist$|^curation", name)}
    assert lists - seen - NO_PAGES == set()


def a_request_is_answered_as_it_was(program: Program) -> None:
    """The token of then, a request's key of then: nothing is decided a second time."""
    newest = program.decisions()[0]["id"]
    status, text, _ = program.decide("decisions/", ONCE, **{"Idempotency-Key": "once"})
    assert (status, program.decisions()[0]["id"]) == (201, newest), text


def every_decision_is_undone(program: Program) -> None:
    """Newest first; what they did is gone from the pages."""
    assert program.ask("/authors/c-babbage/")[2] == "/authors/charles-babbage/"
    assert program.ask("/authors/zebedee-quill/")[0] == 410
    for decision in program.decisions():
        if decision["undoes"] is None and decision["in_force"]:
            status, text, _ = program.decide(f"decisions/{decision['id']}/undo/", {"reason": "an old site"})
            assert status == 201, (decision, text)
    assert [row for row in program.decisions() if row["undoes"] is None and row["in_force"]] == []
    assert program.ask("/authors/c-babbage/")[2] == "/authors/c-babbage/"
    assert program.ask("/authors/zebedee-quill/")[0] == 200
