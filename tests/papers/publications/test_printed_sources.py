"""Where a paper appeared, of what repositories print of it, each form beside those that are like it and say something else."""

from __future__ import annotations

import time

import pytest

from papers.publications.printed_sources import issns_in, place_in, place_in_citation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # OJS, in the languages of its journals.
        ("Journal of Things; Vol 3 No 2 (1998); 1-10", ("Journal of Things", "3", "2", "1-10")),
        ("Journal of Things; Vol. 3 No. 2 (1998): On Vol. 7; 1–10", ("Journal of Things", "3", "2", "1-10")),
        ("Journal of Things; Vol 1, No 2 (2013); 37-59", ("Journal of Things", "1", "2", "37-59")),
        ("Proceedings of Things; Vol. 2 No. 1: MEET '26; 1-12", ("Proceedings of Things", "2", "1", "1-12")),
        ("Zeitschrift für Dinge; Bd. 3 Nr. 2/3 (1998)", ("Zeitschrift für Dinge", "3", "2/3", "")),
        ("Klinik; Jg. 12 Heft 3 (1999); S. 5-9", ("Klinik", "12", "3", "5-9")),
        ("Revista; Vol. 5 Núm. 2-3 (2019); 12-20", ("Revista", "5", "2-3", "12-20")),
        ("Revista; v. 10 n. 1 (2022): Dossiê; 1-10", ("Revista", "10", "1", "1-10")),
        ("Rivista; N. 5 (2019); 1-9", ("Rivista", "", "5", "1-9")),
        ("Вестник; Том 3, № 2 (2019): Камни; 12-20", ("Вестник", "3", "2", "12-20")),
        ("物理学刊; 第3卷 第2期 (2019); 12-20", ("物理学刊", "3", "2", "12-20")),
        ("Tidskrift; Årg. 3 Nr 2 (2019); 5-9", ("Tidskrift", "3", "2", "5-9")),
        ("Dergi; Cilt 3 Sayı 2 (2019); e123", ("Dergi", "3", "2", "e123")),
        ("Časopis; Roč. 3 č. 2 (2019)", ("Časopis", "3", "2", "")),
        ("Journal; 2019: Special Issue; 44-50", ("Journal", "", "", "44-50")),
        # Zenodo.
        ("Journal of Things, 87(5), 1-10, (2013-11-29)", ("Journal of Things", "87", "5", "1-10")),
        ("Journal of Things, 133-150, (2013-11-29)", ("Journal of Things", "", "", "133-150")),
        ("Journal of Things, 12-13(5), (2013-11-29)", ("Journal of Things", "12-13", "5", "")),
        ("ThingKeys, 900, 1-10, (2020)", ("ThingKeys", "900", "", "1-10")),
        ("Data Journal of Things, (2020)", ("Data Journal of Things", "", "", "")),
        # HAL and EPrints.
        ("Things, 2013, 3 (2), pp.1-10.", ("Things", "3", "2", "1-10")),
        ("Physics of Things, ISSN 1234-5678, 2013-03, Vol. 413, N. 2", ("Physics of Things", "413", "2", "")),
        # What isn't sure is nothing.
        ("Journal of Things; Early view", None),
        ("Doe, J. (1998) Things of a kind. Journal of Things, 3, and more", None),
        ("MEET 2020 Workshop, 13-17 July 2020", None),
        ("https://example.org/42; Vol. 3", None),
        ("3; Vol. 3 No. 2 (1998)", None),
        ("", None),
    ],
)
def test_a_source_of_its_own(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert tuple(place_in(text).values()) == (expected or ())


TITLE = "Stones in Rivers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  Doe, J. (1997) Stones in Rivers.  J. Things, 3 (2).  pp. 1-10.  ISSN 1234-5678",
            ("J. Things", "3", "2", "1-10"),
        ),
        ("Doe J. Stones in rivers. Trans. Things, 24(3):82-89, May 2005.", ("Trans. Things", "24", "3", "82-89")),
        ("Doe, Stones in Rivers, Thing. Rev. D, vol. 3, no. 2, pp. 1-10, 1997", ("Thing. Rev. D", "3", "2", "1-10")),
        (
            "Doe (1997) Stones in Rivers. In: Proceedings on Stones, 1-3 May, Town.",
            ("Proceedings on Stones", "", "", ""),
        ),
        ("Doe. Stones in Rivers. In, Roe, R. (ed.) Book of Stones. Press, pp. 4-6.", ("Book of Stones", "", "", "4-6")),
        (
            "Doe; Stones in Rivers; Press; Physics of Things; 413; 2; 3-2013; 1-10",
            ("Physics of Things", "413", "2", "1-10"),
        ),
        ("Doe; Stones in Rivers; Press; 2013; 1-10", None),
        ("Doe, J. (1997) Stones in Rivers. Doctoral thesis, University of X.", None),
        ("Doe, J. (1997) Sand on roads. Journal of Things, 3 (2). pp. 1-10.", None),
    ],
)
def test_a_citation_with_the_title_in_it(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert tuple(place_in_citation(text, TITLE).values()) == (expected or ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234-567x", ["1234-567X"]),
        ("ISSN: 1234-5678; eISSN 2345-6789", ["1234-5678", "2345-6789"]),
        ("issn:1234-5678", ["1234-5678"]),
        ("ISSN (online) 1234-5678", ["1234-5678"]),
        ("Journal of Things, 3, 1234-1456", []),  # pages
        ("ISSN 1234-56789", []),
    ],
)
def test_issns(text: str, expected: list[str]) -> None:
    assert issns_in(text) == expected


@pytest.mark.parametrize(
    "part", ["a, ", "a ", "1 (2). ", "Vol. 3 ", "a; ", "(2)", "In, (ed.) ", "12-34", "1; ", "é", "ISSN "]
)
def test_a_long_text_takes_no_time(part: str) -> None:
    text = (part * 40_000)[:40_000]
    started = time.process_time()
    for each in (text, text[:1000]):
        place_in(each)
        place_in_citation(f"x {each}", "x")
        issns_in(each)
    assert time.process_time() - started < 0.5
