"""Harvesting, against a server on loopback that behaves like arXiv's (oai_server.py); only the clock is not real."""

import errno
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from io import StringIO
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command

from papers.database.builds import AlreadyRunning, stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.ingest.records import Rejection
from papers.ingest.rejects import RejectsFile
from papers.ingest.sources import harvester, oai_client
from papers.ingest.sources.harvest_state import HarvestState
from papers.ingest.sources.harvester import Outcome, harvest
from papers.ingest.sources.oai_client import Client, HarvestError, checked_base_url, seconds_asked_for
from papers.management.commands.harvest_arxiv import seconds
from papers.models import Build, Paper
from tests.papers.ingest.sources import oai_server
from tests.papers.ingest.sources.oai_server import Entry, OaiServer

pytestmark = pytest.mark.django_db

ENTRIES = [
    Entry("1501.00001", "2015-01-06", "Apples"),
    Entry("1501.00002", "2015-01-06", "Bread & butter"),
    Entry("1501.00003", "2015-01-07", "Cheese"),
    Entry("1501.00004", "2015-01-08", "Dates"),
    Entry("1501.00005", "2015-01-08", "Eggs"),
    Entry("1501.00006", "2015-01-08", "Figs"),
    Entry("1501.00007", "2015-01-08", "Grapes"),
    Entry("1501.00008", "2015-01-09", "Honey"),
]
ROWS = [(each.id, each.title, date.fromisoformat(each.datestamp), False) for each in ENTRIES]


