"""Filling the queue of possible duplicates.

After a whole run only what has changed since the last run is looked at again, with the same outcome but for one thing: words
keep the weights that they had in the last whole run.
"""

from __future__ import annotations

from papers import builds
from papers.models import Build
from profiles import kept
from profiles.duplicates.everything import OnProgress, do_everything
from profiles.duplicates.kept_pairs import NAME, Fingerprints, LastRun
from profiles.duplicates.paper_words import PaperWords
from profiles.duplicates.people_compared import LARGEST_TEAM
from profiles.duplicates.stored import LEAST_SCORE, DuplicatesSummary
from profiles.duplicates.update import update

STAGE = "duplicates"
RULES = 2  # counted up when names are compared in another way: the next run then does everything


def find_duplicates(
    on_progress: OnProgress = lambda *_: None, everything: bool = False, words: PaperWords | None = None
) -> DuplicatesSummary:
    """Score the pairs of compatible names that changed since the last run, and store the likely ones.

    All pairs where `everything` is wanted, or the last run went by other rules or left nothing to go on from. `words` are
    weights in place of the corpus's own. Call it under papers.builds.stage_lock.
    """
    last = Build.objects.latest_finished(STAGE)
    rules = {"rules": RULES, "least": LEAST_SCORE, "largest_team": LARGEST_TEAM}
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
    kept.forget_others(NAME, build)
    return done
