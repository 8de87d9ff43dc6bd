"""The identifiers that papers and people carry: arXiv ids, DOIs, ORCID iDs, arXiv author ids, licences.

Each can be written in many ways; each comes out of here in the one way it is stored, or as an `InvalidIdentifier`
that says what is wrong. Nothing here needs Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from papers.text.addresses import plain_address, trimmed
from papers.text.control_characters import LAYOUT
from papers.text.lazy_messages import Sentence
from papers.text.lazy_messages import marked as _


class InvalidIdentifier(ValueError):
    """A text that is not the identifier it should be. The message quotes the text and says why in a sentence."""

    def __init__(self, text: object, reason: str):
        shown = repr(text)
        self.quoted, self.reason = shown if len(shown) <= 80 else shown[:77] + "...", reason
        super().__init__(f"{self.quoted}: {reason}")


# --- arXiv ids

# Archives that gave out identifiers of the old form. Those that began with or after the new form are not among them.
OLD_ARCHIVES = frozenset(
    """acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga
    funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph
    q-alg q-bio quant-ph solv-int supr-con""".split()
)
WITHOUT_HYPHEN = {archive.replace("-", ""): archive for archive in OLD_ARCHIVES}

NEW_FORM = re.compile(r"([0-9]{2}([0-9]{2}))\.([0-9]{4,5})(?:v([1-9][0-9]{0,2}))?")
OLD_FORM = re.compile(
    r"([a-z-]+)(?:\.[a-z-]{2,9})?"  # the archive, and a subject class that is no part of the identifier
    r"//?([0-9]{2}([0-9]{2}))([0-9]{3})(?:v([1-9][0-9]{0,2}))?"
)
ARXIV_PREFIX = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*arxiv\.org/(?:abs|pdf|html|format|e-print|src|ps)/"
    r"|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\."
    r"|/?(?:abs|pdf)/"
    r"|oai:arxiv\.org:"
    r"|arxiv:\s*"
)
LONGEST_FORM = 200  # generous for an address; a longer text isn't worth looking at
SUBJECT_IN_BRACKETS = re.compile(r"\s*\[[^\[\]]*\]$")


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv identifier, `canonical` without its version; `version` is None where the text meant the latest one."""

    canonical: str
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> ArxivId:
        """The identifier in a text that is one, in any form people and services write it; raises InvalidIdentifier.

        With or without a version, the prefix "arXiv:", the address of a page or PDF, arXiv's DOI, a subject class
        ("math.CA/0611800", "[math.CA]") and upper case. The forms: https://info.arxiv.org/help/arxiv_identifier.html.
        An identifier that is already canonical, as in bulk data, costs about a microsecond.
        """
        if not isinstance(text, str):
            raise InvalidIdentifier(text, _("an identifier needs to be a text, as a number it loses zeros"))
        if new := NEW_FORM.fullmatch(text):
            return cls._from_new_form(text, new)
        bare = _without_decoration(text) if len(text) <= LONGEST_FORM else ""
        if not NEW_FORM.fullmatch(bare) and (named := _named_whole(text)):
            bare = named
        if new := NEW_FORM.fullmatch(bare):
            return cls._from_new_form(text, new)
        if old := OLD_FORM.fullmatch(bare):
            return cls._from_old_form(text, old)
        if bare in OLD_ARCHIVES:
            raise InvalidIdentifier(text, _("an archive without a number is not a paper"))
        raise InvalidIdentifier(text, _("not an arXiv identifier, such as 2101.11408 or hep-th/9901001"))

    @classmethod
    def _from_new_form(cls, text: str, parts: re.Match[str]) -> ArxivId:
        year_and_month, month, number, version = parts.groups()
        if not "01" <= month <= "12":
            raise InvalidIdentifier(text, Sentence(_("there is no month %(month)s"), month=month))
        if not "0704" <= year_and_month < "9101":  # 91 to 99 are years of the old form
            raise InvalidIdentifier(text, _("identifiers of this form begin with April 2007 (0704)"))
        if year_and_month >= "1501":
            number = number.zfill(5)
        elif len(number) == 5:
            raise InvalidIdentifier(text, _("numbers have four digits until December 2014 (1412)"))
        if not int(number):
            raise InvalidIdentifier(text, _("numbers begin with 1"))
        return cls(f"{year_and_month}.{number}", int(version) if version else None)

    @classmethod
    def _from_old_form(cls, text: str, parts: re.Match[str]) -> ArxivId:
        archive, year_and_month, month, number, version = parts.groups()
        archive = WITHOUT_HYPHEN.get(archive, archive)
        if archive not in OLD_ARCHIVES:
            raise InvalidIdentifier(
                text, Sentence(_("no archive %(archive)r gave out identifiers of this form"), archive=archive)
            )
        if not "01" <= month <= "12":
            raise InvalidIdentifier(text, Sentence(_("there is no month %(month)s"), month=month))
        century = "19" if year_and_month >= "9101" else "20"
        if century + year_and_month < "199107":
            raise InvalidIdentifier(text, _("identifiers begin with July 1991 (9107)"))
        if century + year_and_month > "200703":
            raise InvalidIdentifier(text, _("identifiers with an archive end with March 2007 (0703)"))
        if number == "000":
            raise InvalidIdentifier(text, _("numbers begin with 1"))
        return cls(f"{archive}/{year_and_month}{number}", int(version) if version else None)

    @property
    def with_version(self) -> str:
        """The identifier as arXiv prints it: with the version if one is known."""
        return f"{self.canonical}v{self.version}" if self.version else self.canonical

    @property
    def doi(self) -> str:
        """The DOI that arXiv itself gives the paper. It has no version; the journal's DOI is another one."""
        return arxiv_doi(self.canonical)

    def __str__(self) -> str:
        return self.with_version


