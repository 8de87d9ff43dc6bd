"""How one printed name is divided: tables of cases side by side, and names written and read again."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.bylines import Name, name_from_parts, parse_byline, parse_name
from papers.bylines.names import _divided as divided
from papers.bylines.names import ordinary_name, read_name, trouble


def parts(name: Name) -> tuple[str, str, str]:
    return name.forenames, name.surname, name.suffix


@pytest.mark.parametrize(
    ("forenames", "surname"),
    [
        # The surname begins with the first lower-case particle behind the first word.
        ("Charles Louis Joseph", "de la Vallée Moussin"),
        ("Anna", "de Gibert Bonet"),
        ("Jan", "van der Berg"),
        ("Tim", "vor der Brücke"),
        ("Ngugi", "wa Thiong'o"),
        ("Karl-Theodor", "von und zu Guttenstein"),
        # Not that of a devotional forename, …
        ("Maria das Graças", "Nunes"),
        ("María del Carmen", "Ruiz"),
        ("M.ª del Pilar", "Ruiz"),
        ("Juan de Dios", "Pérez"),
        # … which needs a surname behind it that is none itself.
        ("Maria", "de Souza"),
        ("Maria", "da Costa Pereira"),
        # Some particles stand inside forenames too, and begin a surname only right before its last word.
        ("Noor ul Ain", "Khan"),
        ("Altaf", "ur Rahman"),
        # A small initial behind another is one; "v.d." is a particle.
        ("C. V.", "Jawahar"),
        ("H.", "v. d. Berg"),
    ],
)
def test_a_surname_begins_with_its_first_particle(forenames: str, surname: str) -> None:
    assert parts(parse_name(f"{forenames} {surname}")) == (forenames, surname, "")


def test_und_between_particles_is_one_name() -> None:
    byline = parse_byline("Karl von und zu Guttenstein und Jane Doe, Hans von und zum Stein")
    assert [entry.name.surname for entry in byline.entries] == ["von und zu Guttenstein", "Doe", "von und zum Stein"]


def test_surnames_first_may_have_irish_particles() -> None:
    byline = parse_byline("van der Berg, Jan; Ó Séagha, Diarmuid")
    assert [parts(entry.name)[:2] for entry in byline.entries] == [("Jan", "van der Berg"), ("Diarmuid", "Ó Séagha")]


def test_a_small_initial_glued_to_another_is_no_particle() -> None:
    assert parts(parse_name("C.v. Jawahar")) == parts(name_from_parts("C.v.", "Jawahar")) == ("C. V.", "Jawahar", "")
    assert parts(parse_name("H.v.d. Berg")) == ("H.", "v. d. Berg", "")


@pytest.mark.parametrize(
    ("forenames", "surname"),
    [
        # Irish.
        ("Diarmuid", "Ó Séagha"),
        ("Elaine", "Uí Dhonnchú"),
        ("Neasa", "Ní Chiara"),
        ("Rónan", "Mac an tSaoir"),
        ("Ailbhe", "Ni Chasaide"),  # without its accent: before a softened consonant
        ("Wei Ni", "Chang"),
        # Italian, Dutch, American and Arabic capitals.
        ("Claudio", "Delli Bove"),
        ("Giovanni", "Da San Martino"),
        ("Greg", "Ver Steen"),
        ("David", "St John"),
        ("David", "St. John"),
        ("JAN", "VAN DER BERG"),
        ("YI DA", "XU"),
        ("Sadaf", "Abdul Rauf"),
        ("Chiraz", "Ben Othmane Zribi"),
        ("Marion", "Weller-Di Marco"),
        # De is a particle, unless another syllable is before it; Di, Da, Le, Van, Mac, San, Te before an East Asian surname are
        # syllables of the given name, whatever way it is spelt.
        ("Nicola", "De Cao"),
        ("Tian De", "Cao"),
        ("Paolo", "Di Vecchio"),
        ("Yung Te", "Hsu"),
        ("Ming Da", "Chou"),
        ("Ka Le", "Wong"),
        ("Sung Mac", "Kim"),
        ("Dong San", "Choi"),
        ("Yann", "Le Cunff"),
        # German farms and ranks belong to the surname.
        ("Sabine", "Schulte im Walde"),
        ("Sabine", "Schulte Im Walde"),
        ("Levin", "Freiherr von Hollen"),
        # Im alone is Korean.
        ("Seo Im", "Park"),
    ],
)
def test_particles_in_capitals(forenames: str, surname: str) -> None:
    assert parts(parse_name(f"{forenames} {surname}")) == (forenames, surname, "")


@pytest.mark.parametrize(
    ("forenames", "surname"),
    [
        # Spanish and Catalan: a surname before the last word begins the surname; a forename does not.
        ("Héctor", "Martínez Alonso"),
        ("H.", "Martinez Alonso"),
        ("Juan Pablo", "Alonso"),
        ("Oier", "López de Lacalle"),
        # Before a Spanish or French particle any word does that is no forename, …
        ("Éric", "Villemotte de la Clergerie"),
        ("Louis", "Boutet de Monval"),
        ("José María", "de la Cruz"),
        ("Jan Willem", "de Boer"),
        # … but not before a Portuguese surname: there the last one is the surname.
        ("Tiago Barbosa", "de Lima"),
        ("Gabriel Pereira", "Lopes"),
        # Italian and Iranian.
        ("Marcely", "Zanon Bianchi"),
        ("Masoud", "Jalili Sabet"),
        ("AmirAli", "Bagher Zadeh"),
        # A father's name is a surname; the Russian one is a middle name.
        ("Aida", "Mostafazadeh Davani"),
        ("Cecilia", "Ovesdotter Alm"),
        ("Vladislav Ivanovich", "Zubov"),
        # Bengali; Das alone is more often a forename.
        ("Koel", "Dutta Chowdhury"),
        ("Sujatha Das", "Golla"),
        # Not before an East Asian surname.
        ("Antonio Rojas", "Chen"),
        # Connected by e, y, i, with a short first half too.
        ("Ana Sofia", "de Sá e Melo"),
        ("José", "Ortega y Gassol"),
        ("Shyamal Krishna", "De"),
    ],
)
def test_surnames_of_two(forenames: str, surname: str) -> None:
    assert parts(parse_name(f"{forenames} {surname}")) == (forenames, surname, "")


@pytest.mark.parametrize(
    ("plain", "accented"),
    [
        ("Le Van Thanh", "Lê Văn Thành"),
        ("Do Van Tuan", "Đỗ Văn Tuấn"),
        ("Ngo Van Minh", "Ngô Văn Minh"),
        ("Dao Van Thinh", "Đào Văn Thịnh"),
        ("Vu Van Nam", "Vũ Văn Nam"),
        ("Vo Van Tu", "Võ Văn Tú"),
        ("Ho Van Ha", "Hồ Văn Hà"),
        ("Phan Van Long", "Phan Văn Long"),
        ("Nguyen Van Hieu", "Nguyễn Văn Hiếu"),
        ("Thanh Van Le", "Thành Văn Lê"),
    ],
)
def test_vietnamese_names_are_divided_alike_with_and_without_accents(plain: str, accented: str) -> None:
    *forenames, surname = plain.split()
    assert parts(parse_name(plain)) == (" ".join(forenames), surname, "")
    *forenames, surname = accented.split()
    assert parts(parse_name(accented)) == (" ".join(forenames), surname, "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Whose child somebody is stands behind the forename.
        ("Quillova Anna Petrovna", ("Anna Petrovna", "Quillova", "")),
        ("Anna Petrovna Quillova", ("Anna Petrovna", "Quillova", "")),
        ("КВИЛЛОВ ИВАН СЕРГЕЕВИЧ", ("ИВАН СЕРГЕЕВИЧ", "КВИЛЛОВ", "")),
        ("Квіллова Ганна Андріївна", ("Ганна Андріївна", "Квіллова", "")),
        ("Quillova Madina Inom qizi", ("Madina Inom qizi", "Quillova", "")),
        ("Quillova Madina Inom Qizi", ("Madina Inom Qizi", "Quillova", "")),
        ("Quillov Firdavs Umid o‘g‘li", ("Firdavs Umid o‘g‘li", "Quillov", "")),
        ("Quillov Rəşad Vaqif oğlu", ("Rəşad Vaqif oğlu", "Quillov", "")),
        ("Rəşad Vaqif oğlu Quillov", ("Rəşad Vaqif oğlu", "Quillov", "")),
        # A surname may end like a father's name.
        ("Иван Сергеевич Квиллович", ("Иван Сергеевич", "Квиллович", "")),
        ("Квиллович Иван", ("Квиллович", "Иван", "")),
        ("А. Б. Квиллович", ("А. Б.", "Квиллович", "")),
        ("Ivan Petar Quillovich", ("Ivan Petar", "Quillovich", "")),
    ],
)
def test_surnames_before_a_fathers_name(text: str, name: tuple[str, str, str]) -> None:
    assert parts(parse_name(text)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Initials at the end are the forenames, with their last dot or without.
        ("Bala A.R.", ("A. R.", "Bala", "")),
        ("Bala A.R", ("A. R.", "Bala", "")),
        ("Santo T.y.s.s", ("T. y. s. s.", "Santo", "")),
        ("Avin P.V.S", ("P. V. S.", "Avin", "")),
        ("Soma K P", ("K P", "Soma", "")),
        ("Venugopal. K. R", ("K. R", "Venugopal", "")),
        ("Mohan K. S. R", ("K. S. R", "Mohan", "")),
        ("Pradeep B. H", ("B. H", "Pradeep", "")),
        ("Ivanova Yu.", ("Yu.", "Ivanova", "")),
        ("Diaz de Illarra A.", ("A.", "Diaz de Illarra", "")),
        # Behind several words they shorten a second surname, and keep their dot.
        ("Jose Antonio Martin H.", ("Jose Antonio", "Martin H.", "")),
        ("Durga Prasad K V", ("Durga", "Prasad K V", "")),
        # One without a dot is a surname.
        ("Weinan E", ("Weinan", "E", "")),
        ("Kenneth K. O", ("Kenneth K.", "O", "")),
        # A full stop is none.
        ("Wenhai Liu.", ("Wenhai", "Liu", "")),
        ("Wei Li.", ("Wei", "Li", "")),
        ("Jane Doering.", ("Jane", "Doering", "")),
        ("Jane. A. Doering", ("Jane A.", "Doering", "")),
        ("Louis-S. Doering", ("Louis-S.", "Doering", "")),
        ("Alex. Doering", ("Alex.", "Doering", "")),
    ],
)
def test_initials_and_dots_at_the_end(text: str, name: tuple[str, str, str]) -> None:
    assert parts(parse_name(text)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Eric H. Nyholm 3rd", ("Eric H.", "Nyholm", "III")),
        ("Eric Nyholm 2nd", ("Eric", "Nyholm", "II")),
        ("Eric Nyholm, 3rd", ("Eric", "Nyholm", "III")),
        ("Eric Nyholm,3rd", ("Eric", "Nyholm", "III")),
        ("Eric Nyholm Jnr", ("Eric", "Nyholm", "Jr")),
        ("Eduardo Jr Arenas", ("Eduardo", "Arenas", "Jr")),
        ("Nyholm, 3rd, Eric", ("Eric", "Nyholm", "III")),
        ("Nyholm, Eric, Jr.", ("Eric", "Nyholm", "Jr")),
        ("Doe, Jane, PhD", ("Jane", "Doe", "")),
        ("Jane Doe, PhD", ("Jane", "Doe", "")),
        ("Jane Doe, Ph. D.", ("Jane", "Doe", "")),
        # These may be initials, and are where nothing but a surname is before them.
        ("Doe, M. D.", ("M. D.", "Doe", "")),
        ("Doe, J. M. D.", ("J. M. D.", "Doe", "")),
        ("Ivanov, II", ("II", "Ivanov", "")),
        ("Michael Iv", ("Michael", "Iv", "")),
    ],
)
def test_suffixes_and_degrees(text: str, name: tuple[str, str, str]) -> None:
    assert parts(parse_name(text)) == name


@pytest.mark.parametrize(
    "title",
    [
        "Dr.",
        "Prof. Dr.",
        "PD Dr.",
        "Univ.-Prof. Dr.",
        "Priv.-Doz. Dr.",
        "Dr. rer. nat. habil.",
        "Prof. Dr. h.c. mult.",
        "Dr.phil.",
        "Dipl.-Ing.",
        "Prof. em. Dr.",
        "doc. RNDr.",
        "Late Prof.",
        "Lt. Col.",
        "Sir",
        "Dame",
        "Assist. Prof. Dr.",
        "Frau",
        "MSc",
        "Maj. Gen.",
        "the late",
        "Edited by",
        "DR.",
    ],
)
def test_titles_leave_a_name_and_its_parts(title: str) -> None:
    doe = ("Jane Mary", "Doering", "")
    assert parts(parse_name(f"{title} Jane Mary Doering")) == doe
    assert parts(name_from_parts(f"{title} Jane Mary", "Doering")) == doe


@pytest.mark.parametrize(
    ("text", "forenames"),
    [
        ("MS Don Bosco", "MS Don"),  # initials
        ("MR. Jahed Motlagh", "MR. Jahed"),
        ("Dame Diop", "Dame"),
        ("Gen Nakamura", "Gen"),
        ("Eng Keong Lua", "Eng Keong"),
        ("M.ª Carmen Ruiz", "M.ª Carmen"),
    ],
)
def test_what_only_looks_like_a_title_is_kept(text: str, forenames: str) -> None:
    assert parse_name(text).forenames == forenames


@pytest.mark.parametrize(
    "text", ["John Smithᵃ", "John Smithᵃ,ᵇ", "John Smith†", "John Smith,", "John Smith∗", "John Smith◦"]
)
def test_marks_leave_a_name(text: str) -> None:
    assert parts(parse_name(text)) == ("John", "Smith", "")


def test_a_nickname_stays() -> None:
    assert parts(parse_name("Chee Wee (Ben) Leong")) == ("Chee Wee (Ben)", "Leong", "")
    assert parts(name_from_parts("Chee Wee (Ben)", "Leong")) == ("Chee Wee (Ben)", "Leong", "")
    assert parts(name_from_parts('Jan "Honza"', "Cerny")) == ('Jan "Honza"', "Cerny", "")


@pytest.mark.parametrize(
    ("forenames", "surname", "suffix", "name"),
    [
        # Divided where the source divides, …
        ("Maria", "Garcia Lopez", "", ("Maria", "Garcia Lopez", "")),
        ("Hector Martinez", "Alonso", "", ("Hector Martinez", "Alonso", "")),
        ("John Ben", "Smith", "", ("John Ben", "Smith", "")),
        # … but for particles that it leaves at the end of the forenames.
        ("Karl von und zu", "Guttenstein", "", ("Karl", "von und zu Guttenstein", "")),
        ("Josef Van", "Genabeek", "", ("Josef", "Van Genabeek", "")),
        ("Sabine Schulte im", "Walde", "", ("Sabine", "Schulte im Walde", "")),
        ("Minh Van", "Nguyen", "", ("Minh Van", "Nguyen", "")),
        # A middle initial that a program took for a surname's, and a name one is called by.
        ("J.", "M. Quill", "", ("J. M.", "Quill", "")),
        ("Lester", "F. Quill", "III", ("Lester F.", "Quill", "III")),
        ("A.", "v. d. Quill", "", ("A.", "v. d. Quill", "")),
        ("W.", "“Grace” Quill", "", ("W. “Grace”", "Quill", "")),
        # What is no part of a name leaves it.
        ("William", "Gateson", "3rd", ("William", "Gateson", "III")),
        ("Larry, Jr.", "Moe", "", ("Larry", "Moe", "Jr")),
        ("PhD", "Doe", "Jane", ("Jane", "Doe", "")),
        ("Jane, PhD", "Doe", "", ("Jane", "Doe", "")),
        ("Jane", "Doe", "PhD", ("Jane", "Doe", "")),
        ("Janet", "Prof. Dr. Quill", "", ("Janet", "Quill", "")),
        ("Prof. Dr.", "Maier", "", ("", "Maier", "")),
        ("John", "Smithᵃ", "", ("John", "Smith", "")),
        ("J. M. D.", "Smith", "", ("J. M. D.", "Smith", "")),
        ("Mohd.", "Salleh", "", ("Mohd.", "Salleh", "")),
        ("Jane.", "Doe", "", ("Jane", "Doe", "")),
    ],
)
def test_parts_are_cleaned_as_whole_names_are(
    forenames: str, surname: str, suffix: str, name: tuple[str, str, str]
) -> None:
    assert parts(name_from_parts(forenames, surname, suffix)) == name


@pytest.mark.parametrize("text", ["Anonymous", "N/A", "et al.", "IEEE", "Univ. of Nowhere", "X1000Y"])
def test_nobody_is_refused_in_parts_too(text: str) -> None:
    for refused in (lambda: parse_name(text), lambda: name_from_parts("", text)):
        with pytest.raises(ValueError, match="is not a"):
            refused()


def test_what_reads_like_an_institution_or_junk() -> None:
    assert trouble("Eric H. Nyholm 3rd") == trouble("Univ.-Prof. Anna Maier") == ""
    assert trouble("Univ. of Nowhere").startswith("institution")


TITLES = ["", "Dr.", "Prof. Dr.", "PD Dr.", "Sir", "the late", "Univ.-Prof. Dr."]
FIRST = "Jane,J.,Jean-Luc,Maria,Maria das Graças,Minh,Jose,M.ª,Ibrahim,danah".split(",")
FURTHER = "J.,J.-P.,C.v.,Mohd.,(Ben),Yi Da,Van,Le,K,Pia,Hoang Van,Das,Ben,Maria".split(",")
SURNAMES = (
    "Doering,Kim,Garcia Lopez,Garcia,de la Vallée Moussin,von und zu Guttenstein,Schulte im Walde,Ó Séagha,De Cao,boyd,E,"
    "Souza e Silva,Castro Neto,O'Brien,'t Hoeven,Weller-Di Marco,Bagher Zadeh,Nguyen,王,St. John,Dutta Chowdhury,Smithᵃ,Liu.,"
    "Martin H.,v. d. Berg,Lopez de Lacalle,Mostafazadeh Davani,de Souza,d'Alembert,Mac an tSaoir,Van Durme,ul Haq"
).split(",")
SUFFIXES = ["", "Jr", "Jr.", "3rd", "III", "Jnr", "PhD", "Ph. D."]


@given(
    st.tuples(
        st.sampled_from(TITLES),
        st.sampled_from(FIRST),
        st.lists(st.sampled_from(FURTHER), max_size=2).map(" ".join),
        st.sampled_from(SURNAMES),
        st.sampled_from(SUFFIXES),
    )
)
def test_a_name_read_written_and_read_again_is_the_same(words: tuple[str, ...]) -> None:
    name = parse_name(" ".join(filter(None, words)))
    inverted = ", ".join(filter(None, (name.surname, name.suffix, name.forenames)))
    assert parse_name(name.name) == parse_name(inverted) == name_from_parts(*parts(name)) == name


@pytest.mark.parametrize("forenames", FIRST)
@pytest.mark.parametrize("surname", SURNAMES)
def test_titles_and_suffixes_change_nothing_else(forenames: str, surname: str) -> None:
    name = parse_name(f"{forenames} {surname}")
    assert parts(parse_name(f"Prof. Dr. {forenames} {surname} Jr, PhD")) == (name.forenames, name.surname, "Jr")


WORDS = st.sampled_from([*FIRST, *FURTHER, *SURNAMES, *filter(None, TITLES), *filter(None, SUFFIXES)])


@given(st.lists(WORDS, min_size=2, max_size=5).map(" ".join))
def test_the_fast_way_divides_as_the_careful_way(text: str) -> None:
    if name := ordinary_name(text):
        assert divided(text)[0] == name == read_name(text)[0]


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "de ",
            "Van ",
            "Maria de ",
            "von und zu ",
            "J. ",
            "J.",
            "J ",
            "A-",
            "- ",
            "' ",
            "O'",
            ".",
            " .",
            "Dr. ",
            "Jr ",
            "Jr, ",
        ],
        *[
            "PhD ",
            "M. D. ",
            "ᵃ",
            "aᵃ",
            "aᵃ,",
            "Smith. ",
            "Schulte im ",
            "(a) ",
            "univ",
            "1a",
            "C.v.",
            "de la ",
            "X-Di ",
            "v.d.",
        ],
    ],
)
def test_hostile_names_take_no_time(piece: str) -> None:
    def seconds() -> float:
        start = time.process_time()
        for text in (piece * (40_000 // len(piece)), "Jane " + piece * (40_000 // len(piece)) + "Smith"):
            for read in (parse_name, lambda text: name_from_parts(text, text, text)):
                with suppress(ValueError):
                    read(text)
        return time.process_time() - start

    assert min(seconds() for _try in range(3)) < 0.4  # four names


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("JosÃ© LÃ³pez", "José López"),  # ³ is half a letter here, and no mark
        ("A. SteinbÃ¼chel", "A. Steinbüchel"),
        ("Ã Example", "Ã Example"),
    ],
)
def test_utf_8_that_was_read_as_latin_1_is_repaired(printed: str, name: str) -> None:
    assert parse_name(printed).name == parse_byline(printed).entries[0].name.name == name
