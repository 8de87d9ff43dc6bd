"""Similar authors stored with their evidence: read the papers, compute in profiles/vectors.py, replace the links whole.

A killed run leaves the old links in place: the new ones are written in one transaction at the end. What a curator pinned
or vetoed survives every run.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import orjson

from papers import builds, bulk
from papers.models import Build, Paper
from profiles import vectors
from profiles.models import Author, Authorship, SimilarityLink
from profiles.vectors import AuthorVectors, Parameters, Part

STAGE = "similarity"
# A paper of more people says little about what each of them works on.
LARGEST_TEAM = 100
LINKS_PER_AUTHOR = 20


@dataclass(slots=True)
class SimilaritySummary:
    """What a similarity run did."""

    papers: int = 0
    authors: int = 0
    compared: int = 0
    links: int = 0
    terms: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The papers that are compared: ids, titles' and abstracts' terms, their authors and subjects, aligned by row."""

    paper_ids: np.ndarray
    vocabulary: vectors.Vocabulary
    authors_of: list[list[int]]
    categories_of: list[list[str]]

    @classmethod
    def read(cls, parameters: Parameters) -> Corpus:
        """Every visible paper with an abstract or title, in the order of its identifier."""
        authors: dict[int, list[int]] = defaultdict(list)
        rows = Authorship.objects.filter(
            author__is_hidden=False, author__merged_into=None, paper__author_count__lte=LARGEST_TEAM
        )
        for paper, author in rows.order_by().values_list("paper_id", "author_id").iterator(20_000):
            authors[paper].append(author)
        terms = vectors.PaperTerms()
        ids: list[int] = []
        categories: list[list[str]] = []
        papers = Paper.objects.visible().order_by("id").values_list("id", "title", "abstract", "categories")
        for pk, title, abstract, codes in papers.iterator(2000):
            terms.add(title, abstract)
            ids.append(pk)
            categories.append(codes)
        return cls(
            np.array(ids, dtype=np.int64), terms.vocabulary(parameters), [sorted(authors[pk]) for pk in ids], categories
        )


def compute_similarity(
    parameters: Parameters | None = None, on_progress: Callable[[int, int], None] | None = None
) -> SimilaritySummary:
    """Compute and store the similar authors of everybody; gives what was done. Call it under papers.builds.stage_lock."""
    parameters = parameters or Parameters()
    build = builds.begin(
        STAGE, parameters={**asdict(parameters), "links": LINKS_PER_AUTHOR, "largest_team": LARGEST_TEAM}
    )
    with builds.ending(build):
        corpus = Corpus.read(parameters)
        found = vectors.author_vectors(corpus.vocabulary, corpus.authors_of)
        summary = SimilaritySummary(
            papers=len(corpus.paper_ids), authors=len({a for row in corpus.authors_of for a in row}),
            compared=len(found.authors), terms=len(found.terms),
        )  # fmt: skip
        # The links wait on disk until all are there, so that memory doesn't grow with their number.
        with tempfile.TemporaryFile() as waiting:
            for row in _links(corpus, found, parameters, on_progress):
                waiting.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                summary.links += 1
            waiting.seek(0)
            _replace_links(build, (tuple(orjson.loads(line)) for line in waiting))
        build.results = summary.as_json()
    return summary


LinkRow = tuple[int, int, float, int, bool, str]  # author, other, score, rank, is a co-author, evidence as JSON


def _links(
    corpus: Corpus, found: AuthorVectors, parameters: Parameters, on_progress: Callable[[int, int], None] | None
) -> Iterator[LinkRow]:
    """The links of every author, best first, with their evidence."""
    explain = Explainer(corpus, found)
    done = 0
    for block in vectors.all_nearest(found, parameters):
        for author, others in block:
            for rank, (other, score) in enumerate(others[:LINKS_PER_AUTHOR], 1):
                evidence = explain(author, other, score)
                is_coauthor = other in explain.coauthors(author)
                yield author, other, round(score, 6), rank, is_coauthor, bulk.dumps(evidence)
        done += len(block)
        if on_progress:
            on_progress(done, len(found.authors))