class Time:
    """A clock that stands still until somebody sleeps; `before_sleep` is called with each pause."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.before_sleep: Callable[[float], None] = lambda seconds: None

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.before_sleep(seconds)
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OaiServer]:
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("no_proxy", "*")
    with OaiServer(ENTRIES, time.clock) as server:
        yield server


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def run(server: OaiServer, time: Time, lines: list[str]) -> Callable[..., Outcome]:
    def run(**options) -> Outcome:
        server.asked.clear()
        client = Client(server.url, lines.append, contact="me@lab.example", clock=time.clock, sleep=time.sleep)
        return harvest(client, **options)

    return run


def rows() -> list[tuple]:
    return list(Paper.objects.order_by("identifier").values_list("identifier", "title", "datestamp", "is_deleted"))


def rows_with_state() -> list[tuple]:
    """All that a run which finds nothing new must leave alone."""
    return list(Paper.objects.order_by("identifier").values_list("identifier", "revision", "modified_at", "read_at"))


def first(**arguments: str) -> dict[str, str]:
    return {"verb": "ListRecords", "metadataPrefix": "arXivRaw", **arguments}


def going_on(day: str, skip: int) -> dict[str, str]:
    """The request for the page behind `skip` records of this day, when all sets are harvested."""
    token = f"verb%3DListRecords%26metadataPrefix%3DarXivRaw%26from%3D{day}%26skip%3D{skip}"
    return {"verb": "ListRecords", "resumptionToken": token}


WHOLE_LIST = [first(), going_on("2015-01-07", 1), going_on("2015-01-08", 3)]


# --- All goes well ----------------------------------------------------------------------------------------------------


def test_the_first_harvest_reads_everything_page_by_page(run, server, tmp_path):
    outcome = run()
    assert rows() == ROWS
    assert server.arguments() == WHOLE_LIST
    assert (outcome.summary, outcome.is_complete, outcome.newest, outcome.rejects.parent) == (
        ImportSummary(read=8, created=8),
        True,
        date(2015, 1, 9),
        tmp_path / "rejects",
    )
    build = Build.objects.get()
    assert (build.stage, build.status, build.subject) == ("harvest", "finished", f"{server.url} * arXivRaw")
    assert HarvestState.from_json(build.progress) == HarvestState(
        newest=date(2015, 1, 9), begun=date(2026, 11, 20), pages=3, records=8, is_complete=True
    )


def test_requests_say_who_asks_and_keep_arxivs_pace(run, server, time):
    server.faults = [None, oai_server.cut_off, oai_server.refusing(503)]
    run()
    assert {(asked.headers["User-Agent"], asked.headers["Accept-Encoding"]) for asked in server.asked} == {
        ("Coterie (mailto:me@lab.example)", "gzip")
    }
    assert [later.at - earlier.at for earlier, later in pairwise(server.asked)] == [3, 5, 10, 3]


def test_a_slow_answer_is_not_followed_by_a_pause(run, server, time):
    def slow(handler: oai_server._Handler, content: bytes) -> None:
        time.now += 40
        handler.answer(content)

    server.faults = [slow]
    run()
    assert time.pauses == [3]


@pytest.mark.parametrize(
    ("prefix", "byline", "versions"),
    [
        ("arXivRaw", "Ada Abel (MIT)", 1),
        ("arXiv", "Ada Abel", 0),
        ("oai_dc", "Ada Abel", 0),
    ],
)
def test_each_format_gives_papers(run, server, prefix, byline, versions):
    assert run(prefix=prefix).summary == ImportSummary(read=8, created=8)
    paper = Paper.objects.get(identifier="1501.00002")
    assert (paper.title, paper.abstract, paper.authors_text, paper.categories, len(paper.versions)) == (
        "Bread & butter",
        "On Bread & butter.",
        byline,
        ["cs.LG"],
        versions,
    )


@pytest.mark.parametrize("ends_with_empty_token", [False, True], ids=["missing last token", "empty last token"])
@pytest.mark.parametrize("packs", [False, True], ids=["plain", "gzip"])
def test_the_list_ends_with_an_empty_token_or_with_none(run, server, ends_with_empty_token, packs):
    server.ends_with_empty_token, server.packs = ends_with_empty_token, packs
    assert run().is_complete
    assert rows() == ROWS


def test_only_the_set_is_asked_for_and_each_set_has_its_own_place(run, server):
    server.entries.append(Entry("1501.00009", "2015-01-10", "Ices", spec="math:math:CO"))
    run(set_spec="math")
    assert server.arguments() == [first(set="math")]
    run()
    assert server.arguments()[0] == first()
    run(set_spec="math")
    assert server.arguments() == [first(set="math", **{"from": "2015-01-09"})]
    assert len(rows()) == 9


def test_the_second_harvest_asks_for_a_day_of_overlap_and_writes_nothing(run, server):
    run()
    before = rows_with_state()
    outcome = run()
    assert server.arguments() == [first(**{"from": "2015-01-08"}), going_on("2015-01-08", 3)]
    assert outcome.summary == ImportSummary(read=5, unchanged=5)
    assert rows_with_state() == before


def test_what_was_changed_added_and_deleted_since_comes_with_the_next_harvest(run, server):
    run()
    server.change("1501.00001", title="Apricots", datestamp="2015-01-10")
    server.change("1501.00002", is_deleted=True, datestamp="2015-01-10")
    server.entries.append(Entry("1501.00009", "2015-01-11", "Ices"))
    assert run().summary == ImportSummary(read=8, created=1, updated=1, unchanged=5, deleted=1)
    assert rows() == [
        ("1501.00001", "Apricots", date(2015, 1, 10), False),
        (*rows()[1][:3], True),
        *ROWS[2:],
        ("1501.00009", "Ices", date(2015, 1, 11), False),
    ]
    assert run().summary == ImportSummary(read=3, unchanged=2, without_effect=1)


def test_what_changes_while_the_list_is_read_is_asked_for_the_next_time(run, server):
    server.today = "2015-01-08"
    run()
    run()
    assert server.arguments()[0] == first(**{"from": "2015-01-07"})


def test_nothing_new_is_no_error_and_the_first_day_stays(run, server):
    outcome = run(since=date(2026, 11, 1))
    assert (outcome.summary, outcome.is_complete, outcome.newest) == (ImportSummary(), True, None)
    run()
    assert server.arguments() == [first(**{"from": "2026-11-01"})]


def test_a_record_given_twice_is_stored_once_and_told(run, server):
    server.change("1501.00004", is_twice=True)
    summary = run().summary
    assert (summary.read, summary.created, summary.unchanged, summary.rejected) == (9, 8, 1, 0)
    assert rows() == ROWS


def test_a_record_that_cannot_be_a_paper_is_kept_with_its_place(run, server):
    server.change("1501.00006", title="")
    outcome = run()
    assert (outcome.summary.created, outcome.summary.rejected) == (7, 1)
    (rejected,) = [json.loads(line) for line in outcome.rejects.read_text().splitlines()]
    assert (rejected["place"], rejected["reason"]) == ("page 2, record 3", "title: the record has no title")
    assert "<identifier>oai:arXiv.org:1501.00006<" in rejected["raw"].replace("ns0:", "")


# --- A bad line, a bad server -----------------------------------------------------------------------------------------


def in_forty_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=40.9), usegmt=True)


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        pytest.param(oai_server.refusing(503, Retry_After="30"), 30, id="503 with Retry-After"),
        pytest.param(oai_server.refusing(429, Retry_After="1"), 5, id="429 that wants less than we give"),
        pytest.param(oai_server.refusing(503, Retry_After="soon"), 5, id="503 with nonsense"),
        pytest.param(oai_server.refusing(500), 5, id="500"),
        pytest.param(oai_server.cut_off, 5, id="connection cut"),
        pytest.param(oai_server.cut_off_while_packed, 5, id="connection cut in gzip"),
        pytest.param(oai_server.truncated, 5, id="half a document"),
        pytest.param(oai_server.packed_as("br"), 5, id="another packing than was asked for"),
        pytest.param(oai_server.packed_as("gzip, gzip"), 5, id="packed twice"),
        pytest.param(oai_server.silent, 5, id="no answer"),
        pytest.param(oai_server.saying(b""), 5, id="empty answer"),
        pytest.param(oai_server.saying(b"<!DOCTYPE html><html><body>Down.</body></html>"), 5, id="web page"),
        pytest.param(oai_server.saying(b"<html><body>Down.</body></html>"), 5, id="well-formed web page"),
    ],
)
def test_a_fault_is_waited_out_and_nothing_is_lost(run, server, time, fault, pause):
    server.faults = [None, fault]
    assert run().summary == ImportSummary(read=8, created=8)
    assert rows() == ROWS
    assert time.pauses == [3, pause, 3]
    assert server.arguments() == [WHOLE_LIST[0], WHOLE_LIST[1], WHOLE_LIST[1], WHOLE_LIST[2]]


def test_an_older_name_of_gzip_is_understood(run, server, time):
    server.faults = [oai_server.packed_as("x-gzip")]
    run()
    assert (time.pauses, rows()) == ([3, 3], ROWS)


def test_an_answer_that_goes_on_for_ever_is_broken_off_and_asked_for_again(run, server, time, lines):
    server.faults = [oai_server.trickling(time)]
    run()
    assert f"{server.url} took more than 15 minutes for an answer. Attempt 2 of 8 in 5 seconds." in lines
    assert rows() == ROWS


def test_retry_after_may_be_a_date(run, server, time):
    server.faults = [oai_server.refusing(503, Retry_After=in_forty_seconds())]
    run()
    assert 35 < time.pauses[0] <= 41
    assert rows() == ROWS


def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone(run, server, time):
    server.faults = [None, oai_server.refusing(503, Retry_After="7200")]
    with pytest.raises(HarvestError, match="left alone for 120 minutes; a harvest waits 60 at most"):
        run()
    assert (time.pauses, rows()) == ([3], ROWS[:3])
    run()
    assert (server.arguments(), rows()) == (WHOLE_LIST[1:], ROWS)


def test_a_harvest_goes_on_where_the_server_died(run, server, time, lines):
    def die(seconds: float) -> None:
        server.is_down = len(server.asked) >= 2

    time.before_sleep = die
    with pytest.raises(HarvestError, match="8 times in a row"):
        run()
    assert time.pauses == [3, 3, 5, 10, 20, 40, 80, 160, 320]
    assert rows() == ROWS[:6]
    assert Build.objects.get().status == "failed"

    server.is_down, time.before_sleep = False, lambda seconds: None
    assert run().summary == ImportSummary(read=8, created=8)
    assert server.arguments() == WHOLE_LIST[2:]
    assert rows() == ROWS
    assert any("going on behind page 2 of the harvest begun on 2026-11-20" in line for line in lines)


def test_a_harvest_goes_on_where_it_was_stopped(run, server, time):
    def stop(seconds: float) -> None:
        if len(server.asked) == 2:
            raise KeyboardInterrupt

    time.before_sleep = stop
    with pytest.raises(KeyboardInterrupt):
        run()
    assert (rows(), Build.objects.get().status) == (ROWS[:6], "stopped")
    time.before_sleep = lambda seconds: None
    run()
    assert (server.arguments(), rows()) == (WHOLE_LIST[2:], ROWS)


def test_the_place_is_stored_with_the_page(run, server, time):
    seen = []

    def look(seconds: float) -> None:
        seen.append((HarvestState.from_json(Build.objects.get().progress).pages, Paper.objects.count()))

    time.before_sleep = look
    run()
    assert seen == [(1, 3), (2, 6)]


@pytest.mark.parametrize(
    ("batch_size", "kept", "summary"),
    [
        (500, [], ImportSummary(read=8, created=8)),
        (2, ROWS[:2], ImportSummary(read=10, created=8, unchanged=2)),
    ],
    ids=["in its only batch", "in its second batch"],
)
def test_a_run_killed_while_it_stores_a_page_reads_that_page_again(run, server, monkeypatch, batch_size, kept, summary):
    """The kill comes inside a transaction, behind the papers and before the place."""
    monkeypatch.setattr(harvester, "BATCH_SIZE", batch_size)
    store_rejects = RejectsFile.add

    def kill(rejects: RejectsFile, rejections: Sequence[Rejection]) -> None:
        if Paper.objects.count() > len(kept):
            raise SystemExit(9)
        store_rejects(rejects, rejections)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(RejectsFile, "add", kill)
        run()
    assert rows() == kept
    assert run().summary == summary
    assert (server.arguments(), rows()) == (WHOLE_LIST, ROWS)


def test_a_process_killed_between_two_pages_leaves_all_that_the_next_one_needs(server, settings, tmp_path):
    """Two real processes on a database of their own, at the real pace; the first is killed by its second request."""
    server.page_size = 5
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3", "DATA_DIR": str(tmp_path)}
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    command = [*manage, "harvest_arxiv", "--base-url", server.url]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)

    def kill(handler: oai_server._Handler, content: bytes) -> None:
        process.kill()

    server.faults = [None, kill]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    killed_after = server.arguments()
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)

    last_page = going_on("2015-01-08", 2)
    assert (killed_after, server.arguments()) == ([first(), last_page], [first(), last_page, last_page])
    with closing(sqlite3.connect(tmp_path / "site.sqlite3")) as database:
        papers = database.execute("SELECT identifier, title FROM papers_paper ORDER BY identifier").fetchall()
        statuses = database.execute("SELECT status FROM papers_build ORDER BY id").fetchall()
    assert (papers, statuses) == ([row[:2] for row in ROWS], [("stopped",), ("finished",)])


def test_an_expired_token_makes_it_begin_anew_on_the_last_day(run, server, time, lines):
    def midnight(seconds: float) -> None:
        if len(server.asked) == 2:
            server.forget_tokens()

    time.before_sleep = midnight
    summary = run().summary
    assert server.arguments() == [
        *WHOLE_LIST,
        first(**{"from": "2015-01-08"}),
        going_on("2015-01-08", 3),
    ]
    assert rows() == ROWS
    assert (summary.created, summary.unchanged, summary.rejected) == (8, 3, 0)
    assert list(Build.objects.values_list("status", flat=True)) == ["finished", "stopped"]
    assert "The server no longer knows the place where this harvest was. Beginning anew on 2015-01-08." in lines


def test_a_token_that_expired_between_two_runs_does_no_harm_either(run, server):
    server.faults = [None, oai_server.refusing(503, Retry_After="7200")]
    with pytest.raises(HarvestError):
        run()
    server.forget_tokens()
    run()
    assert server.arguments()[:2] == [going_on("2015-01-07", 1), first(**{"from": "2015-01-07"})]
    assert rows() == ROWS


def test_a_list_without_order_is_read_anew_from_its_beginning(run, server, time):
    page = server.respond(first()).replace("<datestamp>2015-01-07", "<datestamp>2015-01-05").encode()

    def midnight(seconds: float) -> None:
        if len(server.asked) == 2:
            server.forget_tokens()

    server.faults = [oai_server.saying(page)]
    time.before_sleep = midnight
    run()
    assert server.arguments() == [*WHOLE_LIST, *WHOLE_LIST]
    assert [row[:2] for row in rows()] == [row[:2] for row in ROWS]


def test_a_server_that_never_takes_its_tokens_is_given_up(run, server, time):
    time.before_sleep = lambda seconds: server.forget_tokens()
    with pytest.raises(HarvestError, match="doesn't accept the resumption tokens that it gives out itself"):
        run()
    assert len(server.asked) <= 6


# --- What is asked for ------------------------------------------------------------------------------------------------


def test_a_first_day_before_the_repositorys_own_becomes_its_own(run, server, lines):
    run(since=date(1991, 8, 14))
    assert server.arguments()[:3] == [
        first(**{"from": "1991-08-14"}),
        {"verb": "Identify"},
        first(**{"from": "2005-09-16"}),
    ]
    assert rows() == ROWS
    assert "There is nothing before 2005-09-16: beginning on that day." in lines


def test_a_limit_stops_in_the_middle_of_a_page_and_the_next_run_loses_nothing(run, server):
    outcome = run(limit=5)
    assert (outcome.summary, outcome.is_complete) == (ImportSummary(read=5, created=5), False)
    assert (server.arguments(), rows()) == (WHOLE_LIST[:2], ROWS[:5])
    assert Build.objects.get().status == "stopped"
    outcome = run()
    assert (outcome.summary, outcome.is_complete) == (ImportSummary(read=10, created=8, unchanged=2), True)
    assert (server.arguments(), rows()) == (WHOLE_LIST[1:], ROWS)


def test_another_first_day_gives_an_unfinished_harvest_up_and_the_same_one_goes_on_with_it(run, server, lines):
    run(limit=3, since=date(2015, 1, 6))
    run(limit=3, since=date(2015, 1, 6))
    assert server.arguments() == WHOLE_LIST[1:2]
    run(since=date(2015, 1, 9))
    assert server.arguments() == [first(**{"from": "2015-01-09"})]
    assert "The harvest that had come as far as 2015-01-08 is given up for this one." in lines


def test_the_fullest_format_that_there_is_is_taken_and_remembered(run, server):
    del server.formats["arXivRaw"], server.formats["arXiv"]
    run()
    assert [asked["metadataPrefix"] for asked in server.arguments()[:3]] == ["arXivRaw", "arXiv", "oai_dc"]
    assert [row[0] for row in rows()] == [row[0] for row in ROWS]
    run()
    assert server.arguments()[0] == {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2015-01-08"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"set_spec": "cs:cs:XX"}, "badArgument: Set does not exist. Check --set"),
        ({"set_spec": "cs.LG"}, "badArgument: Set does not exist. cs.LG is a category; its set is --set cs:cs:LG"),
        ({"prefix": "oai_dc"}, "It doesn't have the format oai_dc"),
        ({"since": date(2999, 1, 1)}, "records of 2999-01-01 yet: --from lies in the future"),
    ],
    ids=["unknown set", "category as set", "unknown format", "future"],
)
def test_what_the_server_refuses_is_said_with_what_to_do(run, server, options, message):
    del server.formats["oai_dc"]
    with pytest.raises(HarvestError) as error:
        run(**options)
    assert message in str(error.value)
    assert rows() == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (oai_server.refusing(404), "answered 404 Not Found. Check that --base-url"),
        (oai_server.refusing(302, Location="ftp://127.0.0.1/oai"), "a redirect to ftp://127.0.0.1/oai"),
        (oai_server.refusing(302, Location="file:///somewhere"), "answered 302"),
        (oai_server.saying(b" " * (oai_client.BIGGEST_RESPONSE + 1)), "answers with more than 64 MB"),
    ],
    ids=["404", "redirect to ftp", "redirect to a file", "endless answer"],
)
def test_what_will_not_get_better_is_not_asked_for_again(run, server, time, fault, message):
    server.faults = [fault]
    with pytest.raises(HarvestError) as error:
        run()
    assert message in str(error.value)
    assert (time.pauses, rows()) == ([], [])


def test_a_redirect_within_http_is_followed_at_the_same_pace(run, server, time):
    server.faults = [oai_server.refusing(301, Location=f"{server.url}?verb=ListRecords&metadataPrefix=arXivRaw")]
    run()
    assert rows() == ROWS
    assert [later.at - earlier.at for earlier, later in pairwise(server.asked)] == [3, 3, 3]


def test_redirects_in_a_circle_are_left(run, server, time):
    server.faults = [oai_server.refusing(302, Location=f"{server.url}?again={number}") for number in range(20)]
    with pytest.raises(HarvestError, match="answered with more than 10 redirects, one after the other"):
        run()
    assert (len(server.asked), rows()) == (10, [])


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(301, headers={"Location": "http://repo.example.org/oai"})

    client = Client("https://repo.example.org/oai", print, pause=0, clock=lambda: 0.0)
    client.http = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(HarvestError) as error:
        client.earliest_datestamp()
    assert str(error.value) == (
        "https://repo.example.org/oai answered 301 a redirect to http://repo.example.org/oai, which is not followed. "
        "Check that --base-url is the address of an OAI-PMH service."
    )
    assert asked == ["https://repo.example.org/oai?verb=Identify"]


def test_a_server_that_cannot_prove_who_it_is_is_not_asked_again(time):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    with OaiServer(ENTRIES, time.clock) as server:
        server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        with pytest.raises(HarvestError) as error:
            Client(url, print, clock=time.clock, sleep=time.sleep).earliest_datestamp()
    assert str(error.value) == (
        f"{url} can't prove that it is who it says: self-signed certificate. "
        "Check the address, this machine's clock and its certificates (the package ca-certificates)."
    )
    assert time.pauses == []


def test_nobody_there_is_said_and_asked_again(time):
    said: list[str] = []
    with pytest.raises(HarvestError, match="8 times in a row"):
        Client("http://127.0.0.1:1/oai", said.append, clock=time.clock, sleep=time.sleep).earliest_datestamp()
    reason = f"[Errno {errno.ECONNREFUSED}] {os.strerror(errno.ECONNREFUSED)}"
    assert said[0] == f"http://127.0.0.1:1/oai can't be reached ({reason}). Attempt 2 of 8 in 5 seconds."


def test_a_proxy_that_cannot_be_used_is_said(monkeypatch):
    monkeypatch.setenv("https_proxy", "gopher://proxy.example.org")
    with pytest.raises(HarvestError, match="The proxy that the environment names"):
        Client("https://repo.example.org/oai", print)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "arxiv.org/oai",
        "ftp://x.org/oai",
        "http://",
        "http://x:y/",
        "http://[/",
        "http://x/?a=b",
        "http://x/ y",
        "http://xn--/",
    ],
)
def test_what_is_no_address_of_a_service_is_refused(url):
    with pytest.raises(HarvestError, match="is not the address of an OAI-PMH service"):
        checked_base_url(url)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 7 ", 7),
        ("-5", 0),
        ("soon", 0),
        ("1.5", 0),
        ("²", 0),
        ("Fri, 20 Nov 2026 10:01:30 GMT", 90),
        ("Fri, 20 Nov 2026 11:00:30 +0100", 30),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert seconds_asked_for(header, datetime(2026, 11, 20, 10, tzinfo=UTC)) == seconds


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(server, time, monkeypatch) -> Callable[..., tuple[str, str]]:
    """Runs harvest_arxiv on the server, on the tests' clock; gives what it printed on both streams."""
    fast = partial(Client, clock=time.clock, sleep=time.sleep)
    monkeypatch.setattr("papers.management.commands.harvest_arxiv.Client", fast)

    def command(*arguments: str) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("harvest_arxiv", "--base-url", server.url, *arguments, stdout=out, stderr=err, no_color=True)
        return out.getvalue(), err.getvalue()

    return command


