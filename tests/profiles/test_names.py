"""Identity keys, the name that is shown, addresses and public ids: all without a database."""

from __future__ import annotations

import re
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.bylines import Name, parse_name
from profiles.names import (
    LONGEST_KEY,
    LONGEST_SLUG,
    PUBLIC_ID_ALPHABET,
    best_name,
    identity_key,
    is_initial,
    public_id,
    slug_for,
    slugs_for,
    sort_key,
)

ONE_IDENTITY = [
    # Runs of full forenames are glued.
    (("Yue-Long", "Shen"), "shen|yuelong|"),
    (("Yue Long", "Shen"), "shen|yuelong|"),
    (("Yuelong", "Shen"), "shen|yuelong|"),
    (("Yue\u2010Long", "Shen"), "shen|yuelong|"),
    # Initials stand apart, and apart from full names.
    (("Y. L.", "Shen"), "shen|y l|"),
    (("Y.-L.", "Shen"), "shen|y l|"),
    (("Y.L.", "Shen"), "shen|y l|"),
    (("YL", "Shen"), "shen|yl|"),
    (("Yue L.", "Shen"), "shen|yue l|"),
    (("Tom B.", "Brown"), "brown|tom b|"),
    (("Tom B", "Brown"), "brown|tom b|"),
    (("Tom", "Brown"), "brown|tom|"),
    (("J. Robert Julius", "Oppenheimer"), "oppenheimer|j robertjulius|"),
    # Glued again after an initial between.
    (("Mary Ann B. Lou", "Lee"), "lee|maryann b lou|"),
    # Surnames of several words are glued, particles and hyphens among them.
    (("Sheer", "El Showk"), "elshowk|sheer|"),
    (("Sheer", "El-Showk"), "elshowk|sheer|"),
    (("Bartel L.", "van der Waerden"), "vanderwaerden|bartel l|"),
    (("Gerard", "'t Hooft"), "thooft|gerard|"),
    (("Gerard", "’t Hooft"), "thooft|gerard|"),
    (("Kieran", "O'Brien"), "obrien|kieran|"),
    (("Kieran", "O’Brien"), "obrien|kieran|"),
    # A suffix tells father and son apart.
    (("Robert", "Griffiths", "Jr."), "griffiths|robert|jr"),
    (("Robert", "Griffiths", "Jr"), "griffiths|robert|jr"),
    (("Robert", "Griffiths", "III"), "griffiths|robert|iii"),
    (("Robert", "Griffiths"), "griffiths|robert|"),
    # Accents and case are folded, and letters that Unicode leaves whole.
    (("Kamilė", "Lukošiūtė"), "lukosiute|kamile|"),
    (("KAMILE", "LUKOSIUTE"), "lukosiute|kamile|"),
    (("Jørgen", "Møller"), "moller|jorgen|"),
    (("Michał", "Łukasz"), "lukasz|michal|"),
    (("Đorđe", "Strauß"), "strauss|dorde|"),
    (("Cafe\u0301", "Œuvre"), "oeuvre|cafe|"),
    # A single Han character is a whole name, in any script a mononym is all surname.
    (("伟", "王"), "王|伟|"),
    (("小 明", "李"), "李|小明|"),
    (("Григорий", "Перельман"), "перельман|григории|"),
    (("Г. Я.", "Перельман"), "перельман|г я|"),
    (("", "Prabhat"), "prabhat||"),
]


@pytest.mark.parametrize(("parts", "key"), ONE_IDENTITY)
def test_identity_key(parts: tuple[str, ...], key: str) -> None:
    assert identity_key(*parts) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("David St John", "David St. John"),
        ("David O'Brien", "David O’Brien"),
        ("Noelani Kaʻōhao", "Noelani Kaohao"),  # the okina, as other signs for a glottal stop
        ("Maryam al-Maʿarri", "Maryam al-Maarri"),
        ("Le Van Thanh", "Lê Văn Thành"),
        ("Bala A.R", "Bala A.R."),
        ("Soma K P", "K. P. Soma"),
        ("Wenhai Liu.", "Wenhai Liu"),
        ("Eric Nyholm 3rd", "Eric Nyholm III"),
        ("Jane Smithᵃ", "Prof. Dr. Jane Smith"),
        ("Martínez Alonso, Héctor", "Hector Martinez Alonso"),
    ],
)
def test_one_name_printed_in_two_ways_is_one_identity(one: str, other: str) -> None:
    first, second = parse_name(one), parse_name(other)
    assert identity_key(first.forenames, first.surname, first.suffix) == identity_key(
        second.forenames, second.surname, second.suffix
    )


def test_no_part_of_a_name_can_stand_for_another() -> None:
    """Forenames, surname and suffix have places of their own."""
    parts = [("A", "B", "C"), ("A", "C", "B"), ("B", "A", "C"), ("A B", "C", ""), ("A", "B C", ""), ("", "A B C", "")]
    assert len({identity_key(*each) for each in parts}) == len(parts)


def test_the_longest_keys_are_cut_and_stay_apart() -> None:
    one, two = identity_key("A" * 300, "Long"), identity_key("A" * 300 + "B", "Long")
    assert (len(one), len(two)) == (LONGEST_KEY, LONGEST_KEY)
    assert one != two
    assert one == identity_key("a" * 300, "long")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=5))
