"""Where the sentences come from."""

from __future__ import annotations

import re

import streamlit as st

from components.i18n import _
from core.messages import translate
from core.types import Lang

_DOLLAR = re.compile(r"(?<!\\)\$")


def split_sources(text: str) -> tuple[str, str]:
    """A composed text as what is said and the list of its sources; the list is empty when there is none."""
    for lang in Lang:
        said, heading, sources = text.partition(f"### {translate(lang, 'Sources')}\n")
        if heading:
            return said.rstrip(), sources.strip()
    return text.rstrip(), ""


def stopped(text: str) -> str:
    """What was streamed before Stop, marked as such; its sources stay where they are looked for."""
    said, sources = split_sources(text)
    marked = f"{said}\n\n_({_('stopped')})_".lstrip()
    return f"{marked}\n\n### {_('Sources')}\n\n{sources}" if sources else marked


def literal_dollars(text: str) -> str:
    """Markdown without formulas: every `$` is a plain sign."""
    return _DOLLAR.sub(r"\\$", text)


def sources_expander(sources: str) -> None:
    """The numbered sources with links, folded; nothing when there are none."""
    if sources:
        with st.expander(_("Sources"), icon=":material/menu_book:"):
            st.markdown(literal_dollars(sources))


def review_mark() -> None:
    """That no clinician has checked the texts yet."""
    st.badge(_("Not yet reviewed by a clinician"), icon=":material/pending:", color="orange")
