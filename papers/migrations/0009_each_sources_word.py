from django.db import migrations, models

from papers.ingest.stored_papers import stored_records
from papers.ingest.words import facts_of, giver_of

# What of a record's facts went along with each that another source added.
ADDED = {
    "abstract": ("abstract", "abstract_is_cut"),
    "byline": ("authors", "byline", "byline_is_incomplete", "byline_problems", "collaborations"),
    "categories": ("categories",),
    "published": ("posted", "updated"),
    "dois": ("dois",),
    "journal_ref": ("journal_ref",),
}


def divide(apps, schema_editor):
    """What others than its source added to a paper becomes a word beside that of its source."""
    paper, word = apps.get_model("papers", "Paper"), apps.get_model("papers", "SourceRecord")
    rows = []
    for old in paper.objects.exclude(added="").iterator(500):
        facts = facts_of(stored_records([old])[old.pk])
        names = {name for each in old.added.split() for name in ADDED.get(each, ())}
        about = {"paper": old, "identifier": old.identifier, "read_at": old.read_at}
        own = {name: value for name, value in facts.items() if name not in names}
        rows.append(
            word(
                **about,
                source=old.source,
                giver=giver_of(old.giver, old.source, old.identifier),
                datestamp=old.datestamp,
                digest=old.digest,
                facts=own,
                is_deleted=old.is_deleted,
            )
        )
        added = {name: value for name, value in facts.items() if name in names}
        rows.append(word(**about, source="earlier", facts=added, is_deleted=old.is_deleted))
    word.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("papers", "0008_duplicate_papers")]

    operations = [
        migrations.AddField(
            "sourcerecord",
            "is_fixed",
            models.BooleanField(
                default=False, help_text="A curator put it to this paper: it is matched with no other."
            ),
        ),
        migrations.AddIndex(
            "paper", models.Index(condition=models.Q(("is_hidden", True)), fields=["id"], name="papers_hidden")
        ),
        migrations.RunPython(divide, migrations.RunPython.noop),
        migrations.RemoveField("paper", "added"),
    ]
