# SPDX-License-Identifier: GPL-3.0-or-later
"""The form as it stands in this Blender session, and the view that panels read.

It is no data of Blender's: neither undo nor a file load touches it, and no .blend can hold a photo's path. Whatever
changes it works the view out anew; drawing only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avatarsdk_core.creation.form import Form, first_form
from avatarsdk_core.creation.offer import Offer
from avatarsdk_core.creation.photo_check import PhotoCheck, check_photo, name_from
from avatarsdk_core.creation.presets import Preset
from avatarsdk_core.creation.request import request_fields
from avatarsdk_core.creation.view import Situation, View, view
from avatarsdk_core.worker.messages import Answer

from .. import account, jobs, later, online, preferences, previews, words
from ..redraw import redraw_ours


@dataclass
class Selfie:
    """A photo by phone under way. `qr`: picture of the page's address; `code`: once the photo is there."""

    request: str = ""
    qr: str = ""
    visited: bool = False
    code: str = ""
    trouble: str = ""


@dataclass
class _State:
    form: Form = field(default_factory=lambda: first_form("metaperson_2.0", "female"))
    forms: dict[str, Form] = field(default_factory=dict)  # of other kinds, as they were left
    name: str = ""
    named: bool = False  # by a person: another photo doesn't change it
    photo: PhotoCheck | None = None
    selfie: Selfie = field(default_factory=Selfie)
    offers: dict[tuple[str, str], Offer] = field(default_factory=dict)
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: dict[tuple[str, str], str] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    pictures_asked: set[str] = field(default_factory=set)
    identity: tuple[object, ...] = ()
    view: View | None = None
    language: str = ""  # of the view's texts
    preset: str = ""


_state = _State()


def form() -> Form:
    """What is asked for."""
    return _state.form


def name() -> str:
    """What the avatar will be called."""
    return _state.name


def photo() -> PhotoCheck | None:
    """The photo that was chosen, checked."""
    return _state.photo


def selfie() -> Selfie:
    """The photo by phone, if one is under way or there."""
    return _state.selfie


def preset_title() -> str:
    """Title of the preset that was loaded last and not changed since, or empty."""
    return _state.preset


def search(category: str) -> str:
    """What is looked for in a category's grid."""
    return _state.searches.get(category, "")


def current() -> View:
    """What to show. Worked out when something changes; here the first time, and when the language is another one."""
    if _state.view is None or _state.language != words.language():
        _refresh()
    assert _state.view is not None
    return _state.view


def wanted() -> None:
    """May be called while drawing: what the account may ask for of this kind is asked soon, once."""
    account.wanted()
    key = _key()
    if account.phase() == account.SIGNED_IN and online.is_online() and key not in _state.asked:
        later.soon("offer", _ask_offer())


def is_refused() -> bool:
    """The service has said that this kind isn't for the account, or hasn't answered."""
    return _key() in _state.refusals


def ask_again() -> None:
    """What the account may ask for, once more: the service didn't answer."""
    _state.asked.pop(_key(), None)
    _state.refusals.pop(_key(), None)
    _changed()


def set_form(changed: Form) -> None:
    """Something was chosen or set."""
    if changed != _state.form:
        _state.form, _state.preset = changed, ""
        _changed()


def set_kind(pipeline_name: str, subtype: str) -> None:
    """Another kind of avatar: as it was left, else its own first choice."""
    left = _state.form
    if pipeline_name != left.pipeline:
        _state.forms[left.pipeline] = left
        set_form(_state.forms.get(pipeline_name) or left.for_pipeline(pipeline_name, subtype))
    else:
        set_form(left.for_pipeline(pipeline_name, subtype))


def set_name(text: str) -> None:
    """The avatar's name, by a person."""
    _state.name, _state.named = text, bool(text.strip())
    _changed()


def set_search(category: str, text: str) -> None:
    """What to look for."""
    _state.searches[category] = text
    _changed()


def set_photo(path: str) -> None:
    """A photo from the disk: it is looked at now, once."""
    stop_selfie()
    _take_photo(path)


def start_selfie() -> None:
    """A page for a phone; its QR code comes soon."""
    stop_selfie()
    _state.photo = None
    _state.selfie.request = jobs.ask("selfie", then=_told_of_selfie)
    _changed()


def stop_selfie() -> None:
    """No longer waiting for a phone."""
    if _state.selfie.request:
        jobs.cancel_ask(_state.selfie.request)
        jobs.forget(_state.selfie.request)
    _state.selfie = Selfie()
    _changed()


