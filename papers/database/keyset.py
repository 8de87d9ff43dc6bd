"""Pages of a list by keyset: a page starts after a row, not after a number of rows, and costs the same at any depth.

A cursor is the sort values of the row it stands at, and the direction. It stays right while rows come and go before it.
The comparison is by row value, (date, id) < (…): written out with OR it is 40 to 70 times slower.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan, TupleLookupMixin
from django.db.models.lookups import GreaterThan, LessThan
from django.http import Http404
from django.utils.translation import gettext as _

Fetch = Callable[[Sequence[int]], list[Any]]  # reads the rows with these primary keys, in this order
COUNTED_TO = 10_000  # a list longer than this says "more than": counting on would cost as much as reading it
IN_PASSING = 1_000  # so many rows are counted as fast as a page is read


class InvalidPage(Http404):
    """A cursor or page number that names no page; the message says so in a sentence."""


class ByRowValue:
    """Compares rows as the databases do. Django writes it out with OR for SQLite, which then reads all rows up to the place."""

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        return super(TupleLookupMixin, self).as_sql(compiler, connection)  # type: ignore[misc]


class Before(ByRowValue, TupleLessThan):
    pass


class Behind(ByRowValue, TupleGreaterThan):
    pass


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order that a keyset can follow: fields that are never null, the last one unique, all in one direction."""

    fields: tuple[str, ...]
    descending: bool

    def applied(self, queryset: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        down = self.descending != backwards
        return queryset.order_by(*(F(name).desc() if down else F(name).asc() for name in self.fields))

    def beyond(self, queryset: QuerySet[Any], values: Sequence[Any], *, backwards: bool) -> QuerySet[Any]:
        """The rows behind the one with these values, in reading direction or against it."""
        down = self.descending != backwards
        if len(self.fields) == 1:
            lookup: Any = (LessThan if down else GreaterThan)(F(self.fields[0]), values[0])
        else:
            lookup = (Before if down else Behind)(Tuple(*(F(name) for name in self.fields)), tuple(values))
        return queryset.filter(lookup)

    def values_of(self, row: Any) -> list[Any]:
        found = []
        for name in self.fields:
            value = row
            for part in name.split("__"):
                value = getattr(value, part)
            found.append(value.pk if isinstance(value, Model) else value)
        return found


BY_ID = Order(("id",), descending=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    next: str = ""
    previous: str = ""


def read_page(queryset: QuerySet[Any], order: Order, cursor: str, size: int, fetch: Fetch | None = None) -> Page:
    """The page at the cursor ("" for the first); raises InvalidPage for a cursor this list never gave.

    With `fetch` the list is asked for keys only, and its rows are read by that.
    """
    backwards, values = _decode(cursor, order, queryset) if cursor else (False, None)
    rows = order.applied(queryset, backwards=backwards)
    if values is not None:
        rows = order.beyond(rows, values, backwards=backwards)
    if fetch:
        rows = rows.values_list("pk", *order.fields)
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_next = more if not backwards else True
    has_previous = more if backwards else values is not None
    first, last = (list(row[1:]) if fetch else order.values_of(row) for row in (found[0], found[-1]))
    return Page(
        fetch([row[0] for row in found]) if fetch else found,
        _encode(">", last) if has_next else "",
        _encode("<", first) if has_previous else "",
    )


def cursor_after(queryset: QuerySet[Any], order: Order, cursor: str, count: int) -> str:
    """The cursor of the page that begins `count` rows after this cursor; "" if there are no more. One query."""
    rows = order.applied(queryset)
    if cursor:
        _backwards, values = _decode(cursor, order, queryset)
        rows = order.beyond(rows, values, backwards=False)
    ends = list(rows.values_list(*order.fields)[count - 1 : count + 1])
    return _encode(">", ends[0]) if len(ends) == 2 else ""


def _encode(direction: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([direction, *values])).decode().rstrip("=")


def _decode(cursor: str, order: Order, queryset: QuerySet[Any]) -> tuple[bool, list[Any]]:
    wrong = InvalidPage(
        _("This page doesn't exist: its cursor is not one that this list gave. Start at the first page.")
    )
    try:
        row = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        direction, *values = row
    except (ValueError, TypeError) as error:
        raise wrong from error
    if direction not in ("<", ">") or len(values) != len(order.fields):
        raise wrong
    kinds = [field_kind(queryset, name) for name in order.fields]
    try:
        return direction == "<", [_typed(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise wrong from error


def field_kind(queryset: QuerySet[Any], path: str) -> type:
    """What kind of values a field path holds: date, datetime, int, float or str."""
    if path in queryset.query.annotations:
        return _kind_of(queryset.query.annotations[path].output_field)
    model: Any = queryset.model
    for part in path.split("__"):
        found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        model = found.related_model or model
    return _kind_of(found)


def _kind_of(found: Any) -> type:
    internal = found.target_field if found.is_relation else getattr(found, "output_field", None) or found
    name = internal.get_internal_type()
    if "Date" in name:
        return datetime if name == "DateTimeField" else date
    if name == "FloatField":
        return float
    return int if "Integer" in name or "AutoField" in name else str


def _typed(kind: type, value: Any) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return moment.astimezone(UTC)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, kind):
        raise TypeError(kind)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("larger than any number of ours")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("NUL")
    return value


@dataclass(frozen=True, slots=True)
class Pager:
    """A page as a template shows it: what is on it and the addresses of its neighbours ("" where there is none)."""

    items: list[Any]
    next_url: str = ""
    previous_url: str = ""
    first_url: str = ""
    count: int | None = None
    count_is_capped: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request, to make the addresses of neighbouring pages with all else kept."""

    path: str
    parameters: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, request: Any) -> Query:
        return cls(
            request.path,
            [(key, value) for key, values in request.GET.lists() for value in values if key != "page" and value],
        )

    def changed(self, name: str, value: str) -> Query:
        """The same with another value of one parameter, or without it."""
        kept = self.without(name)
        return Query(self.path, [*kept.parameters, (name, value)]) if value else kept

    def without(self, *names: str) -> Query:
        """The same without these parameters."""
        return Query(self.path, [row for row in self.parameters if row[0] not in names])

    def url(self, page: str | int | None) -> str:
        parameters = [*self.parameters, *([("page", str(page))] if page else [])]
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path


def capped_count(queryset: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, counted to a cap, and whether the cap was met."""
    counted = queryset.order_by()[: COUNTED_TO + 1].count()
    return min(counted, COUNTED_TO), counted > COUNTED_TO


def keyset_pager(
    request: Any,
    queryset: QuerySet[Any],
    order: Order,
    size: int,
    count: int | None = None,
    *,
    is_capped: bool = False,
    fetch: Fetch | None = None,
) -> Pager:
    """The page that the request's `page` names; raises InvalidPage.

    `page` is a cursor, or the number of one of the first pages for those who type addresses. The rows are counted to a
    cap unless `count` is known.
    """
    query = Query.of(request)
    wanted = request.GET.get("page", "")
    check_page(request, queryset, order)
    if count is None:
        count, is_capped = capped_count(queryset)
    if is_number(wanted):
        rows = order.applied(queryset)
        numbered = _numbered(
            query, rows.values_list("pk", flat=True) if fetch else rows, int(wanted), size, count, is_capped
        )
        return replace(numbered, items=fetch(numbered.items)) if fetch else numbered
    page = read_page(queryset, order, wanted, size, fetch)
    if wanted and not page.rows:
        raise InvalidPage(_("There is nothing on this page. Start at the first one."))
    return Pager(
        page.rows,
        query.url(page.next) if page.next else "",
        query.url(page.previous) if page.previous else "",
        query.url(None) if wanted else "",
        count,
        is_capped,
    )


def numbered_pager(
    request: Any, rows: Sequence[Any] | QuerySet[Any], size: int, count: int, is_capped: bool = False
) -> Pager:
    """A page by its number, for lists that are ranked and short; raises InvalidPage."""
    check_page(request)
    wanted = request.GET.get("page") or "1"
    return _numbered(Query.of(request), rows, int(wanted), size, count, is_capped)


def check_page(request: Any, queryset: QuerySet[Any] | None = None, order: Order | None = None) -> None:
    """Raise InvalidPage for a `page` that can't be one of this list, before anything is searched or counted for it."""
    wanted = request.GET.get("page", "")
    if not wanted or is_number(wanted):
        return
    if queryset is None or order is None:
        raise InvalidPage(_("%(page)r is not a page number.") % {"page": wanted[:40]})
    _decode(wanted, order, queryset)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _numbered(query: Query, rows: Any, number: int, size: int, count: int, is_capped: bool) -> Pager:
    first = (number - 1) * size
    if number < 1 or (first >= count and number > 1):
        message = _("There is no page %(number)s: the list ends before it. Start at the first one.")
        raise InvalidPage(message % {"number": number})
    return Pager(
        list(rows[first : first + size]),
        query.url(number + 1) if first + size < count else "",
        query.url(number - 1 if number > 2 else None) if number > 1 else "",
        query.url(None) if number > 1 else "",
        count,
        is_capped,
        number,
    )
