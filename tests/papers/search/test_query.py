"""What visitors type becomes terms; nothing they type is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.search.query import Query, Term, parse_query
from papers.search.words import GAP, category_words, type_word, within_limits, words_of_parts
from papers.taxonomy import CANONICAL
from papers.taxonomy.types import TYPES
from papers.text.words import words_of

NOTHING = "There is no letter or digit to search for."
ONLY_NEGATIVE = "A search needs something to find besides what to leave out."


def words(*found: str) -> tuple[Term, ...]:
    return tuple(Term((word,)) for word in found)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("deep learning", words("deep", "learning")),
        ("Deep  LEARNING\tdeep", words("deep", "learning")),
        ('"deep learning"', (Term(("deep", "learning")),)),
        ("“deep learning”", (Term(("deep", "learning")),)),
        ('"deep', words("deep")),
        ('deep"learning models"nets', (*words("deep"), Term(("learning", "models")), *words("nets"))),
        ("transf*", (Term(("transf",), is_prefix=True),)),
        ('"deep learn*"', (Term(("deep", "learn"), is_prefix=True),)),
        ("graph -survey", (*words("graph"), Term(("survey",), is_negated=True))),
        ('graph -"a survey"', (*words("graph"), Term(("a", "survey"), is_negated=True))),
        ("graph -author:smith", (*words("graph"), Term(("smith",), "author", is_negated=True))),
        ("graph - survey", words("graph", "survey")),
        ("title:graph", (Term(("graph",), "title"),)),
        ("TITLE:Graph", (Term(("graph",), "title"),)),
        ("abstract:graph", (Term(("graph",), "abstract"),)),
        ('title:"graph neural"', (Term(("graph", "neural"), "title"),)),
        ("title:neur*", (Term(("neur",), "title", is_prefix=True),)),
        ('author:"Hinton, Geoffrey"', (Term(("geoffrey", "hinton"), "author"),)),
        ("author:o'brien", (Term(("obrien",), "author"),)),
        ("author:Lukošiūtė", (Term(("lukosiute",), "author"),)),
        ("title:", words("title")),
        ("title: graph", words("title", "graph")),
        ("co-author:x", (Term(("co", "author", "x")),)),
        ("BERT: pre-training", (*words("bert"), Term(("pre", "training")))),
        ("state-of-the-art", (Term(("state", "of", "the", "art")),)),
        ("arXiv:1706.03762", (Term(("arxiv", "1706", "03762")),)),
        ("c++ C# C", words("cplusplus", "csharp", "c")),
        ("Newton's method", words("newton", "method")),
        ('Schr\\"odinger', words("schrodinger")),
        ("ℝ ™ ﬁne ＡＢＣ Straße", words("r", "tm", "fine", "abc", "strasse")),
        ("category:cs.LG", (Term(("·cs·lg",), "category"),)),
        ("category:CS.lg", (Term(("·cs·lg",), "category"),)),
        ("category:math.MP", (Term(("·math·ph",), "category"),)),
        ("category:cs.*", (Term(("·cs··",), "category"),)),
        ("category:cs", (Term(("·cs··",), "category"),)),
        ("category:cs.L*", (Term(("·cs·l",), "category", is_prefix=True),)),
        ("venue:NIPS", (Term(("nips",), "venue"),)),
        ('x -venue:"Journal of Things"', (*words("x"), Term(("journal", "of", "things"), "venue", is_negated=True))),
        ("type:thesis", (Term(("··thesis",), "type"),)),
        ("TYPE:Article", (Term(("··article",), "type"),)),
        ("type:preprint", (Term(("··article",), "type"),)),
        ("type:inproceedings", (Term(("··paper·conference",), "type"),)),
        ('type:"journal article"', (Term(("··article·journal",), "type"),)),
        ("type:legal_case", (Term(("··legal·case",), "type"),)),
        ("type:article*", (Term(("··article",), "type", is_prefix=True),)),
        ("-type:book x", (Term(("··book",), "type", is_negated=True), *words("x"))),
        ("x -category:cs.*", (*words("x"), Term(("·cs··",), "category", is_negated=True))),
    ],
)
def test_terms(text, terms):
    assert parse_query(text) == Query(terms)


@pytest.mark.parametrize(
    ("text", "terms", "problems"),
    [
        ("", (), ()),
        ("  \n", (), ()),
        ("*", (), (NOTHING,)),
        ('"', (), (NOTHING,)),
        ('title:""', (), (NOTHING,)),
        ("category:*", (), (NOTHING,)),
        ("😀", (), (NOTHING,)),
        ("\0", (), (NOTHING,)),
        ("\ud800", (), (NOTHING,)),
        ("-x", (Term(("x",), is_negated=True),), (ONLY_NEGATIVE,)),
        ("--x -y", (Term(("x",), is_negated=True), Term(("y",), is_negated=True)), (ONLY_NEGATIVE,)),
        (
            "a AND",
            words("a", "and"),
            ("AND is searched for as a word: all words must be found, and -word leaves one out.",),
        ),
        ("a*", words("a"), ("a* was searched for as a whole word: 3 letters are needed before *.",)),
        (
            "category:foo",
            (Term(("·foo",), "category"),),
            ("foo is not one of arXiv's categories, such as cs.LG; its archive would be cs.*.",),
        ),
        (
            "type:II",
            (Term(("··ii",), "type"),),
            ("II is not a type of publication, such as article-journal, paper-conference or thesis.",),
        ),
        ("type:*", (), (NOTHING,)),
        (
            " ".join(f"w{n}" for n in range(40)),
            words(*(f"w{n}" for n in range(32))),
            ("Only the first 32 of 40 words were searched for.",),
        ),
        ("x" * 10_000, words("x" * 64), ("Only the first 2,000 characters were searched for.",)),
        ("same " * 2_500, words("same"), ("Only the first 2,000 characters were searched for.",)),
    ],
)
def test_what_was_not_taken_as_typed_is_said(text, terms, problems):
    assert parse_query(text) == Query(terms, problems)


@given(st.text(st.sampled_from("ab-:\"*\\ '+#.,\0\u0301ß😀“") | st.characters(), max_size=60))
def test_nothing_typed_raises_and_words_hold_letters_and_digits_only(text):
    for term in parse_query(text).terms:
        assert term.words
        assert all(word.replace(GAP, "").isalnum() or term.field in ("category", "type") for word in term.words)
        assert all("'" not in word and '"' not in word for word in term.words)


@given(st.text(max_size=60))
def test_words_of_words_are_the_same_words(text):
    found = words_of(text)
    assert words_of(" ".join(found)) == found


def test_a_phrase_finds_no_neighbours_in_two_names():
    assert words_of_parts("Elton John; Smith Adam; ATLAS") == ["elton", "john", GAP, "smith", "adam", GAP, "atlas"]


def test_categories_stand_for_themselves_and_their_archive():
    assert category_words(["cs.LG", "cs.AI", "math-ph"]) == ["·cs·lg", "·cs··", "·cs·ai", "·math·ph", "·math·ph··"]


def test_no_type_is_taken_for_a_category():
    types = [type_word(name) for name in TYPES]
    assert len(set(types)) == len(TYPES)
    codes = category_words([*CANONICAL, *TYPES])
    assert not any(word.startswith(stem) for word in types for stem in codes)
    assert not any(code.startswith(GAP + GAP) for code in codes)


def test_what_is_too_much_for_an_engine_is_left_out_for_both():
    short = (["a"] * 200, ["b"], ["c"], [])
    assert within_limits(short) is short
    many = (["a"] * 300, ["b"], ["a", "c"], ["d"])
    assert within_limits(many) == (["a"] * 256 + [GAP] * 44, ["b"], [GAP, "c"], ["d"])
    long = ([f"w{n}" for n in range(16_001)], ["w3"], ["late", "later"], ["last"])
    kept = within_limits(long)
    assert kept[0] == [*long[0][:16_000], GAP, "w16000"]
    assert kept[1:] == ([GAP, "w3"], [GAP, "late", GAP, "later"], [GAP, "last"])


def test_the_words_of_a_text_stay_below_what_postgresql_stores():
    fields = ([f"{n:064}" for n in range(15_000)], [], [], [])
    stored = sum(len(word.encode()) + 8 for word in set(within_limits(fields)[0]) - {GAP})
    assert 499_000 < stored <= 500_000


def test_conditions_are_added_to_a_query():
    query = parse_query("graph").in_category("cs.LG")
    assert query.terms == (Term(("graph",)), Term(("·cs·lg",), "category"))
