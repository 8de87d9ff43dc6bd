"""Names that come in parts and are none: told as a problem of the byline, and the record stays."""

from pathlib import Path

import pytest

from papers.ingest.readers import open_source
from papers.ingest.readers.fields.author_lists import Printed, byline_of
from papers.ingest.records import PaperRecord

NOT_NAMES = ["-", "?", ".", "12345", "😀", "n" * 256, "{}"]
DUBLIN_CORE = """<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:example.org:1</identifier></header>
<metadata><dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:d="http://purl.org/dc/elements/1.1/">
<d:title>A title</d:title><d:creator>Byron, Ada</d:creator><d:creator>{0}</d:creator><d:creator>{0}, {0}</d:creator>
</dc></metadata></record>"""
ARXIV = """<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:arXiv.org:2001.00001</identifier></header>
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2001.00001</id><title>A title</title><authors>
<author><keyname>Byron</keyname><forenames>Ada</forenames></author><author><keyname>{0}</keyname></author>
<author><keyname>{0}</keyname><forenames>{0}</forenames><suffix>{0}</suffix></author></authors></arXiv></metadata></record>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2001.00001v1</id><title>A title</title>
<author><name>Ada Byron</name></author><author><name>{0}</name></author><author><name/></author></entry></feed>"""
BIBTEX = "@article{{a, title={{A title}}, author={{Byron, Ada and {0}, {0} and {0} and {{{0}}}}}}}\n"


@pytest.mark.parametrize("text", NOT_NAMES)
@pytest.mark.parametrize("form", [DUBLIN_CORE, ARXIV, ATOM, BIBTEX], ids=["oai_dc", "arXiv", "atom", "bibtex"])
def test_the_record_stays_and_the_name_is_a_problem(form: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_text(form.format(text), encoding="utf-8")
    with open_source(path) as source:
        [(_, _, found)] = source
    assert isinstance(found, PaperRecord), found
    assert [entry.name.name for entry in found.byline.entries] == ["Ada Byron"]
    assert found.byline.problems


def test_a_suffix_longer_than_any_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_text("@article{a, title={A title}, author={Byron, " + "x" * 40 + ", Ada}}", encoding="utf-8")
    with open_source(path) as source:
        [(_, _, found)] = source
    assert isinstance(found, PaperRecord), found
    assert (found.byline.entries, len(found.byline.problems)) == ((), 1)


@pytest.mark.parametrize(
    "place",
    [
        "Institute for Theoretical Physics",
        "Kavli Institute for the Physics and Mathematics of the Universe",
        "Royal Society",
        "Max Planck Institute for the Science of Light",
        "the University of Oxford",
        "Google Research Team",
        "Center for Nano Collaboration",
        "Department of Physics, University of Nowhere",
        "OpenAI",
        "CERN",
        "Things Group",
    ],
)
@pytest.mark.parametrize("is_guessed", [True, False])
def test_an_affiliation_is_never_an_author(place: str, is_guessed: bool) -> None:
    byline = byline_of(
        [Printed("Byron", "Ada", affiliations=(place,), guessed=is_guessed), Printed(whole="Ben Sample")]
    )
    assert [entry.affiliations for entry in byline.entries] == [(place,), ()]
    assert (byline.collaborations, byline.problems) == ((), ())


@pytest.mark.parametrize("place", ["the ABCD Collaboration", "for the ABCD Collaboration", "ABCD Collaboration"])
def test_but_a_collaboration_is_a_group(place: str) -> None:
    byline = byline_of([Printed("Byron", "Ada", affiliations=(place, "CERN"))])
    assert ([entry.affiliations for entry in byline.entries], byline.collaborations) == (
        [("CERN",)],
        ("ABCD Collaboration",),
    )


def test_what_a_source_says_of_an_author_beside_the_name() -> None:
    orcid = "0000-0002-1825-0097"
    byline = byline_of(
        [
            Printed(whole=f"Ada Byron ({orcid})"),
            Printed("Sample", "Ben (本)", orcid=orcid, other_names=("Ben Sample", "B. Example", "")),
            Printed(whole="Cy Third and Di Fourth", orcid=orcid, other_names=("C. D.",)),  # whose?
        ]
    )
    assert [(entry.name.name, entry.orcid, entry.other_names) for entry in byline.entries] == [
        ("Ada Byron", orcid, ()),
        ("Ben Sample", orcid, ("本", "B. Example")),
        ("Cy Third", "", ()),
        ("Di Fourth", "", ()),
    ]


def test_a_name_that_its_source_calls_one_is_never_several() -> None:
    names = ["Jane Doe", "Doe, Jane", "OpenAI", "Ministry of Health, Labour and Welfare"]
    byline = byline_of(
        [*(Printed(whole=name, is_literal=True) for name in names), Printed(whole="Ada Byron", is_group=True)]
    )
    assert [entry.name.name for entry in byline.entries] == ["Jane Doe", "Jane Doe"]
    assert byline.collaborations == ("OpenAI", "Ministry of Health, Labour and Welfare", "Ada Byron")


def test_a_list_of_nobodies_keeps_what_is_printed() -> None:
    byline = byline_of([Printed(whole="Anonymous"), Printed("unknown"), Printed("Author", "Anonymous")])
    assert (byline.text, byline.entries) == ("Anonymous, unknown, Anonymous Author", ())
    assert len(byline.problems) == 3
