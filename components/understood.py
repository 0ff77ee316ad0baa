"""What was understood from the parent's words, as chips to take back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.i18n import _, plain
from components.session import Keys
from core.corrections import FoundFact


def correct_facts(found: Sequence[FoundFact], corrected: tuple[str, ...], keys: Keys) -> tuple[str, ...]:
    """Ids of the facts that the parent says are not so, after what was just tapped; nothing is drawn without facts."""
    if not found:
        return corrected
    ids = [fact.id for fact in found]
    texts = {fact.id: ":material/warning: " * fact.is_danger + plain(fact.text) for fact in found}
    right = st.pills(
        _("We understood this from your words. Tap whatever is not right."),
        ids,
        selection_mode="multi",
        default=[name for name in ids if name not in corrected],
        format_func=texts.__getitem__,
        key=keys(f"found.{'.'.join(ids)}"),
    )
    elsewhere = [name for name in corrected if name not in ids]
    return (*elsewhere, *(name for name in ids if name not in right))


def understood_card(found: Sequence[FoundFact], corrected: tuple[str, ...], keys: Keys) -> tuple[str, ...]:
    """The same, folded, beside an answer."""
    if not found:
        return corrected
    with st.expander(_("What we understood from your words"), icon=":material/fact_check:"):
        return correct_facts(found, corrected, keys)
