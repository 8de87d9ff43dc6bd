"""The admin of what sources say: looked at, searched and filtered; corrected only where the source itself was corrected."""

from papers.admin import papers, readonly, source_records

__all__ = ["papers", "readonly", "source_records"]
