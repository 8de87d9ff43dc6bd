"""Similar authors stored with their evidence: read the papers, compute in profiles/neighbours.py, replace the links whole.

A killed run leaves the old links in place: the new ones are written in one transaction at the end. What a curator pinned
or vetoed survives every run.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
from django.db.models import Q
from scipy import sparse

from papers import builds, bulk
from papers.models import Build, Paper
from papers.querysets import PaperQuerySet
from profiles import neighbours, topics, vectors
from profiles.models import Author, Authorship, SimilarityLink
from profiles.neighbours import Links, Model, Part
from profiles.vectors import Parameters, Vocabulary

STAGE = "similarity"
UPDATE_STAGE = "similarity_update"
AUTHORS_AT_ONCE = 5_000
MOST_SHARED = 10  # people and subjects named in a link's evidence


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


@dataclass(frozen=True)
class Corpus:
    """The papers that are compared and their authors, both in the order of their ids, and who wrote what (authors × papers).

    `counts` are papers × terms, `subjects` papers × codes; `days` count from year 1, 1 where nobody knows.
    """

    parameters: Parameters
    paper_ids: np.ndarray
    days: np.ndarray
    authors: np.ndarray
    wrote: sparse.csr_matrix
    vocabulary: Vocabulary
    counts: sparse.csr_matrix
    codes: list[str]
    subjects: sparse.csr_matrix
    primary: np.ndarray
    trust: np.ndarray

    @classmethod
    def read(cls, parameters: Parameters, vocabulary: Vocabulary | None = None) -> Corpus:
        """Every visible paper, and everybody on those that are not by too many; with the terms of an earlier vocabulary."""
        papers = Paper.objects.visible().order_by("id")
        ids, days, categories = [], [], []
        for pk, day, codes in papers.values_list("id", "sort_date", "categories").iterator(5000):
            ids.append(pk)
            days.append(day.toordinal())
            categories.append(codes)
        paper_ids = np.array(ids, dtype=np.int64)
        if vocabulary is None:
            vocabulary, counts = vectors.read_terms(lambda: texts(papers, paper_ids), parameters)
        else:
            counts = vectors.count_terms(texts(papers, paper_ids), vocabulary)
        authors, wrote = who_wrote(paper_ids, parameters)
        known = sorted({code for row in categories for code in row})
        place = {code: column for column, code in enumerate(known)}
        return cls(
            parameters, paper_ids, np.array(days, dtype=np.int64), authors, wrote, vocabulary, counts, known,
            marks([[place[code] for code in row] for row in categories], len(known)),
            np.array([place[row[0]] if row else 0 for row in categories], dtype=np.int64),
            np.ones(len(authors)),
        )  # fmt: skip

    def model(self) -> Model:
        return Model.of(self.parameters, self.authors, self.wrote, self.counts, self.vocabulary.idf, self.trust)

    @cached_property
    def fields(self) -> sparse.csr_matrix:
        """authors × codes: in how many papers."""
        return (self.wrote @ self.subjects).tocsr()


def texts(papers: PaperQuerySet, paper_ids: np.ndarray) -> Iterator[tuple[str, str]]:
    """Title and abstract of each of these papers, in their order; nothing for one that has gone meanwhile."""
    place = 0
    for pk, title, abstract in papers.values_list("id", "title", "abstract").iterator(2000):
        while place < len(paper_ids) and paper_ids[place] < pk:
            yield "", ""
            place += 1
        if place < len(paper_ids) and paper_ids[place] == pk:
            yield title, abstract
            place += 1
    for _ in range(place, len(paper_ids)):
        yield "", ""


def who_wrote(paper_ids: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, sparse.csr_matrix]:
    """The ids of the authors who can be compared, and authors × papers."""
    rows = Authorship.objects.filter(
        author__in_similarity=True, paper__author_count__lte=parameters.largest_team
    ).filter(Q(author__is_hidden=False), author__merged_into=None, paper__is_deleted=False)
    pairs = np.fromiter(
        (value for row in rows.order_by().values_list("author_id", "paper_id").iterator(20_000) for value in row),
        dtype=np.int64,
    ).reshape(-1, 2)
    pairs = pairs[np.isin(pairs[:, 1], paper_ids)]
    authors = np.unique(pairs[:, 0])
    places = (np.searchsorted(authors, pairs[:, 0]), np.searchsorted(paper_ids, pairs[:, 1]))
    wrote = sparse.csr_matrix((np.ones(len(pairs), np.float32), places), shape=(len(authors), len(paper_ids)))
    wrote.sort_indices()
    return authors, wrote


def marks(rows: list[list[int]], columns: int) -> sparse.csr_matrix:
    """0/1 rows with these columns."""
    ends = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64)))
    indices = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(indices), np.float32), indices, ends), shape=(len(rows), columns))


def compute_similarity(
    parameters: Parameters | None = None, on_progress: Callable[[int, int], None] | None = None
) -> SimilaritySummary:
    """Compute and store the similar authors of everybody; gives what was done. Call it under papers.builds.stage_lock."""
    parameters = parameters or Parameters()
    build = builds.begin(STAGE, parameters=asdict(parameters))
    with builds.ending(build):
        corpus = Corpus.read(parameters)
        model = corpus.model()
        summary = SimilaritySummary(
            papers=len(corpus.paper_ids), authors=len(corpus.authors),
            compared=int((np.diff(model.documents.indptr) > 0)[model.document_of].sum()) if len(corpus.authors) else 0,
            terms=len(corpus.vocabulary.terms),
        )  # fmt: skip
        # The links wait on disk until all are there, so that memory doesn't grow with their number.
        with tempfile.TemporaryFile() as waiting:
            for row in _rows(corpus, model, on_progress):
                waiting.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                summary.links += 1
            waiting.seek(0)
            with bulk.one_writer():
                _replace_links(build, (orjson.loads(line) for line in waiting))
                topics.replace(corpus.vocabulary, model)
        build.results = summary.as_json()
    return summary


class NothingComputed(ValueError):
    """There is no build whose lists could be brought up to date."""


def update_similarity(
    touched: Iterable[int],
    parameters: Parameters | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SimilaritySummary:
    """Compute the lists of these authors (ids) again, and every list that changes with them; gives what was done.

    Terms keep the weights of the latest whole build; with these, the outcome is that of a whole build. Call it under
    papers.builds.stage_lock; raises NothingComputed.
    """
    parameters = parameters or Parameters()
    vocabulary = topics.stored_vocabulary()
    if not vocabulary.terms:
        raise NothingComputed(
            "Similar authors have not been computed yet: give compute_similarity without a choice first."
        )
    build = builds.begin(UPDATE_STAGE, parameters=asdict(parameters))
    with builds.ending(build):
        corpus = Corpus.read(parameters, vocabulary)
        model = corpus.model()
        chosen = np.array(sorted(set(touched)), dtype=np.int64)
        affected = lists_to_renew(corpus, model, chosen)
        documents = np.unique(model.document_of[affected])
        authors = sorted({*corpus.authors[model.people_of(documents)].tolist(), *chosen.tolist()})
        summary = SimilaritySummary(
            papers=len(corpus.paper_ids),
            authors=len(corpus.authors),
            compared=len(authors),
            terms=len(vocabulary.terms),
        )
        with tempfile.TemporaryFile() as waiting:
            for row in _rows(corpus, model, on_progress, documents):
                waiting.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                summary.links += 1
            waiting.seek(0)
            with bulk.one_writer():
                _replace_links(build, (orjson.loads(line) for line in waiting), authors)
                topics.replace_some(model, chosen.tolist())
        build.results = summary.as_json()
    return summary


def lists_to_renew(corpus: Corpus, model: Model, touched: np.ndarray) -> np.ndarray:
    """A mask of the authors whose lists change with the touched ones (ids, some of whom may be gone).

    Theirs; those whose walks pass them; those that name them; those that they enter by topic.
    """
    places = np.flatnonzero(np.isin(corpus.authors, touched))
    kept: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    naming: set[int] = set()
    gone = set(touched.tolist())
    for author, other, score, is_coauthor in (
        SimilarityLink.objects.filter(verdict="")
        .order_by()
        .values_list("author_id", "other_id", "score", "is_coauthor")
        .iterator(20_000)
    ):
        kept[author].append((score, is_coauthor))
        if other in gone:
            naming.add(author)
    limits = model.limits(np.arange(len(corpus.authors)))
    thresholds = np.zeros(len(corpus.authors))
    for place, author in enumerate(corpus.authors.tolist()):
        found = kept[author]
        new = sum(not is_coauthor for _, is_coauthor in found)
        # A list that isn't full takes anybody in, and one that lacks people not yet written with may take one of those.
        if len(found) >= limits[place] and new >= model.parameters.not_yet_share * limits[place]:
            thresholds[place] = min(score for score, _ in found)
    mask = neighbours.within_two_steps(model, places) | neighbours.entered(model, places, thresholds)
    return mask | np.isin(corpus.authors, sorted(naming))


LinkRow = tuple[int, int, float, bool, str]  # author, other, score, is a co-author, evidence as JSON


def _rows(
    corpus: Corpus,
    model: Model,
    on_progress: Callable[[int, int], None] | None,
    chosen: np.ndarray | None = None,
) -> Iterator[LinkRow]:
    """The links of every author (or of those of the chosen documents), best first, with their evidence."""
    explain = Explainer(corpus, model)
    total = len(corpus.authors) if chosen is None else len(model.people_of(chosen))
    done = 0
    for documents in neighbours.blocks(model, chosen):
        yield from explain(neighbours.nearest(model, documents))
        done += len(model.people_of(documents))
        if on_progress:
            on_progress(done, total)


class Explainer:
    """Says why authors are similar: parts that add up to the score, shared people and subjects, closest papers."""

    def __init__(self, corpus: Corpus, model: Model):
        self.corpus = corpus
        self.model = model
        self.papers = vectors.paper_vectors(corpus.counts, corpus.vocabulary.idf).astype(np.float32)

    def __call__(self, links: Links) -> Iterator[LinkRow]:
        """The links as they are stored; the evidence names ids of authors and papers, and codes of categories."""
        if not len(links.authors):
            return
        corpus, authors = self.corpus, self.corpus.authors
        terms = neighbours.shared_terms(self.model, links, corpus.vocabulary.terms)
        people = self.model.tied[links.authors].multiply(self.model.tied[links.others]).tocsr()
        people.sort_indices()
        subjects = corpus.fields[links.authors].multiply(corpus.fields[links.others]).tocsr()
        subjects.sort_indices()
        together = np.asarray(self.model.tied[links.authors, links.others]).ravel() > 0
        closest = self.closest_papers(links, together)
        for row, (author, other) in enumerate(
            zip(authors[links.authors].tolist(), authors[links.others].tolist(), strict=True)
        ):
            common = people.indices[people.indptr[row] : people.indptr[row + 1]]
            codes = subjects.indices[subjects.indptr[row] : subjects.indptr[row + 1]]
            parts, walk, is_coauthor = terms[row], float(links.walk[row]), bool(together[row])
            if walk >= neighbours.LEAST_SCORE:
                parts = [Part("graph", neighbours.tie_label(len(common), is_coauthor), walk), *parts]
            score = round(float(links.topic[row] + links.walk[row]), 6)
            mine, theirs, closeness = closest[row]
            evidence = {
                "parts": [
                    {"kind": part.kind, "label": part.label, "contribution": part.contribution}
                    for part in neighbours.exact_parts(parts, score)
                ],
                "shared_coauthors": authors[common[:MOST_SHARED]].tolist(),
                "shared_categories": [corpus.codes[column] for column in codes[:MOST_SHARED].tolist()],
                "closest_papers": {"mine": mine, "theirs": theirs, "score": round(closeness, 6)},
            }
            yield author, other, score, is_coauthor, bulk.dumps(evidence)

    def closest_papers(self, links: Links, together: np.ndarray) -> list[tuple[int, int, float]]:
        """For each link the paper of each that are most alike, and their cosine; a shared paper is nobody's likeness."""
        wrote, ids = self.corpus.wrote, self.corpus.paper_ids
        papers_of = {
            author: wrote.indices[wrote.indptr[author] : wrote.indptr[author + 1]]
            for author in np.unique(np.concatenate((links.authors, links.others))).tolist()
        }
        rows = np.unique(np.concatenate([papers_of[author] for author in set(links.authors.tolist())]))
        columns = np.unique(np.concatenate([papers_of[other] for other in set(links.others.tolist())]))
        products = (self.papers[rows] @ self.papers[columns].T).toarray()
        found = []
        for author, other, coauthors in zip(
            links.authors.tolist(), links.others.tolist(), together.tolist(), strict=True
        ):
            mine, theirs = papers_of[author], papers_of[other]
            if coauthors:
                shared = np.intersect1d(mine, theirs)
                mine, theirs = np.setdiff1d(mine, shared), np.setdiff1d(theirs, shared)
                if not len(mine) or not len(theirs):  # then a shared one is what there is
                    found.append((int(ids[shared[0]]), int(ids[shared[0]]), 1.0))
                    continue
            pairs = products[np.searchsorted(rows, mine)[:, None], np.searchsorted(columns, theirs)]
            row, column = divmod(int(pairs.argmax()), pairs.shape[1])
            found.append((int(ids[mine[row]]), int(ids[theirs[column]]), min(float(pairs[row, column]), 1.0)))
        return found