# An arXiv id within other text: behind an address of arXiv's, of its mirrors and of sites that show its papers, behind arXiv's
# DOI or the word "arXiv"; "abs/…" is dblp's volume of CoRR.
ARXIV_NUMBER = r"([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+(?:\.[a-z-]{2,9})?/[0-9]{7}(?:v[0-9]+)?)(?![0-9])"
ARXIV_NAMED = (
    r"(?:\b(?:(?:arxiv|ar5iv|alphaxiv)(?:\.labs\.arxiv)?\.org|xxx\.lanl\.gov|lanl\.gov/arxiv)/"
    r"(?:abs|pdf|html|format|e-print|src|ps|overview|ftp/arxiv/papers/[0-9]{4})/ ?(?:arxiv: ?)?"
    r"|\barxiv-vanity\.com/papers/|\bhuggingface\.co/papers/|\b(?:scirate\.com|inspirehep\.net(?:/api)?)/arxiv/"
    r"|\b10\.48550/arxiv\."
    r"|\boai:arxiv\.org:"
    r"|\b(?:arxiv|corr)(?:,? ?(?:e-?prints?|preprint|identifier|id|no\.|number|paper|art\.|arxiv|\(cornell university\)"
    r"|\[[a-z.-]{2,20}\]|\[|\()){0,4}+(?: ?[:,./_-] ?| )?(?:arxiv ?: ?)?(?:abs/)?"
    r"|\A ?abs/)"
)
ARXIV_MENTION = re.compile(ARXIV_NAMED + ARXIV_NUMBER, re.IGNORECASE)
# An id alone is a number, but not with the subject behind it: "1706.03762v3 [cs.CL]".
ARXIV_WITH_SUBJECT = re.compile(rf"\A\W*{ARXIV_NUMBER}\s*\[[a-z-]+(?:\.[a-z-]{{2,9}})?\]", re.IGNORECASE)
OLD_FILE = re.compile(r"\barxiv\.org/ftp/([a-z-]+)/papers/[0-9]{4}/([0-9]{7})(?![0-9])", re.IGNORECASE)
FOUR_DIGITS = re.compile(r"[0-9]{4}")  # in every id, and in few fields
ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)


