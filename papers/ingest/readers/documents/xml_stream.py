"""Elements of an XML stream, one at a time, however long the stream is.

This drives expat itself and not through defusedxml's ElementTree for two reasons. Harvesters store the responses of a
server one behind the other, which is no XML document: expat says at which byte the next one starts, ElementTree
doesn't. And a document type declaration, the only way to entity bombs and external entities, is refused when it
begins, so that none of either is ever read. A format whose files name their characters by a DTD, as dblp's do, brings a
table of them: then a declaration that only points to a DTD may stand there, which is not followed.

Of a record that is larger than any (field_rules.MOST and BIGGEST_ELEMENT) no more is built, and it is given out as broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat
from xml.parsers.expat import errors
from xml.sax.saxutils import quoteattr

from papers.field_rules import MOST
from papers.ingest.readers.documents.streams import SourceError, Stream, raw_excerpt

STEP = 64 * 1024
CARRIED = 4096  # bytes; a token that starts the next document is shorter
LONGEST_NAME = 100  # bytes of a start tag that may be cut by the end of a piece
BIGGEST_ELEMENT = 16 * 1024 * 1024  # characters of text and attributes in one record
LONGEST_TAG = 1024 * 1024  # bytes of a tag or comment, which expat holds whole
MOST_NAMES = 10_000  # different names of elements and attributes, which expat never forgets; formats have some dozens
WHITE_SPACE = b"\xef\xbb\xbf \t\r\n"  # what may stand before an XML declaration, though XML allows none of it
ENVELOPES = {b"OAI-PMH", b"feed"}  # an XML declaration in the middle is a document's only before one of these
DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>(?=\s*(?:<!DOCTYPE\s[^<>]*>\s*)?<(?:[\w.-]+:)?([\w.-]+)[\s/>])")
LONGEST_DECLARATION = 300  # bytes, with the start tag behind it
NEXT_DOCUMENT = {errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT], errors.codes[errors.XML_ERROR_MISPLACED_XML_PI]}
# Faults outside of records that hide none: end tags of the envelope, what is left of a record that was given up.
HIDES_NOTHING = {errors.codes[errors.XML_ERROR_TAG_MISMATCH], errors.codes[errors.XML_ERROR_UNBOUND_PREFIX]}


@dataclass(frozen=True, slots=True)
class Broken:
    """A wanted element, or a document, that can't be read although what follows it can: why, and what stood there."""

    reason: str
    raw: str
    tag: str = ""  # the wanted element's name; empty where what is broken lies outside of them


class Malformed(ValueError):
    """Not XML, or XML that isn't read here. The message says where and why."""


class TooMuch(Malformed):
    """What expat would hold in memory without end: nothing more is read of the record that it is in."""


