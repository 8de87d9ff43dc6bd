"""Titles and abstracts in templates: `{{ title|markup }}` on the page, `{{ title|plain_text }}` in attributes and titles."""

from django import template

from papers.text import markup

register = template.Library()
register.filter("markup", markup.markup)
register.filter("plain_text", markup.plain_text)
