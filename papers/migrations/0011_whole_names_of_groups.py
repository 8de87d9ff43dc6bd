from django.db import migrations

from papers.bylines import parse_byline
from papers.bylines.groups import add_group, group_key, has_kind

BATCH = 500
WORD = " Collaboration"


def write_out(apps, schema_editor):
    """Names of groups had no word Collaboration: they get it as their paper prints it, else as it was shown."""
    known: dict[str, str] = {}
    papers = apps.get_model("papers", "Paper").objects.exclude(collaborations=[]).only("authors_text", "collaborations")
    for batch in batches(papers):
        for paper in batch:
            paper.collaborations = whole_names(paper.collaborations, paper.authors_text)
            for name in paper.collaborations:
                add_group(known, name)
        papers.bulk_update(batch, ["collaborations"])
    words = apps.get_model("papers", "SourceRecord").objects.filter(facts__has_key="collaborations").only("facts")
    for batch in batches(words):
        for word in batch:
            names = whole_names(word.facts["collaborations"], word.facts.get("authors", ""))
            word.facts = word.facts | {"collaborations": names}
        words.bulk_update(batch, ["facts"])
    groups = apps.get_model("papers", "Collaboration").objects.all()
    for batch in batches(groups):
        for group in batch:
            group.name = known.get(group_key(group.name), whole_name(group.name))[:255]
        groups.bulk_update(batch, ["name"])


def batches(rows):
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield list(rows.filter(pk__in=pks[start : start + BATCH]).order_by("pk"))


def whole_names(names, authors):
    printed = {group_key(name): name for name in parse_byline(authors).collaborations}
    return [printed.get(group_key(name), whole_name(name)) for name in names]


def whole_name(name):
    return name if has_kind(name) else name + WORD


class Migration(migrations.Migration):
    dependencies = [("papers", "0010_counts_of_types")]

    operations = [migrations.RunPython(write_out, migrations.RunPython.noop)]
