"""Names of journals, abbreviated or whole."""

from __future__ import annotations

import pytest

from papers.publications import same_container


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Physical Review D", "Phys. Rev. D", True),
        ("Journal of the Royal Society", "J. Roy. Soc.", True),
        ("Astro-Physics", "Astrophysics", True),
        ("Annalen der Physik und Chemie", "Ann. Phys. Chem.", True),
        ("Physical Review D", "Phys. Rev. E", False),
        ("Journal of Looms", "Journal of Looms and Cards", False),
    ],
)
def test_names_of_journals(one: str, two: str, same: bool) -> None:
    assert (same_container(one, two), same_container(two, one)) == (same, same)
