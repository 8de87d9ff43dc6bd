"""Titles and abstracts in templates: `{{ title|markup }}` on the page, `{{ title|plain_text }}` in attributes and titles.

`{{ card.published|shown_date }}` is a date as far as it is known.
"""

from django import template

from papers.display.appearance import shown_date
from papers.text.markup import markup
from papers.text.plain_text import plain_text

register = template.Library()
register.filter("markup", markup)
register.filter("plain_text", plain_text)
register.filter("shown_date", shown_date)