def find_arxiv_id(text: str) -> ArxivId | None:
    """The first arXiv id that the text names as one, in whatever else it says; None if there is none."""
    if not FOUR_DIGITS.search(text):
        return None
    text = _readable(text)
    for pattern in (ARXIV_MENTION, ARXIV_WITH_SUBJECT, OLD_FILE):
        for found in pattern.finditer(text):
            with suppress(InvalidIdentifier):
                return ArxivId.parse("/".join(found.groups()))
    return None


def _readable(text: str) -> str:
    """The text without TeX, HTML and signs that show nothing, in which identifiers are looked for."""
    text = " ".join(LAYOUT.sub("", plain_address(text)).replace("~", " ").split())
    return unquote(text) if ENCODED_SLASH.search(text) else text


def _named_whole(text: str) -> str:
    """The id that the text names and says nothing besides: "arXiv preprint arXiv:1706.03762 [cs.CL]."; else ""."""
    found = ARXIV_ALONE.fullmatch(_readable(text)) if len(text) <= LONGEST_FORM else None
    return found[1].lower() if found else ""


ARXIV_ALONE = re.compile(
    rf"[(<\[ ]*(?:https?://)?(?:www\.)?{ARXIV_NAMED}?{ARXIV_NUMBER}(?:\.pdf)?[)>\]., ]*(?:\[[^\[\]]*\])?\W*",
    re.IGNORECASE,
)


def _without_decoration(text: str) -> str:
    bare = unquote(text).strip().lower()
    bare = bare.partition("#")[0].partition("?")[0]
    bare = SUBJECT_IN_BRACKETS.sub("", bare)
    if prefix := ARXIV_PREFIX.match(bare):
        bare = bare[prefix.end() :]
    return bare.rstrip("/").removesuffix(".pdf")


# --- DOIs

ARXIV_DOI = "10.48550/arXiv."
OF_ARXIV = re.compile(re.escape(ARXIV_DOI) + "(.+)", re.IGNORECASE | re.DOTALL)
LONGEST_DOI = 255  # the standard sets no limit; the longest in use are half as long, and a column needs one
DOI_FORM = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
DOI_URL = re.compile(r"(?:https?://)?(?:[a-z]+\.)?doi\.org/", re.IGNORECASE)
DOI_WORD = re.compile(r"\\?(?:info:|urn:)?doi(?:\s*[:=/]\s*|\s+|(?=10\.))", re.IGNORECASE)
DOI_WORD_APART = re.compile(r"(?<!\S)\\?(?:info:|urn:)?doi ?[:=/]? ?(?=10\.|https?:|\Z)", re.IGNORECASE)
BETWEEN_DOIS = re.compile(
    r"[,;]? "  # arXiv separates by spaces
    r"|[,;](?=10\.[0-9]{4,9}/|doi:|https?://)",  # a DOI may hold a semicolon: "10.1002/…::AID-JOS41>3.0.CO;2-2"
    re.IGNORECASE,
)
NEXT_DOI = re.compile(r"[,;](?:10\.[0-9]{4,9}/|doi:|https?://).*", re.IGNORECASE | re.DOTALL)
# What an address has to write in another way, in a DOI that was copied from one. "%25" may be a per cent sign.
ENCODED = re.compile(r"%(?:2[89BCF]|3[ABCE]|5[BDF])", re.IGNORECASE)
CLOSING_TAG = re.compile(r"</[a-z]{1,10}\s?>.*", re.IGNORECASE | re.DOTALL)
MOST_PREFIXES = 4  # "doi:https://doi.org/doi:10.1000/x"
AROUND_DOI = " \t\n([<{“”‘’\"'"


def arxiv_doi(arxiv_id: str) -> str:
    """The DOI that arXiv gives the paper with this id."""
    return f"{ARXIV_DOI}{arxiv_id}"


def doi_url(doi: str) -> str:
    """Where a DOI leads; nothing for none."""
    return f"https://doi.org/{quote(doi, safe='/:;().,@+-_')}" if doi else ""


def arxiv_id_of_doi(doi: str) -> str:
    """What a DOI of arXiv's own has behind its prefix, which should be an arXiv id; "" for any other DOI."""
    found = OF_ARXIV.search(doi)
    return found[1] if found else ""


