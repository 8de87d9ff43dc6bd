"""The rules of OAI-PMH 2.0 for a repository, one by one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.test import Client

from papers.api.throttling import HarvestThrottle
from papers.bylines import Name
from papers.database.changes import touch
from papers.http import limits
from papers.ingest.records import Deletion, PaperRecord, SourceFields, Version
from papers.models import EarlierIdentifier, Paper, PaperCategory
from papers.oai import verbs
from papers.oai.resumption_tokens import tokens
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper
from tests.papers.oai.conftest import SITE, Answer, Ask

Harvest = Callable[..., list[Answer]]
MINUTE = timedelta(minutes=1)
START = datetime(2020, 3, 1, 10, 0, 0, 250_000, tzinfo=UTC)


def stamp(*identifiers: str, start: datetime = START, step: timedelta = MINUTE) -> None:
    """Say that these papers changed one after the other."""
    for number, identifier in enumerate(identifiers):
        at = start + number * step
        Paper.objects.filter(identifier=identifier).update(modified_at=at)
        PaperCategory.objects.filter(paper__identifier=identifier).update(changed_at=at)


@pytest.fixture
def three(store: Store) -> list[str]:
    """Three papers that changed at 10:00, 10:01 and 10:02, of which the second is in mathematics."""
    ids = ["2001.00001", "math/0611800", "2001.00003"]
    store(paper(ids[0]), paper(ids[1], categories="math.CO math.MP"), paper(ids[2]))
    stamp(*ids)
    return ids


@pytest.fixture
def many(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Twelve papers, four on a page; the third to the tenth changed in the same moment."""
    ids = [f"2001.{number:05d}" for number in range(1, 13)]
    store(
        *(paper(each, categories="cs.LG stat.ML" if number % 2 else "math.CO cs.LG") for number, each in enumerate(ids))
    )
    stamp(*ids[:2])
    stamp(*ids[2:10], start=START + 2 * MINUTE, step=timedelta())
    stamp(*ids[10:], start=START + 3 * MINUTE)
    monkeypatch.setattr(verbs, "RECORDS_A_PAGE", 4)
    monkeypatch.setattr(verbs, "IDENTIFIERS_A_PAGE", 5)
    return ids


def test_identify(ask: Ask, three: list[str], settings: Any) -> None:
    settings.SITE_NAME, settings.CONTACT_EMAIL = "Papers & people", "ada@example.org"
    said = ask("Identify")
    assert said.request == {"": f"{SITE}/oai", "verb": "Identify"}
    assert said.texts("oai:Identify/*[not(*)]") == [
        "Papers & people",
        f"{SITE}/oai",
        "2.0",
        "ada@example.org",
        "2020-03-01T10:00:00Z",
        "persistent",
        "YYYY-MM-DDThh:mm:ssZ",
        "zstd",
        "br",
        "gzip",
    ]
    assert said.texts("//*[local-name()='repositoryIdentifier']") == ["papers.example.org"]


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_identify_on_a_machine_without_a_name(client: Client, settings: Any, db: None, site: str) -> None:
    settings.SITE_URL, settings.CONTACT_EMAIL = site, ""
    assert Answer(client.get("/oai?verb=Identify").content).texts("//oai:adminEmail")[0].startswith("webmaster@")


def test_formats(ask: Ask, store: Store) -> None:
    store(paper("2001.00001"), paper(arxiv_id=None, slug="engines", source="bibtex", dois="", title="On engines"))
    prefixes = "//oai:metadataPrefix"
    assert ask("ListMetadataFormats").texts(prefixes) == ["oai_dc", "arXiv"]
    assert ask("ListMetadataFormats", identifier="oai:papers.example.org:2001.00001").texts(prefixes) == [
        "oai_dc",
        "arXiv",
    ]
    assert ask("ListMetadataFormats", identifier="oai:papers.example.org:engines").texts(prefixes) == ["oai_dc"]
    assert ask("ListMetadataFormats", identifier="oai:arXiv.org:2001.00001").errors == ["idDoesNotExist"]


