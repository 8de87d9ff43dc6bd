"""A paper as Markdown: what its page says, for programs that read text and people who paste it."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from papers.display.appearance import appeared_in
from papers.display.cards import PaperCard, ShownName, cards
from papers.display.editors import shown_details
from papers.display.wording import type_name
from papers.http.addresses import absolute_url
from papers.http.lookup import paper_or_answer
from papers.identifiers import license_name
from papers.models import Paper
from papers.text.plain_text import plain_line, plain_text

MEDIA_TYPE = "text/markdown; charset=utf-8"
LABELS = {"landing": "Web page", "pdf": "PDF", "other": "Link"}
MOST_NAMES = 200  # of a byline; a team of thousands is counted

# What would be a link, a tag, code or a heading to Markdown, and the backslashes before it or at the end. A run of backslashes
# is looked at once, from its beginning.
MEANT = re.compile(r"(?<!\\)\\++(?=[\[\]`<>]|$)|[\[\]`<>]")
IN_ADDRESSES = "%/:?#@!$&',;=+~"
AT_START = re.compile(r"^([#>+\-*=|~]|\d+[.)])")


def md(text: str) -> str:
    """The text on one line, so that Markdown takes no sign of it for its own."""
    line = " ".join(text.split())
    escaped = MEANT.sub(lambda found: found[0] * 2 if found[0][0] == "\\" else f"\\{found[0]}", line)
    return AT_START.sub(r"\\\1", escaped)


def address(url: str) -> str:
    """An address of the web without any sign that Markdown knows; what is none stays text."""
    return quote(url, safe=IN_ADDRESSES) if url.lower().startswith(("https://", "http://")) else md(url)


def link(text: str, path: str) -> str:
    """A link to an address of this site."""
    return f"[{md(text)}]({address(absolute_url(path))})"


def name_md(shown: ShownName) -> str:
    """A name of a byline, leading to the Markdown of its person."""
    if not shown.person:
        return md(shown.name)
    return link(shown.name, f"{shown.url.rstrip('/')}.md")


def byline_md(card: PaperCard) -> str:
    """The names in order, then the groups; a very long byline is cut, and says so."""
    names = [name_md(shown) for shown in card.byline[:MOST_NAMES]] + [md(name) for name in card.collaborations]
    left = card.hidden_names + max(len(card.byline) - MOST_NAMES, 0)
    more = f" and {left} more" if left else "" if card.is_complete else " and others"
    return ", ".join(names) + more


def item_md(card: PaperCard) -> str:
    """The paper as an item of a list."""
    said = [link(plain_text(card.title), reverse("paper-markdown", args=[card.paper.identifier])), byline_md(card)]
    if card.paper.is_withdrawn:
        said.append("Withdrawn")
    if card.published:
        said.append(card.published.iso())
    if card.appeared_in:
        said.append(md(card.appeared_in))
    if card.paper.arxiv_id:
        said.append(f"arXiv:{card.paper.arxiv_id}")
    return "- " + ". ".join(filter(None, said))


def paper_text(card: PaperCard) -> str:
    """The whole paper: title, byline, abstract, and what else its source says."""
    paper = cast(Paper, card.paper)  # read whole
    details = shown_details([paper])[paper.pk]
    facts = [
        ("Type", type_name(paper.type)),
        ("Appeared in", appeared_in(paper)),
        ("Published", card.published.iso() if card.published else ""),
        ("Last version", card.last_version.isoformat() if card.last_version else ""),
        ("Categories", ", ".join(f"{subject.code} ({subject.name})" for subject in card.subjects)),
        ("Journal reference", plain_text(paper.journal_ref) if details.container else ""),
        ("Editors", ", ".join(editor.name for editor in details.editors)),
        ("Publisher", plain_line(", ".join(filter(None, (details.publisher, details.place))))),
        ("Edition", plain_line(details.edition)),
        ("ISBN", details.isbn),
        ("ISSN", details.issn),
        ("Language", details.language),
        ("Keywords", ", ".join(map(plain_line, details.keywords))),
        ("Comments", plain_text(paper.comments)),
        ("Report number", paper.report_no),
        ("MSC class", paper.msc_class),
        ("ACM class", paper.acm_class),
        ("Licence", license_name(paper.license) or paper.license),
    ]
    dois = [("DOI", f"https://doi.org/{row.doi}") for row in paper.dois.all()]
    others = [(LABELS.get(each.kind, each.kind.capitalize()), each.url) for each in details.urls]
    links = [("arXiv", paper.source_url), *dois, *others, ("This page", absolute_url(paper.get_absolute_url()))]
    parts = [
        f"# {md(plain_text(card.title))}",
        "**This paper has been withdrawn.**" if paper.is_withdrawn else "",
        byline_md(card),
        "## Abstract" if paper.abstract else "",
        "\n\n".join(md(paragraph) for paragraph in plain_text(paper.abstract).splitlines()),
        "*The source gave only the beginning of the abstract.*" if paper.abstract_is_cut else "",
        "## Record",
        "\n".join(
            [f"- {label}: {md(text)}" for label, text in facts if text]
            + [f"- {label}: {address(url)}" for label, url in links if url]
        ),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


@require_safe
@conditional_page
def paper_markdown(request: HttpRequest, identifier: str) -> HttpResponse:
    """One paper, under its address with `.md` behind it."""
    paper = paper_or_answer(request, identifier, "paper-markdown")
    if isinstance(paper, HttpResponse):
        return paper
    return HttpResponse(paper_text(cards([paper], fold=False)[0]), content_type=MEDIA_TYPE)
