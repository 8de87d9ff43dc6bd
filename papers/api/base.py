"""The base of the API's views: what every list and every record may be asked for, and how it is answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework import serializers
from rest_framework.exceptions import APIException, MethodNotAllowed, ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from papers.api.field_selection import Selection, Tree, UnknownField, tree_of
from papers.api.grouping import Group, Groups, grouped
from papers.api.parameters import refuse_unknown
from papers.api.renderers import FORMAT, LIST_FORMATS, Citations, Json, Lines, stream
from papers.api.sampling import sample
from papers.citations.work import AS, FORMS, Form, UnknownForm, form_named
from papers.database.keyset import Fetch, Order, cursor_after, read_page
from papers.http import response_cache
from papers.http.conditional import Freshness

MOST_SAMPLED = 200
LARGEST_SEED = 2**31 - 1
KEPT_HEADERS = ("Content-Type", "Link")  # what the view says; the rest is written anew
AT_ONCE = 500  # rows of a stream that are read at a time

Rows = Sequence[Mapping[str, Any]]
Found = list[Any]
Ranking = Callable[[Any], list[int]]


class Gone(APIException):
    """What was here is gone for good (410)."""

    status_code = 410
    default_code = "gone"


class ReadView(GenericViewSet[Any]):
    """A list that is paged by keyset and records looked up by what people call them.

    `expansions` names what `expand` can put whole where the answer has a reference; `groupings` what a list can be grouped
    by; `record_formats` in which formats besides JSON a single record is answered, `list_formats` a list.
    """

    filterset_class: Any = None
    lookup_value_regex = "[^/]+"
    extra_parameters: tuple[str, ...] = ()  # what an action may be asked for besides
    expansions: Mapping[str, Callable[[Any], None]] = {}
    groupings: Mapping[str, Group] = {}
    list_formats: tuple[type[BaseRenderer], ...] = LIST_FORMATS
    record_formats: tuple[type[BaseRenderer], ...] = (Json,)
    shape: type[serializers.Serializer[Any]] | None = None  # of an action's records, where they are not the view's
    # Reads the records of a page by their primary keys, where that is not the queryset's to do.
    fetch: Fetch | None = None
    order: Order | None = None  # of a list, where that is not the filters' to say
    ranking: Ranking | None = None  # what puts the best match first, where the filters can ask for that
    selection = Selection({})
    form: Form | Literal[""] = ""  # in which papers are cited
    filterset: Any = None
    freshness: Freshness | None = None  # of the answer; None where it is another one each time
    is_private = False  # whether answers are for who asks alone, and may be kept nowhere

    # --- What may be asked for

    @property
    def is_list(self) -> bool:
        return self.pagination_class is not None and self.action not in ("retrieve", "create", "metadata", None)

    def get_renderers(self) -> list[BaseRenderer]:
        kinds = self.list_formats if self.is_list else self.record_formats
        return [kind() for kind in kinds]

    def own_parameters(self) -> set[str]:
        """Besides filters, paging and format."""
        found = set(self.extra_parameters)
        if self.whole_tree():
            found |= {"fields", "omit", *(["expand"] if self.expansions else [])}
        if any(isinstance(renderer, Citations) for renderer in self.get_renderers()):
            found.add(AS)
        if self.action == "list":
            found |= {"sample", "seed", *(["group_by"] if self.groupings else [])}
        return found

    def known_parameters(self) -> set[str]:
        found = {FORMAT, *self.own_parameters()}
        if self.is_list:
            found |= set(getattr(self.paginator, "parameters", ()))
            found |= set(self.filterset_class.base_filters) if self.filterset_class else set()
        return found

    def whole_tree(self) -> Tree:
        """The fields of a record of this action."""
        shape: Any = self.shape or self.get_serializer_class()
        return tree_of(shape) if shape else {}

    def columns(self) -> Tree:
        """The fields that a table of the answer has."""
        if self.request.query_params.get("group_by"):
            return {"key": None, "count": None}
        return self.selection.kept or self.whole_tree()

    # --- Before the work

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As the framework does it, but without the work where the client has the answer, or the cache."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        response: HttpResponseBase | None
        try:
            self.initial(self.request, *args, **kwargs)
            response = self.known_response() or getattr(self, str(request.method).lower())(
                self.request, *args, **kwargs
            )
        except Exception as error:
            response = self.handle_exception(error)
        return self.finalize_response(self.request, response, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what makes no sense, and look how fresh the answer is.

        What nobody can do here is 405 for everybody, before anybody is told to sign in for it.
        """
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            refuse_unknown(request, {FORMAT, *self.extra_parameters})
            return
        refuse_unknown(request, self.known_parameters())
        if self.is_list:
            self.paginator.check(request)  # type: ignore[union-attr]
        if isinstance(request.accepted_renderer, Citations):
            for name in sorted({"fields", "omit", "expand", "group_by"} & set(request.query_params)):
                raise ValidationError({name: ["This has no meaning in a citation format."]})
        elif AS in request.query_params:
            raise ValidationError({AS: ["This has a meaning in citation formats alone: bib, ris and csl."]})
        try:
            self.form = form_named(request.query_params.get(AS, ""))
        except UnknownForm as error:
            raise ValidationError(
                {AS: [f"Unknown value {str(error)[:40]!r}. Allowed here: {', '.join(FORMS)}."]}
            ) from error
        self.read_expansions(request)
        self.read_selection(request.query_params.get("fields", ""), request.query_params.get("omit", ""))
        if not self.is_private and ("sample" not in request.query_params or "seed" in request.query_params):
            self.freshness = Freshness.now(request.get_full_path(), request.accepted_renderer.format, self.who())

    def known_response(self) -> HttpResponse | None:
        """304 where the client has the answer, or the one that was made a moment ago, if there is one."""
        if self.freshness is None:
            return None
        if self.freshness.is_known(self.request):
            return HttpResponseNotModified()
        return response_cache.find(response_cache.answer_key(self.request, self.freshness))

    def who(self) -> str:
        """Whom the answer is for, so that nobody is told "unchanged" of what another one read."""
        return f"{self.request.user.pk or ''} {getattr(self.request.auth, 'pk', '')}"

    def read_selection(self, fields: str, omit: str) -> None:
        whole = self.whole_tree()
        for name, text in (("fields", fields), ("omit", omit)):
            try:
                self.selection = Selection.of(whole, **{name: text})
            except UnknownField as error:
                raise ValidationError({name: [str(error)]}) from error
        self.selection = Selection.of(whole, fields, omit)
        if whole and not self.selection.kept:
            raise ValidationError({"omit": ["Nothing would be left of the answer."]})

    def read_expansions(self, request: Request) -> None:
        asked = request.query_params.get("expand")
        self.expanded = list(dict.fromkeys(name.strip() for name in asked.split(","))) if asked else []
        for name in self.expanded:
            if name not in self.expansions:
                allowed = ", ".join(sorted(self.expansions))
                raise ValidationError({"expand": [f"Unknown value {name[:40]!r}. Allowed here: {allowed}."]})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        if self.freshness and finished.status_code in (200, 304):
            for name, value in self.freshness.headers().items():
                finished.headers.setdefault(name, value)
            if isinstance(finished, Response) and (key := response_cache.answer_key(request, self.freshness)):
                finished.add_post_render_callback(lambda written: response_cache.keep(key, without_headers(written)))
        if self.is_private:
            finished.headers["Cache-Control"] = "no-store"
        patch_vary_headers(finished, ["Accept", "Authorization"])
        return finished

    # --- The answers

    def order_of(self, filterset: Any) -> Order | None:
        """The order of the list; None where `ranked` gives it."""
        order: Order | None = self.order or filterset.order
        return order

    def ranked(self, filterset: Any) -> list[int]:
        """Primary keys, best match first, where the filters ask for that."""
        if self.ranking is None:
            raise ValidationError({"ordering": ["This list can't be ordered by relevance."]})
        return self.ranking(filterset)

    def fetched(self, queryset: QuerySet[Any], ids: Sequence[int]) -> Found:
        """The records with these primary keys, which the queryset has, in this order."""
        if self.fetch:
            return self.fetch(ids)
        by_id = queryset.in_bulk(ids)
        return [by_id[pk] for pk in ids if pk in by_id]

    def rows(self, found: Found) -> Rows:
        """The records of one page as they are answered."""
        raise NotImplementedError

    def known_groups(self, filterset: Any, name: str) -> Groups | None:  # noqa: ARG002 - those who know some need it
        """Groups that need no counting, if there are such."""
        return None

    def finished(self, rows: Rows) -> Rows:
        """The rows with what was asked to be expanded and without what was not asked for."""
        if isinstance(self.request.accepted_renderer, Citations):
            return rows  # works
        for name in self.expanded:
            self.expansions[name](rows)
        return rows if self.selection.is_all else [self.selection.cut(row) for row in rows]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queryset = self.filter_queryset(self.get_queryset())
        if group_by := request.query_params.get("group_by"):
            return self.answer_groups(queryset, group_by)
        if "sample" in request.query_params or "seed" in request.query_params:
            return self.answer_sample(queryset)
        return self.answer_list(queryset)

    def answer_list(self, queryset: QuerySet[Any], rows: Callable[[Found], Rows] | None = None) -> HttpResponseBase:
        """One page of the queryset, or the whole of it as lines, where the format has them and no page was asked for."""
        rows = rows or self.rows
        renderer = self.request.accepted_renderer
        asked = self.request.query_params
        if isinstance(renderer, Lines) and "page_size" not in asked and "cursor" not in asked:
            if self.request.method == "HEAD":
                return stream(renderer, (), self, is_long=False)
            order = self.order_of(getattr(self, "filterset", None))
            is_long = order is None or bool(cursor_after(queryset, order, "", AT_ONCE))
            chunks = (self.finished(rows(chunk)) for chunk in self.chunks(queryset))
            return stream(renderer, chunks, self, is_long=is_long)
        page = self.paginate_queryset(queryset) or []
        return self.get_paginated_response(self.finished(rows(page)))

    def chunks(self, queryset: QuerySet[Any]) -> Iterator[Found]:
        """The whole list, some hundred rows at a time, each by its place in the index."""
        order = self.order_of(getattr(self, "filterset", None))
        if order is None:
            ids = self.ranked(self.filterset)
            for start in range(0, len(ids), AT_ONCE):
                yield self.fetched(queryset, ids[start : start + AT_ONCE])
            return
        cursor = ""
        while True:
            page = read_page(queryset, order, cursor, AT_ONCE, self.fetch)
            yield page.rows
            cursor = page.next
            if not cursor:
                return

    def answer_groups(self, queryset: QuerySet[Any], name: str) -> Response:
        if name not in self.groupings:
            allowed = ", ".join(sorted(self.groupings))
            raise ValidationError({"group_by": [f"Unknown value {name[:40]!r}. Allowed here: {allowed}."]})
        if beside := sorted({"cursor", "sample", "seed", "expand", "fields", "omit"} & set(self.request.query_params)):
            raise ValidationError({each: ["This has no meaning together with group_by."] for each in beside})
        groups = self.known_groups(self.filterset, name)
        if groups is None:
            order = self.order_of(self.filterset)
            groups = grouped(order.applied(queryset) if order else queryset, self.groupings[name])
        return Response(groups.as_json(name))

    def answer_sample(self, queryset: QuerySet[Any]) -> Response:
        asked = self.request.query_params
        if "cursor" in asked:
            raise ValidationError({"cursor": ["A sample has one page."]})
        size = number(asked.get("sample", ""), "sample", 1, MOST_SAMPLED)
        seed = number(asked["seed"], "seed", 0, LARGEST_SEED) if "seed" in asked else secrets.randbelow(LARGEST_SEED)
        ids = sample(queryset, size, seed)
        rows = self.finished(self.rows(self.fetched(queryset, ids)))
        return Response({"next": None, "previous": None, "sample": size, "seed": seed, "results": rows})


def without_headers(response: Response) -> HttpResponse:
    """The written answer with no headers but those that are kept with it."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return HttpResponse(response.content, headers=headers)


def number(text: str, name: str, least: int, most: int) -> int:
    """The whole number in a parameter; raises ValidationError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and least <= int(text) <= most):
        raise ValidationError({name: [f"Give a number from {least} to {most}."]})
    return int(text)
