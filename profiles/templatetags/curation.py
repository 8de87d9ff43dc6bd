"""Tags for the curators' work on the admin's front page."""

from __future__ import annotations

from django import template

from profiles.admin.curation import worklists

register = template.Library()
register.simple_tag(worklists.work_lists)
register.simple_tag(worklists.latest_decisions)
