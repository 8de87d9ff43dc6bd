"""Every format as the programs read it that people use: BibTeX by two parsers, RIS by one, CSL-JSON by a processor, CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import bibtexparser
import citeproc
import jsonschema
import pybtex.database
import pytest
import rispy
from csl_reference import Reference
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.citations import FORMATS, Contributor, Work
from papers.citations.bibtex import title
from tests.papers.citations.works import ARTICLE, BARE, KING, LIGO, PLATO, PREPRINT, WAERDEN, WORKS


def written(ending: str, works: list[Work]) -> str:
    return "".join(FORMATS[ending].write(works))


# --- BibTeX -------------------------------------------------------------------------------------------------------------

PREPRINT_TITLE = (
    r"On {$\lbrace x_1\rbrace $} \& 50\% of {BERT's} naïve \#\_tags\_ for {Einstein} "
    r"\textasciitilde{} \textbackslash{}foo\textasciicircum{}2"
)


def test_bibtex_whole() -> None:
    assert written("bib", [PREPRINT]) == (
        "@misc{vanderwaerden2008x1-0801.1021,\n"
        "  author = {van der Waerden, Bartel L. and King, Jr, Martin Luther and Plato and {LIGO Scientific Collaboration}},\n"
        f"  title = {{{PREPRINT_TITLE}}},\n"
        "  year = {2008},\n"
        "  month = jan,\n"
        "  day = {7},\n"
        "  doi = {10.48550/arXiv.0801.1021},\n"
        "  eprint = {0801.1021},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {hep-th},\n"
        "  url = {https://arxiv.org/abs/0801.1021},\n"
        "  abstract = {First paragraph with $\\alpha$.\n\nSecond one.}\n"
        "}\n\n"
    )


def test_bibtex_by_two_parsers() -> None:
    text = written("bib", WORKS)
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    other = pybtex.database.parse_string(text, "bibtex")
    assert [entry.key for entry in library.entries] == list(other.entries) == [work.key for work in WORKS]
    for entry in library.entries:
        fields = {name.lower(): field.value for name, field in entry.fields_dict.items() if name != "author"}
        theirs = {name.lower(): value for name, value in other.entries[entry.key].fields.items()}
        month = {"month": theirs["month"][:3].lower()} if "month" in theirs else {}  # pybtex writes it out
        assert {name: " ".join(value.split()) for name, value in fields.items()} == theirs | month
    preprint, article, bare = (other.entries[work.key] for work in WORKS)
    people = [
        [" ".join(part) for part in (p.prelast_names, p.last_names, p.lineage_names, [*p.first_names, *p.middle_names])]
        for p in preprint.persons["author"]
    ]
    assert people == [
        ["van der", "Waerden", "", "Bartel L."],
        ["", "King", "Jr", "Martin Luther"],
        ["", "Plato", "", ""],
        ["", "{LIGO Scientific Collaboration}", "", ""],
    ]
    assert [str(p) for p in article.persons["author"]] == ["{Rand and Sons}, A.", "Bee, A.", "others"]
    assert {name: article.fields[name] for name in ("journal", "volume", "pages", "year", "doi", "eprint")} == {
        "journal": "Phys. Lett. B",
        "volume": "658",
        "pages": "7--12",
        "year": "2000",
        "doi": "10.1000/b_(2)<x>;2-#",
        "eprint": "hep-th/9901001",
    }
    assert (article.type, preprint.type, bare.type) == ("article", "misc", "misc")
    assert bare.fields["note"] == r"Talk, 1 \& 2"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Scaling Laws for Neural Language Models", "Scaling Laws for Neural Language Models"),
        ("A proof of Fermat's theorem by pH in LaTeX", "A proof of {Fermat's} theorem by {pH} in {LaTeX}"),
        ("The $SU(2)$ and $\\}x$ case", r"The {$SU(2)$} and {$\rbrace x$} case"),
        ("An unmatched $x}$", r"An unmatched \$x\textbraceright{}\$"),
        ("Half {open", r"Half \textbraceleft{}open"),
        (
            "Between $5 and $6: {GPU}s for a {0, 1}",
            r"Between \$5 and \$6: {GPUs} for a \textbraceleft{}0, 1\textbraceright{}",
        ),
        (r"\emph{the $k$ case} in H<sub>2</sub>O", r"the {$k$} case in {H\textsubscript{2}O}"),
        ("5% & more", r"5\% \& more"),
    ],
)
def test_titles_in_bibtex(source: str, shown: str) -> None:
    assert title(source) == shown


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_no_title_breaks_a_file(text: str) -> None:
    works = [replace(PREPRINT, title=text, journal_ref=text, authors=(Contributor(text, text, text, text),)), ARTICLE]
    source = written("bib", works)
    assert len(bibtexparser.parse_string(source).entries) == 2
    assert len(pybtex.database.parse_string(source, "bibtex").entries) == 2


def test_keys_are_unique_and_the_same_in_every_file() -> None:
    second = replace(PREPRINT, identifier="0801.1022", arxiv_id="0801.1022")
    assert PREPRINT.key != second.key
    for works in ([PREPRINT, second], [second], [second, PREPRINT]):
        keys = re.findall(r"@\w+\{([^,]+),", written("bib", works))
        assert keys == [work.key for work in works]
        assert all(re.fullmatch(r"[a-z0-9.-]+", key) for key in keys)
    assert (ARTICLE.key, BARE.key) == ("randandsons1999strings-hep-th-9901001", "hyperlink-undated-notes")


# --- RIS ----------------------------------------------------------------------------------------------------------------


def test_ris_whole() -> None:
    assert written("ris", [ARTICLE]).split("\r\n") == [
        "TY  - JOUR",
        "ID  - randandsons1999strings-hep-th-9901001",
        "TI  - Strings",
        "AU  - Rand and Sons, A.",
        "AU  - Bee, A.",
        "PY  - 2000",
        "DA  - 2000///",
        "JO  - Phys. Lett. B",
        "VL  - 658",
        "SP  - 7",
        "EP  - 12",
        "KW  - High Energy Physics - Theory",
        "DO  - 10.1000/b_(2)<x>;2-#",
        "UR  - https://doi.org/10.1000/b_(2)%3Cx%3E;2-%23",
        "AN  - arXiv:hep-th/9901001",
        "ER  - ",
        "",
        "",
    ]


def test_ris_by_a_parser() -> None:
    preprint, article, bare = rispy.loads(written("ris", WORKS))
    assert preprint["type_of_reference"] == "UNPB"
    assert preprint["authors"] == [
        "van der Waerden, Bartel L.",
        "King, Martin Luther, Jr",
        "Plato",
        "LIGO Scientific Collaboration",
    ]
    assert (preprint["year"], preprint["date"], preprint["publisher"]) == ("2008", "2008/01/07/", "arXiv")
    assert preprint["title"] == r"On {x₁} & 50% of BERT's naïve #_tags_ for Einstein ~ \foo^2"
    assert preprint["abstract"] == "First paragraph with α. Second one."
    assert preprint["keywords"] == ["High Energy Physics - Theory", "Algebraic Geometry"]
    assert preprint["accession_number"] == "arXiv:0801.1021"
    assert (article["type_of_reference"], article["start_page"]) == ("JOUR", "7")
    assert bare["notes"] == ["Talk, 1 & 2"]
    for line in written("ris", WORKS).split("\r\n"):
        assert line == "" or re.match(r"[A-Z][A-Z0-9]  - ", line)
        assert not re.search(r"[\x00-\x1f]", line)


# --- CSL-JSON -----------------------------------------------------------------------------------------------------------


def csl_words(name: str, pattern: str) -> set[str]:
    """Words of the published CSL grammar, which the processor's package carries."""
    folder = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"
    return set(re.findall(pattern, (folder / name).read_text(encoding="utf-8")))


