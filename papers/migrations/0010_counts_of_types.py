from django.db import migrations, models
from django.db.models import deletion

TABLES = "papers_paper p", "papers_papercategory c JOIN papers_paper p ON p.id = c.paper_id"


def count(apps, schema_editor):
    """Count the papers that are here by category, type and year, as papers/ingest/counts.py keeps these counts."""
    with schema_editor.connection.cursor() as cursor:
        for category, tables in zip(("CAST(NULL AS bigint)", "c.category_id"), TABLES, strict=True):
            cursor.execute(
                "INSERT INTO papers_typecount (category_id, type, year, papers) "
                f"SELECT {category}, p.type, p.sort_day / 10000, count(*) FROM {tables} WHERE NOT p.is_deleted "
                "GROUP BY 1, 2, 3"
            )


class Migration(migrations.Migration):
    dependencies = [("papers", "0009_each_sources_word")]

    operations = [
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                condition=models.Q(("is_deleted", False)), fields=["type", "sort_day", "id"], name="papers_by_type"
            ),
        ),
        migrations.CreateModel(
            name="TypeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(blank=True, max_length=32)),
                ("year", models.PositiveSmallIntegerField()),
                ("papers", models.PositiveIntegerField(default=0)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=deletion.CASCADE,
                        related_name="counts_of_types",
                        to="papers.category",
                    ),
                ),
            ],
            options={
                "ordering": ("category", "type", "year"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "type", "year"), name="one_count_per_category_type_and_year"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("category", None)),
                        fields=("type", "year"),
                        name="one_site_count_per_type_and_year",
                    ),
                ],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