def test_sets(ask: Ask) -> None:
    specs = ask("ListSets").texts("//oai:setSpec")
    assert {"cs", "cs:cs", "cs:cs:LG", "math:math:MP", "physics:math-ph"} <= set(specs)
    assert ask("ListSets", resumptionToken="x").errors == ["badResumptionToken"]


def test_a_record_in_dublin_core(ask: Ask, store: Store) -> None:
    store(
        paper(
            "2001.00001",
            authors="Ada Byron Jr, Gerard 't Hooft (Utrecht), for the ABCD Collaboration",
            dois="10.1000/a 10.1000/b",
            versions=[Version("v1", datetime(2020, 1, 6, tzinfo=UTC)), Version("v2", datetime(2020, 2, 6, tzinfo=UTC))],
        )
    )
    said = ask("GetRecord", identifier="oai:papers.example.org:2001.00001", metadataPrefix="oai_dc")
    fields = {}
    for element in said.root.xpath("//*[local-name()='dc']/*"):
        fields.setdefault(element.tag.rpartition("}")[2], []).append(element.text)
    assert fields == {
        "title": ["On 2001.00001"],
        "creator": ["Byron Jr, Ada", "'t Hooft, Gerard", "ABCD Collaboration"],
        "subject": ["Machine Learning", "Machine Learning", "14A10", "F.2.2"],
        "description": ["We describe an engine.", "Comment: 3 pages"],
        "date": ["2020-01-06", "2020-02-06"],
        "type": ["text", "preprint"],
        "identifier": [
            "https://arxiv.org/abs/2001.00001",
            f"{SITE}/papers/2001.00001/",
            "J. Engines 1",
            "doi:10.1000/a",
            "doi:10.1000/b",
        ],
        "rights": ["https://creativecommons.org/licenses/by/4.0/"],
    }
    assert said.texts("//oai:header/oai:setSpec") == ["cs:cs:LG", "stat:stat:ML"]
    assert said.texts("//*[local-name()='originDescription']/*") == [
        "https://oaipmh.arxiv.org/oai",
        "oai:arXiv.org:2001.00001",
        "2020-01-07",
        "http://arxiv.org/OAI/arXiv/",
    ]


def test_a_list_s_record_in_dublin_core(ask: Ask, store: Store) -> None:
    details = Details(
        source_type="inproceedings",
        container=r"Acts of Looms \& Cloth",
        volume="7",
        pages="6-14",
        publisher="Weave & Sons",
        editors=(Name("Grace Hopper", "Grace", "Hopper"),),
        isbn="978-3-16-148410-0",
        issn="1234-5679",
        language="ngerman",
        keywords=("cloth", "looms"),
        urls=(Url("https://looms.example.org/"), Url("https://looms.example.org/6.pdf", "pdf")),
    )
    issued = PartialDate.from_iso("2019-05")
    given = SourceFields(source="bibtex", slug="looms", title="On looms", issued=issued, details=details)
    store(PaperRecord.from_source(given))
    said = ask("GetRecord", identifier="oai:papers.example.org:looms", metadataPrefix="oai_dc")
    found = [(element.tag.rpartition("}")[2], element.text) for element in said.root.xpath("//*[local-name()='dc']/*")]
    assert found == [
        ("title", "On looms"),
        ("contributor", "Hopper, Grace"),
        ("subject", "cloth"),
        ("subject", "looms"),
        ("publisher", "Weave & Sons"),
        ("date", "2019-05"),
        ("type", "text"),
        ("type", "paper-conference"),
        ("identifier", f"{SITE}/papers/looms/"),
        ("identifier", "https://looms.example.org/"),
        ("identifier", "https://looms.example.org/6.pdf"),
        ("identifier", "isbn:978-3-16-148410-0"),
        ("identifier", "issn:1234-5679"),
        ("source", "Acts of Looms & Cloth 7, 6–14, 2019"),
        ("language", "de"),
    ]
    assert said.texts("//*[local-name()='originDescription']") == []


