from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count


def count_papers_elsewhere(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep with each author how many of their papers are not arXiv's, as profiles/statistics/summaries.py counts them."""
    Author = apps.get_model("profiles", "Author")
    found = apps.get_model("profiles", "Authorship").objects.filter(paper__is_deleted=False, paper__arxiv_id=None)
    counts = found.exclude(paper__source="seed").order_by().values_list("author").annotate(n=Count("id"))
    for author, papers in list(counts):
        row = Author.objects.get(pk=author)
        Author.objects.filter(pk=author).update(statistics={**row.statistics, "elsewhere": papers})


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0006_tries_to_sign_in_are_kept_no_more"),
        ("papers", "0003_field_rules"),
    ]

    operations = [migrations.RunPython(count_papers_elsewhere, migrations.RunPython.noop)]