def test_any_text_gives_a_key_of_three_parts(forenames: str, surname: str, suffix: str) -> None:
    key = identity_key(forenames, surname, suffix)
    assert (len(key) <= LONGEST_KEY, key.count("|")) == (True, 2)


@given(
    st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=1, max_size=4),
    st.lists(st.sampled_from(["-", " ", "", "  ", "\u2011"]), min_size=3, max_size=3),
)
def test_how_full_forenames_are_joined_makes_no_difference(tokens: list[str], joints: list[str]) -> None:
    joined = "".join(a + b for a, b in zip(tokens, [*joints[: len(tokens) - 1], ""], strict=True))
    assert identity_key(joined, "Shen") == identity_key("".join(tokens), "Shen") == f"shen|{''.join(tokens)}|"


@pytest.mark.parametrize(
    ("token", "expected"), [("a", True), ("г", True), ("ab", False), ("伟", False), ("1", False), ("", False)]
)
def test_is_initial(token: str, expected: bool) -> None:
    assert is_initial(token) is expected


# Neighbours: the first name of each pair is the one to show.
BETTER = [
    ("Tom Brown", "T. B. Brown"),  # a full forename tells more than initials
    ("Tom B. Brown", "Tom Brown"),  # a further initial tells more than none
    ("Tom Brown", "TOM B. BROWN"),  # capitals throughout are how a form was filled in
    ("Tom Brown", "tom b. brown"),
    ("Kamilė Lukošiūtė", "Kamile Lukosiute"),  # accents get lost on the way, they don't arise
    ("Jørgen Møller", "Jorgen Moller"),
    ("Yue-Long Shen", "Yuelong Shen"),
    ("Sam McCandlish", "Sam Mccandlish"),
]


@pytest.mark.parametrize(("better", "worse"), BETTER)
def test_best_name(better: str, worse: str) -> None:
    assert [best_name(map(parse_name, pair)).name for pair in permutations((better, worse))] == [better, better]


@given(st.permutations([name for pair in BETTER for name in pair] + ["T. Brown", "Tom B Brown", "Tom Bröwn"]))
def test_best_name_does_not_depend_on_the_order_or_on_what_was_seen_first(texts: list[str]) -> None:
    names = [parse_name(text) for text in texts]
    assert best_name(names) == best_name(sorted(names, key=str))
    shown = names[0]
    for name in names[1:]:
        shown = best_name([shown, name])
    assert shown == best_name(names)


def test_sort_key() -> None:
    names = ["Bartel L. van der Waerden", "Robert Griffiths Jr.", "Prabhat", "Kamilė Lukošiūtė"]
    assert [sort_key(parse_name(name)) for name in names] == [
        "van der waerden bartel l",
        "griffiths robert jr",
        "prabhat",
        "lukosiute kamile",
    ]
    assert len(sort_key(Name("x", "F" * 300, "S" * 300))) == 255


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tom Henighan", "tom-henighan"),
        ("Kamilė Lukošiūtė", "kamile-lukosiute"),
        ("Samuel R. Bowman", "samuel-r-bowman"),
        ("Sheer El-Showk", "sheer-el-showk"),
        ("Gerard 't Hooft", "gerard-t-hooft"),
        ("Kieran O’Brien", "kieran-obrien"),
        ("Jørgen Strauß", "jorgen-strauss"),
        ("王伟", "wangwei"),
        ("Григорий Перельман", "grigoriy-perelman"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>", "script"),
        ("—", ""),
    ],
)
def test_slug_for(name: str, slug: str) -> None:
    assert slug_for(name) == slug


@given(st.text(max_size=300))
def test_a_slug_of_any_text_is_an_address(text: str) -> None:
    slug = slug_for(text)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug)
    assert len(slug) <= LONGEST_SLUG


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("Tom Brown", ["tom-brown", "tom-brown-2", "tom-brown-3"]),
        ("—", ["abcdefghij", "abcdefghij-2", "abcdefghij-3"]),
        # Addresses of the site's own below /authors/ and /api/v1/authors/.
        ("Autocomplete", ["autocomplete-2", "autocomplete-3", "autocomplete-4"]),
        ("With", ["with-2", "with-3", "with-4"]),
    ],
)
def test_slugs_for(name: str, slugs: list[str]) -> None:
    assert list(islice(slugs_for(name, "abcdefghij"), 3)) == slugs


def test_public_ids_are_the_same_for_ever_and_differ_by_site_identity_and_attempt() -> None:
    ids = {
        (site, identity, attempt): public_id(site, identity, attempt)
        for site in ("here", "there")
        for identity in ("brown|tom|#1", "brown|tom|#2", "brown|tom b|#1")
        for attempt in (0, 1)
    }
    assert len(set(ids.values())) == 12
    # Bookmarks rely on these: an id that changes here has changed at every site.
    assert ids["here", "brown|tom|#1", 0] == "2jczcgmbtq"
    assert ids["here", "brown|tom|#2", 1] == "cn6b2jpzev"


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_public_id_is_ten_signs_that_nobody_confuses(site: str, identity: str) -> None:
    assert re.fullmatch(f"[{PUBLIC_ID_ALPHABET}]{{10}}", public_id(site, identity))
    assert not set("01lo") & set(PUBLIC_ID_ALPHABET)
