"""How a visit begins: anew, from its address, or over again."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import streamlit as st

from components.keys import new_keys
from components.session import Visit, has_visit, hold_visit, visit
from core.types import Lang
from core.visit_types import Draft

TOKEN_BYTES = 24
_CASE = "case"


def open_visit(load: Callable[[str], Draft | None], lang: Lang) -> Visit:
    """This tab's visit: the one on screen, the one that the address names, or a new one.

    A token that was never given out is not taken over: whoever made it up could read along.
    """
    if not has_visit():
        token = st.query_params.get(_CASE)
        draft = load(token) if token else None
        hold_visit(resume_visit(token, draft) if token and draft else new_visit(lang))
    this = visit()
    this.keys.is_stale = False
    if st.query_params.get(_CASE) != this.token:
        st.query_params[_CASE] = this.token
    return this


def start_over() -> None:
    """Puts a new, empty visit in the place of this one."""
    hold_visit(new_visit(visit().lang))


def new_visit(lang: Lang) -> Visit:
    """An empty visit under a fresh token."""
    return Visit(token=secrets.token_urlsafe(TOKEN_BYTES), lang=lang, keys=new_keys(lang))


def resume_visit(token: str, draft: Draft) -> Visit:
    """The visit as its draft kept it."""
    case = draft.case
    return Visit(
        token=token,
        lang=case.lang,
        country=case.country,
        keys=new_keys(case.lang),
        report=case.report,
        has_thermometer=not (draft.editing or case.report).feels_hot,
        photos=case.photos,
        consent=draft.consent,
        assessment=draft.assessment,
        turns=draft.turns,
        floor=draft.floor,
        earlier=draft.earlier,
        opinions=draft.opinions,
        turn_photos=draft.turn_photos,
        looks=draft.looks,
        editing=draft.editing,
        saved=draft,
    )
