"""Licences as sources name them: by address, by code or in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papers.field_rules import LONGEST
from papers.ingest.readers.fields.registry_texts import line

ACCESS = re.compile(
    r"(?:info:.*|(?:c_)?(?:open|closed|embargoed|restricted|metadata[ _]?only)[ _]?access|open|public|none|n/?a)$",
    re.IGNORECASE,
)
# "Creative Commons Attribution Non Commercial 4.0 International", "CC BY-NC 4.0", "cc_by_nc_4"
CC_WORDS = (("attribution", "by"), ("non[ -]?commercial", "nc"), ("share[ -]?alike", "sa"), (r"no[ -]?deriv\w*", "nd"))
CC_NAMED = re.compile(
    r"(?:creative commons|cc)[ _-]*(by(?:[ _-]+(?:nc|sa|nd))*)[ _-]*([1-4])(?:[._ ]0)?(?: [a-z() .]{0,40})?"
)
CC_ZERO = re.compile(r"(?:creative commons (?:cc)?(?:0|zero)|cc[ _-]?(?:0|zero))\b.{0,30}")


def license_of(texts: Iterable[str], warnings: list[str]) -> str:
    """The licence among the texts, one of Creative Commons before others; one that is too long is cut with a warning."""
    found = [text for each in texts if (text := _named(line(each)))]
    text = next((text for text in found if "creativecommons.org/" in text.lower()), next(iter(found), ""))
    if len(text) > LONGEST["license"]:
        warnings.append(f"license: has {len(text):,} characters, {LONGEST['license']} are allowed, and was cut")
        text = text[: LONGEST["license"] - 1].rpartition(" ")[0] + "…"
    return text


def license_among(texts: Iterable[str], warnings: list[str]) -> str:
    """The licence among the rights: an address before words, one of Creative Commons before others; who may read is none."""
    kept = [_named(text) for text in texts if not ACCESS.match(text)]
    addresses = [text for text in kept if text.startswith(("http://", "https://"))]
    return license_of(addresses or kept, warnings)


def _named(text: str) -> str:
    """The address of a licence of Creative Commons that is given by its name; other texts as they are."""
    name = text.strip().lower()[:200]
    if CC_ZERO.fullmatch(name):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    for words, short in CC_WORDS:
        name = re.sub(words, short, name)
    if not (found := CC_NAMED.fullmatch(name)):
        return text
    return f"https://creativecommons.org/licenses/{re.sub('[ _-]+', '-', found[1])}/{found[2]}.0/"
