"""Titles and abstracts in templates: `{{ title|markup }}` on the page, `{{ title|plain_text }}` in attributes and titles."""

from django import template

from papers.text.markup import markup
from papers.text.plain_text import plain_text

register = template.Library()
register.filter("markup", markup)
register.filter("plain_text", plain_text)
