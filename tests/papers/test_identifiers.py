import pytest

from papers import taxonomy
from papers.identifiers import (
    OLD_ARCHIVES,
    ArxivId,
    InvalidIdentifier,
    Orcid,
    arxiv_id_of_doi,
    find_arxiv_id,
    find_doi,
    jump,
    license_name,
    normal_doi,
    normal_license,
    orcid_check_digit,
    parse_arxiv_author_id,
    split_dois,
)


@pytest.mark.parametrize(
    ("text", "canonical", "version"),
    [
        ("2101.11408", "2101.11408", None),
        ("2101.11408v2", "2101.11408", 2),
        ("0704.0001", "0704.0001", None),
        ("0704.0010", "0704.0010", None),
        ("1412.9999", "1412.9999", None),
        ("1501.00001", "1501.00001", None),
        ("1501.0001", "1501.00001", None),
        ("1501.0001v12", "1501.00001", 12),
        ("9012.99999", "9012.99999", None),
        ("math/0611800", "math/0611800", None),
        ("math/0611800v2", "math/0611800", 2),
        ("math.CA/0611800v2", "math/0611800", 2),
        ("cond-mat.mtrl-sci/0611800", "cond-mat/0611800", None),
        ("hep-th/9107001", "hep-th/9107001", None),
        ("hep-th/0703999", "hep-th/0703999", None),
        ("cs/0001001", "cs/0001001", None),
        ("alg-geom/9202001", "alg-geom/9202001", None),
        ("HEP-TH/9901001V3", "hep-th/9901001", 3),
        ("hep-th//9901001", "hep-th/9901001", None),
        ("hepth/9901001", "hep-th/9901001", None),
        ("mathph/9901001", "math-ph/9901001", None),
        ("arXiv:2101.11408", "2101.11408", None),
        ("arxiv: 2101.11408v1", "2101.11408", 1),
        ("ARXIV:math.CA/0611800", "math/0611800", None),
        ("arXiv:0706.0001v1 [q-bio.CB]", "0706.0001", 1),
        ("arXiv:math/9910001v1 [math.AT]", "math/9910001", 1),
        ("  2101.11408\n", "2101.11408", None),
        ("/abs/2101.11408v2", "2101.11408", 2),
        ("/pdf/2101.11408v2.pdf", "2101.11408", 2),
        ("abs/hep-th/9901001", "hep-th/9901001", None),
        ("https://arxiv.org/abs/2101.11408v2", "2101.11408", 2),
        ("https://arxiv.org/abs/2101.11408/", "2101.11408", None),
        ("http://arxiv.org/abs/hep-th/9901001v1", "hep-th/9901001", 1),
        ("HTTPS://ArXiv.org/abs/2101.11408", "2101.11408", None),
        ("http://www.arxiv.org/pdf/math/0611800.pdf", "math/0611800", None),
        ("http://export.arxiv.org/abs/2101.11408", "2101.11408", None),
        ("arxiv.org/html/2101.11408v2#S1.SS2", "2101.11408", 2),
        ("https://arxiv.org/abs/2101.11408?context=cs", "2101.11408", None),
        ("https://arxiv.org/abs/hep-th%2F9901001", "hep-th/9901001", None),
        ("2101.11408#section", "2101.11408", None),
        ("oai:arXiv.org:cs/0112017", "cs/0112017", None),
        ("10.48550/arXiv.2101.11408", "2101.11408", None),
        ("10.48550/ARXIV.MATH/0611800", "math/0611800", None),
        ("doi:10.48550/arXiv.2101.11408", "2101.11408", None),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001", None),
    ],
)
def test_arxiv_id_is_read_in_every_form(text, canonical, version):
    assert ArxivId.parse(text) == ArxivId(canonical, version)


