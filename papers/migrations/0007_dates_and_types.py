from django.db import migrations
from django.db.models import Case, Q, Value, When

from papers.ingest.records import WITHDRAWN
from papers.publications import parse_journal_ref
from papers.text.plain_text import plain_line

BATCH = 2_000


def fill(apps, schema_editor):
    """Every date that is stored is a day; of arXiv's papers the type follows from their journal reference."""
    paper = apps.get_model("papers", "Paper")
    is_dated, is_arxivs = Q(published__isnull=False), Q(arxiv_id__isnull=False)
    # In one statement, for PostgreSQL writes a row anew at each.
    paper.objects.filter(is_dated | is_arxivs).update(
        published_precision=Case(When(is_dated, then=Value("day")), default=Value("")),
        type=Case(When(is_arxivs, then=Value("article")), default=Value("")),
    )
    for pks in batches(articles(paper.objects.filter(is_arxivs).exclude(journal_ref=""))):
        paper.objects.filter(pk__in=pks).update(type="article-journal")
    for pks in batches(withdrawn(paper.objects.filter(Q(comments__icontains="withdrawn") | ~Q(versions=[])))):
        paper.objects.filter(pk__in=pks).update(is_withdrawn=True)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE papers_papercategory SET sort_day = "
            "(SELECT sort_day FROM papers_paper WHERE papers_paper.id = papers_papercategory.paper_id)"
        )


def articles(papers):
    for pk, reference in papers.values_list("pk", "journal_ref").iterator(BATCH):
        if parse_journal_ref(plain_line(reference)):
            yield pk


def withdrawn(papers):
    for pk, comments, versions in papers.values_list("pk", "comments", "versions").iterator(BATCH):
        flags = versions[-1].get("source_type", "") if versions else ""
        if "I" in flags.split() or WITHDRAWN.match(comments):
            yield pk


def batches(pks):
    batch = []
    for pk in pks:
        batch.append(pk)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


class Migration(migrations.Migration):
    dependencies = [("papers", "0006_publications_and_sources")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
