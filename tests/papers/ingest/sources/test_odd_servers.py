"""Harvesting from repositories whose answers are malformed and whose lists lead nowhere: no good record is lost by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from papers.ingest.sources.harvest_state import MOST_BARREN, HarvestState
from papers.ingest.sources.harvester import Outcome, harvest
from papers.ingest.sources.oai_client import Client, HarvestError
from papers.management.commands.harvest_arxiv import summary_lines
from papers.models import Build, Paper
from tests.papers.conftest import Store
from tests.papers.ingest.sources import oai_server
from tests.papers.ingest.sources.oai_server import OaiServer
from tests.papers.ingest.test_precedence import AS_ARXIV_SAYS, of_arxiv, of_list, shown

pytestmark = pytest.mark.django_db

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def record(number: int, title: str = "", day: str = "2020-01-02") -> str:
    return (
        f"<record><header><identifier>oai:repo.example.org:{number}</identifier><datestamp>{day}</datestamp></header>"
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title or f"Paper number {number}"}</dc:title>'
        "</oai_dc:dc></metadata></record>"
    )


def page(*records: str, token: str = "", head: str = DECLARATION) -> str:
    return (
        f'{head}\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-20T10:00:00Z</responseDate>'
        f'<request verb="ListRecords">http://repo.example.org/</request><ListRecords>{"".join(records)}'
        f"<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"
    )


class OddServer(OaiServer):
    """Answers every request with what `say` makes of its token."""

    def __init__(self) -> None:
        super().__init__([], lambda: 0.0)
        self.say: Callable[[str], str] = lambda token: page(record(4))

    def respond(self, arguments: dict[str, str]) -> str:
        return self.say(arguments.get("resumptionToken", ""))


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that were waited, by nobody."""
    return []


@pytest.fixture
def server(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddServer]:
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("no_proxy", "*")
    with OddServer() as server:
        yield server


@pytest.fixture
def run(server: OddServer, pauses: list[float]) -> Callable[..., Outcome]:
    def run(**options) -> Outcome:
        server.asked.clear()
        client = Client(server.url, lambda line: None, pause=0, clock=lambda: 0.0, sleep=pauses.append)
        return harvest(client, **{"prefix": "oai_dc", **options})

    return run


def tokens(server: OddServer) -> list[str]:
    return [asked.get("resumptionToken", "") for asked in server.arguments()]


def numbers() -> list[int]:
    """The numbers of the papers that are here."""
    return sorted(int(name.rpartition("-")[2]) for name in Paper.objects.values_list("identifier", flat=True))


# --- Answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        b"a\x0bb",
        b"a&#x1F;b",
        b"a&#55349;b",
        b"a\xef\xbf\xbfb",
        b"a&nbsp;b",
        b"Tom & Jerry",
        b"Caf\xe9 noir",
        b"a < b",
        b"<b>bold",
    ],
    ids=[
        "control",
        "its number",
        "surrogate",
        "U+FFFF",
        "entity",
        "ampersand",
        "Latin-1 byte",
        "less than",
        "open tag",
    ],
)
def test_a_malformed_record_of_a_whole_answer_is_rejected_and_the_others_are_stored(run, server, pauses, title):
    content = page(record(1), record(2, "@"), record(3), token="next").encode().replace(b"@", title)
    server.faults = [oai_server.saying(content)]
    outcome = run()
    assert (numbers(), pauses, tokens(server), outcome.is_complete) == ([1, 3, 4], [], ["", "next"], True)
    (rejected,) = [json.loads(line) for line in outcome.rejects.read_text().splitlines()]
    assert rejected["place"] == "page 1, record 2"
    assert rejected["reason"].startswith("malformed XML in line 2, column ")
    assert "<identifier>oai:repo.example.org:2<" in rejected["raw"]


