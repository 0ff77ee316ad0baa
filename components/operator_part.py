"""What those who run the app want to see: counts, never a visit."""

from __future__ import annotations

import streamlit as st

from components.answer_actions import REASONS
from components.i18n import _
from core.opinions import OpinionCounts


def opinion_counts(counts: OpinionCounts) -> None:
    """How many answers parents found helpful and not, and why not, folded."""
    with st.expander(_("For operators"), icon=":material/monitoring:"):
        if not counts.good + counts.bad:
            st.write(_("No answer has been rated yet."))
            return
        st.write(_("Answers found helpful: {good}; not helpful: {bad}", good=counts.good, bad=counts.bad))
        st.markdown("\n".join(f"- {_(REASONS[reason])}: {count}" for reason, count in counts.reasons.items()))
