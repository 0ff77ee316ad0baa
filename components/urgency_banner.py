"""How soon to act, in colour, sign and words, before anything else on screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.i18n import N_, _, plain
from components.session import Visit
from core.types import Lang, Urgency, UrgencyDecision

NIGHT_CLINICS = "https://www.e-gen.or.kr/moonlight/main.do"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a level is shown."""

    heading: str
    icon: str
    alert: Literal["error", "warning", "info", "success"]


_LOOKS = {
    Urgency.EMERGENCY: _Look(N_("Emergency: act now"), ":material/emergency:", "error"),
    Urgency.URGENT_SAME_DAY: _Look(N_("See a doctor today"), ":material/local_hospital:", "warning"),
    Urgency.SOON_24H: _Look(N_("See a doctor within 24 hours"), ":material/schedule:", "warning"),
    Urgency.ROUTINE: _Look(N_("See a doctor in the next days"), ":material/event:", "info"),
    Urgency.SELF_CARE: _Look(N_("Look after this at home, and keep watching"), ":material/home_health:", "success"),
}
_CALLS = {
    (Lang.KO, Urgency.EMERGENCY): ((N_("Call {number}"), "119"),),
    (Lang.EN, Urgency.EMERGENCY): (
        (N_("Korea {number}"), "119"),
        (N_("UK {number}"), "999"),
        (N_("US {number}"), "911"),
    ),
    (Lang.KO, Urgency.URGENT_SAME_DAY): ((N_("Medical advice {number}"), "119"),),
    (Lang.EN, Urgency.URGENT_SAME_DAY): ((N_("Korea {number}"), "119"), (N_("UK advice {number}"), "111")),
}


def urgency_banner(decision: UrgencyDecision, lang: Lang) -> None:
    """The level, the one next step, and numbers to tap when it is urgent."""
    look = _LOOKS[decision.urgency]
    draw = {"error": st.error, "warning": st.warning, "info": st.info, "success": st.success}[look.alert]
    draw(f"### {_(look.heading)}\n\n{plain(decision.next_step)}", icon=look.icon)
    calls = _CALLS.get((lang, decision.urgency), ())
    if calls:
        _call_buttons(calls, decision.urgency, lang)


class BannerSlot:
    """The place of the banner: above everything, redrawn as soon as a decision comes."""

    def __init__(self, this: Visit) -> None:
        """Takes the place on screen and shows what stands so far."""
        self._this = this
        self._slot = st.container(key="urgency").empty()
        if this.assessment is not None:
            self.show(this.assessment.decision)

    def show(self, decision: UrgencyDecision) -> None:
        """Draws a decision, or what the conversation asked for where that is more urgent."""
        if self._this.floor.rank > decision.urgency.rank:
            reason = _("This is because of what you told us in the conversation.")
            decision = UrgencyDecision(urgency=self._this.floor, next_step=reason)
        with self._slot.container():
            urgency_banner(decision, self._this.lang)

    def heed(self, decision: UrgencyDecision) -> None:
        """Raises the banner when a message asks for it, and says so in the conversation too, where the parent looks."""
        if self._this.heed(decision):
            self.show(decision)
            urgency_banner(decision, self._this.lang)


def emergency_banner(events: Iterator[object], lang: Lang) -> None:
    """The banner when what is told so far is an emergency, so that nobody fills in the rest first.

    Args:
        events: an assessment that was only just begun; its first event is the decision by rules.
        lang: language of the decision.
    """
    decision = next(events, None)
    if isinstance(decision, UrgencyDecision) and decision.urgency is Urgency.EMERGENCY:
        urgency_banner(decision, lang)


def emergency_line() -> str:
    """Where to call, in one line."""
    return _("Emergency: Korea 119 · UK 999 (advice 111) · US 911")


def _call_buttons(calls: tuple[tuple[str, str], ...], urgency: Urgency, lang: Lang) -> None:
    with st.container(horizontal=True):
        for label, number in calls:
            st.link_button(
                _(label, number=number),
                f"tel:{number}",
                icon=":material/call:",
                type="primary" if urgency is Urgency.EMERGENCY else "secondary",
                width="stretch",
            )
        if lang is Lang.KO and urgency is Urgency.URGENT_SAME_DAY:
            st.link_button(_("Find a night clinic"), NIGHT_CLINICS, width="stretch")