def csl_schema() -> dict[str, Any]:
    """The rules for CSL-JSON that concern us: types and variables by the published grammar, nothing else allowed."""
    variables = csl_words("csl-variables.rnc", r'"([A-Za-z][A-Za-z-]+)"')
    types = csl_words("csl-types.rnc", r'"([a-z_-]+)"')
    assert {"DOI", "container-title", "author", "issued"} <= variables
    assert {"article", "article-journal"} <= types
    text = {"type": "string", "minLength": 1}
    names = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": dict.fromkeys(("family", "given", "suffix", "non-dropping-particle", "literal"), text),
            "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
            "additionalProperties": False,
        },
    }
    number = {"type": "integer"}
    date_parts = {
        "type": "array",
        "minItems": 1,
        "maxItems": 2,
        "items": {"type": "array", "items": number, "minItems": 1, "maxItems": 3},
    }
    properties = dict.fromkeys(variables, text) | {
        "id": text,
        "type": {"enum": sorted(types)},
        "author": names,
        "custom": {"type": "object"},
        "issued": {"type": "object", "properties": {"date-parts": date_parts}, "additionalProperties": False},
    }
    item = {"type": "object", "required": ["id", "type"], "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": item}


def test_csl_json_by_a_model_of_its_schema() -> None:
    """Another project's classes, which were generated from the published schema: what they read is what was written."""
    items = json.loads(written("json", WORKS))
    assert [Reference(**item).csl_dump(exclude_defaults=False) for item in items] == items
    # What the schema has no name for is left out on the way, so that the comparison would fail.
    assert "arxiv" not in Reference(**items[0], arxiv="0801.1021").csl_dump()
    for wrong in ({"type": "preprint"}, {"author": "Plato"}, {"issued": {"date-parts": []}}):
        with pytest.raises(ValueError, match="validation error"):
            Reference(**{**items[0], **wrong})


