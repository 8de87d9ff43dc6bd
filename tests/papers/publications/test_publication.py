"""Where a paper appeared, by its details and by its printed reference."""

from __future__ import annotations

from papers.publications import Details, Publication, publication_of


def test_the_details_go_before_the_reference() -> None:
    details = Details(container=r"Zeitschrift f\"ur Dinge", volume="{12}", pages="1-10", publisher=r"Rand \& Sons")
    found = publication_of(details, "Phys. Lett. B 658 (2000) 7-12")
    assert found == Publication(
        container="Zeitschrift für Dinge", volume="12", pages="1-10", publisher="Rand & Sons", year=""
    )
    assert (found.first_page, found.last_page) == ("1", "10")
    assert (Publication(pages="S541").first_page, Publication(pages="S541").last_page) == ("S541", "")


def test_a_reference_fills_what_the_details_leave_open() -> None:
    found = publication_of(Details(issue="4"), "Phys. Lett. B 658 (2000) 7-12")
    assert found == Publication(container="Phys. Lett. B", volume="658", issue="4", pages="7-12", year="2000")
    assert found


def test_a_reference_that_can_t_be_read_is_no_publication() -> None:
    assert publication_of(Details(), "Talk at a workshop, 12") == Publication()
    assert not publication_of(Details(), "")
    assert not publication_of(Details(volume="3"), "")
    assert publication_of(Details(publisher="Rand & Sons"), "")
