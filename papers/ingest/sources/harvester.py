"""Harvesting an OAI-PMH repository, arXiv's own unless told otherwise: page by page, at its pace, resumable.

The protocol is http://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's terms and habits are described at
https://info.arxiv.org/help/oa/index.html. The place to go on from is stored in one transaction with the last records of
each page, so that a harvest may end at any moment, by a kill or by a server that has had enough, and the next goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from papers import taxonomy
from papers.database import builds
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import BATCH_SIZE, Importer, Located
from papers.ingest.readers.oai_pmh.dublin_core import slug_of_name
from papers.ingest.readers.oai_pmh.records import OaiItem
from papers.ingest.readers.oai_pmh.responses import OaiPage
from papers.ingest.readers.oai_pmh.sources import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE
from papers.ingest.records import Deletion, Rejection
from papers.ingest.sources.harvest_state import Collection, HarvestState, ResumptionTrail, begin_of
from papers.ingest.sources.oai_client import Client, HarvestError, UnknownFormat, is_arxiv
from papers.models import Build
from papers.text.dates import iso

# The fullest first: arXivRaw has the author string as printed and every version, `arXiv` has lost the affiliations, and
# oai_dc is what every repository has.
FORMATS = ("arXivRaw", "arXiv", "oai_dc")
STAGE = "harvest"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a harvest did, whether it came to the end of the list, and where the records lie that it couldn't take.

    `why_incomplete` is a sentence, empty where there is nothing to say but that more is to come.
    """

    summary: ImportSummary
    is_complete: bool
    newest: date | None
    rejects: Path
    why_incomplete: str = ""


def harvest(
    client: Client,
    *,
    set_spec: str = "",
    since: date | None = None,
    prefix: str = "",
    limit: int | None = None,
    rejects: Path | None = None,
) -> Outcome:
    """Bring the papers up to date with a repository, or with one set of it, and say what was done.

    Without `since` an unfinished harvest is gone on with; after a finished one, the records changed since then are
    read; the first one reads everything. Without `prefix` the fullest format that the repository offers is taken.
    `limit` stops after so many records. Raises HarvestError, and AlreadyRunning if another stage is running.
    """
    if since and since > datetime.now(UTC).date():
        raise HarvestError(f"There can't be records of {iso(since)} yet: --from lies in the future.")
    with builds.stage_lock():
        formats = [prefix] if prefix else _formats(client.base_url, set_spec)
        for each in formats:
            harvester = _Harvester(client, Collection(client.base_url, set_spec, each))
            try:
                return harvester.run(since, limit, rejects)
            except UnknownFormat as error:
                if each == formats[-1]:
                    raise
                client.tell(f"{error} Trying the next one.")
    raise AssertionError("there is always a format to try")


def _formats(base_url: str, set_spec: str) -> Sequence[str]:
    """The format in which this was harvested before, or all that may be tried."""
    before = Build.objects.filter(stage=STAGE, parameters__base_url=base_url, parameters__set=set_spec)
    for build in before.order_by("-id"):
        place = HarvestState.from_json(build.progress)
        if place.pages or place.is_given_up:
            return [build.parameters["prefix"]]
    return FORMATS