def test_a_record_that_does_not_end_costs_neither_the_next_one_nor_the_token(run, server):
    server.faults = [oai_server.saying(page(record(1), record(2)[:-9], record(3), token="next").encode())]
    assert (run().summary.rejected, numbers(), tokens(server)) == (1, [1, 3, 4], ["", "next"])


WHOLE = page(*map(record, (1, 2, 3)))


@pytest.mark.parametrize(
    "content",
    [
        "\r\n\n " + WHOLE,
        "\ufeff\n" + WHOLE,
        "Notice: undefined index in index.php\n" + WHOLE,
        WHOLE.replace("<record>", f"{DECLARATION}<record>"),
        WHOLE.replace("<metadata>", f"<metadata>\n{DECLARATION}\n"),
        page(*map(record, (1, 2, 3)), head=f"{DECLARATION}<!DOCTYPE OAI-PMH>"),
        WHOLE.replace("example.org/</", "example.org/?a=1&b=2</"),
        WHOLE + "\n<br/>Warning: no memory",
        WHOLE.replace("UTF-8", "utf8-general"),
        WHOLE.replace("</ListRecords>", "</ListRecord>"),
    ],
    ids=[
        "blank lines",
        "mark and line",
        "notice before",
        "declarations before records",
        "declarations within",
        "doctype",
        "address",
        "warning behind",
        "unknown encoding",
        "wrong end tag",
    ],
)
def test_what_is_malformed_outside_of_records_costs_none(run, server, pauses, content):
    server.say = lambda token: content
    outcome = run()
    assert (outcome.summary.rejected, numbers(), pauses, len(server.asked)) == (0, [1, 2, 3], [], 1)


def test_what_follows_a_malformed_record_is_read_in_the_answers_encoding(run, server):
    content = page(record(1, "a & b"), record(2, "Café noir"), head='<?xml version="1.0" encoding="ISO-8859-1"?>')
    server.faults = [oai_server.saying(content.encode("latin-1"))]
    run()
    assert list(Paper.objects.values_list("title", flat=True)) == ["Café noir"]


def test_a_token_and_an_error_are_understood_where_they_are_malformed(run, server):
    server.say = lambda token: page(record(2)) if token == "a&b" else page(record(1), token="a&b")
    assert (run().is_complete, numbers()) == (True, [1, 2])
    error = '<error code="badArgument">set=a&b is none</error>'
    server.say = lambda token: page().replace("<ListRecords><resumptionToken></resumptionToken></ListRecords>", error)
    with pytest.raises(HarvestError, match="badArgument: set=a&b is none"):
        run(set_spec="a")


def test_an_answer_without_the_namespace_has_a_token_all_the_same(run, server):
    pages = {"": page(record(1), token="t"), "t": page(record(2))}
    server.say = lambda token: pages[token].replace(' xmlns="http://www.openarchives.org/OAI/2.0/"', "")
    assert (run().is_complete, numbers()) == (True, [1, 2])


def test_an_answer_of_more_records_than_a_page_can_have_is_none(run, server, monkeypatch):
    monkeypatch.setattr("papers.ingest.readers.oai_pmh.responses.MOST_OF_A_PAGE", 5)
    server.say = lambda token: page(*["<record/>"] * 6)
    with pytest.raises(HarvestError, match="more than 5 records in one page"):
        run()


def test_an_answer_that_is_cut_is_asked_for_again(run, server, pauses):
    whole = page(record(1), record(2, "a & b"), record(3)).encode()
    server.faults = [oai_server.saying(whole[: whole.index(b"</ListRecords>")]), oai_server.cut_off]
    server.say = lambda token: whole.decode()
    assert (run().summary.rejected, numbers(), pauses) == (1, [1, 3], [5, 10])


# --- Lists ------------------------------------------------------------------------------------------------------------


def followed(outcome: Outcome) -> str:
    """What the command says where a list was not read to its end."""
    return next(line for line in summary_lines(outcome) if line.startswith(("The list", str(MOST_BARREN))))


