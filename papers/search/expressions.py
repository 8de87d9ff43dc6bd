"""A condition on a row in SQL of our own, as the ORM takes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler


class Holds(Func):
    """True for rows of which the SQL holds; a field's name in braces, or {pk}, is that column under its present alias."""

    output_field = BooleanField()

    def __init__(self, sql: str, params: Sequence[Any]):
        self.names = list(dict.fromkeys(re.findall(r"\{(\w+)\}", sql)))
        super().__init__(*map(F, self.names))
        self.sql = sql
        self.params = tuple(params)

    def as_sql(self, compiler: SQLCompiler, connection: Any, *args: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        return filled(self.sql, self.names, self.source_expressions, compiler), self.params


def filled(sql: str, names: Sequence[str], columns: Sequence[Any], compiler: SQLCompiler) -> str:
    """The SQL with these columns in the place of their names in braces."""
    for name, column in zip(names, columns, strict=True):
        sql = sql.replace(f"{{{name}}}", compiler.compile(column)[0])
    return sql