def test_the_command_tells_of_each_page_and_sums_up(command, server, settings):
    settings.CONTACT_EMAIL = "lib@uni.example"
    out, err = command("--set", "cs:cs:LG", "--from", "2015-01-07", "--prefix", "arXiv")
    assert server.arguments()[0] == {
        "verb": "ListRecords",
        "metadataPrefix": "arXiv",
        "set": "cs:cs:LG",
        "from": "2015-01-07",
    }
    assert server.asked[0].headers["User-Agent"] == "Coterie (mailto:lib@uni.example)"
    assert err.splitlines() == [
        f"{server.url}, cs:cs:LG, arXiv: asking for what changed on or after 2015-01-07.",
        "Page 1: 3 records read, up to 2015-01-08; 3 new, 0 changed, 0 rejected; 3 records a second.",
        "Page 2: 6 records read, up to 2015-01-09; 6 new, 0 changed, 0 rejected; 2 records a second.",
    ]
    assert out.splitlines() == [
        "6 records read: 6 new, 0 changed, 0 unchanged, 0 older than ours, 0 deleted, 0 rejected.",
        "Next: manage.py link_authors, or manage.py build_all for all stages that follow.",
    ]


def test_the_command_says_what_was_left_out_and_how_to_go_on(command, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server.change("1501.00002", title="")
    out, _ = command("--limit", "3", "--rejects", "bad.jsonl")
    assert out.splitlines() == [
        "3 records read: 2 new, 0 changed, 0 unchanged, 0 older than ours, 0 deleted, 1 rejected.",
        "  rejected 1: title",
        "Rejected records and 0 warnings are in bad.jsonl.",
        "This is not the end of the list. Everything up to the last page is kept. Give the same command again: it goes "
        "on from there.",
        "Next: manage.py link_authors, or manage.py build_all for all stages that follow.",
    ]


def test_what_came_before_ctrl_c_is_kept(command, time):
    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    time.before_sleep = stop
    with pytest.raises(KeyboardInterrupt):
        command()
    assert rows() == ROWS[:3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "yesterday"], "'yesterday' is not a date; write it as 2026-11-23"),
        (["--limit", "0"], "'0' is not a number of records"),
        (["--prefix", "marc21"], "invalid choice: 'marc21'"),
        (["--set", "cs.LG"], "its set is --set cs:cs:LG"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(command, arguments, message):
    with pytest.raises(CommandError) as error:
        command(*arguments)
    assert message in str(error.value)


def test_two_harvests_at_once_are_refused(run, server):
    with stage_lock(), pytest.raises(AlreadyRunning, match="Another import or build is running"):
        run()
    assert server.asked == []


def test_a_shorter_pause_is_for_other_repositories_than_arxiv() -> None:
    for url in ("https://oaipmh.arxiv.org/oai", "http://export.arxiv.org/oai2", "https://ARXIV.org/oai"):
        with pytest.raises(HarvestError, match="arXiv asks for 3 seconds between requests"):
            oai_client.Client(url, print, pause=2.9)
        assert oai_client.Client(url, print, pause=5).pause == 5
    for url in ("http://127.0.0.1:8000/oai", "https://notarxiv.org/oai"):
        waits: list[float] = []
        client = oai_client.Client(url, print, pause=0, clock=lambda: 0.0, sleep=waits.append)
        for _ in range(3):
            client._keep_pace()
        assert waits == []
    for text in ("-1", "fast", "nan", "3601"):
        with pytest.raises(ArgumentTypeError, match="is not a number of seconds"):
            seconds(text)
