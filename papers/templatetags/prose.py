"""Titles and abstracts in templates: `{{ title|markup }}` on the page, `{{ title|plain_text }}` in attributes and titles."""

from django import template

from papers import prose

register = template.Library()
register.filter("markup", prose.markup)
register.filter("plain_text", prose.plain_text)
