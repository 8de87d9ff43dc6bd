"""Columns as the models of both layers read them, and what may stand in them."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func
from django.utils.deconstruct import deconstructible

from papers.field_rules import RULES


@deconstructible
class MayBe:
    """A validator by one of papers.field_rules.RULES: `MayBe("category")`."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, value: Any) -> None:
        if reason := RULES[self.name](value):
            raise ValidationError(f"{str(value)[:80]!r} {reason}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MayBe) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


class JSONField(models.JSONField):
    """Django's JSON column, read by orjson: a fifth of the time, which was a fifth of an answer about authors."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        try:
            return orjson.loads(value)
        except (orjson.JSONDecodeError, TypeError):  # NULL, a value out of a column's inside, a number beyond 64 bits
            return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        """As the plain column, so that migrations don't see the difference."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


@deconstructible(path="papers.models.fields.PlaceInTime")
class PlaceInTime(Func):
    """The place of a date of some precision among others, from its two columns (papers.text.dates.PartialDate.place)."""

    output_field = models.PositiveIntegerField()

    def __init__(self, day: str, precision: str):
        super().__init__(F(day), F(precision))

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> Any:
        (day, params), (precision, more) = map(compiler.compile, self.get_source_expressions())
        digits = f"REPLACE({day}, '-', '')" if connection.vendor == "sqlite" else self._digits(day)
        left_out = f"CASE {precision} WHEN 'year' THEN 101 WHEN 'month' THEN 1 ELSE 0 END"
        return f"COALESCE(CAST({digits} AS integer) - {left_out}, 0)", [*params, *more]

    @staticmethod
    def _digits(day: str) -> str:
        return f"EXTRACT(YEAR FROM {day}) * 10000 + EXTRACT(MONTH FROM {day}) * 100 + EXTRACT(DAY FROM {day})"
