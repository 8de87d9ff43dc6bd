"""What the admin's front page shows of the curators' work."""

from __future__ import annotations

from django import template

from profiles.deciding import work_lists

register = template.Library()
register.simple_tag(work_lists.work_lists)
register.simple_tag(work_lists.latest_decisions)
