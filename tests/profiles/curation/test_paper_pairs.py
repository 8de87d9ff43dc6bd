"""Papers that may be one: told apart for ever and undone, and the curators' queue."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from papers.database.builds import stage_lock
from papers.ingest.duplicates import find_duplicate_papers
from papers.ingest.runs import import_source
from papers.models import DistinctPapers, Paper, PaperSuggestion
from profiles.curation import Refused, acts, decide, preview, undo
from profiles.models import Decision
from tests.conftest import build_site, link_and_count, record
from tests.dump import dump
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db

LIST = r"""
@article{loom2, author={Byron, Ada and Babbage, Charles}, title={Weaving numbers on looms: a history}, year=2020,
  doi={10.1000/2}}
@article{loom3, author={Byron, Ada and Babbage, Charles}, title={Weaving numbers on looms: <b>history}, year=2020,
  doi={10.1000/3}}
"""
ARXIV, SECOND, THIRD = (
    "2001.00001",
    *(f"byron-2020-weaving-numbers-on-looms-{end}" for end in ("a-history", "b-history")),
)


@prepared_site
def site_of_pairs(categories: None) -> None:
    """Papers of arXiv, and a list in which the first of them may be twice more, each time with another DOI."""
    build_site(record(ARXIV, title="Weaving numbers on looms"), record("2001.00004", title="Gears of engines"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.bib"
        path.write_text(LIST)
        import_source(str(path))
    link_and_count()


@pytest.fixture
def site(site_of_pairs: None) -> None:
    """The same with a queue."""
    find()


def find() -> int:
    with stage_lock():
        return find_duplicate_papers().kept


def paper(identifier: str) -> Paper:
    return Paper.objects.get(identifier=identifier)


def pairs() -> list[tuple[str, str]]:
    """The open pairs, the likeliest first."""
    found = PaperSuggestion.objects.open().not_skipped().likeliest_first()
    return [(row.one.identifier, row.two.identifier) for row in found]


def stored() -> str:
    return json.dumps(dump() | {"decisions": []}, sort_keys=True)


PAIRS = [(ARXIV, SECOND), (ARXIV, THIRD), (SECOND, THIRD)]


def test_a_pair_told_apart_is_never_proposed_again_until_that_is_undone(site: None, admin_user: Any) -> None:
    assert pairs() == PAIRS
    before = stored()
    act = acts.PapersDiffer(paper(SECOND), paper(ARXIV))
    effects = preview(act, admin_user)
    assert (effects.others, effects.changes, stored()) == (["Two papers are told apart"], 1, before)
    made = decide(act, admin_user, "Two editions.")
    assert (made.kind, made.summary) == ("papers-differ", f"{SECOND} and {ARXIV} are two papers")
    assert set(made.papers.all()) == {act.one, act.two}
    assert pairs() == PAIRS[1:]
    Paper.objects.filter(identifier="2001.00004").update(revision=10_000)
    find()
    assert pairs() == PAIRS[1:]
    with pytest.raises(Refused, match="Somebody decided that the two are not one paper"):
        decide(acts.MergePapers(paper(SECOND), paper(ARXIV), override=True), admin_user, "One.")
    with pytest.raises(Refused, match="nothing would change"):
        decide(act, admin_user)
    undo(made, admin_user)
    assert pairs() == PAIRS
    assert not DistinctPapers.objects.exists()


def test_what_is_no_pair_can_not_be_told_apart(site: None, admin_user: Any) -> None:
    one, two = paper(ARXIV), paper(SECOND)
    with pytest.raises(Refused, match="is the same paper as"):
        decide(acts.PapersDiffer(one, one), admin_user)
    decide(acts.MergePapers(two, one), admin_user)
    with pytest.raises(Refused, match="was merged into"):
        decide(acts.PapersDiffer(one, two), admin_user)


def test_who_is_told_apart_from_the_loser_of_a_merge_is_from_the_survivor(site: None, admin_user: Any) -> None:
    decide(acts.PapersDiffer(paper(SECOND), paper(THIRD)), admin_user)
    merge = decide(acts.MergePapers(paper(SECOND), paper(ARXIV)), admin_user)
    assert pairs() == []
    undo(merge, admin_user)
    find()
    assert pairs() == PAIRS[:2]
    assert DistinctPapers.objects.count() == 1


# --- The curators' page -----------------------------------------------------------------------------------------------


@pytest.fixture
def page() -> str:
    return reverse("admin:curation-duplicate-papers")


def first() -> PaperSuggestion:
    return PaperSuggestion.objects.open().not_skipped().likeliest_first()[0]


def test_pairs_are_decided_one_after_the_other(site: None, page: str, curator_client: Client) -> None:
    for answer, kind in (("reject", "papers-differ"), ("accept", "paper-merge")):
        row = first()
        text = curator_client.get(page).content.decode()
        assert "3 pairs to decide" in text
        assert "the same title but for a subtitle +3.0" in text
        assert "<td>10.1000/2</td>" in text
        said = {"answer": answer, "suggestion": row.pk, "keep": row.one_id}
        assert curator_client.post(page, said).status_code == 302
        last = Decision.objects.first()
        assert last is not None and last.kind == kind
        assert row not in PaperSuggestion.objects.open()
        assert "Undo the last" in curator_client.get(page).content.decode()
        curator_client.post(page, {"answer": "undo", "decision": last.pk})
        assert pairs() == PAIRS
    for left in (2, 1, 0):
        curator_client.post(page, {"answer": "skip", "suggestion": first().pk, "keep": 0})
        assert len(pairs()) == left
    assert "Nothing to decide" in curator_client.get(page).content.decode()


def test_what_agrees_and_differs_is_marked_and_nothing_is_live(site: None, page: str, curator_client: Client) -> None:
    pair = PaperSuggestion.objects.get(one__identifier=SECOND, two__identifier=THIRD)
    text = curator_client.get(page, {"pair": pair.pk}).content.decode()
    rows = {row.split("</th>")[0].rpartition(">")[2]: row for row in text.split("<tr")}
    assert rows["Title"].startswith(' class="differs"')
    assert "<td>differ</td>" in rows["DOI"]
    assert "<td>agree</td>" in rows["Authors"]
    assert "<td></td>" in rows["Source"]
    assert "&lt;b&gt;history" in text and "<b>" not in text


def test_papers_whose_dois_differ_are_merged_with_a_reason_alone(site: None, page: str, curator_client: Client) -> None:
    pair = PaperSuggestion.objects.get(one__identifier=SECOND, two__identifier=THIRD)
    text = curator_client.get(page, {"pair": pair.pk}).content.decode()
    assert "Their DOIs differ" in text and 'name="reason"' in text
    said = {"answer": "accept", "suggestion": pair.pk, "keep": pair.one_id}
    again = curator_client.post(page, said, follow=True).content.decode()
    assert "Say why" in again and not Decision.objects.exists()
    curator_client.post(page, said | {"reason": "The first is an alias."})
    assert Decision.objects.get().reason == "The first is an alias."
    assert paper(THIRD).merged_into == paper(SECOND)


def test_the_other_one_can_be_kept(site: None, page: str, curator_client: Client) -> None:
    row = first()
    kept = '<input type="hidden" name="keep" value="{}">'
    assert kept.format(row.one_id) in curator_client.get(page).content.decode()
    text = curator_client.get(page, {"pair": row.pk, "swap": 1}).content.decode()
    assert kept.format(row.two_id) in text
    curator_client.post(page, {"answer": "accept", "suggestion": row.pk, "keep": row.two_id})
    assert paper(ARXIV).merged_into == paper(SECOND)


@pytest.mark.parametrize("count", [1, 3])
def test_queries(count: int, site: None, page: str, curator_client: Client, django_assert_num_queries: Any) -> None:
    for row in PaperSuggestion.objects.order_by("-pk")[: 3 - count]:
        row.delete()
    # Session and user; the pair with the DOIs of both; how many there are; the last decision; what forbids a merge (5).
    with django_assert_num_queries(12):
        text = curator_client.get(page).content.decode()
    assert f"{count} pair{'s' if count > 1 else ''} to decide" in text


def test_only_curators_see_it(site: None, page: str, client: Client) -> None:
    client.force_login(get_user_model().objects.create(username="helper", is_staff=True))
    assert client.get(page).status_code == 403
    assert client.post(page, {"answer": "skip", "suggestion": first().pk}).status_code == 403


@pytest.mark.parametrize("said", [{"answer": "accept"}, {"answer": "undo", "decision": "x"}, {"suggestion": "²"}])
def test_a_form_that_was_tampered_with(said: dict[str, str], site: None, page: str, curator_client: Client) -> None:
    assert curator_client.post(page, said).status_code == 400
    for pair in ("x", "9" * 30, "0", "²"):
        assert curator_client.get(page, {"pair": pair}).status_code == 200


def test_how_many_wait_stands_on_the_front_page(site: None, page: str, curator_client: Client) -> None:
    text = curator_client.get(reverse("admin:index")).content.decode()
    [row] = [row for row in text.split("<tr") if f'<a href="{page}">Possibly one paper</a>' in row]
    assert re.findall(r">\s*(\d+)\s*<", row) == ["3"]


def test_the_papers_own_page_leads_curators_to_it(
    site: None, page: str, curator_client: Client, client: Client
) -> None:
    pair = PaperSuggestion.objects.get(one__identifier=ARXIV, two__identifier=SECOND)
    for identifier, other in ((ARXIV, SECOND), (SECOND, ARXIV)):
        link = f'<a href="{page}?pair={pair.pk}">Possibly one paper with {other}</a>'
        assert link in curator_client.get(f"/papers/{identifier}/").content.decode()
        assert page not in client.get(f"/papers/{identifier}/").content.decode()
    curator_client.post(page, {"answer": "reject", "suggestion": pair.pk})
    assert f"?pair={pair.pk}" not in curator_client.get(f"/papers/{ARXIV}/").content.decode()
