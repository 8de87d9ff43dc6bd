"""A condition on a row in SQL of our own, as the ORM takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler


class Holds(Func):
    """True for rows of which the SQL holds; `{pk}` in it is the row's primary key, whatever alias the ORM gives its table."""

    output_field = BooleanField()

    def __init__(self, sql: str, params: Sequence[Any]):
        super().__init__(F("pk"))
        self.sql = sql
        self.params = tuple(params)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        pk, _ = compiler.compile(self.source_expressions[0])
        return self.sql.replace("{pk}", pk), list(self.params)
