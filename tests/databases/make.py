"""A site as Coterie 0.1.0 kept it, with something in every table: made once, kept beside this file, migrated by tests.

It runs on commit 544b33a only, in an empty database (later code makes other tables):

    git worktree add ../old 544b33a && cp tests/databases/make.py ../old/tests/made.py && cd ../old
    export SECRET_KEY='the key of a site that is only for tests' DATA_DIR=/tmp/coterie
    python -m tests.made && xz --lzma2=preset=9e,lc=4,pb=0 < $DATA_DIR/coterie.sqlite3 > 544b33a.sqlite3.xz
    rm -r $DATA_DIR && export DATABASE_URL=postgresql://…
    python -m tests.made && pg_dump --inserts --rows-per-insert=200 --no-owner --no-privileges $DATABASE_URL |
        xz -9e > 544b33a.sql.xz

Its secrets are for tests only, and tests/config/test_migrations.py uses them.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TOKEN = "coterie_a-token-that-is-only-for-tests"
REVOKED = "coterie_another-token-that-is-only-for-tests"
SESSION = "asessionthatisonlyfortests"
CORRECTION = "a-suggestion-of-a-visitor-that-is-for-tests"
PASSWORD = "a password that is only for tests"
ONCE = {"kind": "profile", "author": "alan-turing", "affiliation": "Bletchley", "reason": "a program"}
FAR = datetime(2120, 1, 1, tzinfo=UTC)

BIBTEX = r"""
@article{engines, author = {Byron, Ada and Babbage, Charles}, title = {A list of engines that weave}, journal = {J. Engines},
  volume = 3, pages = {1--10}, year = 2020, doi = {10.1000/engines}, abstract = {Engines that weave cogs.}}
@article{matched, author = {Byron, Ada and Turing, A. M.}, title = {On the analytical engine and its tables},
  journal = {J. Engines}, year = 2020}
