"""How a BibTeX file falls into blocks: as BibTeX and biber read it, and as people write it."""

from time import process_time

import pytest

from papers.ingest.readers.bibtex.blocks import Abbreviations, Broken, CommentedOut, Entry, Word, blocks

ONE = {"title": "One", "year": "2019"}


def entries(text: str) -> list[tuple[str, str, dict[str, object]]]:
    return [(block.entry_type, block.key, block.fields) for block in blocks(text) if isinstance(block, Entry)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("@misc{a, title = {One}, year = 2019}", "a", "plain"),
        ("@misc{a,title={One},year=2019,}", "a", "a comma behind the last field"),
        ("@MISC{a, TITLE = {One}, Year = 2019}", "a", "capitals"),
        ("@misc(a, title = {One}, year = 2019)", "a", "round brackets"),
        ("@misc (a, title = {One}, year = 2019)", "a", "white space before round brackets"),
        ("@misc\n{a, title = {One}, year = 2019}", "a", "the bracket on the next line"),
        ("@misc\n\n  (a,\n title\n =\n {One}\n , year = 2019\n )", "a", "white space everywhere"),
        ("@ misc{a, title = {One}, year = 2019}", "a", "a space behind the sign"),
        ("@\nmisc {a , title = {One}, year = 2019}", "a", "a line behind the sign, a space behind the key"),
        ("x@misc{a, title = {One}, year = 2019}", "a", "text before it on its line"),
        ("@misc{a, title = \"One\", year = '2019'}".replace("'", '"'), "a", "quotation marks"),
        ('@misc{a, title = "One", year = "2019"}', "a", "quotation marks"),
        ("@misc{title = {One}, year = 2019}", "", "no key"),
        ("@misc{\n title = {One}, year = 2019}", "", "no key, as EndNote writes"),
        ("@misc{, title = {One}, year = 2019}", "", "an empty key, as JabRef writes"),
        ("@misc(title = {One}, year = 2019)", "", "no key in round brackets"),
        ("@misc{a:b/c-d_e+f.g'h(i), title = {One}, year = 2019}", "a:b/c-d_e+f.g'h(i)", "signs in the key"),
        ("@misc{a b, title = {One}, year = 2019}", "a b", "a space in the key"),
        ("@misc{a, % first\n title = {One}, % second, {\n year = 2019 % third\n}", "a", "comments between fields"),
        ("@misc{a, title = {One}, year = 2019, title = {Two}, TITLE = {Three}}", "a", "given twice: the first counts"),
        ('@misc{a, title = "O" # {ne}, year = 2019}', "a", "pieces joined"),
        ('@misc{a, title = "O"\n#\n"n" # "e", year = {20} # 19}', "a", "pieces joined over lines"),
    ],
)
def test_one_entry_however_it_is_written(text: str, key: str, reason: str) -> None:
    [(entry_type, found, fields)] = entries(text)
    joined = {name: "".join(value) for name, value in fields.items()}  # type: ignore[arg-type]
    assert (entry_type, found, joined) == ("misc", key, ONE), reason
    [block] = blocks(text)
    assert isinstance(block, Entry) and block.warnings == [] and block.raw == text.removeprefix("x")