NEW_BEGINS = "identifiers of this form begin with April 2007 (0704)"
OLD_ENDS = "identifiers with an archive end with March 2007 (0703)"
NO_ARXIV_ID = "not an arXiv identifier, such as 2101.11408 or hep-th/9901001"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2113.11408", "there is no month 13"),
        ("2100.11408", "there is no month 00"),
        ("hep-th/9913001", "there is no month 13"),
        ("1501.00000", "numbers begin with 1"),
        ("1501.0000", "numbers begin with 1"),
        ("0704.0000", "numbers begin with 1"),
        ("hep-th/9901000", "numbers begin with 1"),
        ("1412.10000", "numbers have four digits until December 2014 (1412)"),
        ("0703.1234", NEW_BEGINS),
        ("0612.1234", NEW_BEGINS),
        ("9901.12345", NEW_BEGINS),
        ("hep-th/0704001", OLD_ENDS),
        ("math/0801001", OLD_ENDS),
        ("cs/9012001", OLD_ENDS),
        ("hep-th/9106001", "identifiers begin with July 1991 (9107)"),
        ("hep-th", "an archive without a number is not a paper"),
        ("arXiv:math", "an archive without a number is not a paper"),
        ("geology/9901001", "no archive 'geology' gave out identifiers of this form"),
        ("stat/0703001", "no archive 'stat' gave out identifiers of this form"),
        ("2101.11408v0", NO_ARXIV_ID),
        ("2101.114080", NO_ARXIV_ID),
        ("2101.114", NO_ARXIV_ID),
        ("hep-th/990100", NO_ARXIV_ID),
        ("2101.11408 and more", NO_ARXIV_ID),
        ("٢١٠١.١١٤٠٨", NO_ARXIV_ID),
        ("https://example.org/abs/2101.11408", NO_ARXIV_ID),
        ("https://arxiv.org.example.org/abs/2101.11408", NO_ARXIV_ID),
        ("10.1002/spe.2984", NO_ARXIV_ID),
        ("", NO_ARXIV_ID),
        (704.001, "an identifier needs to be a text, as a number it loses zeros"),
    ],
)
def test_what_is_no_arxiv_id_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidIdentifier) as caught:
        ArxivId.parse(text)
    assert str(caught.value) == f"{text!r}: {reason}"


def test_a_refused_text_is_quoted_in_part_if_it_is_long():
    with pytest.raises(InvalidIdentifier) as caught:
        ArxivId.parse(" " * 1000)
    assert str(caught.value) == "'" + " " * 76 + f"...: {NO_ARXIV_ID}"


def test_every_month_of_both_forms_is_read_or_refused_as_arxiv_gave_them_out():
    def accepted(text):
        try:
            return ArxivId.parse(text).canonical == text
        except InvalidIdentifier:
            return False

    months = [f"{year % 100:02}{month:02}" for year in range(1991, 2091) for month in range(1, 13)]
    assert [month for month in months if accepted(f"hep-th/{month}001")] == months[6:195]  # July 1991 to March 2007
    assert [month for month in months if accepted(f"{month}.0001")] == months[195:288]  # April 2007 to December 2014
    assert [month for month in months if accepted(f"{month}.00001")] == months[288:]


@pytest.mark.parametrize(
    ("given", "with_version", "doi"),
    [
        (ArxivId("2101.11408"), "2101.11408", "10.48550/arXiv.2101.11408"),
        (ArxivId("2101.11408", 2), "2101.11408v2", "10.48550/arXiv.2101.11408"),
        (ArxivId("math/0611800", 1), "math/0611800v1", "10.48550/arXiv.math/0611800"),
    ],
)
def test_arxiv_id_in_the_forms_that_others_expect(given, with_version, doi):
    assert (given.with_version, str(given), given.doi) == (with_version, with_version, doi)
    assert ArxivId.parse(given.doi).canonical == given.canonical
    assert ArxivId.parse(f"https://arxiv.org/abs/{with_version}") == given


@pytest.mark.parametrize(
    ("doi", "arxiv_id"),
    [
        ("10.48550/arXiv.2101.11408", "2101.11408"),
        ("10.48550/ARXIV.math/0611800", "math/0611800"),
        ("https://doi.org/10.48550/arxiv.2101.11408v2", "2101.11408v2"),
        ("10.1000/arXiv.2101.11408", ""),
        ("10.48550/arXiv.", ""),
        ("", ""),
    ],
)
def test_a_doi_of_arxivs_own_is_known_by_its_prefix(doi, arxiv_id):
    assert arxiv_id_of_doi(doi) == arxiv_id


