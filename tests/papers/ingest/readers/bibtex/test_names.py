"""Names by BibTeX's rules: TeX first, then "and" outside of braces, then commas; what braces hold together stays together."""

import pytest

from papers.ingest.readers.bibtex.names import names_in
from papers.ingest.readers.fields.author_lists import Printed

ADA, BEN = Printed("Example", "Ada"), Printed("Sample", "Ben")


def whole(name: str) -> Printed:
    return Printed(whole=name)


def literal(name: str) -> Printed:
    return Printed(whole=name, is_literal=True)


@pytest.mark.parametrize(
    ("text", "names", "reason"),
    [
        ("", [], "nobody"),
        ("Ada Example", [whole("Ada Example")], "as it is spoken"),
        ("Example, Ada", [ADA], "surname first"),
        ("Example, Ada and Sample, Ben", [ADA, BEN], "two"),
        ("Example, Ada\n\t and  \n Sample, Ben", [ADA, BEN], "over lines"),
        ("Example, Ada AND Sample, Ben", [ADA, BEN], "in capitals, as BibTeX does not mind"),
        ("Example, Ada \\and Sample, Ben", [ADA, BEN], "LaTeX's command"),
        ("Example, Ada and and Sample, Ben and", [ADA, BEN], "an and too many"),
        ("and Example, Ada, and Sample, Ben,", [ADA, BEN], "commas too many"),
        (
            "Sand, Ada and Andes, Ben and Brandt, C.",
            [Printed("Sand", "Ada"), Printed("Andes", "Ben"), Printed("Brandt", "C.")],
            "within words",
        ),
        ("van der Example, Ada", [Printed("van der Example", "Ada")], "particles before the surname"),
        ("Sample, Jr., Ben", [Printed("Sample", "Ben", "Jr.")], "a suffix in its place"),
        ("Sample, Ben, Jr.", [Printed("Sample", "Ben", "Jr.")], "a suffix at the end"),
        ("Sample, 3rd, Ben", [Printed("Sample", "Ben", "3rd")], "a suffix in figures"),
        ("Sample, Ben, PhD", [Printed("Sample", "Ben", "PhD")], "a degree at the end"),
        ("Example,Ada", [ADA], "no space behind the comma"),
        ("Silva, Filho, Ben", [Printed("Silva", "Ben", "Filho")], "a Portuguese suffix"),
        ("Example A., Sample B., Dummy C., F. D.", [whole("Example A., Sample B., Dummy C., F. D.")], "no and"),
        ("A, B, C, D, E", [whole("A, B, C, D, E")], "more of them"),
        ("Example, A. & Sample, B.", [whole("Example, A. & Sample, B.")], "a sign instead of and"),
        ("Example, A.; Sample, B.", [whole("Example, A.; Sample, B.")], "semicolons instead of and"),
    ],
)
def test_names_and_what_parts_them(text: str, names: list[Printed], reason: str) -> None:
    assert names_in(text, "author") == (names, True), reason


@pytest.mark.parametrize(
    ("text", "names", "reason"),
    [
        (r"Example, Ada and \"Ozt\"urk, Elif", [ADA, Printed("Öztürk", "Elif")], "an accent right behind and"),
        (
            r"Example, Ada and \O{}stby, N. and \L{}ukasz Nowak",
            [ADA, Printed("Østby", "N."), whole("Łukasz Nowak")],
            "a letter",
        ),
        (r"\'{E}ric Example and {\'E}va Sample", [whole("Éric Example"), whole("Éva Sample")], "with braces"),
        (
            r"Mu\~noz, Jos\'e and Pe\~{n}a, R. and Silva, Jo\~ao",
            [Printed("Muñoz", "José"), Printed("Peña", "R."), Printed("Silva", "João")],
            "no ties",
        ),
        (r"Nguy\~{\^{e}}n, A.", [Printed("Nguyễn", "A.")], "accents on accents"),
        (r"Example,~A.~B.", [Printed("Example", "A. B.")], "ties"),
        (
            r"W{\polhk{e}}glorz, B. and Franc{\ocirc{u}}, J.",
            [Printed("Węglorz", "B."), Printed("Franců", "J.")],
            "MathSciNet's",
        ),
        (r"Fran\c cois Example", [whole("François Example")], "a space within a command"),
        (
            r"{\c C}a{\u g}lar, {\"O}. and {\v S}ime {\O}stby",
            [Printed("Çağlar", "Ö."), whole("Šime Østby")],
            "each letter in braces",
        ),
        (
            r"Example, Ada and \textbf{Moe, Larry} and \emph{Roe, R.}",
            [ADA, Printed("Moe", "Larry"), Printed("Roe", "R.")],
            "one's own name in bold",
        ),
        (r"\textbf{Example, Ada and Sample, Ben}", [ADA, BEN], "both"),
        (
            r"Example\thanks{Equal}, Ada\textsuperscript{*} and Sample$^{\dagger}$, Ben\footnote{Corresponding}",
            [ADA, BEN],
            "marks and notes",
        ),
        (r"{\relax Yu}. Example", [whole("Yu. Example")], "an initial of two letters"),
        (r"Sample, \foo{Ben} and Example, \chsf Ada", [BEN, ADA], "unknown commands, with and without an argument"),
        (r"Schr$\ddot{o}$dinger, E.", [Printed("Schrödinger", "E.")], "an accent of mathematics"),
    ],
)
def test_tex_is_read_before_names_are_divided(text: str, names: list[Printed], reason: str) -> None:
    assert names_in(text, "author") == (names, True), reason


