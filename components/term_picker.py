"""Picking terms of the vocabulary: by search, among the usual ones, or group by group, all kept in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.i18n import _
from components.keys import Keys
from core.types import Lang
from core.vocabulary import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class TermMenu:
    """What one picker offers."""

    name: str
    """Prefix of its widgets' names."""
    terms: Mapping[str, Term]
    """Term id → term, in the order shown."""
    groups: Mapping[str, Mapping[Lang, str]]
    """Group id → name, in the order shown."""
    usual: Sequence[str]
    """Ids offered first."""


def pick_terms(menu: TermMenu, chosen: tuple[str, ...], lang: Lang, keys: Keys) -> tuple[str, ...]:
    """The chosen ids after what the parent just tapped, in the order chosen."""
    search, usual = f"{menu.name}.search", f"{menu.name}.usual"
    offers = {usual: tuple(item for item in menu.usual if item in menu.terms), search: tuple(menu.terms)}
    held = {usual: _pills(menu, usual, _("Often picked"), offers[usual], chosen=chosen, lang=lang, keys=keys)}
    held[search] = _search(menu, search, chosen, lang=lang, keys=keys)
    with st.expander(
        _("Show all {count}", count=len(menu.terms)), key=keys(f"{menu.name}.all"), icon=":material/apps:"
    ):
        for group, names in menu.groups.items():
            name = f"{menu.name}.{group}"
            offers[name] = tuple(item.id for item in menu.terms.values() if item.group == group)
            held[name] = _pills(menu, name, f"**{names[lang]}**", offers[name], chosen=chosen, lang=lang, keys=keys)
    merged = merge_choices(chosen, [(offers[name], value) for name, value in held.items()])
    keys.renew(*(name for name, value in held.items() if set(value) != set(offers[name]) & set(merged)))
    return merged


def merge_choices(chosen: tuple[str, ...], held: Sequence[tuple[Sequence[str], Sequence[str]]]) -> tuple[str, ...]:
    """The chosen ids with what any widget added or took away.

    Args:
        chosen: what all widgets showed before.
        held: for each widget, the ids it offers and the ids it holds now.
    """
    before = set(chosen)
    removed = {item for offered, now in held for item in before & set(offered) - set(now)}
    added = [item for _offered, now in held for item in now if item not in before]
    return tuple(dict.fromkeys([*(item for item in chosen if item not in removed), *added]))


def _search(menu: TermMenu, name: str, chosen: tuple[str, ...], *, lang: Lang, keys: Keys) -> list[str]:
    """What the search box holds now."""
    return st.multiselect(
        _("Search or remove"),
        list(menu.terms),
        default=list(chosen),
        format_func=lambda item: f"{menu.terms[item].labels[lang]} · {menu.groups[menu.terms[item].group][lang]}",
        placeholder=_("Type to search"),
        key=keys(name),
    )


def _pills(
    menu: TermMenu, name: str, title: str, ids: tuple[str, ...], *, chosen: tuple[str, ...], lang: Lang, keys: Keys
) -> list[str]:
    """What one row of pills holds now."""
    return st.pills(
        title,
        ids,
        selection_mode="multi",
        default=[item for item in chosen if item in ids],
        format_func=lambda item: menu.terms[item].labels[lang],
        key=keys(name),
    )