@pytest.mark.parametrize(
    ("value", "expected", "reason"),
    [
        ("{}", "", "empty"),
        ("", "", "nothing"),
        ("{a {b {c {d {e}}}}}", "a {b {c {d {e}}}}", "braces within braces"),
        ('{say "so}', 'say "so', "a quotation mark within braces"),
        ('"say {"}so{"}"', 'say {"}so{"}', "quotation marks within braces within quotation marks"),
        ('"a {b, c = {d}} e"', "a {b, c = {d}} e", "what looks like a field within braces"),
        ('"O\\"ztan"', 'O\\"ztan', "an accent that BibTeX would end at"),
        ("{a, b = {c}, d}", "a, b = {c}, d", "what looks like a field"),
        ("{me@example.org}", "me@example.org", "an address"),
        ("{see\n@misc{foo} style}", "see\n@misc{foo} style", "a line that begins with an entry's name"),
        ("{50\\% of % it}", "50\\% of % it", "no comment within a value"),
        ("{a \\{ b}", "a \\{ b", "a brace of mathematics without a partner"),
        ("{a \\} b}", "a \\} b", "the other one"),
        ("{$\\{x\\}$}", "$\\{x\\}$", "both"),
        ('"a \\{ b"', "a \\{ b", "the same in quotation marks"),
        ("{C:\\\\}", "C:\\\\", "a backslash before the end"),
        ("2019", "2019", "a number"),
        ("mar", ["mar"], "an abbreviation"),
        ('"1~" # mar', ["1~", "mar"], "text and an abbreviation"),
        ("a.b:c-d", ["a.b:c-d"], "signs in an abbreviation"),
    ],
)
def test_values(value: str, expected: object, reason: str) -> None:
    for text in (
        f"@misc{{k, f = {value}, g = {{h}}}}",
        f"@misc{{k, g = {{h}}, f = {value}}}",
        f"@misc(k, f = {value}\n,g=h)",
    ):
        [(_, key, fields)] = entries(text)
        assert (key, fields["f"], set(fields)) == ("k", expected, {"f", "g"}), reason
    pieces = expected if isinstance(expected, list) else []
    assert [isinstance(piece, Word) for piece in fields["f"] if pieces] == [piece[0] != "1" for piece in pieces]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "fields", "warning"),
    [
        ("@misc{a, title = {One},, year = 2019}", ONE, "entry: there is a comma too many"),
        ("@misc{a,, title = {One}, , , year = 2019,,}", ONE, "entry: there is a comma too many"),
        ("@misc{a title = {One}, year = 2019}", ONE, "entry: there is no comma behind the key 'a'"),
        ("@misc{a\n title = {One}, year = 2019}", ONE, "entry: there is no comma behind the key 'a'"),
        ("@misc{a, title = {One} year = 2019}", ONE, "title: there is no comma behind the field"),
        ('@misc{a, year = 2019\n title = "One"}', ONE, "year: there is no comma behind the field"),
    ],
)
def test_a_comma_too_many_or_too_few_is_told(text: str, fields: dict[str, str], warning: str) -> None:
    [block] = blocks(text)
    assert isinstance(block, Entry)
    assert (block.key, block.fields, set(block.warnings)) == ("a", fields, {warning})


GOOD = "@misc{good, title = {Good}}"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("@misc{a, title = {One", "the field title is not closed"),
        ("@misc{a, title = {One {Two}, year = 2019}", "the entry is not closed"),
        ('@misc{a, title = "One, year = 2019}', "the field title is not closed"),
        ('@misc{a, title = "One { Two", year = 2019}', "the field title is not closed"),
        ("@misc{a, title = {One}, year = 2019", "the entry is not closed"),
        ("@misc{a", "a field was expected, there is 'a'"),
        ("@misc{", "the entry is not closed"),
        ("@misc(a, title = {One}}", "a comma was expected behind the field title, there is '}'"),
        ("@misc{a, title = {One}}, year = 2019}", "a bracket closes the entry before ', year = 2'"),
        ("@misc{a, title = {One} Two}", "a comma was expected behind the field title, there is 'Two}'"),
        ("@misc{a, {title} = {One}}", "a field was expected, there is '{title} = {One}}'"),
        ("@misc{a, title}", "a field was expected, there is 'title}'"),
        ("@misc{a, = {One}}", "a field was expected, there is '= {One}}'"),
        ("@misc{{a}, title = {One}}", "a field was expected, there is '{a}, title = {One}}'"),
        ("@string{a = {One}", "the entry is not closed"),
        ("@preamble{{One}", "the @preamble is not closed"),
    ],
)
def test_what_cant_be_read_is_told_and_the_next_line_read(broken: str, reason: str) -> None:
    found = list(blocks(f"{GOOD}\n\n{broken}\n{GOOD}\n"))
    good = Entry(1, "misc", "good", {"title": "Good"}, GOOD, [])
    raw = f"{broken}\n" if found[1].raw.endswith("\n") else broken  # type: ignore[union-attr]
    assert found == [good, Broken(3, reason, raw), good._replace(line=4)]


