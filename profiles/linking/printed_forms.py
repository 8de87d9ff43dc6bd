"""The forms in which an author's name is printed, and the one that is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import connection

from papers.bylines import Name
from papers.database import bulk
from papers.database.changes import touch
from papers.text.folding import squeezed
from profiles import search
from profiles.models import Author, AuthorName, Authorship
from profiles.names import best_name, sort_key


def keep_printed_forms(forms: dict[int, set[Name]], other_names: dict[int, set[str]], new: set[int]) -> None:
    """Keep every printed form of the authors' names, and show the best one unless a human chose.

    Of those in `forms`, `other_names` are printed beside one ("张伟" in "Wei Zhang (张伟)"): kept, and never shown first.
    """
    printed = {
        author: {name.name for name in names} | other_names.get(author, set()) for author, names in forms.items()
    }
    known = defaultdict(set)
    old = [author for author in forms if author not in new]
    for author, name in bulk.select(AuthorName, ("author_id", "name"), "author_id", old):
        known[author].add(name)
    gaining = [author for author in old if not printed[author] <= known[author]]
    kept_back = {
        author: set(bulk.loads(hidden)) for author, hidden in bulk.select(Author, ("id", "hidden_forms"), "id", gaining)
    }
    rows = [
        # A hidden name that comes back in other letters stays hidden.
        (
            author,
            name,
            "match-only" if squeezed(name) in kept_back.get(author, ()) else "public",
            False,
            False,
        )
        for author, names in printed.items()
        for name in sorted(names)
        if name not in known[author]
    ]
    columns = ("author_id", "name", "visibility", "decided_by_human", "shown_as_printed")
    bulk.insert(AuthorName, columns, rows)
    gained = {author for author, *_ in rows} - new
    improve_names({author: forms[author] for author in gained})
    search.index_authors(connection, sorted(gained | new))


def improve_names(forms: dict[int, set[Name]]) -> None:
    """Show a printed form that tells more than the one shown so far, where no human has chosen."""
    authors = Author.objects.filter(id__in=list(forms), name_decided_by_human=False)
    match_only = AuthorName.objects.filter(author__in=list(forms), visibility=AuthorName.Visibility.MATCH_ONLY)
    kept_back = set(match_only.values_list("author_id", "name"))
    rows = []
    for author in authors:
        shown = Name(author.name, author.forenames, author.surname, author.suffix)
        best = best_name({shown, *(name for name in forms[author.pk] if (author.pk, name.name) not in kept_back)})
        if best != shown:
            rows.append((best.name, best.forenames, best.surname, best.suffix, sort_key(best), author.pk))
    bulk.update(Author, ("name", "forenames", "surname", "suffix", "sort_key"), rows)
    # Their papers show the better name where they print one that is hidden.
    if renamed := {row[-1] for row in rows} & hiding_authors():
        touch(Authorship.objects.filter(author__in=renamed).values_list("paper_id", flat=True))


def hiding_authors() -> set[int]:
    """Ids of the authors in whose place a paper may show another name than it prints, merged ones included."""
    hidden = AuthorName.objects.filter(visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False)
    authors = set(hidden.values_list("author_id", flat=True))
    return (
        authors | set(Author.objects.filter(merged_into__in=authors).values_list("pk", flat=True))
        if authors
        else authors
    )


def shown_names(paper_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By paper: the name to show for each printed name that is hidden."""
    hidden = AuthorName.objects.filter(visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False)
    authors = set(hidden.values_list("author_id", flat=True))
    if not authors:
        return {}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = (
        Authorship.objects.filter(author__in=authors, paper__in=paper_ids, position__isnull=False)
        .order_by("paper_id", "position")
        .values_list("paper_id", "position", "author__name", "author__hidden_forms", "paper__byline")
    )
    for paper, position, name, hides, byline in rows:
        if position is not None and position <= len(byline) and squeezed(byline[position - 1]["name"]) in hides:
            found[paper][byline[position - 1]["name"]] = name
    return dict(found)


def shown_instead(names: Collection[str]) -> dict[str, Name | None]:
    """Of these printed names those that somebody hides, with the name that this person goes by.

    None where that is not to be told: nobody says which person a name without a byline is, and of several who hide it, or
    one who isn't shown, none is named.
    """
    hiding = AuthorName.objects.filter(visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False)
    printed = {name: squeezed(name) for name in names}
    wanted = set(printed.values())
    people: dict[str, set[Author]] = defaultdict(set)
    for each in hiding.select_related("author__merged_into").only(
        "name", *(f"author__{which}{name}" for which in ("", "merged_into__") for name in SHOWN)
    ):
        if (form := squeezed(each.name)) in wanted:
            people[form].add(each.author.merged_into or each.author)
    return {name: _only_name(people[form]) for name, form in printed.items() if form in people}


SHOWN = ("name", "forenames", "surname", "suffix", "is_hidden")


def _only_name(people: set[Author]) -> Name | None:
    """The name of the one person who may be shown."""
    if len(people) != 1:
        return None
    (author,) = people
    return None if author.is_hidden else Name(author.name, author.forenames, author.surname, author.suffix)