@inproceedings{looms, author = {van der Sample, Jr, Ben and Hopper, Grace and {ABCD Collaboration}},
  title = {Looms in {\'E}t{\'e}}, booktitle = {Proc. Looms}, year = 2019}
@misc{undated, author = {Noether, Emmy}, title = {A letter without a date}}
@article{titleless, author = {Nobody, N.}, year = 2019}
"""


def rows(record: Callable[..., dict[str, Any]]) -> list[Any]:
    """What arXiv has."""
    weave = {"abstract": "We weave cogs, algebra and cloth by an analytical engine."}
    found: list[Any] = [
        record("2001.00001", authors="Ada Byron, Charles Babbage", title="On engines of analysis", **weave),
        record("2001.00002", authors="A. Byron, Charles Babbage", title="On more engines of analysis", **weave),
        record("2001.00003", authors="Wei Wang, Alan Turing", title="On numbers that engines weave", **weave),
        record("2001.00004", authors="Wei Wang, Grace Hopper", title="On compilers", categories="hep-th"),
        record("2001.00005", authors="Zebedee Quill, Charles Babbage", title="On quills of engines", **weave),
        record("2001.00006", authors="Ada Byron, Zebedee Quill", title="On further quills of engines", **weave),
        record(
            "2001.00007",
            authors="Emmy Noether, for the ABCD Collaboration",
            title="On invariants",
            categories="math-ph weird.XX",
            doi="10.1000/a 10.1000/b",
        ),
        record("2001.00008", authors="Alan M. Turing, Emmy Noether", title="On tables of algebra", **weave),
        record(
            "2001.00009",
            authors="Ada Byron, A. M. Turing",
            title="On the Analytical Engine and its Tables",
            journal_ref="J. Engines (2020)",
        ),
        record("2001.00010", authors="C. Babbage", title="On cams", **weave),
        record("2001.00010", authors="C. Babbage", title="On cams, said otherwise on the same day", **weave),
        record("2001.00011", authors="G. Hopper, Alan Turing", title="On cloth of algebra", **weave),
        record("2001.00012", authors="Wei Wang, Ada Byron, Wei Wang", title="Two of a name", **weave),
        record("hep-th/9901001", authors="Q. Quill", title="An old one", categories="hep-th"),
        record("2001.00013", authors="Nobody", title=""),
        "this is no record",
    ]
    names = ["Ada Lovelace", "A. Lovelace", "Mary Somerville", "M. Somerville", "Sophie Germain", "S. Germain"]
    with_whom = ["Ada Byron", "Emmy Noether", "Alan Turing"]
    for number in range(12):
        found.append(
            record(
                f"2002.{number:05d}",
                authors=f"{names[number % 6]}, {with_whom[number % 3]}",
                title=f"Cams and {['wheels', 'cards', 'rings'][number % 3]} of kind {number}",
                abstract=f"We turn {['wheels', 'cards', 'rings'][number % 3]} by an engine of cams and algebra.",
                categories=["cs.LG", "math.CO cs.LG", "stat.ML"][number % 3],
            )
        )
    return found


def make() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group, Permission
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.test import Client

    from papers.bylines import parse_name
    from papers.database.builds import stage_lock
    from papers.ingest.runs import import_source
    from papers.ingest.sources.harvester import harvest
    from papers.ingest.sources.oai_client import Client as OaiClient
    from papers.models import Paper
    from profiles.curation import acts, add_person, claim_without_position, decide, undo
    from profiles.models import (
        ApiToken,
        Author,
        Authorship,
        Correction,
        Decision,
        DuplicateSuggestion,
        EarlierSlug,
        KeptAnswer,
        UnassignedName,
    )
    from profiles.models.tokens import digest_of
    from profiles.similarity import full_run
    from tests.conftest import record
    from tests.papers.ingest.sources.oai_server import Entry, OaiServer

    class Repository(OaiServer):
        """A university's repository: Dublin Core, and deletions."""

        def respond(self, arguments: dict[str, str]) -> str:
            return super().respond(arguments).replace("oai:arXiv.org:", "oai:repository.example:")

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    folder = Path(settings.DATA_DIR)
    call_command("migrate", verbosity=0)
    call_command("loaddata", "categories", "seed", verbosity=0)
    stages()

    # --- Papers of four sources -------------------------------------------------------------------------------------

    (folder / "lab.bib").write_text(BIBTEX)
    import_source(str(folder / "lab.bib"))
    stages()
    snapshot = folder / "snapshot.jsonl"
    snapshot.write_text("".join(f"{json.dumps(row) if isinstance(row, dict) else row}\n" for row in rows(record)))
    import_source(str(snapshot))
    stages()
    entries = [
        Entry(f"thesis-{number}", f"2020-01-0{number}", f"A thesis on looms of kind {number}") for number in range(1, 6)
    ]
    clock = itertools.count().__next__
    os.environ["no_proxy"] = "*"
    with Repository(entries, clock) as server:
        server.formats = {
            "oai_dc": server.formats["oai_dc"].replace("http://arxiv.org/abs/", "https://repository.example/")
        }
        for _again in range(2):
            client = OaiClient(server.url, print, contact="", clock=time.monotonic, sleep=lambda seconds: None)
            harvest(client)
            server.change("thesis-2", is_deleted=True, datestamp="2026-11-19")
    arxiv = [
        Entry("2003.00001", "2020-03-01", "On harvested looms"),
        Entry("2003.00002", "2020-03-01", "On looms that go"),
    ]
    with OaiServer(arxiv, clock) as server:
        for _again in range(2):
            harvest(
                OaiClient(server.url, print, contact="", clock=time.monotonic, sleep=lambda seconds: None),
                prefix="arXivRaw",
            )
            server.change("2003.00002", is_deleted=True, datestamp="2026-11-19")
    stages()

    # --- Decisions ---------------------------------------------------------------------------------------------------

    curator = get_user_model().objects.create_superuser("curator", "curator@lab.example", PASSWORD)
    clerk = get_user_model().objects.create_user("clerk", "", PASSWORD, is_staff=True)
    group = Group.objects.create(name="curators")
    group.permissions.set(Permission.objects.filter(codename__in=["change_author", "view_author", "change_correction"]))
    clerk.groups.add(group)
    clerk.user_permissions.add(Permission.objects.get(codename="view_decision"))

    def author(name: str) -> Author:
        return Author.objects.filter(name=name).order_by("merged_into_id", "pk").first()

    def on(identifier: str) -> Paper:
        return Paper.objects.get(identifier=identifier)

    def place(identifier: str, name: str) -> Authorship:
        return Authorship.objects.get(paper__identifier=identifier, author=author(name))

    def once_and_again(act: Callable[[], Any], reason: str = "") -> Decision:
        """Decided, undone, and decided again: by undoing the undo."""
        made = decide(act(), curator, reason)
        undo(undo(made, curator, "a mistake"), curator, "it was none")
        return made

    def and_undone(act: Callable[[], Any]) -> None:
        undo(decide(act(), curator), curator, "a mistake")

    once_and_again(lambda: acts.Merge(author("C. Babbage"), author("Charles Babbage")), "his own page says so")
    and_undone(lambda: acts.Merge(author("G. Hopper"), author("Emmy Noether")))
    decide(acts.Merge(author("G. Hopper"), author("Grace Hopper")), curator)
    pairs = [(author(f"{name[0]}. {name.split()[1]}"), author(name)) for name in ("Ada Lovelace", "Mary Somerville")]
    decide(acts.MergeMany(pairs), curator, "many at once")
    and_undone(lambda: acts.MergeMany([(author("S. Germain"), author("Sophie Germain"))]))
    and_undone(lambda: acts.Split(author("Ada Byron"), [on("2001.00001").pk]))
    decide(acts.Split(author("Wei Wang"), [on("2001.00004").pk]), curator, "two fields")
    import_source(
        str(
            write(
                folder / "later.jsonl",
                [
                    record("2004.00001", authors="Wei Wang", title="Whose is this?"),
                    record("2004.00002", authors="Wei Wang, Ada Byron", title="And whose is that?"),
                ],
            )
        )
    )
    stages()
    waiting = UnassignedName.objects.order_by("paper__identifier").first()
    decide(acts.Assign(waiting.paper, waiting.position, author("Wei Wang")), curator)
    and_undone(lambda: acts.Move([place("2001.00003", "Alan Turing")], author("Sophie Germain")))
    # A merge that a later move stands on, undone in part.
    merge = decide(acts.Merge(author("A. Byron"), author("Emmy Noether")), curator)
    decide(acts.Move([place("2001.00002", "Emmy Noether")], author("Grace Hopper")), curator)
    partly = undo(merge, curator, "not she")
    assert partly.conflicts
    decide(acts.NotSame(author("Wei Wang"), author("Alan Turing")), curator)
    and_undone(lambda: acts.NotSame(author("Wei Wang"), author("Ada Byron")))
    decide(acts.Rename(author("Zebedee Quill"), parse_name("Zoe Quartz")), curator)
    and_undone(lambda: acts.Rename(author("Q. Quill"), parse_name("Quentin Quill")))
    once_and_again(lambda: acts.SetVisibility(author("Zoe Quartz"), "Zebedee Quill", "match-only"))
    decide(acts.AddName(author("Emmy Noether"), parse_name("Amalie Emmy Noether")), curator)
    decide(acts.AddName(author("Sophie Germain"), parse_name("Antoine LeBlanc"), "match-only"), curator)
    decide(acts.SetVisibility(author("Sophie Germain"), "Antoine LeBlanc", "match-only", as_printed=True), curator)
    and_undone(lambda: acts.AddName(author("Ada Byron"), parse_name("Ada King")))
    decide(acts.SetIdentifier(author("Ada Byron"), "orcid", "0000-0002-1825-0097"), curator)
    decide(acts.SetIdentifier(author("Ada Byron"), "homepage", "https://ada.example/"), curator)
    decide(acts.SetIdentifier(author("Charles Babbage"), "arxiv", "babbage_c_1"), curator)
    gone = decide(acts.SetIdentifier(author("Alan Turing"), "orcid", "0000-0001-5109-3700"), curator)
    decide(acts.RemoveIdentifier(author("Alan Turing").identifiers.get()), curator)
    and_undone(lambda: acts.RemoveIdentifier(author("Charles Babbage").identifiers.get()))
    assert gone.is_in_force
    decide(acts.Edit(author("Grace Hopper"), {"standing": "curated"}), curator)
    decide(
        acts.Edit(author("Grace Hopper"), {"affiliation": "Navy", "bio": "Wrote a compiler.\n\nFound a moth."}), curator
    )
    and_undone(lambda: acts.Edit(author("Grace Hopper"), {"bio": "Another"}))
    decide(acts.Edit(author("Q. Quill"), {"is_hidden": True}), curator)
    and_undone(lambda: acts.Edit(author("Emmy Noether"), {"is_hidden": True}))
    decide(acts.Edit(author("Mary Somerville"), {"in_similarity": False}), curator)
    decide(acts.ChangeAddress(author("Ada Byron"), "lady-ada"), curator)
    and_undone(lambda: acts.ChangeAddress(author("Alan Turing"), "alan", retire=True))
    decide(acts.ChangeAddress(author("Emmy Noether"), "emmy"), curator)
    decide(acts.RetireAddress(EarlierSlug.objects.get(slug="emmy-noether")), curator)
    decide(acts.SetVerdict(author("Ada Byron"), author("Emmy Noether"), "pinned", "Both wove."), curator)
    decide(acts.SetVerdict(author("Ada Byron"), author("Alan Turing"), "vetoed"), curator)
    and_undone(lambda: acts.SetVerdict(author("Charles Babbage"), author("Emmy Noether"), "vetoed"))
    claim_without_position(on("2001.00010"), add_person(parse_name("Mary Boole"), [parse_name("M. E. Boole")]))
    decide(acts.SetVerdict(author("Tom Henighan"), author("Ada Byron"), "pinned"), curator)
    stages()

    # --- What visitors and programs did ------------------------------------------------------------------------------

    site = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    said = {
        "kind": "not-mine",
        "text": "This is by somebody else.",
        "orcid": "0000-0002-1694-233X",
        "email": "me@lab.example",
    }
    site.post(f"/suggest/?author={author('Emmy Noether').public_id}&paper=2001.00008", said)
    site.post(f"/suggest/?author={author('Ada Byron').public_id}", {"kind": "name", "text": "It's Lovelace."})
    site.post(f"/suggest/?author={author('Wei Wang').public_id}", {"kind": "other", "text": "What a site!"})
    accepted, declined, _open = Correction.objects.order_by("id")
    Correction.objects.filter(pk=accepted.pk).update(
        status="accepted", answer="Done.", decision=partly, token=CORRECTION
    )
    Correction.objects.filter(pk=declined.pk).update(status="declined", answer="It isn't.")
    for text, days in ((TOKEN, None), (REVOKED, 1)):
        made = ApiToken.objects.create(
            user=curator, name="a program", scopes=["decisions", "suggestions"], digest=digest_of(text), hint=text[8:14]
        )
        if days:
            made.revoke()
    program = {"authorization": f"Bearer {TOKEN}", "idempotency-key": "once"}
    answer = site.post("/api/v1/decisions/", ONCE, content_type="application/json", headers=program)
    assert answer.status_code == 201, answer.content
    suggestion = DuplicateSuggestion.objects.open().first()
    DuplicateSuggestion.objects.filter(pk=DuplicateSuggestion.objects.open().last().pk).update(
        skipped_at=FAR - timedelta(1)
    )
    answer = site.post(
        f"/api/v1/suggestions/{suggestion.pk}/reject/",
        {},
        content_type="application/json",
        headers=program | {"idempotency-key": "twice"},
    )
    assert answer.status_code == 201, answer.content
    site.post("/admin/login/", {"username": "curator", "password": "wrong"})
    site.post("/admin/login/", {"username": "nobody", "password": "wrong"})
    assert site.post("/admin/login/", {"username": "clerk", "password": PASSWORD}).status_code == 302
    site.force_login(curator)
    Session.objects.create(session_key=SESSION, session_data=SessionStore().encode(dict(site.session)), expire_date=FAR)
    site.post(f"/admin/profiles/correction/{_open.pk}/change/", {"status": "open", "answer": "We look into it."})
    for address in ("/authors/tom-henighan/network/", "/authors/lady-ada/network/"):
        assert site.get(address).status_code == 200
    KeptAnswer.objects.update(made_at=FAR)
    call_command("evaluate_similarity", verbosity=0)
    with stage_lock():
        full_run.compute_similarity()
    check()


def write(path: Path, found: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found))
    return path


def stages() -> None:
    from papers.database.builds import stage_lock
    from profiles.pipeline import run_stages

    with stage_lock():
        run_stages()


def check() -> None:
    """Raises AssertionError where a table or a kind of decision has nothing to lose."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection

    from profiles.models import Decision

    call_command("verify_counts")
    empty = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model.objects.exists()]
    assert set(empty) == {"axes_accessfailurelog", "axes_accessattemptexpiration"}, empty  # not used by our settings
    made = set(Decision.objects.values_list("kind", flat=True))
    assert made == set(Decision.Kind.values), set(Decision.Kind.values) - made
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    make()