def test_archives_of_the_old_form_are_those_of_the_taxonomy_but_the_ones_that_began_later():
    subsumed = {code for code, subject in taxonomy.ALL.items() if subject.kind == "subsumed"}
    assert subsumed | taxonomy.ARCHIVES.keys() - {"econ", "eess", "q-fin", "stat"} == OLD_ARCHIVES


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1002/spe.2984", "10.1002/spe.2984"),
        (" 10.1103/PhysRevD.76.013009 ", "10.1103/PhysRevD.76.013009"),
        ("doi:10.1002/spe.2984", "10.1002/spe.2984"),
        ("DOI: 10.1002/spe.2984", "10.1002/spe.2984"),
        ("https://doi.org/10.1002/spe.2984", "10.1002/spe.2984"),
        ("http://dx.doi.org/10.1002/spe.2984", "10.1002/spe.2984"),
        ("doi.org/10.1186/s12874-018-0541-7", "10.1186/s12874-018-0541-7"),
        ("doi:https://doi.org/10.1002/spe.2984", "10.1002/spe.2984"),
        ("https://doi.org/10.1002%2Fspe.2984", "10.1002/spe.2984"),
        ("10.1007/11766278\\_34", "10.1007/11766278_34"),
        ("10.1016/j.dam.2012.12.006.", "10.1016/j.dam.2012.12.006"),
        ("10.1016/j.dam.2012.12.006,", "10.1016/j.dam.2012.12.006"),
        ('10.1007/s00236-012-0164-0"', "10.1007/s00236-012-0164-0"),
        ("10.1007/s11222-018-9836-0)", "10.1007/s11222-018-9836-0"),
        ("10.1016/0022-0000(85)90014-5", "10.1016/0022-0000(85)90014-5"),
        ("10.1016/S0304-3975(97)", "10.1016/S0304-3975(97)"),
        ("10.1002/1099(200005)3:3<139::AID-JOS41>3.0.CO;2-2", "10.1002/1099(200005)3:3<139::AID-JOS41>3.0.CO;2-2"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.12345/Überblick", "10.12345/Überblick"),
    ],
)
def test_doi_is_stored_bare_and_in_the_case_printed(text, doi):
    assert normal_doi(text) == doi
    assert normal_doi(doi) == doi


NO_DOI = "not a DOI, such as 10.1002/spe.2984"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NO_DOI),
        ("1904.04794", NO_DOI),
        ("10.1002", NO_DOI),
        ("10.1002/", NO_DOI),
        ("11.1002/spe.2984", NO_DOI),
        ("10.1002/spe 2984", NO_DOI),
        ("10.1002/spe\x00", NO_DOI),
        ("10.1002/spe\ud800", NO_DOI),
        ("https://doi.org/10.1002/a%0Ab", NO_DOI),
        ("https://example.org/10.1002/spe.2984", NO_DOI),
        ("10.1007/s11390-", "the DOI breaks off at a hyphen"),
    ],
)
def test_what_is_no_doi_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidIdentifier) as caught:
        normal_doi(text)
    assert str(caught.value) == f"{text!r}: {reason}"


def test_a_doi_has_to_fit_its_column():
    longest = "10.1002/" + "a" * 247
    assert normal_doi(longest) == longest
    with pytest.raises(InvalidIdentifier, match="a DOI of more than 255 characters is a mistake"):
        normal_doi(longest + "a")


