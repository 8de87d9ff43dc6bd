"""Search over names of authors, on whichever database DATABASE_URL names: what is expected is the same for both."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from profiles import search
from profiles.models import Author, AuthorName
from profiles.search import find
from profiles.search.words import all_words, spellings, surname_words, whole_name, words_of

# number: public names (the first is the preferred one), surname, papers
AUTHORS = {
    1: (["Kamilė Lukošiūtė", "K. Lukosiute"], "Lukošiūtė", 5),
    2: (["Bartel L. van der Waerden"], "van der Waerden", 9),
    3: (["Wiebe van der Hoek"], "van der Hoek", 30),
    4: (["Jean-Luc O'Brien"], "O'Brien", 4),
    5: (["Wei Wang"], "Wang", 70),
    6: (["Wang Wei"], "Wei", 3),
    7: (["Weijie Wang"], "Wang", 80),
    8: (["Ann Weiss"], "Weiss", 2),
    9: (["Søren Åberg"], "Åberg", 6),
    10: (["Prabhat"], "Prabhat", 12),
    11: (["Dag Kamil"], "Kamil", 1),
    12: (["Geoffrey E. Hinton", "Geoff Hinton"], "Hinton", 50),
    13: (["机器"], "机器", 1),
}


def author(number, names, surname, papers, **more):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    created = Author.objects.create(
        id=number,
        public_id=f"{number:010}",
        slug=f"a{number}",
        name=names[0],
        surname=surname,
        sort_key=surname,
        paper_count=papers,
        created_at=now,
        modified_at=now,
        **more,
    )
    AuthorName.objects.bulk_create(AuthorName(author=created, name=name) for name in names)


@pytest.fixture
def people(db):
    for number, facts in AUTHORS.items():
        author(number, *facts)
    search.index_authors(connection, AUTHORS)


SEARCHES = [
    ("lukosiute kam", [1]),
    ("Kamilė Lukošiūtė", [1]),
    ("luko", [1]),
    ("k lukosiute", [1]),
    ("kam", [11, 1]),
    ("van der w", [3, 2]),
    ("van der wa", [2]),
    ("der van", [3, 2]),
    ("waerden", [2]),
    ("b l van der waerden", [2]),
    ("o'brien", [4]),
    ("obrien", [4]),
    ("brien", [4]),
    ("jean luc", [4]),
    ("jeanluc", [4]),
    ("Jean-Luc", [4]),
    ("wei wang", [5, 6, 7]),
    ("wang wei", [5, 6, 7]),
    ("wei", [6, 8, 7, 5]),
    ("wang", [7, 5, 6]),
    ("w", [7, 5, 2, 6, 8, 3]),
    ("soren aberg", [9]),
    ("Åberg", [9]),
    ("prabhat", [10]),
    ("geoff", [12]),
    ("机器", [13]),
    ("机", [13]),
    # nobody is called so: one letter off
    ("lukosiutte", [1]),
    ("lukosuite", [1]),
    ("lukosite kamile", [1]),
    ("hintin geofrey", [12]),
    ("prabhta", [10]),
    ("xinton", [12]),
    # nobody at all
    ("lukosi kamx", []),
    ("zzz", []),
    ("wa zz", []),
    ("", []),
    ("  *", []),
    ("😀\0", []),
    ("' OR 1=1 --", []),
    ("%", []),
]


@pytest.mark.parametrize(("text", "expected"), SEARCHES)
def test_a_name_finds_these_authors_in_this_order(people, text, expected):
    assert search.search_authors(text, 20) == expected
    matching = search.matching(Author.objects.all(), text)
    assert sorted(matching.values_list("pk", flat=True)) == sorted(expected)


def test_common_names_are_looked_for_another_way_and_find_the_same(people, monkeypatch):
    monkeypatch.setattr(find, "FEW", 1)
    assert {text: search.search_authors(text, 20) for text, _ in SEARCHES} == dict(SEARCHES)


def test_the_number_of_authors_is_limited(people):
    assert search.search_authors("w", 3) == [7, 5, 2]


def test_a_search_keeps_to_the_authors_it_is_given(people):
    some = Author.objects.filter(pk__in=[2, 6, 8])
    assert search.search_authors("w", 9, queryset=some) == [2, 6, 8]
    assert list(search.matching(some, "w").most_papers_first().values_list("pk", flat=True)) == [2, 6, 8]
    inside = Author.objects.filter(pk__in=search.matching(some, "wei"))
    assert sorted(inside.values_list("pk", flat=True)) == [6, 8]


def test_match_only_names_are_never_found(people):
    AuthorName.objects.create(author_id=1, name="Secret Former", visibility="match-only")
    search.index_authors(connection, [1])
    assert search.search_authors("former", 9) == search.search_authors("secret", 9) == []
    AuthorName.objects.filter(author=12, name="Geoff Hinton").update(visibility="match-only")
    search.index_authors(connection, [12])
    assert search.search_authors("geoff hinton", 9) == [12]  # begins Geoffrey
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM profiles_search_word WHERE word IN ('former', 'secret', 'geoff')")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("change", [{"is_hidden": True}, {"merged_into_id": 2}, {"paper_count": 0}])
def test_authors_who_are_not_listed_are_not_found_even_by_an_index_that_is_behind(people, change):
    Author.objects.filter(pk=1).update(**change)
    assert search.search_authors("lukosiute", 9) == []
    assert list(search.matching(Author.objects.all(), "lukosiute")) == []


def test_hidden_and_merged_authors_leave_the_index(people):
    Author.objects.filter(pk=1).update(is_hidden=True)
    Author.objects.filter(pk=3).update(merged_into_id=2)
    search.index_authors(connection, [1, 3])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM profiles_search_word WHERE author_id IN (1, 3)")
        assert cursor.fetchone() == (0,)


def test_indexing_again_changes_nothing_and_a_new_name_replaces_the_old(people):
    def rows():
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, word, author_id FROM profiles_search_word")
            return set(cursor.fetchall())

    before = rows()
    search.index_authors(connection, AUTHORS)
    assert rows() == before
    AuthorName.objects.filter(author=10).update(name="Prabhat Kumar")
    Author.objects.filter(pk=10).update(surname="Kumar")
    search.index_authors(connection, [10])
    changed = {(1, "kumar", 10), (2, "prabhat", 10), (0, "kumar prabhat", 10)}
    assert rows() == {row for row in before if row[2] != 10} | changed
    assert search.search_authors("kumra", 9) == [10]


def test_check_names_what_is_out_of_step(people):
    assert search.check() == []
    author(20, ["New Person"], "Person", 1)
    Author.objects.filter(pk=2).update(is_hidden=True)
    AuthorName.objects.filter(author=1).update(visibility="match-only")
    assert search.check() == [
        "1 authors are not in the search index: run rebuild_search.",
        "1 authors in the search index don't exist, are hidden or merged: run rebuild_search.",
        "Of the 14 authors changed last, 3 are indexed by other names than they have: run rebuild_search.",
    ]
    heard = []
    assert search.rebuild(heard.append) == sum(heard) == 13
    assert search.check() == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE profiles_search_word")
    assert search.check() == ["The search index of authors lacks its table profiles_search_word: run rebuild_search."]


def test_the_command_makes_both_indexes_anew_and_checks_them(people):
    AuthorName.objects.filter(author=10).update(name="Somebody Else")
    out = StringIO()
    with pytest.raises(SystemExit) as failure:
        call_command("rebuild_search", "--check", stdout=out)
    assert failure.value.code == 1
    call_command("rebuild_search", stdout=out, stderr=StringIO())
    call_command("rebuild_search", "--check", stdout=out)
    assert out.getvalue().splitlines() == [
        "Of the 13 authors changed last, 1 are indexed by other names than they have: run rebuild_search.",
        "Indexed 0 papers.",
        "Indexed 13 authors.",
        "Both search indexes are in step with their tables.",
    ]


@pytest.mark.parametrize(
    ("name", "surname", "words", "every", "last"),
    [
        (
            "Jean-Luc O'Brien",
            "O'Brien",
            ["jean", "luc", "obrien"],
            {"jean", "luc", "jeanluc", "obrien", "brien"},
            {"obrien", "brien"},
        ),
        (
            "Bartel van der Waerden",
            "van der Waerden",
            ["bartel", "van", "der", "waerden"],
            {"bartel", "van", "der", "waerden"},
            {"van", "der", "waerden"},
        ),
        ("K. Other", "Lukošiūtė", ["k", "other"], {"k", "other"}, {"other"}),
        ("Ǿrsted", "Ǿrsted", ["orsted"], {"orsted"}, {"orsted"}),
    ],
)
def test_words_of_names(name, surname, words, every, last):
    assert (words_of(name), all_words(name), surname_words(name, surname)) == (words, every, last)


def test_whole_names_are_equal_in_any_order():
    assert whole_name(["wei", "wang"]) == whole_name(["wang", "wei"]) == "wang wei"


@pytest.mark.parametrize(
    ("typed", "meant", "alike"),
    [
        ("hinton", "hinton", True),
        ("hiton", "hinton", True),
        ("hinnton", "hinton", True),
        ("hintno", "hinton", True),
        ("hintan", "hinton", True),
        ("xhinton", "hinton", True),
        ("hitan", "hinton", False),
        ("hintonxy", "hinton", False),
    ],
)
def test_spellings_are_shared_by_words_one_letter_apart(typed, meant, alike):
    assert bool(spellings(typed) & spellings(meant)) is alike