def test_csl_json_by_its_rules() -> None:
    items = json.loads(written("json", WORKS))
    jsonschema.validate(items, csl_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**items[0], "arxiv": "0801.1021"}], csl_schema())
    preprint, article, bare = items
    assert preprint["author"] == [
        {"family": "Waerden", "given": "Bartel L.", "non-dropping-particle": "van der"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr"},
        {"family": "Plato"},
        {"literal": "LIGO Scientific Collaboration"},
    ]
    assert {name: preprint[name] for name in ("type", "genre", "publisher", "number", "DOI", "issued")} == {
        "type": "article",
        "genre": "preprint",
        "publisher": "arXiv",
        "number": "arXiv:0801.1021",
        "DOI": "10.48550/arXiv.0801.1021",
        "issued": {"date-parts": [[2008, 1, 7]]},
    }
    assert {name: article[name] for name in ("type", "container-title", "volume", "page", "issued")} == {
        "type": "article-journal",
        "container-title": "Phys. Lett. B",
        "volume": "658",
        "page": "7-12",
        "issued": {"date-parts": [[2000]]},
    }
    assert bare == {
        "id": BARE.key,
        "type": "document",
        "title": "=HYPERLINK(1)",
        "note": "Talk, 1 & 2",
        "custom": {"record": BARE.url},
    }
    assert json.loads(written("json", [])) == []


# --- CSV ----------------------------------------------------------------------------------------------------------------


def test_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", WORKS), newline="")))
    assert [row["title"] for row in rows] == [PREPRINT.plain_title, "Strings", "'=HYPERLINK(1)"]
    assert rows[0] | {"title": ""} == {
        "identifier": "0801.1021",
        "arxiv_id": "0801.1021",
        "doi": "",
        "title": "",
        "authors": "Bartel L. van der Waerden; Martin Luther King Jr; Plato",
        "collaborations": "LIGO Scientific Collaboration",
        "type": "article",
        "published": "2008-01-07",
        "issued": "",
        "updated": "2008-01-28",
        "container": "",
        "volume": "",
        "issue": "",
        "pages": "",
        "publisher": "",
        "primary_category": "hep-th",
        "categories": "hep-th; math.AG",
        "journal_ref": "",
        "license": "",
        "url": PREPRINT.url,
        "source_url": "https://arxiv.org/abs/0801.1021",
        "withdrawn": "",
    }
    assert rows[1]["authors"] == "A. Rand and Sons; A. Bee; et al."


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    work = replace(BARE, title=text, journal_ref=text, authors=(Contributor(text, text),), license=text)
    source = written("csv", [work])
    for row in csv.reader(io.StringIO(source, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert len(source.split("\r\n")) >= 3


def test_names_in_their_parts() -> None:
    assert [(who.particle, who.family) for who in (WAERDEN, KING, PLATO, LIGO)] == [
        ("van der", "Waerden"),
        ("", "King"),
        ("", "Plato"),
        ("", ""),
    ]