@pytest.mark.parametrize(
    ("text", "dois", "others"),
    [
        ("", [], []),
        (" \n ", [], []),
        ("10.1002/spe.2984", ["10.1002/spe.2984"], []),
        ("10.1364/A.23 10.1364/B.32", ["10.1364/A.23", "10.1364/B.32"], []),
        ("10.1364/A.23\n  10.1364/B.32", ["10.1364/A.23", "10.1364/B.32"], []),
        ("10.1364/A.23, 10.1364/B.32; 10.1364/C.1,", ["10.1364/A.23", "10.1364/B.32", "10.1364/C.1"], []),
        ("10.1364/A.23,10.1364/B.32;doi:10.1364/C.1", ["10.1364/A.23", "10.1364/B.32", "10.1364/C.1"], []),
        ("10.1364/A.23 and 10.1364/B.32", ["10.1364/A.23", "10.1364/B.32"], []),
        ("10.5120/5056-7374 10.5120/5056-7374", ["10.5120/5056-7374"], []),
        ("10.1103/PhysRevD.1 10.1103/physrevd.1", ["10.1103/PhysRevD.1"], []),
        ("doi: 10.1364/A.23 DOI:10.1364/B.32 doi 10.1364/C.1", ["10.1364/A.23", "10.1364/B.32", "10.1364/C.1"], []),
        ("https://doi.org/10.1364/A.23 http://dx.doi.org/10.1364/a.23", ["10.1364/A.23"], []),
        ("10.1002/3:3<139::AID>3.0.CO;2-2", ["10.1002/3:3<139::AID>3.0.CO;2-2"], []),
        ("10.1109/ICASSP.2018,8462235", ["10.1109/ICASSP.2018,8462235"], []),
        ("10.1515/gcc-2012-0001, may 2012", ["10.1515/gcc-2012-0001"], ["may", "2012"]),
        ("10. 1145/3154499", [], ["10.", "1145/3154499"]),
        ("10.1007/s11390- 016-1673-z", [], ["10.1007/s11390-", "016-1673-z"]),
        ("1904.04794", [], ["1904.04794"]),
    ],
)
def test_a_field_of_dois_is_split(text, dois, others):
    assert split_dois(text) == (dois, others)


SICI = "10.1002/(SICI)1097-4571(1999)50:8<661::AID-ASI4>3.0.CO;2-X"
SPRINGER = "10.1007/978-3-319-10590-1_53"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        # As programs escape an underscore for TeX.
        (r"10.1007/978-3-319-10590-1{\_}53", SPRINGER),
        (r"10.1007/978-3-319-10590-1{_}53", SPRINGER),
        (r"10.1007/978-3-319-10590-1$\_$53", SPRINGER),
        (r"{10.1007/978-3-319-10590-1\textunderscore{}53}", SPRINGER),
        (r"https://doi.org/10.1007/978-3-319-10590-1\%5F53", SPRINGER),
        # As HTML, addresses and TeX write the angle brackets of Wiley's.
        (SICI.replace("<", "&lt;").replace(">", "&gt;"), SICI),
        (SICI.replace("<", "%3C").replace(">", "%3E"), SICI),
        (SICI.replace("<", r"{\textless}").replace(">", r"{\textgreater}"), SICI),
        (SICI.replace("<", "{$<$}").replace(">", "{$>$}"), SICI),
        # In a link, an address, a command.
        ('doi:<a href="https://doi.org/10.1000/abc">10.1000/abc</a>', "10.1000/abc"),
        (r"\url{https://doi.org/10.1000/abc}", "10.1000/abc"),
        (r"doi:\href{https://doi.org/10.1000/abc}{10.1000/abc}", "10.1000/abc"),
        (r"\doi{10.1000/abc}", "10.1000/abc"),
        ("<https://dx.doi.org/10.1000/abc?nosfx=y#top>", "10.1000/abc"),
        ("https://doi.org/doi:10.1000/abc", "10.1000/abc"),
        ("info:doi/10.1000/abc", "10.1000/abc"),
        ("doi = {10.1000/abc}", "10.1000/abc"),
        # With what stands around it in a sentence.
        ("(doi:10.1016/S0370-2693(97)00123-4).", "10.1016/S0370-2693(97)00123-4"),
        ("[10.1000/abc]", "10.1000/abc"),
        ("“10.1000/abc”", "10.1000/abc"),
        ("10.1000/abc</p>", "10.1000/abc"),
        ("10.1000/abc\u200b", "10.1000/abc"),
        # A per cent sign may be its own.
        ("10.1000/100%25", "10.1000/100%25"),
    ],
)
def test_a_doi_is_found_in_every_spelling(text, doi):
    assert (normal_doi(text), split_dois(text), find_doi(text)) == (doi, ([doi], []), doi)


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:1706.03762v3 [cs.CL]",
        "1706.03762v3 [cs.CL]",
        "arXiv preprint arXiv:1706.03762v3",
        "arXiv e-prints, art. arXiv:1706.03762v3",
        "arXiv (Cornell University), 1706.03762v3",
        "ArXiv, abs/1706.03762v3",
        "CoRR abs/1706.03762v3",
        "arXiv[cs.CL]: 1706.03762v3",
        "arXiv : 1706.03762v3.",
        r"arXiv\,:\,1706.03762v3",
        "arXiv:~1706.03762v3",
        r"\url{https://arxiv.org/abs/1706.03762v3}",
        r"\href{https://arxiv.org/abs/1706.03762v3}{link}",
        "(https://www.arxiv.org/pdf/1706.03762v3.pdf)",
        "https://arxiv.org/html/1706.03762v3",
        "https://ar5iv.labs.arxiv.org/html/1706.03762v3",
        "https://ar5iv.org/abs/1706.03762v3",
        "https://www.alphaxiv.org/abs/1706.03762v3",
        "https://export.arxiv.org/abs/1706.03762v3",
        "https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762v3",
        "https://huggingface.co/papers/1706.03762v3",
        "https://scirate.com/arxiv/1706.03762v3",
        "https://doi.org/10.48550/arXiv.1706.03762v3",
        "oai:arXiv.org:1706.03762v3",
    ],
)
def test_an_arxiv_id_is_found_and_read_in_every_spelling(text):
    assert find_arxiv_id(text) == ArxivId.parse(text) == ArxivId("1706.03762", 3)


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("see https://arxiv.org/abs/1706.03762, accepted at a conference", "1706.03762"),
        ("http://xxx.lanl.gov/abs/hep-th/9901001", "hep-th/9901001"),
        ("e-print: arXiv:math.GT/0309136v2 [math.GT]", "math/0309136v2"),
        ("https://arxiv.org/ftp/math/papers/0309/0309136.pdf", "math/0309136"),
        ("https://arxiv.org/ftp/arxiv/papers/1706/1706.03762.pdf", "1706.03762"),
        # Numbers that are none.
        ("10.1103/PhysRevD.1706.03762", None),
        ("pages 1706.03762", None),
        ("arXiv 2017", None),
        ("arXiv:1213.12345", None),
        ("https://arxiv.org.example.org/abs/1706.03762", None),
    ],
)
def test_an_arxiv_id_is_found_in_what_else_a_text_says(text, arxiv_id):
    found = find_arxiv_id(text)
    assert (str(found) if found else None) == arxiv_id