def _replace_links(build: Build, rows: Iterable[LinkRow], authors: list[int] | None = None) -> None:
    """Put the new links (all, or these authors') in the place of the old; pinned ones come first, vetoed ones stay away.

    Call it in a transaction.
    """
    chosen = None if authors is None else set(authors)
    decided = {
        (author, other): (pk, verdict)
        for pk, author, other, verdict in SimilarityLink.objects.exclude(verdict="").values_list(
            "id", "author_id", "other_id", "verdict"
        )
        if chosen is None or author in chosen
    }
    undecided = SimilarityLink.objects.filter(verdict="")
    if authors is None:
        undecided._raw_delete(undecided.db)
    else:
        for start in range(0, len(authors), AUTHORS_AT_ONCE):
            some = undecided.filter(author__in=authors[start : start + AUTHORS_AT_ONCE])
            some._raw_delete(some.db)
    bulk.update(SimilarityLink, ("rank",), [(None, pk) for pk, _ in decided.values()])
    pins: dict[int, int] = defaultdict(int)
    for (author, _other), (pk, verdict) in sorted(decided.items()):
        if verdict == SimilarityLink.Verdict.PINNED:
            pins[author] += 1
            SimilarityLink.objects.filter(pk=pk).update(rank=pins[author], build=build)
    _insert_links(build, rows, decided, pins)


def _insert_links(
    build: Build, rows: Iterable[LinkRow], decided: dict[tuple[int, int], tuple[int, str]], pins: dict[int, int]
) -> None:
    columns = ("author_id", "other_id", "score", "rank", "is_coauthor", "evidence", "build_id", "verdict", "note")
    batch: list[tuple[Any, ...]] = []
    next_rank: dict[int, int] = {}
    for author, other, score, is_coauthor, evidence in rows:
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
