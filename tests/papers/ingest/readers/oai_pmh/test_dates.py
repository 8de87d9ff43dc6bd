"""Dates that can't be read, in every format: told as a warning and left out, and the paper kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from papers.ingest.readers import open_source
from papers.ingest.records import PaperRecord
from tests.conftest import record as row
from tests.papers.ingest.readers.oai_pmh.test_oai_pmh import ARXIV, RAW, record
from tests.papers.ingest.readers.test_atom import ENTRY, feed


def of_json(**fields: object) -> str:
    return json.dumps(row("2001.00001", **fields))


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (of_json(versions=[{"version": "v1", "created": "soon"}]), "versions: 'soon' is not a date"),
        (of_json(update_date="yesterday"), "update_date: 'yesterday' is not a date"),
        (record(ARXIV).replace("2008-06-25", "2008-6"), "created: '2008-6' is not a date"),
        (record(ARXIV).replace("2014-12-15", "now"), "datestamp: 'now' is not a date"),
        (record(RAW).replace("Wed, 25 Jun 2008 15:29:38 GMT", "?"), "version: '?' is not a date"),
        (
            feed(ENTRY.replace("2006-11-27T09:00:00Z", "2006")).decode(),
            "published: '2006' is not a date",
        ),
    ],
)
def test_a_date_that_is_none_costs_no_paper(content: str, warning: str, tmp_path: Path) -> None:
    (tmp_path / "source").write_text(content)
    with open_source(str(tmp_path / "source")) as source:
        [(_, _, found)] = source
    assert isinstance(found, PaperRecord)
    assert found.warnings == (f"{warning}, and was left out",)
    assert found.title