def load(preset: Preset) -> None:
    """What a preset asks for, in place of what was there; photo and name stay."""
    _state.form, _state.preset = preset.form, preset.title
    _changed()


def begin() -> str:
    """Starts the job; returns its id. What was chosen stays, for the next one."""
    chosen: dict[str, Any] = request_fields(_state.form, _state.name.strip())
    if _state.selfie.code:
        chosen["selfie"] = _state.selfie.code
    elif _state.photo is not None:
        chosen["photo"] = str(Path(_state.photo.path).absolute())
    return jobs.start(
        "create",
        title=chosen["name"],
        folder=str(preferences.avatars_folder()),
        profile=account.current().profile,
        **chosen,
    )


def register() -> None:
    """Another account may ask for other things."""
    account.on_change(_account_changed)


def unregister() -> None:
    """Forgets everything."""
    global _state
    later.drop("offer")
    _state = _State()


def _changed() -> None:
    _refresh()
    redraw_ours()


def _refresh() -> None:
    key = _key()
    _state.language = words.language()
    _state.view = view(
        Situation(
            form=_state.form,
            offer=_state.offers.get(key) or Offer(*key),
            photo=_state.photo,
            selfie=bool(_state.selfie.code),
            name=_state.name,
            account=account.current(),
            searches=_state.searches,
            pictures=_state.pictures,
            gate=account.gate() or _state.refusals.get(key, ""),
        )
    )


def _key() -> tuple[str, str]:
    return _state.form.pipeline, _state.form.subtype_name


def _account_changed() -> None:
    who = account.current()
    identity = (account.phase() == account.SIGNED_IN, who.root_url, who.profile, who.client_id, who.access)
    if identity == _state.identity:  # only the counters are new
        _refresh()
        return
    _state.identity = identity
    _state.offers.clear()
    _state.refusals.clear()
    _state.asked.clear()
    _state.pictures_asked.clear()
    _refresh()


def _ask_offer() -> Iterator[None]:
    key = _key()
    if key not in _state.asked:
        _state.asked[key] = jobs.ask("parameters", then=_told_offer, pipeline=key[0], pipeline_subtype=key[1])
        if key[0] not in _state.pictures_asked:
            _state.pictures_asked.add(key[0])
            jobs.ask("asset_pictures", then=_told_picture, pipeline=key[0])
    yield


def _told_offer(answer: Answer) -> None:
    key = next((key for key, request in _state.asked.items() if request == answer.id), None)
    if key is None:
        return
    if answer.failure is not None:
        refused = answer.failure.error in ("AccessDenied", "NotFound")
        _state.refusals[key] = _refusal(key[0]) if refused else answer.failure.message
    else:
        computation = answer.fields.get("computation") or {}
        export = answer.fields.get("export")
        _state.offers[key] = Offer(*key, computation=computation.get("available"), export=export)
    _changed()


def _refusal(pipeline_name: str) -> str:
    from avatarsdk_core.catalog import pipeline
    from avatarsdk_core.creation.words import pipeline_words

    needed = pipeline(pipeline_name).plan
    kind = pipeline_words(pipeline_name)[0]
    return words.tip(
        "Your plan doesn't include {kind}: it needs {plan} or higher; choose another kind", kind=kind, plan=needed
    )


def _told_picture(answer: Answer) -> None:
    found = answer.fields.get("path")
    if answer.failure is None and found:
        _state.pictures[str(answer.fields.get("name"))] = str(found)
        _changed()


def _told_of_selfie(answer: Answer) -> None:
    if answer.id != _state.selfie.request:
        return
    told, here = answer.fields, _state.selfie
    here.qr = str(told.get("qr") or here.qr)
    here.visited = here.visited or bool(told.get("visited"))
    if answer.final:
        previews.forget(here.qr)
        here.qr, here.request = "", ""
        if answer.failure is not None:
            here.trouble = answer.failure.message
        else:
            here.code = str(told.get("selfie") or "")
            _take_photo(str(told.get("photo") or ""))
            return
    _changed()


def _take_photo(path: str) -> None:
    if _state.photo is not None:
        previews.forget(_state.photo.path)
    _state.photo = check_photo(path) if path else None
    if path and not _state.named:
        _state.name = words.iface("My Avatar") if _state.selfie.code else name_from(path)
    _changed()


CLASSES: tuple[type, ...] = ()
