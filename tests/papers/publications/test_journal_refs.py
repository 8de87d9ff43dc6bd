"""Printed journal references: those that can be read whole, and those that stay one line."""

from __future__ import annotations

import pytest

from papers.publications.journal_refs import Journal, parse_journal_ref


@pytest.mark.parametrize(
    ("text", "journal"),
    [
        ("Phys. Rev. D 76, 013009 (2007)", Journal("Phys. Rev. D", "76", "013009", "", "2007")),
        ("Phys.Rev.D76:044016,2007", Journal("Phys. Rev. D", "76", "044016", "", "2007")),
        ("Nucl.Phys. B123 (2000) 1-20", Journal("Nucl. Phys. B", "123", "1-20", "", "2000")),
        ("AIP Conf.Proc.1316:466-477,2010", Journal("AIP Conf. Proc.", "1316", "466-477", "", "2010")),
        ("JHEP 0706:061,2007", Journal("JHEP", "0706", "061", "", "2007")),
        ("Class.Quant.Grav.24:S541-S550,2007", Journal("Class. Quant. Grav.", "24", "S541-S550", "", "2007")),
        (
            "Software: Practice and Experience 51 (8), 2021",
            Journal("Software: Practice and Experience", "51", "", "8", "2021"),
        ),
        ("J. Algebra 321 (2009), 3450-3468.", Journal("J. Algebra", "321", "3450-3468", "", "2009")),
        ("Ann. Statist. 35 (2007), no. 6, 2769–2794", Journal("Ann. Statist.", "35", "2769-2794", "6", "2007")),
        ("J.Opt.Soc.Am.A 23(10): 2592-2601 (2006)", Journal("J. Opt. Soc. Am. A", "23", "2592-2601", "10", "2006")),
        (
            "IEEE Trans. Inf. Theory, vol. 55, no. 3, pp. 1-20, March 2009",
            Journal("IEEE Trans. Inf. Theory", "55", "1-20", "3", "2009"),
        ),
        ("Entropy 2019, 21(4), 345", Journal("Entropy", "21", "345", "4", "2019")),
        ("Nature 390\n  575 (1997)", Journal("Nature", "390", "575", "", "1997")),
        (
            "J. of Pure and Applied Algebra, 213(2) (Feb. 2009) 264-278",
            Journal("J. of Pure and Applied Algebra", "213", "264-278", "2", "2009"),
        ),
    ],
)
def test_what_is_understood(text: str, journal: Journal) -> None:
    assert parse_journal_ref(text) == journal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Science, 2001",
        "Proc. ICML 2007, pp. 1-9",
        "In Proceedings of the 5th Workshop on Logic 3 (2001) 1-10",
        "Lecture Notes in Computer Science 4645 (2007) 240-251",
        "J.Opt.Soc.Am.A 23, 2578-2591 (2006); Erratum: J.Opt.Soc.Am.A 32, 2407-2408 (2015)",
        "P. Virnau, L. A. Mirny, M. Kardar, PLoS Comp Biol 2, 1074-1079 (2006)",
        "accepted by Phys. Rev. D 76, 013009 (2007)",
        "x" * 300,
        "12 (2007) 1-10",
    ],
)
def test_what_is_not_stays_a_line(text: str) -> None:
    assert parse_journal_ref(text) is None