class _Harvester:
    """Reads one collection into the database."""

    def __init__(self, client: Client, collection: Collection):
        self.client = client
        self.collection = collection
        self.tell = client.tell
        self.taken = 0
        self.started = client.clock()

    def run(self, since: date | None, limit: int | None, rejects: Path | None) -> Outcome:
        last = Build.objects.filter(stage=STAGE, subject=str(self.collection)).order_by("-id").first()
        build = self._begin(last, since, rejects)
        refused_from: set[date | None] = set()
        while True:
            place, summary, why = self._read(build, limit)
            if place.is_complete or why or (limit is not None and self.taken >= limit):
                return Outcome(summary, place.is_complete, place.newest, Path(build.parameters["rejects"]), why)
            place = place.without_token()
            if place.since in refused_from:
                raise HarvestError(
                    f"{self.client.base_url} doesn't accept the resumption tokens that it gives out itself. What was "
                    "read is kept; tell the people who run it, or try again tomorrow."
                )
            refused_from.add(place.since)
            self.tell(f"The server no longer knows the place where this harvest was. Beginning anew {begin_of(place)}.")
            # A Build of its own: to the importer, records that one run gives twice would be a fault of the source.
            build = self._create(build.parameters, {**build.progress, **place.as_json()})

    def _begin(self, last: Build | None, since: date | None, rejects: Path | None) -> Build:
        """The Build to read with: one that goes on where an unfinished one stopped, or a new one."""
        parameters: dict[str, Any] = {
            "base_url": self.collection.base_url,
            "set": self.collection.set_spec,
            "prefix": self.collection.prefix,
            "from": iso(since),
            "rejects": str(rejects or ""),
        }
        before = HarvestState.from_json(last.progress) if last else HarvestState(is_complete=True)
        if last and not (before.is_complete or before.is_given_up):
            if not since or iso(since) == last.parameters["from"]:
                self._announce(before)
                progress = dict(last.progress)
                if rejects and str(rejects) != last.parameters["rejects"]:
                    progress.pop("rejects_bytes", None)  # how long the other file was
                kept = {"from": last.parameters["from"], "rejects": str(rejects or last.parameters["rejects"])}
                return self._create({**parameters, **kept}, progress)
            if before.pages:
                self.tell(f"The harvest that had come as far as {iso(before.newest)} is given up for this one.")
        place = HarvestState(since=since or before.next_since())
        self._announce(place)
        return self._create(parameters, place.as_json())

    def _announce(self, place: HarvestState) -> None:
        name = f"{self.collection.base_url}, {self.collection.set_spec or 'all sets'}, {self.collection.prefix}"
        if place.pages:
            self.tell(f"{name}: going on behind page {place.pages:,} of the harvest begun on {iso(place.begun)}.")
        elif place.since:
            self.tell(f"{name}: asking for what changed on or after {iso(place.since)}.")
        else:
            self.tell(
                f"{name}: asking for all records. All of arXiv is about three million, in 1,500 pages: more than an "
                "hour at one page in three seconds, more often a night. Stop it when you like; it goes on from there."
            )

    def _create(self, parameters: dict[str, Any], progress: dict[str, Any]) -> Build:
        with transaction.atomic():  # a Build without its place would hide the one before, which has it
            build = builds.begin(STAGE, str(self.collection), parameters, progress)
            own = settings.DATA_DIR / "rejects" / f"harvest-{build.pk}.jsonl"
            build.parameters = {**parameters, "rejects": parameters["rejects"] or str(own)}
            build.save(update_fields=["parameters"])
        return build

    def _read(self, build: Build, limit: int | None) -> tuple[HarvestState, ImportSummary, str]:
        """Store page after page until the list ends or leads nowhere, the limit is reached or its token is refused.

        Gives the place behind the last page, and why the list leads nowhere, if so.
        """
        place = HarvestState.from_json(build.progress)
        trail = ResumptionTrail(place.token)
        why = ""
        importer = Importer(build, Path(build.parameters["rejects"]), may_repeat=True)
        before = _changes(importer.summary)
        with builds.ending(build):
            while not (place.is_complete or why) and (limit is None or self.taken < limit):
                page = self._page(place)
                if page is None:
                    break
                items = page.items if limit is None else page.items[: limit - self.taken]
                items = [self._attributed(item) for item in items]
                is_whole = len(items) == len(page.items)
                located = [_located(place, number, item) for number, item in enumerate(items, start=1)]
                # A page of which a part is taken is asked for again by the next run.
                onward = place
                if is_whole:
                    place = place.after(page)
                    onward, why = trail.follow(page, place, _changes(importer.summary) != before)
                _store(importer, located, onward)
                self.taken += len(items)
                self._tell_progress(place, importer.summary)
            build.results = importer.summary.as_json()
        if not place.is_complete:
            Build.objects.filter(pk=build.pk).update(status=Build.Status.STOPPED)
        return place, importer.summary, why

    def _attributed(self, item: OaiItem) -> OaiItem:
        """The item with who gives it: in arXiv's own formats arXiv, by whatever mirror, in others this repository.

        What a mirror deletes is the paper with that arXiv id, for in arXiv's formats it has no others. A repository that
        calls its records as arXiv does is not arXiv for that.
        """
        if isinstance(item, Rejection) or is_arxiv(self.client.base_url):
            return item
        if self.collection.prefix.startswith("arXiv"):
            if isinstance(item, Deletion):
                return replace(item, identifier=item.arxiv_id or item.identifier, source=ARXIV_SOURCE)
        elif item.source == ARXIV_SOURCE:
            name = slug_of_name(OF_ARXIV + item.identifier)
            if isinstance(item, Deletion):
                return replace(item, identifier=name, arxiv_id=item.identifier, source=OTHER_SOURCE)
            return replace(item, giver=name, source=OTHER_SOURCE)
        return item

    def _page(self, place: HarvestState) -> OaiPage | None:
        """The page at this place, None if the server doesn't take its token (any more)."""
        if place.token:
            page = self.client.list_records({"resumptionToken": place.token})
            # Whatever it finds wrong with a token of its own, asking for it again would not help.
            return page if _is_answer(page) else None
        page = self._first_page(place.since)
        if not _is_answer(page) and place.since and _has_error(page, "badArgument"):
            # arXiv refuses a day before its first one, where the protocol would have it give all records.
            earliest = self.client.earliest_datestamp()
            if earliest and place.since < earliest:
                self.tell(f"There is nothing before {iso(earliest)}: beginning on that day.")
                page = self._first_page(earliest)
        if not _is_answer(page):
            raise self._refusal(page)
        return page

    def _first_page(self, since: date | None) -> OaiPage:
        # Never `until`: arXiv refuses one that lies in the future by its own clock.
        arguments = {"metadataPrefix": self.collection.prefix, "set": self.collection.set_spec, "from": iso(since)}
        return self.client.list_records({name: value for name, value in arguments.items() if value})

    def _refusal(self, page: OaiPage) -> HarvestError:
        errors = "; ".join(f"{code}: {message}" if message else code for code, message in page.errors)
        answer = f"{self.client.base_url} answered {errors.rstrip('.')}."
        if _has_error(page, "cannotDisseminateFormat"):
            return UnknownFormat(f"{answer} It doesn't have the format {self.collection.prefix} (--prefix).")
        if _has_error(page, "noSetHierarchy"):
            return HarvestError(f"{answer} This repository has no sets: leave out --set.")
        spec = self.collection.set_spec
        if spec in taxonomy.ALL and spec not in taxonomy.OAI_SETS:
            return HarvestError(f"{answer} {spec} is a category; its set is --set {taxonomy.oai_set(spec)}.")
        return HarvestError(f"{answer} Check --set, --from and --base-url.")

    def _tell_progress(self, place: HarvestState, summary: ImportSummary) -> None:
        rate = self.taken / max(self.client.clock() - self.started, 1.0)
        up_to = f", up to {iso(place.newest)}" if place.newest else ""
        self.tell(
            f"Page {place.pages:,}: {summary.read:,} records read{up_to}; {summary.created:,} new, "
            f"{summary.updated:,} changed, {summary.rejected:,} rejected; {rate:,.0f} records a second."
        )


def _store(importer: Importer, located: Sequence[Located], place: HarvestState) -> None:
    """Store a page, and with its last batch the place behind it.

    A page in one transaction would keep a curator's write waiting too long. After a kill between two batches the page
    is asked for again, and what was stored of it is found unchanged.
    """
    *batches, last = [located[start : start + BATCH_SIZE] for start in range(0, len(located), BATCH_SIZE)] or [[]]
    for batch in batches:
        importer.store(batch)
    importer.store(last, progress=place.as_json())


def _changes(summary: ImportSummary) -> tuple[int, ...]:
    return summary.created, summary.updated, summary.deleted


def _is_answer(page: OaiPage) -> bool:
    """Whether the page holds what was asked for, of which there may be nothing."""
    return not page.errors or _has_error(page, "noRecordsMatch")


def _has_error(page: OaiPage, code: str) -> bool:
    return any(found == code for found, _ in page.errors)


def _located(place: HarvestState, number: int, item: OaiItem) -> Located:
    where = f"page {place.pages + 1}, record {number}"
    return place.records + number, where, replace(item, place=where) if isinstance(item, Rejection) else item