@pytest.mark.parametrize(
    ("text", "names", "reason"),
    [
        ("{OpenAI}", [literal("OpenAI")], "one word"),
        ("{Barnes and Noble, Inc.} and Example, Ada", [literal("Barnes and Noble, Inc."), ADA], "and, and a comma"),
        ("{{Jane Doe}}", [literal("Jane Doe")], "twice"),
        (
            "{{{Jane Doe}}} and {{ {ABC} Lab}}",
            [literal("Jane Doe"), literal("ABC Lab")],
            "three times, and round a word",
        ),
        ("{Doe, Jane}", [literal("Doe, Jane")], "a name with a comma"),
        ("{\\textbf{Moe, Larry}}", [literal("Moe, Larry")], "round a command"),
        ("Barnes {and} Noble", [literal("Barnes and Noble")], "round the and alone"),
        ("{Rand and Sons}, A.", [Printed("Rand and Sons", "A.", is_literal=True)], "round a surname with an and"),
        (
            "Ada {Rand and Sons}",
            [Printed("Rand and Sons", "Ada", is_literal=True)],
            "round a surname with an and, at the end",
        ),
        ("University of {Rand and Sons}", [literal("University of Rand and Sons")], "the end of an institution's name"),
        ("Acme{, Inc.}", [literal("Acme, Inc.")], "round the comma alone"),
        ("{Garcia Lopez}, Maria", [Printed("Garcia Lopez", "Maria")], "the surname"),
        ("Maria {Garcia Lopez}", [Printed("Garcia Lopez", "Maria")], "the surname at the end"),
        ("{Maria Luisa} Garcia", [Printed("Garcia", "Maria Luisa")], "the forenames"),
        (
            "Loic van {Oldeneel tot Oldenzeel}",
            [Printed("van Oldeneel tot Oldenzeel", "Loic")],
            "a surname behind a particle",
        ),
        (
            "{van Gogh}, Vincent and {in 't} Hooft, G.",
            [Printed("van Gogh", "Vincent"), Printed("in 't Hooft", "G.")],
            "particles",
        ),
        ("J{\\'e}r{\\^o}me {D}upont", [whole("Jérôme Dupont")], "letters"),
        ("Sample, {Jr.}, Ben", [Printed("Sample", "Ben", "Jr.")], "the suffix"),
    ],
)
def test_braces_hold_together(text: str, names: list[Printed], reason: str) -> None:
    assert names_in(text, "author") == (names, True), reason


@pytest.mark.parametrize(
    "text",
    [
        "Example, Ada and others",
        "Example, Ada and Others",
        "Example, Ada and {others}",
        "Example, Ada and {{Others}}",
        "Example, Ada and et al.",
        "Example, Ada and {et al.}",
        "Example, Ada\nand others ,",
    ],
)
def test_a_list_that_breaks_off(text: str) -> None:
    assert names_in(text, "author") == ([ADA], False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("given=Richard, prefix=von, family=Rabble", Printed("von Rabble", "Richard")),
        (
            "family=Rabble, given=Richard, given-i={R}, suffix=Jr, prefix=d', useprefix=true",
            Printed("d'Rabble", "Richard", "Jr"),
        ),
        ("FAMILY = al-Sample , GIVEN = Ben", Printed("al-Sample", "Ben")),
        ("family=Hakim, prefix=al-, given=T.", Printed("al-Hakim", "T.")),
        ('"family=Rabble, Inc", given=Richard', Printed("Rabble, Inc", "Richard")),
        ('family="Rabble, Inc", given={Richard, B.}', Printed("Rabble, Inc", "Richard, B.")),
        (
            'id=1, family=M{\\"u}ller, given=Ada, orcid=0000-0002-1825-0097',
            Printed("Müller", "Ada", orcid="0000-0002-1825-0097"),
        ),
        ("family=Plato", Printed("Plato")),
        ("given=, family=", Printed(whole="given=, family=")),
    ],
)
def test_names_in_named_parts(text: str, name: Printed) -> None:
    assert names_in(f"{text} and Example, Ada", "author") == ([name, ADA], True)


@pytest.mark.parametrize("options", ["useprefix=false", "sortingnamekeytemplatename=first and nametemplates=a-b"])
def test_settings_of_a_list_of_names_are_nobody(options: str) -> None:
    assert names_in(f"{options} and Example, Ada", "author") == ([ADA], True)
