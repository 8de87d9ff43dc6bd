"""Papers, categories and builds as JSON.

The `…_json` functions make the answers, eight times faster than serializer classes would; the `…Shape` classes describe the
same fields for the OpenAPI document. A test holds that the two agree.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from papers.bylines import Name
from papers.display.cards import PaperCard, ShownName
from papers.display.rows import IN_A_PATH, PaperRow
from papers.http.addresses import absolute_url
from papers.models import Build, Category, Paper
from papers.publications import FIELDS, KINDS_OF_URL, REPEATED, Details, publication_of
from papers.taxonomy.types import PREPRINT, TYPES
from papers.text.dates import PRECISIONS
from papers.text.plain_text import shown_source


class PersonShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()


class EntryShape(serializers.Serializer[Any]):
    position = serializers.IntegerField(allow_null=True, help_text="Counted from 1; null where the place is not known.")
    name = serializers.CharField()
    forenames = serializers.CharField(allow_null=True)
    surname = serializers.CharField(allow_null=True)
    suffix = serializers.CharField(allow_null=True)
    affiliations = serializers.ListField(child=serializers.CharField())
    orcid = serializers.CharField(allow_null=True, help_text="As the source prints it beside the name.")
    other_names = serializers.ListField(
        child=serializers.CharField(), help_text="Further names that the source prints for the same person."
    )
    author = PersonShape(allow_null=True)
    basis = serializers.CharField(allow_null=True, help_text="How we know whose name it is.")
    decided_on = serializers.DateField(allow_null=True, help_text="The day a curator said so, where one did.")


class VersionShape(serializers.Serializer[Any]):
    version = serializers.CharField()
    created = serializers.CharField(required=False)
    size = serializers.CharField(required=False)
    source_type = serializers.CharField(required=False)


class EditorShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    forenames = serializers.CharField(allow_null=True)
    surname = serializers.CharField(allow_null=True)
    suffix = serializers.CharField(allow_null=True)


class UrlShape(serializers.Serializer[Any]):
    url = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS_OF_URL)


@extend_schema_field(
    {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$", "examples": ["2019", "2019-05", "2019-05-03"]}
)
class ReducedDateField(serializers.CharField):
    """A year, a month or a day as ISO 8601 writes them with reduced precision."""


class PaperShape(serializers.Serializer[Any]):
    identifier = serializers.CharField()
    arxiv_id = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    abstract = serializers.CharField(allow_null=True)
    abstract_is_cut = serializers.BooleanField()
    byline = EntryShape(many=True)
    byline_is_complete = serializers.BooleanField()
    collaborations = serializers.ListField(child=serializers.CharField())
    categories = serializers.ListField(child=serializers.CharField(), help_text="Codes, primary first.")
    type = serializers.ChoiceField(choices=TYPES, allow_null=True, help_text="One of the types of CSL 1.0.2.")
    source_type = serializers.CharField(allow_null=True, help_text="The source's own word for it.")
    container = serializers.CharField(allow_null=True, help_text="The journal, book or conference.")
    volume = serializers.CharField(allow_null=True)
    issue = serializers.CharField(allow_null=True)
    pages = serializers.CharField(allow_null=True, help_text="“1-10”, or one page.")
    article_number = serializers.CharField(allow_null=True)
    publisher = serializers.CharField(allow_null=True, help_text="The school of a thesis, the institution of a report.")
    place = serializers.CharField(allow_null=True)
    editors = EditorShape(many=True)
    edition = serializers.CharField(allow_null=True)
    series = serializers.CharField(allow_null=True)
    isbn = serializers.CharField(allow_null=True)
    issn = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True, help_text="As the source says it.")
    keywords = serializers.ListField(child=serializers.CharField())
    published = ReducedDateField(allow_null=True, help_text="The earliest date known.")
    published_precision = serializers.ChoiceField(choices=PRECISIONS, allow_null=True)
    issued = ReducedDateField(allow_null=True, help_text="When its publisher or a list says it was published.")
    issued_precision = serializers.ChoiceField(choices=PRECISIONS, allow_null=True)
    updated = serializers.DateField(allow_null=True)
    withdrawn = serializers.BooleanField(help_text="Its authors took it back.")
    urls = UrlShape(many=True, help_text="Addresses that sources name, with what is to be found there.")
    versions = VersionShape(many=True)
    doi = serializers.CharField(allow_null=True)
    journal_ref = serializers.CharField(allow_null=True)
    comments = serializers.CharField(allow_null=True)
    license = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.URLField(allow_null=True)
    modified = serializers.DateTimeField(help_text="When the record last changed here.")
    url = serializers.URLField()


class DeletedShape(serializers.Serializer[Any]):
    identifier = serializers.CharField()
    deleted = serializers.DateTimeField(help_text="When we learnt that its source has taken it back.")


class MovedShape(serializers.Serializer[Any]):
    identifier = serializers.CharField(
        help_text="An identifier that the paper had, or under which it was read besides."
    )
    paper = serializers.CharField(help_text="The identifier that it has now.")
    moved = serializers.DateTimeField(help_text="Since when the one leads to the other.")


class GroupShape(serializers.Serializer[Any]):
    key = serializers.CharField(allow_null=True, help_text="A year, a code or the like; null where nobody knows.")
    count = serializers.IntegerField()


class CategoryShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    archive = serializers.CharField(allow_null=True)
    archive_name = serializers.CharField(allow_null=True)
    group = serializers.CharField(allow_null=True)
    group_name = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    paper_count = serializers.IntegerField()
    url = serializers.URLField()


class BuildShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    stage = serializers.CharField()
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    code_version = serializers.CharField(allow_null=True)
    parameters = serializers.DictField()
    results = serializers.DictField()


def entry_json(shown: ShownName) -> dict[str, Any]:
    person = shown.person
    return {
        "position": shown.position,
        "name": shown.name,
        "forenames": shown.forenames or None,
        "surname": shown.surname or None,
        "suffix": shown.suffix or None,
        "affiliations": shown.affiliations,
        "orcid": shown.orcid or None,
        "other_names": list(shown.other_names),
        "author": person_json(person.public_id, person.slug, person.name) if person else None,
        "basis": person.basis if person else None,
        "decided_on": person.decided_on if person else None,
    }


def editor_json(editor: Name) -> dict[str, Any]:
    return {
        "name": editor.name,
        "forenames": editor.forenames or None,
        "surname": editor.surname or None,
        "suffix": editor.suffix or None,
    }


def person_json(public_id: str, slug: str, name: str) -> dict[str, str]:
    return {"id": public_id, "slug": slug, "name": name, "url": author_url(slug)}


def author_url(slug: str) -> str:
    """As absolute_url makes it from a look-up, which takes longer than all the rest."""
    return f"{settings.SITE_URL}/authors/{slug}/"


def paper_json(card: PaperCard, details: Details | None) -> dict[str, Any]:
    """The paper with its whole byline (make the card with fold=False) and its details with editors as they may be shown.

    Without details, for who asks for none of publication_json's, these fields are left out.
    """
    paper, published, issued = card.paper, card.paper.published_date, card.paper.issued_date
    return {
        "identifier": paper.identifier,
        "arxiv_id": paper.arxiv_id,
        "title": shown_source(paper.title),
        "abstract": shown_source(paper.abstract) or None,
        "abstract_is_cut": paper.abstract_is_cut,
        "byline": [entry_json(shown) for shown in card.byline],
        "byline_is_complete": paper.byline_is_complete,
        "collaborations": paper.collaborations,
        "categories": paper.categories,
        "type": paper.type or None,
        **({} if details is None else publication_json(paper, details)),
        "published": published.iso() if published else None,
        "published_precision": published.precision if published else None,
        "issued": issued.iso() if issued else None,
        "issued_precision": issued.precision if issued else None,
        "updated": paper.updated,
        "withdrawn": paper.is_withdrawn,
        "versions": paper.versions,
        "doi": paper.doi or None,
        "journal_ref": shown_source(paper.journal_ref) or None,
        "comments": shown_source(paper.comments) or None,
        "license": paper.license or None,
        "source": paper.source,
        "source_url": paper.source_url or None,
        "modified": paper.modified_at,
        # As absolute_url makes it from a look-up, which takes longer than all the rest.
        "url": f"{settings.SITE_URL}/papers/{quote(paper.identifier, safe=IN_A_PATH)}/",
    }


def publication_json(paper: Paper | PaperRow, details: Details) -> dict[str, Any]:
    """How it was published: as the source wrote it where it has fields for it, else out of the printed reference."""
    # A preprint whose reference could be read is stored as an article.
    if not details and (not paper.journal_ref or paper.type == PREPRINT):
        return NOT_PUBLISHED
    place = publication_of(details, paper.journal_ref)
    return {
        "source_type": details.source_type or None,
        "container": shown_source(details.container) or place.container or None,
        "volume": details.volume or place.volume or None,
        "issue": details.issue or place.issue or None,
        "pages": details.pages or place.pages or None,
        "article_number": details.article_number or None,
        "publisher": shown_source(details.publisher) or None,
        "place": shown_source(details.place) or None,
        "editors": [editor_json(editor) for editor in details.editors],
        "edition": details.edition or None,
        "series": shown_source(details.series) or None,
        "isbn": details.isbn or None,
        "issn": details.issn or None,
        "language": details.language or None,
        "keywords": [shown_source(keyword) for keyword in details.keywords],
        "urls": [{"url": each.url, "kind": each.kind} for each in details.urls],
    }


# In the order of publication_json, so that equal answers are equal texts.
NOT_PUBLISHED: dict[str, Any] = {
    name: () if name in REPEATED else None for name in FIELDS if name not in ("posted", "preprint_doi")
}


def category_json(category: Category) -> dict[str, Any]:
    """The category; the queryset must be `with_counts` and have its aliases prefetched."""
    return {
        "code": category.code,
        "name": category.name,
        "archive": category.archive or None,
        "archive_name": category.archive_name or None,
        "group": category.group or None,
        "group_name": category.group_name or None,
        "kind": category.kind,
        "aliases": [alias.code for alias in category.aliases.all()],
        "paper_count": category.paper_count,
        "url": absolute_url(category.get_absolute_url()),
    }


def build_json(build: Build) -> dict[str, Any]:
    return {
        "id": build.pk,
        "stage": build.stage,
        "status": build.status,
        "started_at": build.started_at,
        "finished_at": build.finished_at,
        "code_version": build.code_version or None,
        "parameters": build.parameters,
        "results": build.results,
    }
