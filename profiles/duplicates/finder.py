"""Filling the queue of possible duplicates.

After a whole run only what has changed since the last run is looked at again, with the same outcome but for one thing: words
keep the weights that they had in the last whole run.
"""

from __future__ import annotations

from papers.database import builds
from papers.models import Build
from profiles.duplicates.compared_authors import LARGEST_COMPARED_TEAM
from profiles.duplicates.full_search import OnProgress, do_everything
from profiles.duplicates.pair_cache import NAME, Fingerprints, LastRun
from profiles.duplicates.partial_search import update
from profiles.duplicates.suggestion_store import LEAST_SCORE, DuplicatesSummary
from profiles.duplicates.topic_vectors import PaperWords
from profiles.similarity import cache_files

STAGE = "duplicates"
RULES = 2  # counted up when names are compared in another way: the next run then does everything


def find_duplicates(
    on_progress: OnProgress = lambda *_: None, everything: bool = False, words: PaperWords | None = None
) -> DuplicatesSummary:
    """Score the pairs of compatible names that changed since the last run, and store the likely ones.

    All pairs where `everything` is wanted, or the last run went by other rules or left nothing to go on from. `words` are
    weights in place of the corpus's own. Call it under papers.database.builds.stage_lock.
    """
    last = Build.objects.latest_finished(STAGE)
    rules = {"rules": RULES, "least": LEAST_SCORE, "largest_team": LARGEST_COMPARED_TEAM}
    if everything or last is None or last.parameters | rules != last.parameters:
        before = None
    else:
        before = LastRun.of_build(last)
    build = builds.begin(STAGE, parameters=rules)
    with builds.ending(build):
        prints = Fingerprints.now()
        done = update(build, before, prints) if before else None
        if done is None:
            build.parameters["everything"] = True
            build.save(update_fields=["parameters"])
            done = do_everything(build, prints, on_progress, words)
    cache_files.forget_others(NAME, build)
    return done