@pytest.mark.parametrize(
    ("following", "asked", "read"),
    [
        ({"": "t", "t": "t"}, ["", "t"], [1, 2]),
        ({"": "a", "a": "b", "b": "a"}, ["", "a", "b"], [1, 2, 3]),
        ({"": "a", "a": "b", "b": "c", "c": "b"}, ["", "a", "b", "c"], [1, 2, 3, 4]),
    ],
    ids=["itself", "the first", "one in the middle"],
)
def test_a_token_that_comes_again_ends_the_run_behind_its_page(run, server, pauses, following, asked, read):
    pages = {token: page(record(number), token=following[token]) for number, token in enumerate(asked, 1)}
    server.say = pages.__getitem__
    outcome = run()
    assert (numbers(), tokens(server), outcome.is_complete, pauses) == (read, asked, False, [])
    assert followed(outcome) == (
        f"The list goes round: page {len(read)} gives a resumption token that was given before. Some repositories end their "
        "lists so, others are at fault; it can't be told whether this was all. What was read is stored, and the same command "
        "again begins anew on 2020-01-01."
    )
    assert Build.objects.get().status == "stopped"


def test_the_run_after_a_list_that_went_round_asks_for_what_changed_and_has_rejects_of_its_own(run, server):
    server.say = lambda token: page(record(1, day="2020-01-02"), record(2, " "), token="t")
    first = run()
    assert first.rejects.read_text().count("\n") == 2
    server.say = lambda token: page(record(3, day="2020-02-03"), record(4, " "))
    second = run()
    assert server.arguments() == [{"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-01"}]
    assert (numbers(), second.is_complete, second.summary.read) == ([1, 3], True, 2)
    assert (first.rejects.read_text().count("\n"), second.rejects.read_text().count("\n")) == (2, 1)


def test_a_list_without_order_that_went_round_is_read_from_its_beginning(run, server):
    server.say = lambda token: page(record(1, day="2020-03-03"), record(2, day="2020-01-02"), token="t")
    outcome = run()
    assert followed(outcome).endswith("the same command again begins anew at the beginning.")
    run()
    assert "from" not in server.arguments()[0]


@pytest.mark.parametrize("repeated", [False, True], ids=["empty pages", "the same page with other tokens"])
def test_pages_without_a_new_record_come_to_an_end(run, server, repeated):
    def say(token: str) -> str:
        number = int(token or 0)
        return page(*([record(1)] if repeated or not number else []), token=str(number + 1))

    server.say = say
    outcome = run()
    assert (numbers(), tokens(server), outcome.is_complete) == ([1], ["", *map(str, range(1, MOST_BARREN + 1))], False)
    said = followed(outcome)
    assert said.startswith("50 pages in a row up to page 51 had no new record, and the list says that it goes on.")
    assert "the same command again goes on behind page 51." in said
    # What comes behind so many pages is not lost, and what is new later isn't either.
    outcome = run()
    assert tokens(server)[0] == str(MOST_BARREN + 1)
    assert "the same command again begins anew on 2020-01-01." in followed(outcome)
    server.say = lambda token: page(record(2, day="2020-05-05"))
    assert (run().is_complete, numbers()) == (True, [1, 2])
    assert server.arguments() == [{"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-01"}]


def test_many_empty_pages_within_a_list_are_passed_by_the_next_run(run, server):
    def say(token: str) -> str:
        number = int(token or 0)
        return page(*([record(number)] if number in (0, 60, 70) else []), token=str(number + 1) if number < 70 else "")

    server.say = say
    assert [run().is_complete, run().is_complete, numbers()] == [False, True, [0, 60, 70]]


