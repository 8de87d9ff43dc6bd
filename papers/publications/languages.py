"""A language as lists name it ("english", "ngerman", "de-AT") → its tag by BCP 47, which machines ask for."""

from __future__ import annotations

import re

TAG = re.compile(r"[a-z]{2}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
# Names of languages in English and those that babel, biblatex and MARC have for them.
NAMES = {
    "ar": "arabic ara",
    "bg": "bulgarian bul",
    "ca": "catalan cat",
    "cs": "czech ces cze",
    "cy": "welsh cym wel",
    "da": "danish dan",
    "de": "german ngerman deutsch deu ger",
    "de-AT": "austrian naustrian",
    "de-CH": "swissgerman nswissgerman",
    "el": "greek polutonikogreek ell gre",
    "en": "english eng",
    "en-AU": "australian",
    "en-CA": "canadian",
    "en-GB": "british ukenglish",
    "en-US": "american usenglish",
    "es": "spanish castilian spa",
    "et": "estonian est",
    "eu": "basque eus baq",
    "fa": "persian farsi fas per",
    "fi": "finnish fin",
    "fr": "french francais français fra fre",
    "he": "hebrew heb",
    "hi": "hindi hin",
    "hr": "croatian hrv",
    "hu": "hungarian magyar hun",
    "id": "indonesian ind",
    "is": "icelandic isl ice",
    "it": "italian ita",
    "ja": "japanese jpn",
    "ko": "korean kor",
    "la": "latin lat",
    "lt": "lithuanian lit",
    "lv": "latvian lav",
    "nb": "norwegian norsk nob nor",
    "nl": "dutch nld dut",
    "nn": "nynorsk nno",
    "pl": "polish pol",
    "pt": "portuguese portuges por",
    "pt-BR": "brazilian brazil",
    "ro": "romanian ron rum",
    "ru": "russian rus",
    "sk": "slovak slk slo",
    "sl": "slovene slovenian slv",
    "sr": "serbian srp",
    "sv": "swedish swe",
    "th": "thai tha",
    "tr": "turkish tur",
    "uk": "ukrainian ukr",
    "vi": "vietnamese vie",
    "zh": "chinese zho chi",
}
TAGS = {name: tag for tag, names in NAMES.items() for name in names.split()}


def language_tag(text: str) -> str:
    """The tag of the language that a source names; "" for one that nobody here knows, or for several."""
    word = text.strip().replace("_", "-")
    if tag := TAGS.get(word.lower()):
        return tag
    first, *rest = word.split("-")
    if not TAG.fullmatch(word):
        return ""
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
