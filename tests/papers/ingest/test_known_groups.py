"""Names of a list that read like a person's and are a known group's."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from papers.bylines import Byline, Entry, name_from_parts
from papers.bylines.groups import LITERAL
from papers.citations import FORMATS
from papers.citations.from_papers import works_of
from papers.ingest.known_groups import with_known_groups
from papers.ingest.records import PaperRecord
from papers.models import Collaboration, Paper
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db


def in_a_list(number: int, *names: str, groups: tuple[str, ...] = (), **fields: Any) -> PaperRecord:
    """A list's record by people, of whom those in braces are said to be one name."""
    entries = []
    for name in names:
        *forenames, surname = name.strip("{}").split()
        flags = (LITERAL, "inverted?") if name.startswith("{") else ()
        entries.append(Entry(name_from_parts(" ".join(forenames), surname), flags=flags))
    text = ", ".join(name.strip("{}") for name in (*names, *groups))
    byline = Byline(text, tuple(entries), groups)
    about = {"title": f"On the looms of many towns {number}", "dois": f"10.1000/{number}", "giver": f"key{number}"}
    given = {"source": "bibtex", "arxiv_id": None, "slug": f"looms-{number}", "datestamp": None, **about}
    return paper(f"2001.0000{number}", authors=byline, **given | fields)


def printed() -> dict[str, tuple[list[str], list[str], list[list[str]]]]:
    rows = Paper.objects.order_by("id").values_list("giver", "byline", "collaborations")
    return {
        giver: ([entry["name"] for entry in byline], groups, [entry.get("flags", []) for entry in byline])
        for giver, byline, groups in rows
    }


def test_a_name_in_braces_is_a_group_s_where_a_paper_here_is_by_that_group(store: Store) -> None:
    store(paper("2001.00001", authors="A. Bee, for the Pierre Loom Collaboration"))
    store(in_a_list(2, "Ada Byron", "{Pierre Loom}", "{Jane Doe}", "Pierre Loom"))
    # What the group was called in between makes no difference; the flag is kept nowhere, others are.
    assert printed()["key2"] == (
        ["Ada Byron", "Jane Doe", "Pierre Loom"],
        ["Pierre Loom"],
        [[], ["inverted?"], []],
    )
    assert dict(Collaboration.objects.values_list("key", "name")) == {"pierre loom": "Pierre Loom Collaboration"}


def test_it_is_the_person_s_until_the_group_is_known(store: Store) -> None:
    before, again = in_a_list(1, "{Pierre Loom}"), in_a_list(1, "{Pierre Loom}")
    store(before)
    assert printed() == {"key1": (["Pierre Loom"], [], [["inverted?"]])}
    assert store(before).unchanged == 1
    store(in_a_list(2, "Ada Byron", groups=("Pierre Loom Collaboration",)))
    assert (store(again).updated, store(again).unchanged) == (1, 1)
    assert printed()["key1"] == ([], ["Pierre Loom"], [])


def test_a_list_that_names_the_group_in_either_way_makes_it_known(store: Store) -> None:
    store(in_a_list(1, "{Pierre Loom}"), in_a_list(2, "Ada Byron", groups=("Pierre Loom Collaboration",)))
    assert printed()["key1"] == ([], ["Pierre Loom"], [])


LIST = """
@misc{one, author = {Byron, Ada and {Pierre Loom}}, title = {A first paper of looms and towns}, year = 2019}
@misc{two, author = {{Pierre Loom Collaboration} and {Jane Doe}}, title = {A second paper of looms and towns}, year = 2019}
@misc{three, author = {{ABCD} and {ABCD Collaboration}}, title = {A third paper of looms and towns}, year = 2019}
"""


def test_groups_of_a_list_come_back_as_they_left(tmp_path: Path) -> None:
    def imported(name: str, text: str) -> Any:
        (tmp_path / name).write_text(text)
        call_command("import_papers", str(tmp_path / name), stdout=StringIO())
        return printed()

    expected = {
        "one": (["Ada Byron"], ["Pierre Loom"], [[]]),
        "two": (["Jane Doe"], ["Pierre Loom Collaboration"], [[]]),
        "three": ([], ["ABCD Collaboration"], []),
    }
    assert imported("lab.bib", LIST) == expected
    own = "".join(FORMATS["bib"].write(works_of(Paper.objects.order_by("id"))))
    assert re.findall("author = {(.*)}", own) == [
        "Byron, Ada and {Pierre Loom}",
        "Doe, Jane and {Pierre Loom Collaboration}",
        "{ABCD Collaboration}",
    ]
    assert imported("own.bib", own) == expected
    assert Paper.objects.filter(source_records__isnull=False).count() == 0  # nothing of it was new


@pytest.mark.parametrize("giver", ["key", ""])
def test_a_paper_stays_one_when_a_person_of_it_is_read_as_a_group_from_now_on(giver: str, store: Store) -> None:
    about = {"giver": giver, "dois": "", "issued": PartialDate.of(2020)}
    before = in_a_list(1, "Loom Organization", slug="organization-2020-looms", **about)
    now = in_a_list(1, groups=("Loom Organization",), slug="loom-organization-2020-looms", **about)
    store(before)
    assert (store(now).updated, store(now).unchanged, Paper.objects.count()) == (1, 1, 1)
    assert list(printed().values()) == [([], ["Loom Organization"], [])]


def test_one_query_and_only_where_there_is_such_a_name(django_assert_num_queries: Any) -> None:
    plain = in_a_list(1, "Ada Byron", groups=("Pierre Loom",))
    with django_assert_num_queries(0):
        assert with_known_groups([plain]) == [plain]
    flagged = [in_a_list(number, "{Pierre Loom}", "{Jane Doe}") for number in range(2, 9)]
    with django_assert_num_queries(1):
        found = with_known_groups([plain, *flagged])
    assert [record.byline.collaborations for record in found] == [("Pierre Loom",)] * 8
    whole = replace(plain, byline=replace(flagged[0].byline, collaborations=("Pierre Loom Collaboration",)))
    assert with_known_groups([whole])[0].byline.collaborations == ("Pierre Loom Collaboration",)