class Elements:
    """Finds the elements with one of the wanted names, "{namespace}name", in bytes that are fed to it in pieces.

    An element within a wanted one belongs to it and isn't given out by itself. What lies outside is not kept. With
    `mending` a malformed element is given out as Broken and reading goes on at the next wanted one: a single wrong byte
    needn't cost a million records. White space before the document is nothing, and so is an XML declaration within it.
    `characters` are what the names of entities stand for that the document may use; an unknown one stays as it is written.
    """

    def __init__(self, wanted: frozenset[str], *, mending: bool = False, characters: Mapping[str, str] | None = None):
        self.wanted = wanted
        self.mending = mending
        self.characters = characters
        names = "|".join(sorted({re.escape(name.rpartition("}")[2]) for name in wanted}))
        self.next_start = re.compile(rf"<(?:\?xml\s|(?:[\w.-]+:)?(?:{names})[\s/>])".encode())
        self.found: list[Element | Broken] = []
        self.outermost = b""  # the local name with which the first document began
        self.held = b""  # an XML declaration of which it can't be told yet what it is
        self.has_begun = False
        self._begin(line=1)

    def feed(self, data: bytes) -> list[Element | Broken]:
        """The wanted elements that end in this piece; raises Malformed."""
        data, self.held = self.held + data, b""
        if not self.has_begun:
            begins = data.lstrip(WHITE_SPACE)
            self.first_line += data.count(b"\n", 0, len(data) - len(begins))
            self.has_begun, data = bool(begins), begins
        for start in range(0, len(data), STEP):
            rest: bytes | None = self.held + data[start : start + STEP]
            self.held = b""
            while rest:
                rest = self._search(rest) if self.is_searching else self._parse(rest)
        found, self.found = self.found, []
        return found

    def close(self) -> None:
        """Say that nothing follows; raises Malformed if the document isn't complete."""
        if self.is_searching or (self.is_mended and self.builder is None):
            return
        try:
            self.parser.Parse(self.held, True)
        except expat.ExpatError as error:
            raise self._malformed(error) from error

    def _begin(self, line: int) -> None:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        if self.characters is not None:
            parser.UseForeignDTD(True)  # none is given, but entities without a declaration are told and no fault
            parser.SkippedEntityHandler = self._name
        parser.XmlDeclHandler = self._know_encoding
        parser.StartCdataSectionHandler = partial(setattr, self, "is_in_cdata", True)
        parser.EndCdataSectionHandler = partial(setattr, self, "is_in_cdata", False)
        self.parser = parser
        self.tags: dict[str, str] = {}
        self.first_line = line
        self.fed = 0
        self.origin = 0  # what was fed before the first byte of the stream
        self.depth = 0
        self.is_over = False  # the root element has ended
        self.is_mended = False  # the root element is ours
        self.is_searching = False
        self.is_in_cdata = False
        self.encoding: str | None = None
        self.carried = b""
        self.unsearched = b""
        self.builder: TreeBuilder | None = None
        self.built_tag = ""
        self.built_depth = 0
        self.built_from = 0
        self.root: Element | None = None
        self.size = self.elements = self.attributes = 0
        self.refusal = self.raw = ""  # why what is built is too large, and its beginning
        self.namespaces: dict[str | None, str] = {}

    def _parse(self, data: bytes) -> bytes | None:
        """Parse the piece without the XML declarations within the document; what is left where parsing starts afresh."""
        at = 0
        while at < len(data):
            end = data.find(b"<?xml", at + (not self.fed))
            if end < 0:  # the piece may end in the middle of those five bytes
                ends = range(max(at + (not self.fed), len(data) - 4), len(data))
                end = next((each for each in ends if b"<?xml".startswith(data[each:])), len(data))
            rest = self._take(data[at:end])
            if rest is not None:
                return rest + data[end:]
            at = end
            found = DECLARATION.match(data, at)
            if found is None and len(data) - at < LONGEST_DECLARATION:
                self.held = data[at:]
                break
            if found and self.depth and not self.is_in_cdata and found[1] not in ENVELOPES | {self.outermost}:
                at = found.end()
                continue
            at += len(b"<?xml")
            rest = self._take(data[end:at])
            if rest is not None:
                return rest + data[at:]
        return None

    def _take(self, data: bytes) -> bytes | None:
        """Parse the piece; what is left of it where parsing has to start afresh, else None."""
        try:
            self.parser.Parse(data, False)
            if self.fed + len(data) - max(0, self.parser.CurrentByteIndex) > LONGEST_TAG:
                raise TooMuch(f"{self._where(self.parser.CurrentLineNumber)}: a tag longer than {LONGEST_TAG:,} bytes")
        except (expat.ExpatError, TooMuch) as error:
            near = self.carried + data
            before = self.fed - len(self.carried)
            at = max(0, self.parser.CurrentByteIndex - before)
            line = self.first_line + self.parser.CurrentLineNumber - 1
            said = error if isinstance(error, TooMuch) else self._malformed(error)
            is_next = isinstance(error, expat.ExpatError) and error.code in NEXT_DOCUMENT
            if is_next and (self.is_over or self.depth):
                if not self.is_over:
                    reason = f"the XML document breaks off before its end, and another one begins in line {line:,}"
                    self.found.append(Broken(reason, raw_excerpt(near[max(0, at - CARRIED) : at])))
                self._begin(line)
                return near[at:]
            is_ours = self.builder is not None
            can_go_on = is_ours or self.is_mended or (self.depth and isinstance(error, expat.ExpatError))
            if not (self.mending and can_go_on):
                raise said from error
            if is_ours or not (isinstance(error, expat.ExpatError) and error.code in HIDES_NOTHING):
                start = max(0, self.built_from - before) if is_ours else at
                reason = self.refusal or f"malformed XML in {said}"
                self.found.append(Broken(reason, raw_excerpt(near[start : at + 200]), self.built_tag))
            self.is_searching = True
            self.first_line = line
            is_where_we_began = self.parser.CurrentByteIndex <= self.origin
            return near[at + is_where_we_began :]
        except (LookupError, ValueError) as error:  # an encoding that isn't known
            raise error if isinstance(error, Malformed) else Malformed(f"{self._where(1)}: {error}") from error
        self.fed += len(data)
        self.carried = (self.carried + data)[-CARRIED:]
        return None

    def _search(self, data: bytes) -> bytes | None:
        """Begin again at the next wanted element in this piece, or at the next document; None if there is none."""
        data = self.unsearched + data
        start = None
        end = max(0, len(data) - LONGEST_NAME)
        for start in self.next_start.finditer(data):
            end = start.start()
            if not start[0].startswith(b"<?"):
                break
            declaration = DECLARATION.match(data, end)
            if declaration is None and len(data) - end < LONGEST_DECLARATION:
                start = None  # what it belongs to is still to come
                break
            if declaration is None or declaration[1] in ENVELOPES | {self.outermost}:
                break
            start, end = None, max(declaration.end(), len(data) - LONGEST_NAME)
        line = self.first_line + data.count(b"\n", 0, end)
        if not start:
            self.unsearched, self.first_line = data[end:], line
            return None
        namespaces, encoding = self.namespaces, self.encoding
        self._begin(line)
        if not start[0].startswith(b"<?"):
            declared = [
                f"xmlns{':' * bool(prefix)}{prefix or ''}={quoteattr(uri)}" for prefix, uri in namespaces.items()
            ]
            before = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
            envelope = " ".join([f"{before}<rest", *declared]).encode() + b">"
            self.is_mended = True
            self.parser.Parse(envelope, False)
            self.fed = self.origin = len(envelope)
        return data[end:]

    def _declare(self, prefix: str | None, uri: str) -> None:
        if self.builder is None:
            self.namespaces[prefix] = uri or ""
            self._check_names(self.namespaces)

    def _start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > MOST["depth"]:
            where = self._where(self.parser.CurrentLineNumber)
            raise TooMuch(f"{where}: more than {MOST['depth']} elements within one another")
        tag = self._tag(name)
        keys = [self._tag(key) for key in attributes[::2]]
        if self.builder is not None and tag == self.built_tag and tag.startswith("{"):
            where = self._where(self.parser.CurrentLineNumber)
            self._give_out(f"malformed XML in {where}: the next record begins before this one ends")
        if self.builder is None:
            if self.depth == 1 and not self.is_mended:
                self.outermost = self.outermost or tag.rpartition("}")[2].encode()
            if tag not in self.wanted:
                return
            self.builder = TreeBuilder()
            self.built_tag = tag
            self.built_depth = self.depth
            self.built_from = self.parser.CurrentByteIndex
            self.root = None
            self.size = self.elements = self.attributes = 0
            self.parser.CharacterDataHandler = self._data
        self.elements += 1
        self.attributes += len(keys)
        self._grow(len(tag) + sum(map(len, attributes)))
        if not self.refusal:
            started = self.builder.start(tag, dict(zip(keys, attributes[1::2], strict=True)))
            self.root = started if self.root is None else self.root

    def _end(self, name: str) -> None:
        if self.builder is not None:
            if not self.refusal:
                self.builder.end(self._tag(name))
            if self.depth == self.built_depth:
                self._give_out()
        self.depth -= 1
        self.is_over = self.depth == 0

    def _give_out(self, fault: str = "") -> None:
        """Be done with the wanted element that is built: it is given out, or why it can't be."""
        if self.builder is not None and not (fault or self.refusal):
            self.found.append(self.builder.close())
        else:
            raw = self.raw or (raw_excerpt(raw_of(self.root)) if self.root is not None else "")
            self.found.append(Broken(self.refusal or fault, raw, self.built_tag))
        self.builder = self.root = None
        self.built_tag = self.refusal = self.raw = ""
        self.parser.CharacterDataHandler = None

    def _data(self, text: str) -> None:
        self._grow(len(text))
        if self.builder is not None and not self.refusal:
            self.builder.data(text)

    def _grow(self, characters: int) -> None:
        """Note what is added to the record that is built; of one that is too large only the beginning is kept."""
        self.size += characters
        limits = (BIGGEST_ELEMENT, MOST["elements"], MOST["attributes"])
        if self.refusal or (self.size <= limits[0] and self.elements <= limits[1] and self.attributes <= limits[2]):
            return
        counts = {"characters": self.size, "elements": self.elements, "attributes": self.attributes}
        name, most = next(
            (name, most) for (name, count), most in zip(counts.items(), limits, strict=True) if count > most
        )
        self.refusal = f"record: has more than {most:,} {name}, in {self._where(self.parser.CurrentLineNumber)}"
        self.raw = raw_excerpt(raw_of(self.root)) if self.root is not None else ""
        self.builder, self.root = TreeBuilder(), None

    def _check_names(self, names: Sized) -> None:
        if len(names) > MOST_NAMES:
            where = self._where(self.parser.CurrentLineNumber)
            raise TooMuch(f"{where}: more than {MOST_NAMES:,} different names of elements, attributes and namespaces")

    def _know_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding

    def _name(self, name: str, is_parameter: bool) -> None:
        """Take the character that an entity's name stands for."""
        if self.builder is not None and self.characters is not None and not is_parameter:
            self._data(self.characters.get(name, f"&{name};"))

    def _refuse_doctype(self, _name: str, _system: str | None, _public: str | None, has_declarations: int) -> None:
        if self.characters is not None and not has_declarations:
            return
        where = self._where(self.parser.CurrentLineNumber)
        raise Malformed(f"{where}: a document type declaration, which is not read because it may define entities")

    def _tag(self, name: str) -> str:
        tag = self.tags.get(name)
        if tag is None:
            tag = self.tags[name] = "{" + name if "}" in name else name
            self._check_names(self.tags)
        return tag

    def _malformed(self, error: expat.ExpatError) -> Malformed:
        message = expat.ErrorString(error.code)
        return Malformed(f"{self._where(error.lineno)}, column {error.offset + 1}: {message}")

    def _where(self, line: int) -> str:
        return f"line {self.first_line + line - 1:,}"


def elements(
    stream: Stream, wanted: frozenset[str], characters: Mapping[str, str] | None = None
) -> Iterator[Element | Broken]:
    """The wanted elements of one or several documents in a row, and what is broken among them (see `Elements`).

    Raises SourceError where the XML is at fault outside of them or stops short, after all that comes before.
    """
    parser = Elements(wanted, mending=True, characters=characters)
    try:
        while data := stream.text.read1(STEP):
            yield from parser.feed(data)
        parser.close()
    except Malformed as error:
        yield from parser.found
        raise SourceError(
            f"{stream.name}: the XML is at fault in {error}. What comes before was read; mend or fetch it again."
        ) from error


def raw_of(element: Element) -> str:
    """The element as XML, for the rejects file; of one nested too deep for that the text within."""
    try:
        return tostring(element, encoding="unicode")
    except RecursionError:
        return text_of(element)


def text_of(element: Element | None) -> str:
    """All text within the element, "" for None."""
    return "".join(element.itertext()) if element is not None else ""
