"""What will be sent where, and what it may cost, in lines for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from avatarsdk_core.catalog import pipeline
from avatarsdk_core.creation.form import CHOICES, Form
from avatarsdk_core.creation.photo_check import PhotoCheck
from avatarsdk_core.creation.words import category_words, pipeline_words, subtype_words, title
from avatarsdk_core.settings import is_loopback
from avatarsdk_core.wording import say


@dataclass(frozen=True)
class Account:
    """Who is signed in, as far as a panel needs it. `usage`: created, prepaid, to_pay of the billing period."""

    root_url: str = ""
    profile: str = ""
    access: str = ""
    client_id: str = ""
    kept_in: str = ""
    usage: Mapping[str, Any] | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.root_url).netloc

    @property
    def is_sandbox(self) -> bool:
        """It runs on this machine."""
        return is_loopback(urlsplit(self.root_url).hostname or "")


def summary(form: Form, photo: PhotoCheck | None, account: Account) -> tuple[str, ...]:
    """Where, what, how, and what it may cost. `photo`: None for a selfie that is on the service already."""
    where = say("the sandbox on this computer ({host})", host=account.host) if account.is_sandbox else account.host
    lines = [
        say("The photo stays where the phone put it: {where} makes the avatar of it", where=where)
        if photo is None
        else say("The photo ({facts}) goes to {where}", facts=photo.facts, where=where),
        say("Place, time and camera are taken out of it first") if photo is not None else "",
        say("Avatar: {kind}", kind=", ".join(_kind(form))),
        *_chosen(form),
        _files(form),
        cost(account),
    ]
    return tuple(line for line in lines if line)


def cost(account: Account) -> str:
    """What one more avatar means for this account, as far as the service tells."""
    if account.is_sandbox:
        return say("Costs nothing: the sandbox isn't the real service")
    usage = account.usage
    if not usage:
        return say("Counts as one avatar of your plan; the service doesn't tell this account how many are left")
    return say("Counts as one avatar of your plan: {counted}", counted=counted(usage))


def counted(usage: Mapping[str, Any]) -> str:
    """The billing period's counters, those that aren't 0."""
    words = [say("{count:,} made in this billing period", count=usage.get("created", 0))]
    if usage.get("prepaid"):
        words.append(say("{count:,} prepaid", count=usage["prepaid"]))
    if usage.get("to_pay"):
        words.append(say("{count:,} to be paid", count=usage["to_pay"]))
    return ", ".join(words)


def _kind(form: Form) -> tuple[str, ...]:
    kind = pipeline_words(form.pipeline)[0]
    subtypes = pipeline(form.pipeline).subtypes
    return (kind, subtype_words(form.subtype_name)[0]) if len(subtypes) > 1 else (kind,)


def _chosen(form: Form) -> list[str]:
    lines = []
    for category in CHOICES:
        names = [title(name) for name in form.chosen(category)]
        if names:
            first = ", ".join(names[:4])
            more = say("{first} and {count} more", first=first, count=len(names) - 4) if len(names) > 4 else first
            lines.append(f"{category_words(category)[0]}: {more}")
    for category, values in form.values.items():
        told = [title(name) for name, value in values.items() if value is not False]
        if told:
            lines.append(f"{category_words(category)[0]}: {', '.join(told)}")
    return lines


def _files(form: Form) -> str:
    if not pipeline(form.pipeline).export_parameters:
        return say("Files: mesh, texture and shapes as the service keeps them")
    kind = str(form.export.get("format", "glb")).upper()
    size = form.export.get("texture_profile") or ""
    level = str(form.export.get("lod", "") if form.export.get("lod") is not None else "")
    parts = [
        kind,
        say("level of detail {level}", level=level.removeprefix("LOD")) if level else "",
        say("textures {size}", size=size) if size else "",
        say("one finished mesh" if form.export.get("finalize") else "hair and clothes apart"),
    ]
    return say("Files: {parts}", parts=", ".join(filter(None, parts)))
