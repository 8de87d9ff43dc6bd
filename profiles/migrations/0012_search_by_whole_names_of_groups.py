from django.db import migrations

from papers import search
from papers.models import Paper


def index(apps, schema_editor):
    """Have papers be found by the words of their groups' names. Here, for names that people hide are left out."""
    papers = Paper.objects.visible().exclude(collaborations=[])
    search.index_papers(schema_editor.connection, search.stored_rows(papers))


class Migration(migrations.Migration):
    dependencies = [("profiles", "0011_papers_told_apart"), ("papers", "0011_whole_names_of_groups")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
