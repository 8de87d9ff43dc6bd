"""Decisions of humans about people and papers: who belongs together, who wrote what, what is true of a paper, and which
records are one. Machines never overwrite them.

`acts` are what can be decided, and say themselves what they may be. `service` carries one out as a stored Decision, previews it
and undoes it: `row_changes` knows which rows went from what to what, `conflicts` what stands on a decision, `revert` puts rows
back, `consequences` brings names, ranks, counts and indexes up to date. `new_people` makes people that no byline gave;
`paper_fields` are what a curator sets of a paper, and `paper_records` puts papers together anew.
"""

from profiles.curation.new_people import add_person, claim_without_position
from profiles.curation.rules import Refused
from profiles.curation.service import decide, preview, undo

__all__ = ["Refused", "add_person", "claim_without_position", "decide", "preview", "undo"]
