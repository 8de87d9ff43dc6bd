"""Search over papers, on whichever database DATABASE_URL names: the expected papers are the same for both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, models

from papers import search
from papers.models import Paper
from papers.search import find, postgres, sqlite
from papers.search.index import stored_rows

# number: title, abstract, printed names, categories, day
CORPUS = {
    1: ("Deep learning of graphs", "We learn deep models.", ["Geoffrey Hinton", "Yann LeCun"], ["cs.LG", "stat.ML"], 1),
    2: ("Learning deep representations", "A survey of graph kernels.", ["Yoshua Bengio"], ["cs.LG"], 2),
    3: ("The state of the art in parsing", "State-of-the-art parsers.", ["John Smith"], ["cs.CL"], 3),
    4: ("Programming in C++", "Templates, C# and C.", ["Bjarne Stroustrup"], ["cs.PL"], 4),
    5: ('On the Schr\\"odinger equation', "A wave $\\psi$ in $L^2$.", ["Jürgen Müller"], ["math-ph", "quant-ph"], 5),
    6: ("Newton's method, revisited", "Newton's iteration converges.", ["Kamilė Lukošiūtė"], ["math.NA"], 6),
    7: ("Transformers for language", "The transformer model.", ["Søren Åberg", "Łukasz Kaiser"], ["cs.CL", "cs.LG"], 7),
    8: ("Observation of a boson", "A new particle.", ["A. Smith", "B. Jones", "ATLAS"], ["hep-ex"], 8),
    9: ("Gauge fields", "The straße of fields.", ["Gerard 't Hooft", "Brian O'Brien"], ["hep-th"], 8),
    10: ("Graph kernels", "Deep graph kernels learn.", ["Adam John", "Smith Adams"], ["cs.LG"], 9),
    11: ("机器学习 in practice", "统计", ["Wei Li"], ["cs.AI", "68T05"], 10),
    12: ("GPT-2 at 3.5 bits", "arXiv:1706.03762 is cited.", ["Jean-Luc Picard"], ["cs.CL"], None),
    13: ("A title about the abstract author", "Not category theory.", ["Ada Title"], ["math.CT"], 11),
}


def paper(number, title, abstract, names, categories, day, **more):
    return Paper(
        id=number,
        identifier=f"p{number}",
        title=title,
        abstract=abstract,
        byline=[{"name": name, "forenames": "", "surname": name} for name in names if name != "ATLAS"],
        collaborations=[name for name in names if name == "ATLAS"],
        categories=categories,
        published=day and date(2020, 1, day),
        source="test",
        read_at=datetime(2026, 1, 1, tzinfo=UTC),
        modified_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        revision=number,
        **more,
    )


def index(*numbers):
    search.index_papers(connection, stored_rows(Paper.objects.filter(pk__in=numbers)))


@pytest.fixture
def corpus(db):
    Paper.objects.bulk_create(paper(number, *facts) for number, facts in CORPUS.items())
    index(*CORPUS)


def found(text, papers=None):
    papers = Paper.objects.visible() if papers is None else papers
    return list(search.matching(papers, search.parse_query(text)).order_by("pk").values_list("pk", flat=True))


QUERIES = [
    ("deep", [1, 2, 10]),
    ("DEEP", [1, 2, 10]),
    ("deep learning", [1, 2]),
    ('"deep learning"', [1]),
    ('"learning deep"', [2]),
    ('"deep models"', [1]),
    ("learn", [1, 10]),
    ("learn*", [1, 2, 10]),
    ('"graph kern*"', [2, 10]),
    ('"kern* graph"', []),
    ("graph", [2, 10]),
    ("graph*", [1, 2, 10]),
    ("graph -survey", [10]),
    ('graph* -"graph kernels"', [1]),
    ("deep -graph -graphs", []),
    ("deep -learn*", []),
    ("deep -author:bengio", [1, 10]),
    ("deep -title:deep", [10]),
    ("deep -category:stat.ML", [2, 10]),
    ("title:deep", [1, 2]),
    ("abstract:deep", [1, 10]),
    ("title:learn*", [1, 2]),
    ('title:"graph kernels"', [10]),
    ('abstract:"graph kernels"', [2, 10]),
    ("title:smith", []),
    ("author:smith", [3, 8, 10]),
    ("smith", [3, 8, 10]),
    ('author:"john smith"', [3]),
    ('author:"smith, john"', [3]),
    ('"john smith"', [3]),
    ("author:john author:smith", [3, 10]),
    ('author:"a smith"', [8]),
    ('author:"adam john"', [10]),
    ("author:atlas", [8]),
    ("author:Lukosiute", [6]),
    ("lukošiūtė", [6]),
    ("KAMILE", [6]),
    ("author:muller", [5]),
    ("soren aberg", [7]),
    ("author:łukasz", [7]),
    ("strasse", [9]),
    ("straße", [9]),
    ("author:obrien", [9]),
    ("author:o'brien", [9]),
    ("author:o’brien", [9]),
    ('author:"t hooft"', [9]),
    ("jean-luc", [12]),
    ('author:"jean luc picard"', [12]),
    ("schrodinger", [5]),
    ("Schrödinger", [5]),
    ('Schr\\"odinger', [5]),
    ("newton", [6]),
    ("newton's method", [6]),
    ("newtons", []),
    ("state-of-the-art", [3]),
    ("art-of-the-state", []),
    ("c++", [4]),
    ("C#", [4]),
    ("c", [4]),
    ("c++ -c#", []),
    ("the", [3, 5, 7, 9, 13]),
    ("the of", [3, 9]),
    ("机器学习", [11]),
    ("统计", [11]),
    ("gpt-2", [12]),
    ("gpt2", []),
    ("3.5", [12]),
    ("arXiv:1706.03762", [12]),
    ('"learning of graphs we learn"', []),
    ('"graphs we"', []),
    ("category:cs.LG", [1, 2, 7, 10]),
    ("category:cs.lg", [1, 2, 7, 10]),
    ("category:cs.*", [1, 2, 3, 4, 7, 10, 11, 12]),
    ("category:cs", [1, 2, 3, 4, 7, 10, 11, 12]),
    ("category:cs.C*", [3, 7, 12]),
    ("category:math.MP", [5]),
    ("category:math.*", [6, 13]),
    ("category:68T05", [11]),
    ("category:cs.LG -category:stat.ML deep", [2, 10]),
    ("lg", []),
    ("title", [13]),
    ("title: about", [13]),
    ("abstract:category", [13]),
    ("author:title", [13]),
    ("x:deep", []),
    ("-deep", []),
    ("", []),
    ("*", []),
    ("😀", []),
    ("deep 😀 *", [1, 2, 10]),
    ('deep "', [1, 2, 10]),
    ("deep\0learning", [1]),
    ("deep' OR 1=1 --", []),
    ("deep NEAR(learning)", []),
    ("deep & learning | ! <->", [1, 2]),
    ("%s {pk}", []),
]


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_a_search_finds_these_papers_on_either_database(corpus, text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("few", [0, 1])
def test_common_words_are_looked_for_another_way_and_find_the_same(corpus, monkeypatch, few):
    monkeypatch.setattr(find, "FEW", few)
    monkeypatch.setattr(sqlite, "WINDOW", 2)
    assert {text: found(text) for text, _ in QUERIES} == dict(QUERIES)


@pytest.fixture
def venues(corpus):
    """Papers that appeared somewhere, beside those of the corpus, which say nothing of it."""
    for number, title, type_name, journal_ref, details in (
        (21, "Convex nets", "paper-conference", "", {"container": "Advances in NIPS", "series": "Lecture Notes; New"}),
        (22, "Attention", "article-journal", "Phys. Rev. D 76, 013009 (2007)", {}),
        (23, "A review of nips", "thesis", "", {"publisher": "Nowhere University"}),
        (24, "Parsers", "article", "", {"container": "Journal of {D}eep Things"}),
    ):
        paper(number, title, "", [], [], number, type=type_name, journal_ref=journal_ref, details=details).save()
    index(21, 22, 23, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("venue:nips", [21]),
        ('venue:"advances in nips"', [21]),
        ('venue:"advances in NIP*"', [21]),
        ('venue:"nips lecture notes"', []),
        ('venue:"notes new"', []),
        ('venue:"phys rev d"', [22]),
        ("venue:013009", [22]),
        ("venue:deep", [24]),
        ("venue:nowhere", []),
        ("title:nips", [23]),
        ("abstract:nips", []),
        ("author:nips", []),
        ("nips", [21, 23]),
        ("nips convex", [21]),
        ("nips -venue:advances", [23]),
        ("deep -learning", [10, 24]),
        ("type:thesis", [23]),
        ("type:article", [24]),
        ("type:preprint", [24]),
        ("type:article*", [22, 24]),
        ('type:"conference paper"', [21]),
        ("nips -type:thesis", [21]),
        ("type:book", []),
        ("thesis", []),
        ("category:thesis", []),
        ("type:cs", []),
    ],
)
def test_papers_are_found_by_where_they_appeared_and_their_type(venues, text, expected):
    assert found(text) == expected
    assert sorted(ranked(text)) == expected


@pytest.mark.parametrize("few", [0, 1_000])
def test_those_with_a_word_in_their_venue_only_come_behind_all_others(venues, monkeypatch, few):
    monkeypatch.setattr(find, "FEW", few)
    before = ranked("title:deep")
    assert ranked("deep") == [*before, 10, 24]
    assert search.ranked(Paper.objects.visible(), search.parse_query("deep"), 100, only_words=True)[-1] == 24
    assert ranked("deep", limit=3) == [*before, 10]
    # Of very many matches those of a venue push out none that has the word in its texts.
    monkeypatch.setattr(sqlite, "RANKED", 2)
    monkeypatch.setattr(postgres, "RANKED", 2)
    assert ranked("deep", limit=2) == [2, 10]


def test_matches_can_be_narrowed_counted_and_nested(corpus, monkeypatch):
    monkeypatch.setattr(find, "FEW", 0)
    monkeypatch.setattr(sqlite, "WINDOW", 1)
    deep = search.matching(Paper.objects.visible(), search.parse_query("deep"))
    assert deep.count() == 3
    assert found("kernels", deep) == [2, 10]
    assert list(deep.filter(published__lte=date(2020, 1, 2)).newest_first().values_list("pk", flat=True)) == [2, 1]
    assert list(Paper.objects.filter(pk__in=deep).order_by("pk").values_list("pk", flat=True)) == [1, 2, 10]
    assert list(Paper.objects.exclude(pk__in=deep).filter(pk__lt=5).order_by("pk").values_list("pk", flat=True)) == [
        3,
        4,
    ]


def test_the_newest_come_first_and_the_undated_last(corpus):
    query = search.parse_query("category:cs.*")
    newest = search.matching(Paper.objects.visible(), query).newest_first()
    assert list(newest.values_list("pk", flat=True)) == [11, 10, 7, 4, 3, 2, 1, 12]


def ranked(text, papers=None, limit=100):
    return search.ranked(Paper.objects.visible() if papers is None else papers, search.parse_query(text), limit)


def test_a_word_in_the_title_or_byline_counts_for_more_than_in_the_abstract(corpus):
    assert ranked("title") == [13]
    assert ranked("transformer*") == [7]
    assert ranked("deep")[2] == 10
    assert sorted(ranked("deep")) == [1, 2, 10]


def test_equals_are_ranked_newest_first(corpus):
    assert ranked("category:cs.CL") == [7, 3, 12]
    assert ranked("-deep") == []


def test_ranking_keeps_to_the_papers_it_is_given_and_to_the_limit(corpus, monkeypatch):
    assert ranked("category:cs.*", Paper.objects.filter(pk__lt=4)) == [3, 2, 1]
    assert ranked("category:cs.*", limit=2) == [11, 10]
    monkeypatch.setattr(find, "FEW", 0)
    assert ranked("category:cs.*", Paper.objects.filter(pk__lt=4)) == [3, 2, 1]
    assert ranked("category:cs.*", limit=2) == [11, 10]


def test_of_very_many_matches_the_newest_are_ranked(corpus, monkeypatch):
    monkeypatch.setattr(find, "FEW", 0)
    monkeypatch.setattr(sqlite, "RANKED", 3)
    monkeypatch.setattr(postgres, "RANKED", 3)
    # Whole days on SQLite, so there may be a few more.
    assert ranked("category:cs.*")[:3] == [11, 10, 7]
    assert len(ranked("category:cs.*")) <= 4
    between = search.parse_query("category:cs.*").between(20200102, 20200103)
    assert search.ranked(Paper.objects.visible(), between, 10) == [3, 2]


def test_counting_stops_at_the_cap(corpus):
    query = search.parse_query("category:cs.*")
    assert [search.count_matches(query, cap) for cap in (3, 8, 100)] == [3, 8, 8]
    assert search.count_matches(search.parse_query("-deep"), 10) == 0


def test_a_changed_paper_is_found_by_its_new_words_only(corpus):
    Paper.objects.filter(pk=1).update(
        title="Shallow water", abstract="", byline=[], categories=["physics.flu-dyn"], published=date(2021, 1, 1)
    )
    index(1)
    index(1)
    assert found("hinton") == found("category:stat.ML") == []
    assert found("shallow water category:physics.*") == [1]
    assert found("deep") == [2, 10]
    assert ranked("-x water") == [1]
    assert search.check() == []


def test_a_removed_paper_is_found_no_more_and_may_come_again(corpus):
    search.remove_papers(connection, [1, 999])
    assert found("deep") == [2, 10]
    index(1)
    assert found("deep") == [1, 2, 10]


def test_of_a_paper_given_twice_the_last_words_count(corpus):
    search.index_papers(connection, [(1, "First", "", ""), (1, "Second", "", "")])
    assert (found("first"), found("second")) == ([], [1])


def test_a_paper_must_be_stored_before_it_is_indexed(db):
    with pytest.raises(LookupError, match="paper 7 can't be indexed before it is stored"):
        search.index_papers(connection, [(7, "Title", "", "")])


def test_a_rebuilt_index_finds_the_same(corpus):
    heard = []
    Paper.objects.filter(pk=13).update(is_deleted=True)
    assert search.rebuild(heard.append) == 12
    assert sum(heard) == 12
    expected = {text: [pk for pk in papers if pk != 13] for text, papers in QUERIES}
    assert {text: found(text) for text, _ in QUERIES} == expected


def test_phrases_reach_as_far_on_both_databases(db):
    """PostgreSQL forgets the 257th place of a word and places after the 16,383rd; SQLite would not."""
    names = (
        [f"J{n}" for n in range(300)] + [f"Ann N{n}" for n in range(300)] + [f"Last{n} Name{n}" for n in range(9_000)]
    )
    paper(1, "Many", "", names, [], 1).save()
    index(1)
    assert found('author:"ann n255"') == [1]
    assert found('author:"ann n256"') == []
    assert found("author:ann author:n256") == [1]
    assert found('author:"last1 name1"') == [1]
    assert found('author:"last8999 name8999"') == []
    assert found("author:last8999 author:name8999") == [1]
    assert found("author:last89990") == []


def test_a_huge_paper_is_indexed(db):
    paper(1, "Huge", " ".join(f"{n:064}" for n in range(20_000)), [f"N{n} S{n}" for n in range(10_000)], [], 1).save()
    index(1)
    assert found("huge") == [1]
    assert found(f"{5:064}") == [1]


def test_check_is_content_with_an_index_in_step(corpus):
    assert search.check() == []


def test_check_names_what_is_out_of_step(corpus):
    search.remove_papers(connection, [1, 2])
    Paper.objects.filter(pk=3).update(is_deleted=True)
    Paper.objects.filter(pk=4).delete()
    Paper.objects.filter(pk=5).update(title="Nobody indexed this")
    assert search.check() == [
        "2 papers are not in the search index: run rebuild_search.",
        "2 papers in the search index don't exist or are deleted: run rebuild_search.",
        "Of the papers changed last, 3 are indexed by other words than they have: run rebuild_search.",
    ]
    assert search.rebuild() == 11
    assert search.check() == []


def test_check_knows_venue_and_type(venues):
    assert search.check() == []
    Paper.objects.filter(pk=21).update(details={"container": "Elsewhere"})
    Paper.objects.filter(pk=22).update(type="book")
    Paper.objects.filter(pk=23).update(journal_ref="Things 3 (2001) 1-2")
    assert search.check() == [
        "Of the papers changed last, 3 are indexed by other words than they have: run rebuild_search."
    ]
    assert search.rebuild() == 17
    assert search.check() == []
    assert (found("venue:elsewhere"), found("type:book")) == ([21], [22])


def test_check_misses_a_table(corpus):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE papers_search")
    assert search.check() == ["The search index of papers lacks its table papers_search: run rebuild_search."]
    search.rebuild()
    assert search.check() == []


def test_check_says_when_forgotten_papers_pile_up(corpus):
    for _ in range(3):
        index(*CORPUS)
    if connection.vendor == "postgresql":  # it forgets by itself
        assert search.check() == []
        return
    with connection.cursor() as cursor:
        assert sqlite.problems(cursor, most_forgotten=0) == [
            "The search index carries 39 forgotten papers; rebuild_search makes it smaller."
        ]


@pytest.mark.django_db(transaction=True)
def test_changing_a_field_leaves_the_index_whole():
    """On SQLite Django copies the table, drops it and gives the copy its name: triggers would be gone."""
    Paper.objects.bulk_create(paper(number, *facts) for number, facts in CORPUS.items())
    search.rebuild()
    old = Paper._meta.get_field("report_no")
    new = models.CharField("report number", max_length=99, blank=True)
    new.set_attributes_from_name("report_no")
    new.model = Paper
    with connection.schema_editor() as editor:
        editor.alter_field(Paper, old, new)
    try:
        assert search.check() == []
        index(1)
        assert {text: found(text) for text, _ in QUERIES} == dict(QUERIES)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(Paper, new, old)
        Paper.objects.all().delete()
        search.rebuild()


def test_words_that_nearly_every_paper_has_are_asked_for_and_not_weighed(corpus):
    def telling(text):
        return [
            (term.words, term.field, term.is_negated) for term in search.parse_query(text).without_common_words().terms
        ]

    assert telling("the complexity of algorithms") == [(("complexity",), "", False), (("algorithms",), "", False)]
    assert telling("of the") == [(("of",), "", False), (("the",), "", False)]
    assert telling('title:of "of the" deep -the') == [
        (("of",), "title", False),
        (("of", "the"), "", False),
        (("deep",), "", False),
        (("the",), "", True),
    ]
    Paper.objects.filter(pk=1).update(abstract="A theory of deep things, of which there are some.")
    index(1)
    for words in ("deep of", "deep a", "deep the of"):
        query = search.parse_query(words)
        assert sorted(search.ranked(Paper.objects.visible(), query, 10, only_words=True)) == found(words)
    assert 1 in found("deep of")
    assert search.ranked(Paper.objects.visible(), search.parse_query("nothingness of"), 10, only_words=True) == []


def test_of_words_that_find_nothing_together_each_is_tried_alone(venues):
    query = search.parse_query('deep venue:phys nothingness type:thesis "graph kernels"')
    assert found("deep venue:phys") == []
    assert search.apart(query) == [("deep", 4), ('"graph kernels"', 2), ("venue:phys", 1)]
    assert search.apart(search.parse_query("nothingness")) == []
