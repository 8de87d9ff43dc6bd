"""`python -m tests.dump`: everything in the configured database as JSON, by names instead of numbers and without times.

Two sites that went through the same are equal in it, whatever was killed on the way.
"""

from __future__ import annotations

import json
import os
from typing import Any


def dump() -> dict[str, list[Any]]:
    """Each table's rows in a fixed order; references are identifiers, codes and public ids."""
    from papers import models as papers
    from profiles import models as profiles

    queries: dict[str, Any] = {
        "papers": papers.Paper.objects.values_list(
            "identifier",
            "arxiv_id",
            "title",
            "abstract",
            "abstract_is_cut",
            "authors_text",
            "byline",
            "author_count",
            "byline_is_complete",
            "byline_problems",
            "byline_needs_review",
            "collaborations",
            "categories",
            "categories_text",
            "published",
            "published_precision",
            "issued",
            "issued_precision",
            "updated",
            "versions",
            "type",
            "details",
            "doi",
            "journal_ref",
            "comments",
            "license",
            "report_no",
            "msc_class",
            "acm_class",
            "submitter",
            "source",
            "base_url",
            "giver",
            "citation_key",
            "datestamp",
            "is_deleted",
            "is_withdrawn",
            "is_hidden",
            "merged_into__identifier",
            "sort_day",
            "revision",
        ),
        "source_records": papers.SourceRecord.objects.values_list(
            "paper__identifier",
            "source",
            "base_url",
            "giver",
            "identifier",
            "datestamp",
            "facts",
            "is_deleted",
            "is_fixed",
        ),
        "memberships": papers.PaperCategory.objects.values_list(
            "paper__identifier", "category__code", "position", "sort_day"
        ),
        "earlier_identifiers": papers.EarlierIdentifier.objects.values_list("identifier", "paper__identifier"),
        "title_keys": papers.TitleKey.objects.values_list("paper__identifier", "key"),
        "dois": papers.PaperDoi.objects.values_list("paper__identifier", "position", "doi", "key"),
        "collaborations": papers.PaperCollaboration.objects.values_list(
            "paper__identifier", "collaboration__key", "collaboration__name"
        ),
        "counts": papers.PaperCount.objects.filter(papers__gt=0).values_list(
            "category__code", "year", "papers", "primary_papers"
        ),
        "counts by type": papers.TypeCount.objects.filter(papers__gt=0).values_list(
            "category__code", "type", "year", "papers"
        ),
        "categories": papers.Category.objects.values_list("code", "name", "kind", "canonical__code"),
        "authors": profiles.Author.objects.values_list(
            "public_id",
            "slug",
            "name",
            "forenames",
            "surname",
            "suffix",
            "sort_key",
            "name_decided_by_human",
            "standing",
            "affiliation",
            "bio",
            "is_hidden",
            "in_similarity",
            "merged_into__public_id",
            "shares_name_on_a_paper",
            "paper_count",
            "coauthor_count",
            "first_year",
            "last_year",
            "statistics",
            "statistics_are_stale",
            "hidden_forms",
        ),
        "names": profiles.AuthorName.objects.values_list(
            "author__public_id", "name", "visibility", "shown_as_printed", "decided_by_human"
        ),
        "keys": profiles.IdentityKey.objects.values_list(
            "key", "occurrence", "author__public_id", "candidates", "decided_by_human"
        ),
        "unassigned": profiles.UnassignedName.objects.values_list("paper__identifier", "position", "key__key"),
        "told_apart": profiles.DistinctPair.objects.values_list("one__public_id", "two__public_id"),
        "identifiers": profiles.AuthorIdentifier.objects.values_list("author__public_id", "scheme", "value"),
        "slugs": profiles.EarlierSlug.objects.values_list("slug", "author__public_id", "is_retired"),
        "authorships": profiles.Authorship.objects.values_list(
            "paper__identifier",
            "position",
            "author__public_id",
            "basis",
            "decided_by_human",
            "printed_name",
            "sort_day",
        ),
        "author_categories": profiles.AuthorCategory.objects.values_list(
            "author__public_id", "category__code", "papers"
        ),
        "links": profiles.SimilarityLink.objects.values_list(
            "author__public_id", "other__public_id", "score", "rank", "is_coauthor", "verdict", "note"
        ),
        "author_counts": profiles.AuthorCount.objects.values_list(
            "category__code", "standing", "last_year", "papers", "authors"
        ),
        "terms": profiles.TopicTerm.objects.values_list("term", "idf"),
        "topics": profiles.AuthorTopic.objects.values_list("author__public_id", "term__term", "weight"),
        "suggestions": profiles.DuplicateSuggestion.objects.values_list(
            "one__public_id", "two__public_id", "score", "payoff", "reasons", "skipped_at"
        ),
        "paper_suggestions": papers.PaperSuggestion.objects.values_list(
            "one__identifier", "two__identifier", "score", "reasons", "skipped_at"
        ),
        "papers_told_apart": papers.DistinctPapers.objects.values_list("one__identifier", "two__identifier"),
        "superseded": papers.SupersededRecord.objects.values_list("paper__identifier", "datestamp"),
        "decisions": profiles.Decision.objects.values_list("kind", "summary", "undoes__summary"),
    }
    return {
        name: sorted((json.loads(json.dumps(row, default=str)) for row in rows.order_by()), key=repr)
        for name, rows in queries.items()
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(dump()))
