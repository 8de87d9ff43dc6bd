"""What the admin's front page shows of the curators' work."""

from __future__ import annotations

from django import template

from profiles import deciding

register = template.Library()
register.simple_tag(deciding.work_lists)
register.simple_tag(deciding.latest_decisions)
