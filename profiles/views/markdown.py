"""A profile as Markdown, and `/llms.txt`, which tells programs what there is (https://llmstxt.org)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from papers.display.cards import cards, category_names
from papers.display.origin import Origin
from papers.filters.papers import NEWEST_OF_LIST
from papers.http.addresses import absolute_url
from papers.models import Build, Paper, PaperCount
from papers.views.markdown import MEDIA_TYPE, address, item_md, link, md
from profiles.display.author_rows import active_years, paper_count_text, papers_are_arxivs
from profiles.lookup import author_or_redirect, papers_of
from profiles.models import Author, SimilarityLink
from profiles.similarity import full_run
from profiles.statistics import summaries
from profiles.views.profile import SIMILAR_IN_BOX, public_names

METADATA = {
    Origin.ALL: "What a paper says (title, abstract, byline) is arXiv's metadata, in the public domain (CC0 1.0).",
    Origin.SOME: "What a paper says (title, abstract, byline) is its source's metadata; arXiv's is in the public domain (CC0).",
    Origin.NONE: "What a paper says (title, abstract, byline) is its source's metadata.",
}
PAPERS = 100  # the newest; the rest is a link away


@require_safe
@conditional_page
def author_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """One profile, under its address with `.md` behind it."""
    author = author_or_redirect(request, slug, "author-markdown")
    if isinstance(author, HttpResponse):
        return author
    return HttpResponse(author_text(author), content_type=MEDIA_TYPE)


def author_text(author: Author) -> str:
    """The profile: who, in what subjects, like whom and why, and the newest papers."""
    names = category_names()
    found = NEWEST_OF_LIST.applied(papers_of(author, Paper.objects.visible()).for_cards())[:PAPERS]
    others = [name for name in public_names(author) if name != author.name]
    facts = [
        ("Also printed as", ", ".join(map(md, others))),
        ("Active", active_years(author)),
        ("Co-authors", str(author.coauthor_count)),
        ("Affiliation", md(author.affiliation)),
        *((row.get_scheme_display(), address(row.url)) for row in author.identifiers.all()),
        ("How sure", author.get_standing_display()),
        ("Public id", author.public_id),
        ("This page", absolute_url(author.get_absolute_url())),
    ]
    subjects = [
        f"- {md(f'{code} ({names.get(code, code)})')}: {n}" for code, n in author.statistics.get("categories", [])
    ]
    papers = [item_md(card) for card in cards(found, subject=author.public_id, names=names)]
    api = absolute_url(reverse("api-author-papers", args=[author.slug]))
    if author.paper_count > len(papers):
        papers.append(f"\nThese are the newest {len(papers)} of {author.paper_count}; all are at {api}")
    count = paper_count_text(author, papers_are_arxivs(author))
    parts = [
        f"# {md(author.name)}",
        count,
        "\n".join(f"- {label}: {text}" for label, text in facts if text),
        "\n\n".join(md(paragraph) for paragraph in author.bio.splitlines() if paragraph.strip()),
        "## Categories" if subjects else "",
        "\n".join(subjects),
        "## Similar authors",
        "\n".join(_similar(author)) or "Not enough to compare.",
        "## Papers",
        "\n".join(papers) or "None.",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _similar(author: Author) -> list[str]:
    found = SimilarityLink.objects.shown().filter(author=author)
    links = found.new_people_first().select_related("other")[:SIMILAR_IN_BOX]
    return [
        f"- {link(row.other.name, reverse('author-markdown', args=[row.other.slug]))}, {row.score:.3f}"
        + (", co-author" if row.is_coauthor else "")
        + (f": {md(', '.join(reasons))}" if (reasons := full_run.reasons(row.evidence)) else "")
        for row in links
    ]


@require_safe
@conditional_page
def llms_txt(request: HttpRequest) -> HttpResponse:
    """What this site is and where a program finds what it wants."""
    papers = PaperCount.objects.total()
    counted = Build.objects.latest_finished(summaries.STAGE)
    authors = counted.results.get("authors_listed", 0) if counted else 0
    site = settings.SITE_URL
    origin = summaries.origin_at(counted)
    on_arxiv = " on arXiv" if origin == Origin.ALL else ""
    metadata = METADATA[origin]
    text = f"""# {md(settings.SITE_NAME)}

> Academic profiles: {authors:,} authors, their {papers:,} papers{on_arxiv}, who is similar to whom and why.

{metadata} Who a printed name belongs
to is this site's conclusion: every authorship names its basis, and a profile says how sure it is. Similarity comes with its
evidence, whose parts add up to the score. No key is needed. Please fetch files instead of crawling pages.

Every profile and paper has a Markdown twin: its address with `.md` in the place of the last slash, such as
`{site}/authors/SLUG.md` and `{site}/papers/IDENTIFIER.md`.

## Ways in

- [Search]({site}/search/?q=): authors and papers; words, "phrases", `title:`, `author:`, `venue:`, `type:`
- [Find by arXiv id]({site}/arxiv/IDENTIFIER), [by DOI]({site}/doi/DOI), [by ORCID]({site}/orcid/ORCID): to the record
- [API]({site}/api/v1/): JSON without a key; [its OpenAPI document]({site}/api/v1/schema/), [to read]({site}/api/v1/docs/)
- [Ten recipes]({site}/recipes/): worked examples for a shell, Python and R

## Everything at once

- [Data]({site}/data/): all of it as JSON Lines and CSV; [manifest]({site}/data/manifest.json)
- [OAI-PMH]({site}/oai?verb=Identify): changed records since a moment, deletions included
- [Decisions]({site}/decisions/feed/) and [builds]({site}/builds/feed/): Atom feeds of what changed

## Optional

- [About]({site}/about/): how authors and similar authors are made, and how to correct something
- [Quality]({site}/quality/): how good they are, measured
"""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