def normal_doi(text: str) -> str:
    """The DOI in a text that is one, without prefix or resolver, in the case printed; raises InvalidIdentifier.

    Case doesn't matter in a DOI: compare in lower case. The form: https://www.doi.org/doi-handbook/HTML/index.html.
    """
    doi = LAYOUT.sub("", plain_address(text)).lstrip(AROUND_DOI)
    for _time in range(MOST_PREFIXES):
        if not (prefix := DOI_WORD.match(doi) or DOI_URL.match(doi)):
            break
        doi = doi[prefix.end() :]
        if prefix.re is DOI_URL:
            doi = unquote(doi.partition("?")[0].partition("#")[0])
    doi = ENCODED.sub(lambda sign: unquote(sign[0]), CLOSING_TAG.sub("", doi)).rstrip("\\ ")
    doi = trimmed(doi.rstrip("“”‘’"))
    if not (DOI_FORM.fullmatch(doi) and doi.isprintable()):
        raise InvalidIdentifier(text, _("not a DOI, such as 10.1002/spe.2984"))
    if doi.endswith("-"):
        raise InvalidIdentifier(text, _("the DOI breaks off at a hyphen"))
    if len(doi) > LONGEST_DOI:
        raise InvalidIdentifier(text, f"a DOI of more than {LONGEST_DOI} characters is a mistake")
    return doi


def split_dois(text: str) -> tuple[list[str], list[str]]:
    """The DOIs in a field that may hold several, each once, and the pieces that are none; both in the order printed."""
    dois: dict[str, str] = {}
    others: list[str] = []
    text = " ".join(LAYOUT.sub("", plain_address(text)).split())
    for piece in BETWEEN_DOIS.split(DOI_WORD_APART.sub("", text)):
        if piece in ("", "and"):
            continue
        if "10" not in piece:  # none is, and there may be thousands
            others.append(piece)
            continue
        try:
            doi = normal_doi(piece)
        except InvalidIdentifier:
            others.append(piece)
        else:
            dois.setdefault(doi.lower(), doi)
    return list(dois.values()), others


# A DOI within other text: behind its resolver or the word "doi", or at the beginning.
DOI_MENTION = re.compile(
    r"(?:\bdoi\.org/|\bdoi\s?[:=]?\s?|\binfo:doi/|\A[(\[<“\"']*)(10(?:\.|%2E)[0-9]{4,9}(?:\.[0-9]+)*(?:/|%2F)[^\s\"“”]+)",
    re.IGNORECASE,
)


def find_doi(text: str) -> str:
    """The first DOI that the text names as one, as `normal_doi` writes it; "" if there is none."""
    for found in DOI_MENTION.finditer(LAYOUT.sub("", plain_address(text))):
        doi = NEXT_DOI.sub("", found[1])
        if found[0].lower().startswith("doi.org/"):
            doi = unquote(doi.partition("?")[0].partition("#")[0])
        with suppress(InvalidIdentifier):
            return normal_doi(trimmed(doi))
    return ""


# --- People

ORCID_PREFIX = re.compile(r"(?:https?://)?(?:www\.)?orcid\.org/|orcid(?:\s+id)?:?\s*", re.IGNORECASE)
ORCID_FORM = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])")


@dataclass(frozen=True, slots=True)
class Orcid:
    """An ORCID iD, `value` with its hyphens: 0000-0002-1825-0097."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Orcid:
        """The iD in a text that is one, bare or as an address; raises InvalidIdentifier if the check digit is wrong."""
        bare = text.strip()
        if prefix := ORCID_PREFIX.match(bare):
            bare = bare[prefix.end() :]
        blocks = ORCID_FORM.fullmatch(bare.rstrip("/"))
        if not blocks:
            raise InvalidIdentifier(text, _("not an ORCID iD, such as 0000-0002-1825-0097"))
        value = "-".join(blocks.groups()).upper()
        if value[-1] != orcid_check_digit(value[:-1]):
            raise InvalidIdentifier(text, _("the check digit is wrong, so there is a typing error"))
        return cls(value)

    @property
    def url(self) -> str:
        """The address of the person's record, which is also how ORCID asks for the iD to be shown."""
        return f"https://orcid.org/{self.value}"

    def __str__(self) -> str:
        return self.value


