"""Dates and times as arguments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click


class Moment(click.ParamType):  # type: ignore[type-arg]
    """An ISO 8601 date or time; without an offset it is local. Aware afterwards."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value).strip()).astimezone()
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2026-11-23 or 2026-11-23T18:30", param, ctx)


MOMENT = Moment()