@pytest.mark.parametrize(
    ("text", "keys", "commented_out"),
    [
        ("% @misc{a, title = {One}}\n@misc{b, title = {Two}}", ["b"], [1]),
        ("% Encoding: UTF-8\n%@comment{x}\n%% @misc{a,\n%   title = {One}}\n@misc{b, x = y}", ["b"], [3]),
        ("@comment{jabref-meta: saveActions:disabled;}\n@misc{b, x = y}", ["b"], []),
        ("@comment{x, {y} @misc{a, title = {One}}}\n@misc{b, x = y}", ["b"], []),
        ("@comment{\n@misc{a, title = {One}}\n\n@misc{c, title = {One}}\n}\n@misc{b, x = y}", ["b"], [2, 4]),
        ("@comment(x)\n@misc{b, x = y}", ["b"], []),
        ("@comment x\n@misc{b, x = y}", ["b"], []),
        ("@comment{ x { \n@misc{b, x = y}\n@comment{ y { \n@misc{c, x = y}", ["b", "c"], []),
        ('@preamble{"\\newcommand{\\noop}[1]{}" # {x}} @misc{b, x = y}', ["b"], []),
        ('@string{a = {x}} @STRING(c = "y")@misc{b, x = y}', ["b"], []),
        ("write to me@example.org (or @ home (in town)), or me@home.\n@misc{b, x = y}", ["b"], []),
        ("@misc{a, x = y} of 2019 @misc{b, x = y}@misc{c, x = y}", ["a", "b", "c"], []),
    ],
)
def test_what_stands_between_entries(text: str, keys: list[str], commented_out: list[int]) -> None:
    found = list(blocks(text))
    assert [block.key for block in found if isinstance(block, Entry)] == keys
    assert [block.line for block in found if isinstance(block, CommentedOut)] == commented_out
    assert not [block for block in found if isinstance(block, Broken)]


def test_abbreviations() -> None:
    found = list(blocks('@string{a = "x" # {y}}@STRING(B = a # "z")@string{c = {{ACM} Trans. ({T})}}'))
    assert found == [
        Abbreviations({"a": ["x", "y"]}),
        Abbreviations({"b": ["a", "z"]}),
        Abbreviations({"c": "{ACM} Trans. ({T})"}),
    ]


MANY = 60_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            unit * (MANY // len(unit))
            for unit in ("{", "}", '"', "@", "@a{", "@a{b,", "@a(b,", "@comment{", "@string{", "%@a{", "\n")
        ),
        *(
            "@a{b, c = " + unit * (MANY // len(unit))
            for unit in ("{", "{}", '"', "#", "a#", "\\{", "\\}", "@", "\n@a{", " ", "%\n", '\\"')
        ),
        *(
            "@a{b" + unit * (MANY // len(unit))
            for unit in (",", "=", " ", "\n", "c = {d} ", "c = 1,", ", c = {{{{{d}}}}}", ' c = "d"')
        ),
        *("@" + unit * (MANY // len(unit)) for unit in (" ", "a", "\n", "a ", "a\n@")),
        "\n@a{b, c = {" * (MANY // 12),
        "\n@a{b, c = \\{" * (MANY // 13),
        "@a{b, c = {d}}" * (MANY // 14),
        '@string{a = "' * (MANY // 13),
    ],
)
def test_any_file_is_read_in_time_that_grows_with_its_length(text: str) -> None:
    began = process_time()
    list(blocks(text))
    assert process_time() - began < 1  # a tenth of it where nothing else runs; squares take minutes
