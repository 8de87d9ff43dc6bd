"""Which arguments a verb takes, and everything that may be wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from papers.oai.arguments import InvalidRequest, OaiRequest, Span, read_arguments

LIST = {"verb": ["ListRecords"], "metadataPrefix": ["oai_dc"]}


def codes(given: dict[str, list[str]]) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        read_arguments(given)
    return [fault.code for fault in refused.value.faults]


def test_a_request_is_read() -> None:
    asked = read_arguments({**LIST, "set": ["cs:cs:LG"], "from": ["2020-01-06"], "until": ["2020-01-06"]})
    assert asked == OaiRequest(
        "ListRecords",
        {"metadataPrefix": "oai_dc", "from": "2020-01-06", "until": "2020-01-06", "set": "cs:cs:LG"},
        Span(datetime(2020, 1, 6, tzinfo=UTC), datetime(2020, 1, 7, tzinfo=UTC)),
    )


def test_a_second_is_as_long_as_a_second() -> None:
    asked = read_arguments({**LIST, "until": ["2020-01-06T23:59:59Z"]})
    assert asked.span == Span(None, datetime(2020, 1, 7, tzinfo=UTC))


def test_the_end_of_time_has_nothing_behind_it() -> None:
    assert read_arguments({**LIST, "until": ["9999-12-31"]}).span == Span()


@pytest.mark.parametrize("verb", [[], ["Nonsense"], ["identify"], [""], ["Identify", "Identify"]])
def test_a_bad_verb(verb: list[str]) -> None:
    assert codes({"verb": verb} if verb else {}) == ["badVerb"]


@pytest.mark.parametrize(
    "given",
    [
        {"verb": ["Identify"], "metadataPrefix": ["oai_dc"]},
        {"verb": ["ListRecords"]},
        {**LIST, "metadataPrefix": ["oai_dc", "oai_dc"]},
        {**LIST, "metadataPrefix": [""]},
        {**LIST, "metadataPrefix": ["oai dc"]},
        {**LIST, "set": ["cs:"]},
        {**LIST, "set": ["cs cs"]},
        {**LIST, "resumptionToken": ["x"]},
        {**LIST, "from": ["2020-13-01"]},
        {**LIST, "from": ["2020-1-1"]},
        {**LIST, "from": ["0000-01-01"]},
        {**LIST, "from": ["2020-01-01T10:00:00"]},
        {**LIST, "from": ["2020-01-01T10:00:00.5Z"]},
        {**LIST, "from": ["２０２０-01-01"]},
        {**LIST, "from": ["2020-01-02"], "until": ["2020-01-01"]},
        {**LIST, "from": ["2020-01-02"], "until": ["2020-01-03T00:00:00Z"]},
        {"verb": ["GetRecord"], "identifier": ["oai:a.b:1"]},
        {"verb": ["GetRecord"], "identifier": ["oai:a.b:\0"], "metadataPrefix": ["oai_dc"]},
    ],
)
def test_a_bad_argument(given: dict[str, list[str]]) -> None:
    assert codes(given) == ["badArgument"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    given = {"verb": ["ListRecords"], "from": ["monday"], "until": ["tuesday"], "colour": ["red"]}
    assert codes(given) == ["badArgument"] * 4  # colour, metadataPrefix, from, until
