"""An author's papers as a split offers them: in groups that co-authors and subjects suggest."""

from __future__ import annotations

from papers.text.plain_text import plain_text
from profiles.curation.paper_groups import PaperFacts, groups_of_papers, words_of
from profiles.models import Author, Authorship

MOST_PRE_GROUPED = 500  # papers of an author whose split form offers groups


def grouped_papers(author: Author) -> list[tuple[str, list[tuple[str, str]]]]:
    """The author's papers as choices, in groups that no co-author and no subject links; a hint, no verdict."""
    claims = Authorship.objects.filter(author=author).select_related("paper").order_by("-sort_day", "-paper_id")
    papers = {claim.paper_id: claim.paper for claim in claims}
    groups = [list(papers)]
    if len(papers) <= MOST_PRE_GROUPED:
        people: dict[int, set[int]] = {pk: set() for pk in papers}
        others = Authorship.objects.filter(paper__in=papers).exclude(author=author).order_by()
        for paper, other in others.values_list("paper_id", "author_id"):
            people[paper].add(other)
        groups = groups_of_papers(
            {
                pk: PaperFacts(frozenset(people[pk]), tuple(paper.categories), words_of(paper.title, paper.abstract))
                for pk, paper in papers.items()
            }
        )
    return [
        (
            f"Group {number}: {len(group)} paper{'' if len(group) == 1 else 's'}",
            [
                (
                    str(pk),
                    f"{day.iso() if (day := papers[pk].published_date) else 'undated'} · {plain_text(papers[pk].title)} "
                    f"[{', '.join(papers[pk].categories[:2])}]",
                )
                for pk in sorted(group, key=lambda pk: (papers[pk].sort_day, pk), reverse=True)
            ],
        )
        for number, group in enumerate(groups, 1)
    ]