@pytest.mark.parametrize("text", [" " * 100_000, "," * 100_000, ", " * 50_000, "doi" + " " * 100_000, "10." * 30_000])
def test_no_text_takes_long_to_refuse(text):
    """With a pattern that backtracks each of these takes minutes, so a regression shows as a test that never ends."""
    for read in (ArxivId.parse, normal_doi, Orcid.parse, parse_arxiv_author_id):
        with pytest.raises(InvalidIdentifier):
            read(text)
    assert (jump(text), split_dois(text)[0], license_name(text)) == (None, [], "")


@pytest.mark.parametrize(
    "text",
    [
        "0000-0002-1694-233X",
        "0000-0002-1694-233x",
        "000000021694233X",
        " 0000-0002-1694-233X ",
        "https://orcid.org/0000-0002-1694-233X",
        "http://www.orcid.org/0000-0002-1694-233X/",
        "orcid.org/0000-0002-1694-233x",
        "ORCID: 0000-0002-1694-233X",
        "orcid:0000-0002-1694-233X",
        "ORCID iD: 0000-0002-1694-233X",
    ],
)
def test_orcid_is_read_in_every_form(text):
    orcid = Orcid.parse(text)
    assert orcid == Orcid("0000-0002-1694-233X")
    assert (str(orcid), orcid.url) == ("0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233X")


@pytest.mark.parametrize(
    ("digits", "check"), [("0000-0002-1825-009", "7"), ("0000-0001-5109-370", "0"), ("000000021694233", "X")]
)
def test_orcid_check_digit(digits, check):
    assert orcid_check_digit(digits) == check