def orcid_check_digit(digits: str) -> str:
    """The sixteenth character of an ORCID iD, by ISO 7064 MOD 11-2, for the first fifteen; hyphens don't count."""
    total = 0
    for digit in digits.replace("-", ""):
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "X" if check == 10 else str(check)


ARXIV_AUTHOR_PREFIX = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)*arxiv\.org/a/")
ARXIV_AUTHOR_FORM = re.compile(r"[a-z]+_[a-z]_[1-9][0-9]{0,4}")


def parse_arxiv_author_id(text: str) -> str:
    """The arXiv author id in a text that is one: "warner_s_1", or the ORCID iD that arXiv takes in its place.

    Bare or as an address of one of arXiv's author pages and feeds; raises InvalidIdentifier. The form:
    https://info.arxiv.org/help/author_identifiers.html.
    """
    bare = text.strip().lower()
    if prefix := ARXIV_AUTHOR_PREFIX.match(bare):
        bare = re.sub(r"\.(?:atom2?|html|json)$", "", bare[prefix.end() :]).rstrip("/")
    if ARXIV_AUTHOR_FORM.fullmatch(bare):
        return bare
    if ORCID_FORM.fullmatch(bare):
        return Orcid.parse(bare).value
    raise InvalidIdentifier(text, _("not an arXiv author id, such as warner_s_1"))


# --- Licences

LICENSE_URL = re.compile(
    r"(?:https?:)?(?://)?(?:www\.)?(creativecommons\.org|arxiv\.org)/((?:licenses|publicdomain)(?:/[a-z0-9.-]+)*)/?"
)
LICENSE_PAGE = re.compile(r"/(?:legalcode|deed)(?:\.[a-z_-]+)?$")  # the same licence as its text or in a language
CREATIVE_COMMONS = re.compile(
    r"https://creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/([0-9]\.[0-9])/(?:([a-z]+)/)?"
)
LICENSE_NAMES = {
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
    "https://creativecommons.org/publicdomain/mark/1.0/": "Public Domain Mark 1.0",
    "https://creativecommons.org/licenses/publicdomain/": _("Public domain"),
    "https://arxiv.org/licenses/nonexclusive-distrib/1.0/": _("arXiv non-exclusive licence"),
    "https://arxiv.org/licenses/assumed-1991-2003/": _("arXiv licence assumed for 1991 to 2003"),
}


@lru_cache(maxsize=256)  # a corpus holds a dozen licences and names one in every record
def normal_license(text: str) -> str:
    """The licence's address with https and a final slash if arXiv or Creative Commons publish it, else the text."""
    url = LICENSE_URL.fullmatch(LICENSE_PAGE.sub("", text.strip().lower()))
    return f"https://{url[1]}/{url[2]}/" if url else text


def license_name(url: str) -> str:
    """A short name for a licence's address ("CC BY 4.0"), empty if it has none here.

    What has a name is an address that may be linked; what has none is a source's own text.
    """
    url = normal_license(url)
    if licence := CREATIVE_COMMONS.fullmatch(url):
        return f"CC {' '.join(part for part in licence.groups() if part)}".upper()
    return LICENSE_NAMES.get(url, "")


# --- Any of them


READERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("arxiv", lambda text: ArxivId.parse(text).canonical),
    ("orcid", lambda text: Orcid.parse(text).value),
    ("doi", normal_doi),  # last, because arXiv's DOI of a paper names the paper
)


def jump(text: str) -> tuple[str, str] | None:
    """What a search for exactly one identifier asks for: ("arxiv", id), ("doi", doi) or ("orcid", iD); None for words.

    The arXiv id comes without its version.
    """
    for kind, read in READERS:
        with suppress(InvalidIdentifier):
            return kind, read(text)
    return None
