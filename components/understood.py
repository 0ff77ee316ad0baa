"""What was understood from the parent's words, as chips to take back."""

from __future__ import annotations

import streamlit as st

from components.i18n import _, plain
from components.keys import Keys
from core.text_encoder import text_digest
from core.triage import Screening
from core.types import Correction


def correct_facts(screening: Screening, corrected: tuple[Correction, ...], keys: Keys) -> tuple[Correction, ...]:
    """The parent's corrections after what was just tapped; nothing is drawn where words said nothing.

    Words that are new draw the chips afresh: what is told again after it was taken back stands again.
    """
    found = {fact.id: fact for fact in screening.found}
    if not found:
        return corrected
    texts = {name: ":material/warning: " * fact.is_danger + plain(fact.text) for name, fact in found.items()}
    stands = [name for name, fact in found.items() if not fact.is_taken_back]
    right = st.pills(
        _("We understood this from your words. Tap whatever is not right."),
        list(found),
        selection_mode="multi",
        default=stands,
        format_func=texts.__getitem__,
        key=keys(f"found.{text_digest(repr(screening.texts))}"),
    )
    wrong = [Correction(fact=name, texts=len(screening.texts)) for name in stands if name not in right]
    changed = {*(name for name in right if name not in stands), *(correction.fact for correction in wrong)}
    return (*(correction for correction in corrected if correction.fact not in changed), *wrong)


def understood_card(screening: Screening, corrected: tuple[Correction, ...], keys: Keys) -> tuple[Correction, ...]:
    """The same, folded, beside an answer."""
    if not screening.found:
        return corrected
    with st.expander(_("What we understood from your words"), icon=":material/fact_check:"):
        return correct_facts(screening, corrected, keys)