WRONG_DIGIT = "the check digit is wrong, so there is a typing error"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0000-0002-1825-0098", WRONG_DIGIT),
        ("0000-0002-1852-0097", WRONG_DIGIT),
        ("0000-0000-0000-0000", WRONG_DIGIT),
        ("0000-0002-1825-009", "not an ORCID iD, such as 0000-0002-1825-0097"),
        ("0000-0002-182X-0097", "not an ORCID iD, such as 0000-0002-1825-0097"),
        ("https://example.org/0000-0002-1825-0097", "not an ORCID iD, such as 0000-0002-1825-0097"),
        ("", "not an ORCID iD, such as 0000-0002-1825-0097"),
    ],
)
def test_what_is_no_orcid_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidIdentifier) as caught:
        Orcid.parse(text)
    assert str(caught.value) == f"{text!r}: {reason}"


@pytest.mark.parametrize(
    ("text", "author_id"),
    [
        ("warner_s_1", "warner_s_1"),
        (" Warner_S_1 ", "warner_s_1"),
        ("https://arxiv.org/a/warner_s_1", "warner_s_1"),
        ("http://arxiv.org/a/warner_s_1.atom2", "warner_s_1"),
        ("https://arxiv.org/a/0000-0002-7970-7855", "0000-0002-7970-7855"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
    ],
)
def test_arxiv_author_id_is_read_in_every_form(text, author_id):
    assert parse_arxiv_author_id(text) == author_id


@pytest.mark.parametrize("text", ["", "warner", "warner_s", "warner_s_0", "wärner_s_1", "warner_s_1_2", "warner-s-1"])
def test_what_is_no_arxiv_author_id_is_refused(text):
    with pytest.raises(InvalidIdentifier) as caught:
        parse_arxiv_author_id(text)
    assert str(caught.value) == f"{text!r}: not an arXiv author id, such as warner_s_1"


CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("text", "url", "name"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", f"{CC}/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by/4.0", f"{CC}/licenses/by/4.0/", "CC BY 4.0"),
        ("http://www.creativecommons.org/licenses/BY/4.0/", f"{CC}/licenses/by/4.0/", "CC BY 4.0"),
        ("//creativecommons.org/licenses/by/4.0/legalcode.en", f"{CC}/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", f"{CC}/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0/", f"{CC}/licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/4.0/", f"{CC}/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/", f"{CC}/licenses/by-nc-sa/3.0/", "CC BY-NC-SA 3.0"),
        ("http://creativecommons.org/licenses/by/3.0/de/", f"{CC}/licenses/by/3.0/de/", "CC BY 3.0 DE"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", f"{CC}/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://creativecommons.org/licenses/publicdomain/", f"{CC}/licenses/publicdomain/", "Public domain"),
        (
            "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            "https://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            "arXiv non-exclusive licence",
        ),
        (
            "http://arxiv.org/licenses/assumed-1991-2003/",
            "https://arxiv.org/licenses/assumed-1991-2003/",
            "arXiv licence assumed for 1991 to 2003",
        ),
        ("https://creativecommons.org/licenses/by-xy/4.0/", f"{CC}/licenses/by-xy/4.0/", ""),
        ("", "", ""),
        ("All rights reserved", "All rights reserved", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        ("https://evil.example/creativecommons.org/licenses/by/4.0/",) * 2 + ("",),
    ],
)
def test_licence_has_one_address_and_a_name(text, url, name):
    assert (normal_license(text), license_name(text)) == (url, name)
    assert normal_license(url) == url


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("arXiv:2101.11408v2", ("arxiv", "2101.11408")),
        ("https://arxiv.org/abs/math.CA/0611800", ("arxiv", "math/0611800")),
        ("https://doi.org/10.48550/arXiv.2101.11408", ("arxiv", "2101.11408")),
        ("10.48550/arXiv.nothing", ("doi", "10.48550/arXiv.nothing")),
        ("doi:10.1103/PhysRevD.76.013009", ("doi", "10.1103/PhysRevD.76.013009")),
        ("https://orcid.org/0000-0002-1825-0097", ("orcid", "0000-0002-1825-0097")),
        ("0000-0002-1825-0098", None),
        ("hep-th", None),
        ("1412.10000", None),
        ("number parsing at a gigabyte", None),
        ("", None),
    ],
)
def test_a_search_for_an_identifier_goes_to_its_record(text, found):
    assert jump(text) == found