def test_the_day_of_an_arxiv_record_is_that_of_its_first_version(ask: Ask, store: Store) -> None:
    store(
        paper(
            "2001.00001",
            issued=PartialDate.from_iso("2019"),
            versions=[Version("v1", datetime(2020, 1, 6, tzinfo=UTC))],
        )
    )
    store(paper("2001.00002", versions=[], issued=PartialDate.from_iso("2019-05")))
    store(paper("2001.00003", versions=[], issued=PartialDate.from_iso("2019-05-03")))
    for identifier, days, dates in (
        ("2001.00001", ["2020-01-06"], ["2019", "2020-01-06"]),
        ("2001.00002", [], ["2019-05"]),
        ("2001.00003", [], ["2019-05-03"]),
    ):
        name = f"oai:papers.example.org:{identifier}"
        said = ask("GetRecord", identifier=name, metadataPrefix="arXiv")
        assert said.texts("//*[local-name()='created']") == days
        assert said.texts("//*[local-name()='updated']") == []
        assert ask("GetRecord", identifier=name, metadataPrefix="oai_dc").texts("//*[local-name()='date']") == dates


def test_a_record_in_arxivs_format(ask: Ask, store: Store) -> None:
    store(
        paper(
            "math/0611800",
            authors="Plato (Academy), Ada Byron Jr, for the ABCD Collaboration",
            categories="math.MP cs.LG",
            abstract="One.\n  Two.",
            dois="10.1000/a 10.1000/b",
        )
    )
    said = ask("GetRecord", identifier="oai:papers.example.org:math/0611800", metadataPrefix="arXiv")
    assert [(e.tag.rpartition("}")[2], e.text) for e in said.root.xpath("//*[local-name()='arXiv']//*")] == [
        ("id", "math/0611800"),
        ("created", "2020-01-06"),
        ("authors", None),
        ("author", None),
        ("keyname", "Plato"),
        ("affiliation", "Academy"),
        ("author", None),
        ("keyname", "Byron"),
        ("forenames", "Ada"),
        ("suffix", "Jr"),
        ("author", None),
        ("keyname", "ABCD Collaboration"),
        ("title", "On math/0611800"),
        ("categories", "math.MP cs.LG"),
        ("comments", "3 pages"),
        ("report-no", "EX-1"),
        ("msc-class", "14A10"),
        ("acm-class", "F.2.2"),
        ("journal-ref", "J. Engines 1"),
        ("doi", "10.1000/a 10.1000/b"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ("abstract", "One.\n  Two."),
    ]
    assert said.texts("//oai:setSpec") == ["physics:math-ph", "math:math:MP", "cs:cs:LG"]


def test_what_cannot_be_had(ask: Ask, store: Store) -> None:
    store(paper(arxiv_id=None, slug="engines", source="bibtex"))
    name = "oai:papers.example.org:engines"
    assert ask("GetRecord", identifier=name, metadataPrefix="arXiv").errors == ["cannotDisseminateFormat"]
    assert ask("GetRecord", identifier=name, metadataPrefix="marc").errors == ["cannotDisseminateFormat"]
    assert ask("GetRecord", identifier=name + "x", metadataPrefix="oai_dc").errors == ["idDoesNotExist"]
    assert ask("GetRecord", identifier="engines", metadataPrefix="oai_dc").errors == ["idDoesNotExist"]
    assert ask("ListRecords", metadataPrefix="marc").errors == ["cannotDisseminateFormat"]
    assert ask("ListRecords", metadataPrefix="arXiv").errors == ["noRecordsMatch"]
    assert ask("ListRecords", metadataPrefix="oai_dc", set="cs.LG").errors == ["badArgument"]


def test_the_request_is_repeated_only_where_it_was_understood(ask: Ask, three: list[str]) -> None:
    good = ask("ListRecords", metadataPrefix="oai_dc", set="math", from_="2020-03-01")
    assert good.request == {
        "": f"{SITE}/oai",
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "set": "math",
        "from": "2020-03-01",
    }
    assert ask("ListRecords", metadataPrefix="oai_dc", until="1999-01-01").request["until"] == "1999-01-01"
    assert ask("ListRecords", colour="red").request == {"": f"{SITE}/oai"}
    assert ask("Nonsense").request == {"": f"{SITE}/oai"}


def test_post_is_get(client: Client, ask: Ask, three: list[str]) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    said = Answer(client.post("/oai", "verb=ListIdentifiers&metadataPrefix=oai_dc", **form).content)
    assert said.identifiers == three
    twice = client.post("/oai?verb=Identify", "verb=Identify", **form)
    assert Answer(twice.content).errors == ["badVerb"]
    assert Answer(client.post("/oai", b"<xml/>", content_type="text/xml").content).errors == ["badVerb"]
    assert client.put("/oai").status_code == 405


def test_spans_of_time(ask: Ask, three: list[str]) -> None:
    def listed(**span: str) -> list[str]:
        return ask("ListIdentifiers", metadataPrefix="oai_dc", **span).identifiers

    assert listed() == three
    assert listed(from_="2020-03-01T10:01:00Z") == three[1:]
    assert listed(until="2020-03-01T10:01:00Z") == three[:2]  # the record changed a quarter of a second later
    assert listed(from_="2020-03-01T10:01:00Z", until="2020-03-01T10:01:00Z") == three[1:2]
    assert listed(from_="2020-03-01", until="2020-03-01") == three
    assert listed(from_="1990-01-01", until="2100-01-01") == three
    assert listed(from_="2020-03-02") == []


def test_sets_include_what_is_below_them(ask: Ask, three: list[str]) -> None:
    def listed(spec: str) -> list[str]:
        return ask("ListIdentifiers", metadataPrefix="oai_dc", set=spec).identifiers

    assert listed("cs") == listed("cs:cs") == listed("cs:cs:LG") == [three[0], three[2]]
    assert listed("math") == listed("math:math:MP") == listed("physics:math-ph") == listed("physics") == [three[1]]
    assert listed("econ") == []


@pytest.mark.parametrize("spec", ["", "cs", "cs:cs:LG", "math"])
def test_pages_hold_every_record_once(harvest: Harvest, many: list[str], spec: str) -> None:
    pages = harvest(**{"set": spec} if spec else {})
    expected = many[::2] if spec == "math" else many
    assert [each for page in pages for each in page.identifiers] == expected
    assert [len(page.identifiers) for page in pages] == ([4, 2] if spec == "math" else [4, 4, 4])
    tokens = [page.token for page in pages]
    assert [token.get("cursor") for token in tokens] == [str(4 * number) for number in range(len(pages))]
    assert tokens[-1].text is None  # the last page of a list in parts says so by an empty token
    known = {"": "12", "cs": None, "cs:cs:LG": "12", "math": None}[spec]
    assert tokens[0].get("completeListSize") == known


def test_a_list_in_one_part_has_no_token(ask: Ask, three: list[str]) -> None:
    assert ask("ListRecords", metadataPrefix="oai_dc").token is None


def test_headers_are_listed_like_records(harvest: Harvest, many: list[str]) -> None:
    pages = harvest("ListIdentifiers", metadataPrefix="arXiv", from_="2020-03-01", until="2030-01-01")
    assert [each for page in pages for each in page.identifiers] == many
    assert [len(page.identifiers) for page in pages] == [5, 5, 2]


def test_a_token_given_twice_gives_the_same_page(ask: Ask, many: list[str]) -> None:
    token = ask("ListRecords", metadataPrefix="oai_dc").token.text
    one, two = ask("ListRecords", resumptionToken=token), ask("ListRecords", resumptionToken=token)
    assert (one.identifiers, one.token.text) == (two.identifiers, two.token.text) == (many[4:8], two.token.text)


def test_tokens_that_are_none(ask: Ask, many: list[str], settings: Any) -> None:
    token = ask("ListRecords", metadataPrefix="oai_dc").token.text
    assert ask("ListIdentifiers", resumptionToken=token).errors == ["badResumptionToken"]
    assert ask("ListRecords", resumptionToken=token[:-1]).errors == ["badResumptionToken"]
    assert ask("ListRecords", resumptionToken="é\U0001f600").errors == ["badResumptionToken"]
    assert ask("ListRecords", resumptionToken=tokens.sign_object([1])).errors == ["badResumptionToken"]
    assert ask("ListRecords", resumptionToken=token, metadataPrefix="oai_dc").errors == ["badArgument"]
    other = tokens.sign_object("ListRecords oai_dc . . . . . .".split())
    assert ask("ListRecords", resumptionToken=other).errors == ["badResumptionToken"]


@pytest.mark.parametrize("spec", [{}, {"set": "cs"}])
def test_nothing_is_missed_while_records_change(ask: Ask, many: list[str], spec: dict[str, str]) -> None:
    """Before each page a record changes that was read, and one that was not; each comes (again) at the end."""
    found: list[str] = []
    said = ask("ListRecords", metadataPrefix="oai_dc", **spec)
    for changed in (["2001.00002", "2001.00006"], ["2001.00005", "2001.00011"], []):
        found += said.identifiers
        touch(Paper.objects.filter(identifier__in=changed).values_list("pk", flat=True))
        said = ask("ListRecords", resumptionToken=said.token.text)
    found += said.identifiers
    assert set(found) == set(many)
    assert found[-4:] == ["2001.00002", "2001.00006", "2001.00005", "2001.00011"]


def test_deletions_are_told_for_ever(ask: Ask, store: Store, three: list[str]) -> None:
    store(Deletion(three[1], date(2020, 3, 2)))
    expected = [three[0], three[2], f"-{three[1]}"]
    for prefix in ("oai_dc", "arXiv"):
        said = ask("ListRecords", metadataPrefix=prefix)
        assert said.identifiers == expected
        assert len(said.root.xpath("//*[local-name()='metadata']")) == 2
    assert ask("ListIdentifiers", metadataPrefix="oai_dc", set="math:math:CO").identifiers == [f"-{three[1]}"]
    assert ask("ListIdentifiers", metadataPrefix="oai_dc", set="cs").identifiers == [three[0], three[2]]
    said = ask("GetRecord", identifier=f"oai:papers.example.org:{three[1]}", metadataPrefix="oai_dc")
    assert (said.identifiers, said.errors) == ([f"-{three[1]}"], [])


def test_deletions_in_a_set_come_in_their_order(harvest: Harvest, store: Store, many: list[str]) -> None:
    gone = [many[1], many[4], many[11]]
    store(*(Deletion(each, date(2020, 3, 2)) for each in gone))
    stamp(many[4], start=START - MINUTE)
    stamp(many[1], start=START + 2 * MINUTE, step=timedelta())
    pages = harvest(set="cs")
    found = [each for page in pages for each in page.identifiers]
    assert sorted(each.removeprefix("-") for each in found) == many
    assert (found[0], found[-1]) == (f"-{many[4]}", f"-{many[11]}")
    assert [len(page.identifiers) for page in pages] == [4, 4, 4]


def test_a_record_that_comes_back(ask: Ask, store: Store, three: list[str]) -> None:
    store(Deletion(three[0], date(2020, 3, 2)))
    store(paper(three[0], datestamp=date(2020, 3, 3)))
    assert ask("ListIdentifiers", metadataPrefix="oai_dc").identifiers == [three[1], three[2], three[0]]


# --- A paper that got its arXiv id here -------------------------------------------------------------------------------


@pytest.fixture
def moved(store: Store, three: list[str]) -> str:
    """The identifier of a paper of a list that was here before its arXiv record came, at 9:00 and then at 10:05."""
    name = "byron-1843-on-engines"
    listed = {"title": "On the engines of analysis", "dois": "10.1000/engines"}
    store(paper(arxiv_id=None, slug=name, source="bibtex", categories="math.CO", **listed))
    store(paper("2001.00009", categories="cs.LG", **listed))
    stamp("2001.00009", start=START + 5 * MINUTE)
    EarlierIdentifier.objects.update(modified_at=START + 5 * MINUTE)
    return name


@pytest.mark.parametrize("size", [1, 2, 10])
def test_the_earlier_identifier_is_a_deleted_record(
    ask: Ask, harvest: Harvest, three: list[str], moved: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "RECORDS_A_PAGE", size)
    pages = harvest(metadataPrefix="oai_dc")
    assert [each for page in pages for each in page.identifiers] == [*three, f"-{moved}", "2001.00009"]
    late = harvest(metadataPrefix="oai_dc", from_="2020-03-01T10:05:00Z")
    assert [each for page in late for each in page.identifiers] == [f"-{moved}", "2001.00009"]
    assert ask("ListIdentifiers", metadataPrefix="oai_dc", until="2020-03-01T10:04:00Z").identifiers == three
    # It is gone where it was, and its paper has come where it is now; arXiv's format never had it.
    for spec, found in (("math:math:CO", [three[1], f"-{moved}"]), ("cs:cs:LG", [three[0], three[2], "2001.00009"])):
        pages = harvest(metadataPrefix="oai_dc", set=spec)
        assert [each for page in pages for each in page.identifiers] == found
    pages = harvest(metadataPrefix="arXiv")
    assert [each for page in pages for each in page.identifiers] == [*three, "2001.00009"]


def test_the_record_of_an_earlier_identifier(ask: Ask, moved: str) -> None:
    name = f"oai:papers.example.org:{moved}"
    said = ask("GetRecord", identifier=name, metadataPrefix="oai_dc")
    assert (said.identifiers, said.texts("//oai:metadata")) == ([f"-{moved}"], [])
    assert said.texts("//oai:header/*") == [name, "2020-03-01T10:05:00Z", "math:math:CO"]
    assert ask("GetRecord", identifier=name, metadataPrefix="arXiv").errors == ["cannotDisseminateFormat"]
    assert ask("ListMetadataFormats", identifier=name).texts("//oai:metadataPrefix") == ["oai_dc"]


def test_an_identifier_that_was_never_given_out_is_no_record(ask: Ask, store: Store, three: list[str]) -> None:
    listed = {"title": "On the engines of analysis", "dois": "10.1000/engines"}
    store(paper("2001.00009", **listed))
    store(paper(arxiv_id=None, slug="engines", source="bibtex", **listed))
    assert EarlierIdentifier.objects.get().identifier == "engines"
    assert ask("ListIdentifiers", metadataPrefix="oai_dc").identifiers == [*three, "2001.00009"]
    assert ask("GetRecord", identifier="oai:papers.example.org:engines", metadataPrefix="oai_dc").errors == [
        "idDoesNotExist"
    ]


def test_what_arxiv_takes_back_stays_with_the_list_that_has_it(
    ask: Ask, store: Store, three: list[str], moved: str
) -> None:
    store(Deletion("2001.00009", date(2020, 3, 2)))
    assert ask("ListIdentifiers", metadataPrefix="oai_dc").identifiers == [*three, f"-{moved}", "2001.00009"]
    name = "oai:papers.example.org:2001.00009"
    assert ask("GetRecord", identifier=name, metadataPrefix="oai_dc").identifiers == ["2001.00009"]


def test_the_same_said_on_a_later_day_moves_the_datestamp(ask: Ask, store: Store, three: list[str]) -> None:
    """The record says of which day its source is."""
    store(paper(three[0], datestamp=date(2020, 4, 1)))
    assert ask("ListIdentifiers", metadataPrefix="oai_dc").identifiers == [three[1], three[2], three[0]]
    assert ask("ListIdentifiers", metadataPrefix="oai_dc", set="cs").identifiers == [three[2], three[0]]
    said = ask("ListRecords", metadataPrefix="oai_dc", from_="2020-03-02")
    assert said.texts("//*[local-name()='originDescription']/*[local-name()='datestamp']") == ["2020-04-01"]
    store(paper(three[0], datestamp=date(2020, 4, 1)))
    assert ask("ListIdentifiers", metadataPrefix="oai_dc").identifiers == [three[1], three[2], three[0]]


def test_a_page_without_arxivs_papers_is_no_empty_page(harvest: Harvest, store: Store, many: list[str]) -> None:
    others = [f"engine-{number}" for number in range(9)]
    store(*(paper(arxiv_id=None, slug=each, source="bibtex", dois="", title=each) for each in others))
    stamp(*others, start=START - 60 * MINUTE)
    for more in ({}, {"set": "cs"}):
        pages = harvest(metadataPrefix="arXiv", **more)
        assert [each for page in pages for each in page.identifiers] == many
        assert all(page.identifiers for page in pages)


def test_what_xml_cannot_hold_and_what_it_could_mistake(ask: Ask, store: Store) -> None:
    store(paper("2001.00001", comments="3 pages"))
    hostile = "]]>&<b>\x00\x0b\x1f\ufffe\ud800 \U0001f600 <!--"
    Paper.objects.update(title=hostile.replace("\x00", "").replace("\ud800", ""), comments="\x0c", journal_ref="a\x01b")
    said = ask("GetRecord", identifier="oai:papers.example.org:2001.00001", metadataPrefix="oai_dc")
    assert said.texts("//dc:title") == ["]]>&<b> \U0001f600 <!--"]
    assert "ab" in said.texts("//dc:identifier")


def test_a_huge_record(ask: Ask, store: Store) -> None:
    store(paper("2001.00001", abstract="All work. " * 200_000, authors=", ".join(f"Ada Byron{n}" for n in range(3000))))
    said = ask("ListRecords", metadataPrefix="arXiv")
    assert (len(said.root.xpath("//*[local-name()='author']")), len(said.texts("//arxiv:abstract")[0])) == (
        3000,
        1_999_999,
    )


def test_answers_are_packed_for_those_who_ask(client: Client, three: list[str]) -> None:
    packed = client.get("/oai?verb=ListSets", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    Answer(gzip.decompress(packed.content))


def test_a_busy_database_asks_for_patience(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(asked: object) -> str:
        raise OperationalError("database is locked")

    monkeypatch.setitem(verbs.VERBS, "Identify", busy)
    response = client.get("/oai?verb=Identify")
    assert (response.status_code, response["Retry-After"]) == (503, "10")


@pytest.mark.parametrize(("verb", "status"), [("ListRecords", 503), ("ListIdentifiers", 503), ("Identify", 200)])
def test_lists_are_made_a_few_at_a_time(
    verb: str, status: int, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SLOTS", limits.Slots("dear", most=1, of_a_process=1))
    asked = {"verb": verb, **({"metadataPrefix": "oai_dc"} if status == 503 else {})}
    with limits.slot():
        for response in (client.get("/oai", asked), client.post("/oai", asked)):
            assert response.status_code == status
            assert response.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert client.get("/oai", asked).status_code == 200


def test_who_asks_too_often_is_asked_to_wait(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HarvestThrottle, "THROTTLE_RATES", {"oai": "3/min"})
    monkeypatch.setattr(HarvestThrottle, "timer", lambda self: 1_000_000_000.0 + 45)
    caches["default"].clear()
    for left in (2, 1, 0):
        response = client.get("/oai?verb=Identify")
        assert (response.status_code, response["RateLimit-Remaining"]) == (200, str(left))
    response = client.post("/oai", {"verb": "Identify"})
    assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert 0 < int(response["Retry-After"]) <= 60
    assert response["Retry-After"] == response["RateLimit-Reset"]
    assert client.get("/oai?verb=Identify", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 503
    assert client.get("/oai?verb=Identify", REMOTE_ADDR="192.0.2.1").status_code == 200
    caches["default"].clear()


@pytest.mark.parametrize("spec", [{}, {"set": "cs"}])
@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_page_costs_the_same_however_many_records(
    ask: Ask, many: list[str], django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch, spec: dict, count: int
) -> None:
    monkeypatch.setattr(verbs, "RECORDS_A_PAGE", count)
    token = ask("ListRecords", metadataPrefix="oai_dc", **spec).token
    # earlier identifiers, papers, whose they are, DOIs, names of categories; in a set its categories, its places, deletions
    # before the papers; in arXiv's format no earlier identifiers.
    leads_on = token is not None and token.text
    with django_assert_num_queries((7 if spec else 4) + bool(leads_on)):
        if leads_on:
            ask("ListRecords", resumptionToken=token.text)
        else:
            ask("ListRecords", metadataPrefix="arXiv", **spec)