class Explainer:
    """Says why two authors are similar: terms that add up to the score, shared people and subjects, closest papers."""

    MOST_SHARED = 10

    def __init__(self, corpus: Corpus, found: AuthorVectors):
        self.corpus = corpus
        self.vectors = found
        self.paper_matrix = vectors.paper_vectors(corpus.vocabulary)
        self.papers_of: dict[int, list[int]] = defaultdict(list)
        for row, authors in enumerate(corpus.authors_of):
            for author in authors:
                self.papers_of[author].append(row)
        self._coauthors: dict[int, set[int]] = {}
        self._categories: dict[int, set[str]] = {}

    def __call__(self, author: int, other: int, score: float) -> dict[str, Any]:
        """The evidence as it is stored: ids of authors and papers, codes of categories, parts that add up to `score`."""
        mine, theirs, closeness = self.closest_papers(author, other)
        return {
            "parts": [
                {"kind": part.kind, "label": part.label, "contribution": round(part.contribution, 6)}
                for part in exact_parts(vectors.shared_terms(self.vectors, author, other), round(score, 6))
            ],
            "shared_coauthors": sorted(self.coauthors(author) & self.coauthors(other))[: self.MOST_SHARED],
            "shared_categories": sorted(self.categories(author) & self.categories(other))[: self.MOST_SHARED],
            "closest_papers": {"mine": mine, "theirs": theirs, "score": round(closeness, 6)},
        }

    def coauthors(self, author: int) -> set[int]:
        if author not in self._coauthors:
            people = {other for row in self.papers_of[author] for other in self.corpus.authors_of[row]}
            self._coauthors[author] = people - {author}
        return self._coauthors[author]

    def categories(self, author: int) -> set[str]:
        if author not in self._categories:
            self._categories[author] = {c for row in self.papers_of[author] for c in self.corpus.categories_of[row]}
        return self._categories[author]

    def closest_papers(self, author: int, other: int) -> tuple[int, int, float]:
        """Ids of the paper of each that are most alike, and their cosine; a shared paper is nobody's likeness."""
        mine = [row for row in self.papers_of[author] if other not in self.corpus.authors_of[row]]
        theirs = [row for row in self.papers_of[other] if author not in self.corpus.authors_of[row]]
        if not mine or not theirs:  # all of one's papers are also the other's: then the shared one is what there is
            shared = next(row for row in self.papers_of[author] if other in self.corpus.authors_of[row])
            return int(self.corpus.paper_ids[shared]), int(self.corpus.paper_ids[shared]), 1.0
        products = (self.paper_matrix[mine] @ self.paper_matrix[theirs].T).toarray()
        row, column = divmod(int(products.argmax()), products.shape[1])
        ids = self.corpus.paper_ids
        return int(ids[mine[row]]), int(ids[theirs[column]]), float(products[row, column])


def exact_parts(parts: Sequence[Part], score: float) -> list[Part]:
    """The parts, rounded to six places, with what rounding took given to the last, so that they add up to the score."""
    rounded = [Part(part.kind, part.label, round(part.contribution, 6)) for part in parts]
    if rounded:
        missing = score - sum(part.contribution for part in rounded)
        last = rounded[-1]
        rounded[-1] = Part(last.kind, last.label, round(last.contribution + missing, 6))
    return rounded


def _replace_links(build: Build, rows: Iterator[tuple[Any, ...]]) -> None:
    """Put the new links in the place of the old in one transaction; pinned ones come first, vetoed ones stay away."""
    with bulk.one_writer():
        decided = {
            (author, other): (pk, verdict)
            for pk, author, other, verdict in SimilarityLink.objects.exclude(verdict="").values_list(
                "id", "author_id", "other_id", "verdict"
            )
        }
        SimilarityLink.objects.filter(verdict="")._raw_delete(SimilarityLink.objects.db)
        SimilarityLink.objects.exclude(verdict="").update(rank=None)
        pins: dict[int, int] = defaultdict(int)
        for (author, _other), (pk, verdict) in sorted(decided.items()):
            if verdict == SimilarityLink.Verdict.PINNED:
                pins[author] += 1
                SimilarityLink.objects.filter(pk=pk).update(rank=pins[author], build=build)
        _insert_links(build, rows, decided, pins)


def _insert_links(
    build: Build, rows: Iterator[tuple[Any, ...]], decided: dict[tuple[int, int], tuple[int, str]], pins: dict[int, int]
) -> None:
    columns = ("author_id", "other_id", "score", "rank", "is_coauthor", "evidence", "build_id", "verdict", "note")
    batch: list[tuple[Any, ...]] = []
    next_rank: dict[int, int] = {}
    for author, other, score, _rank, is_coauthor, evidence in rows:
        if (author, other) in decided:
            pk, _ = decided[author, other]
            bulk.update(SimilarityLink, ("score", "is_coauthor", "evidence"), [(score, is_coauthor, evidence, pk)])
            continue
        rank = next_rank.get(author, pins.get(author, 0)) + 1
        next_rank[author] = rank
        batch.append((author, other, score, rank, is_coauthor, evidence, build.pk, "", ""))
        if len(batch) == 5000:
            bulk.insert(SimilarityLink, columns, batch)
            batch.clear()
    bulk.insert(SimilarityLink, columns, batch)


def reasons(evidence: dict[str, Any], most: int = 3) -> list[str]:
    """The few words that tell a visitor most about why: the strongest shared terms, a pair of words before its single ones."""
    terms = [part for part in evidence.get("parts", []) if part["kind"] == "term"]
    # "scaling laws" says more than "laws", though each of its words scores as much.
    terms.sort(key=lambda part: (-part["contribution"] * len(part["label"].split()), part["label"]))
    chosen: list[str] = []
    for part in terms:
        new = set(part["label"].split())
        if not any(new & set(other.split()) for other in chosen):
            chosen.append(part["label"])
        if len(chosen) == most:
            break
    return chosen


def latest_build() -> Build | None:
    """The run whose links the pages show."""
    return Build.objects.latest_finished(STAGE)


def is_outdated() -> bool:
    """Whether papers or authorships have changed since the links that are shown were computed."""
    build = latest_build()
    if build is None:
        return Paper.objects.exists()
    linked = Build.objects.filter(stage="link").order_by("-id").first()
    return bool(linked and linked.pk > build.pk) or Paper.objects.filter(modified_at__gt=build.started_at).exists()


def authors_without_vector() -> int:
    """How many listed authors the latest build had nothing to compare by."""
    build = latest_build()
    return Author.objects.listed().count() - build.results.get("compared", 0) if build else 0
