"""One title has the same words wherever it is shown."""

from __future__ import annotations

import csv
import io
import json
import re

import pybtex.database
import pytest
import rispy
from defusedxml.ElementTree import fromstring
from django.test import Client
from justhtml import JustHTML

from papers.text.mathml import mathml
from papers.text.plain_text import formulas, plain_text, shown_source
from papers.text.scripts import lowered, raised
from tests.conftest import record

TITLES = [
    ("A ~10 % gain: $5 million and $7 saved", "A ~10 % gain: $5 million and $7 saved"),
    ("Costs between $5 and $6", "Costs between $5 and $6"),
    ("We pay $5 or $x$ for it", "We pay $5 or x for it"),
    (r"In\textsubscript{x}Ga\textsubscript{1-x}N layers", "InₓGa₁₋ₓN layers"),
    (r"Ti doped Zr$_{0.05}$O", "Ti doped Zr₀.₀₅O"),
    (r"\texorpdfstring{$k$}{k}-means with \foo{bar \baz{qux}}", "k-means with bar qux"),
    (r"The \cmd[opt]{case} of \emph{the $k$ nearest}", "The case of the k nearest"),
    (r"See \href{https://x.org}{here} or \url{https://x.org/~me}", "See here or https://x.org/~me"),
    (r"Typesetting with \BibTeX{} and \textsc{Coq}", "Typesetting with BibTeX and Coq"),
    (r"Schr\"odinger meets Erd\H{o}s and {\O}sted na\"{\i}vely", "Schrödinger meets Erdős and Østed naïvely"),
    (r"Schr$\ddot{o}$dinger's caf\'e", "Schrödinger's café"),
    ("Location {{Based Handshake}} for {$k$} of {GPU}s", "Location Based Handshake for k of GPUs"),
    ("The set {0, 1} and half {open", "The set {0, 1} and half {open"),
    ("Water H<sub>2</sub>O <i>in vivo</i> at 10<sup>-3</sup>", "Water H₂O in vivo at 10⁻³"),
    ("R&amp;D of &lt;i&gt;E. coli&lt;/i&gt; &#x3b1;", "R&D of E. coli α"),
    ("Tom & Jerry <b> and a<b", "Tom & Jerry <b> and a<b"),
    (r"An $O(n\log n)$ bound in $\mathbb{R}^{3}$", "An O(n log n) bound in ℝ³"),
    (r"The class $\mycommand{x}$ and \mycommand of ours", r"The class $\mycommand{x}$ and \mycommand of ours"),
    (r"\alpha-stable laws of 5\% for R\&D", "α-stable laws of 5% for R&D"),
    ("Words ``in'' 1--2 pages", "Words “in” 1--2 pages"),
]
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
OF_ARXIV = "{http://arxiv.org/OAI/arXiv/}"


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "words"), TITLES)
def test_a_title_has_the_same_words_on_every_surface(source: str, words: str, build_rows, client: Client) -> None:
    build_rows(record("2001.00001", title=source, journal_ref=source, comments=source, abstract=source))

    def text(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    shown: dict[str, str | None] = {}
    page = JustHTML(text("/papers/2001.00001/"), sanitize=False)
    shown["title of the page"] = page.query_one("title").to_text().removesuffix(" · Coterie")
    for name in ("name=citation_title", "name=citation_abstract", 'property="og:title"', "name=description"):
        shown[name] = page.query_one(f"meta[{name}]").attrs["content"]
    for data in page.query('script[type="application/ld+json"]'):
        for said in json.loads(data.to_text()).get("@graph", []):
            if said["@type"] != "ScholarlyArticle":
                continue
            shown |= {f"JSON-LD {name}": said[name] for name in ("headline", "name", "abstract")}
    facts = {fact.query_one("dt").to_text(): fact.query_one("dd").to_text() for fact in page.query("dl.facts > div")}
    shown |= {"Comments": facts["Comments"], "appeared in": page.query_one(".appeared").to_text()}
    typeset = formulas(source)
    for address, headings in (
        ("/papers/2001.00001/", "h1"),
        ("/papers/", ".title"),
        ("/papers/", ".journal"),
        ("/authors/ada-byron/publications/", ".title"),
        ("/authors/ada-byron/embed/", "h2"),
    ):
        found = re.sub(r"\s+", " ", str(JustHTML(text(address), sanitize=False).query(headings)[0].to_html()))
        for sign, script in (("sub", lowered), ("sup", raised)):
            found = re.sub(rf"<{sign}>(.*?)</{sign}>", lambda match, s=script: s(match[1]), found)
        for formula in typeset:
            if mathml(formula):
                found = re.sub(r"<math\b.*?</math>", lambda _m, f=formula: plain_text(f"${f}$"), found, count=1)
        shown[f"{headings} of {address}"] = JustHTML(found, sanitize=False).to_text()

    item = fromstring(text("/papers/feed/")).find(f"{ATOM}entry")
    assert item is not None
    shown["feed"] = item.findtext(f"{ATOM}title")
    shown["RIS"] = rispy.loads(text("/papers/2001.00001.ris"))[0]["title"]
    shown["CSL"] = json.loads(text("/papers/2001.00001.json"))[0]["title"]
    row = next(csv.DictReader(io.StringIO(text("/papers/2001.00001.csv"), newline="")))
    shown |= {"CSV title": row["title"], "CSV journal": row["journal_ref"]}
    entry = next(iter(pybtex.database.parse_string(text("/papers/2001.00001.bib"), "bibtex").entries.values()))
    shown["BibTeX"] = plain_text(entry.fields["title"])
    markdown = text("/papers/2001.00001.md")
    shown["Markdown"] = re.sub(r"\\(?=[\[\]`<>\\])", "", markdown.splitlines()[0].removeprefix("# "))
    harvest = "/oai?verb=GetRecord&identifier=oai:127.0.0.1:2001.00001&metadataPrefix="
    # Who takes records over, by the API or OAI-PMH, is given them as the source wrote them, but for braces that only guard.
    source = shown_source(source)
    answer = json.loads(text("/api/v1/papers/2001.00001/"))
    assert [answer[name] for name in ("title", "abstract", "journal_ref", "comments")] == [source] * 4
    assert next(csv.DictReader(io.StringIO(text("/api/v1/papers/?format=csv"), newline="")))["title"] == source
    assert fromstring(text(f"{harvest}oai_dc")).findtext(f".//{DC}title") == source
    assert fromstring(text(f"{harvest}arXiv")).findtext(f".//{OF_ARXIV}title") == source

    assert {name: found for name, found in shown.items() if found != words} == {}
    # Styles put capitals and quotation marks of their own.
    cited = page.query_one("#cite-apa").to_text()
    assert letters(words) in letters(cited)