def test_a_list_without_end_is_left_after_so_many_pages_and_gone_on_with(run, server, monkeypatch):
    monkeypatch.setattr("papers.ingest.sources.harvest_state.MOST_PAGES", 5)
    server.say = lambda token: page(record(int(token or 0)), token=str(int(token or 0) + 1))
    assert followed(run()) == "The list has more than 5 pages. The same command again goes on from here."
    assert numbers() == [0, 1, 2, 3, 4]
    run()
    assert (tokens(server)[0], numbers()) == ("5", [*range(10)])


def test_two_harvests_at_the_same_moment_have_a_file_of_rejects_each(run, server):
    server.say = lambda token: page(record(1, " "))
    outcomes = [run(set_spec=spec) for spec in ("a", "b", "c")]
    assert len({outcome.rejects for outcome in outcomes}) == 3
    assert all(outcome.rejects.read_text().count("\n") == 1 for outcome in outcomes)


def test_where_a_list_that_goes_round_is_left_is_stored_with_its_page(run, server, monkeypatch):
    server.say = lambda token: page(record(1), token="t") if not token else page(record(2), token="t")

    def kill(*arguments: object) -> None:
        if Paper.objects.count() == 2:
            raise SystemExit(9)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("papers.ingest.sources.harvester._Harvester._tell_progress", kill)
        run()
    assert HarvestState.from_json(Build.objects.get().progress) == HarvestState(
        since=date(2020, 1, 1), is_given_up=True
    )


# --- Who gives it -----------------------------------------------------------------------------------------------------

DUBLIN_CORE = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>Nobody, N.</dc:creator><dc:identifier>arXiv:2001.00001</dc:identifier>"
    "<dc:identifier>doi:10.1000/r</dc:identifier></oai_dc:dc>"
)
ARXIV = (
    '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2001.00001</id><created>2020-01-06</created>'
    "<authors><author><keyname>Byron</keyname><forenames>Ada</forenames></author></authors><title>{title}</title>"
    "<categories>cs.LG</categories><abstract>Words.</abstract></arXiv>"
)


def named(name: str, metadata: str = "", title: str = "") -> str:
    """A page with one record of this name, deleted without metadata."""
    status = "" if metadata else ' status="deleted"'
    held = f"<metadata>{metadata.format(title=title)}</metadata>" if metadata else ""
    stamp = "<datestamp>2026-01-01</datestamp>"
    return page(f"<record><header{status}><identifier>{name}</identifier>{stamp}</header>{held}</record>")


@pytest.mark.parametrize("name", ["oai:arXiv.org:2001.00001", "oai:repo.example.org:1"])
def test_no_other_repository_replaces_or_deletes_what_arxiv_gave(store: Store, run, server, name):
    store(of_arxiv())
    server.say = lambda token: named(name, DUBLIN_CORE, "No")
    assert run().summary.updated == 1
    assert shown() == (*AS_ARXIV_SAYS, ["10.1000/r"], "")
    server.say = lambda token: named(name)
    assert run().summary.deleted == 1  # what it said itself
    assert shown() == (*AS_ARXIV_SAYS, [], "")
    assert run().summary.without_effect == 1


@pytest.mark.parametrize("name", ["oai:arXiv.org:2001.00001", "oai:repo.example.org:1"])
def test_a_repository_changes_and_deletes_what_it_gave_however_it_calls_it(run, server, name):
    for title in ("No", "Yes"):
        server.say = lambda token, title=title: named(name, DUBLIN_CORE, title)
        run()
    assert shown()[:2] == ("oai-pmh", "Yes")
    server.say = lambda token: named(name)
    assert run().summary.deleted == 1


def test_a_mirror_in_arxivs_format_says_what_arxiv_says(store: Store, run, server):
    store(of_list())
    name = "oai:mirror.example.org:2001.00001"
    server.say = lambda token: named(name, ARXIV, "Mended")
    run(prefix="arXiv")
    assert shown() == ("arxiv-oai", "Mended", "Ada Byron", [], "J. Lists 3 (2020)")
    server.say = lambda token: named(name)
    assert run(prefix="arXiv").summary.deleted == 1
