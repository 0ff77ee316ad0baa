"""What those who run the app want to see: counts, never a visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from components.answer_actions import REASONS
from components.i18n import _
from core.opinions import OpinionCounts

if TYPE_CHECKING:
    from core.settings import Settings
    from core.spending import Usage

USAGE_DAYS = 30


def operator_part(counts: OpinionCounts, usage: Sequence[Usage], settings: Settings) -> None:
    """What parents think of answers, and what the language model used, folded."""
    with st.expander(_("For operators"), icon=":material/monitoring:"):
        _opinions(counts)
        for model in usage:
            _usage(model, settings)


def _opinions(counts: OpinionCounts) -> None:
    """How many answers parents found helpful and not, and why not."""
    if not counts.good + counts.bad:
        st.write(_("No answer has been rated yet."))
        return
    st.write(_("Answers found helpful: {good}; not helpful: {bad}", good=counts.good, bad=counts.bad))
    st.markdown("\n".join(f"- {_(REASONS[reason])}: {count}" for reason, count in counts.reasons.items()))


def _usage(usage: Usage, settings: Settings) -> None:
    """Calls and tokens of one model, and what they cost where prices are set."""
    st.write(
        _(
            "Language model {model}, last {days} days: {calls} calls, about {sent} tokens sent, {received} received.",
            model=f"`{usage.model}`",
            days=USAGE_DAYS,
            calls=f"{usage.calls:,}",
            sent=f"{usage.sent:,}",
            received=f"{usage.received:,}",
        )
    )
    if settings.price_in is not None and settings.price_out is not None:
        cost = usage.cost(settings.price_in, settings.price_out)
        st.write(_("At your prices that is about {cost}.", cost=f"{cost:,.2f}"))
