"""How soon to act, in colour, sign and words, before anything else on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.i18n import N_, _, plain
from components.session import Visit
from core.countries import Country
from core.types import Lang, Urgency, UrgencyDecision


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


def urgency_banner(decision: UrgencyDecision, place: Country, lang: Lang) -> None:
    """The level, the one next step, and numbers of the parent's country to tap when it is urgent."""
    look = _LOOKS[decision.urgency]
    draw = {"error": st.error, "warning": st.warning, "info": st.info, "success": st.success}[look.alert]
    draw(f"### {_(look.heading)}\n\n{plain(decision.next_step)}", icon=look.icon)
    if decision.urgency.rank >= Urgency.URGENT_SAME_DAY.rank:
        _call_buttons(decision.urgency, place, lang)


def level_name(urgency: Urgency) -> str:
    """How soon to act, in a few words."""
    return _(_LOOKS[urgency].heading)


class BannerSlot:
    """The place of the banner: above everything, redrawn as soon as a decision comes."""

    def __init__(self, this: Visit, place: Country) -> None:
        """Takes the place on screen and shows what stands so far."""
        self._this = this
        self._place = place
        self._slot = st.container(key="urgency").empty()
        if this.assessment is not None:
            self.show(this.assessment.decision)

    def show(self, decision: UrgencyDecision) -> None:
        """Draws a decision, or what the conversation asked for where that is more urgent."""
        if self._this.floor.rank > decision.urgency.rank:
            reason = _("This is because of what you told us in the conversation.")
            decision = UrgencyDecision(urgency=self._this.floor, next_step=reason)
        with self._slot.container():
            urgency_banner(decision, self._place, self._this.lang)

    def heed(self, decision: UrgencyDecision) -> None:
        """Raises the banner when a message asks for it, and says so in the conversation too, where the parent looks."""
        if self._this.heed(decision):
            self.show(decision)
            urgency_banner(decision, self._place, self._this.lang)


def emergency_banner(decision: UrgencyDecision, place: Country, lang: Lang) -> None:
    """The banner when what is told so far is an emergency, so that nobody fills in the rest first."""
    if decision.urgency is Urgency.EMERGENCY:
        urgency_banner(decision, place, lang)


def emergency_line() -> str:
    """Where to call, in one line."""
    return _("Emergency: Korea 119 · UK 999 (advice 111) · US 911")


def _call_buttons(urgency: Urgency, place: Country, lang: Lang) -> None:
    is_emergency = urgency is Urgency.EMERGENCY
    numbers = [(_("Call {number}", number=number), f"tel:{number}") for number in place.numbers]
    calls = numbers if is_emergency else [(call.name[lang], call.url) for call in place.calls]
    with st.container(horizontal=True):
        for label, url in calls:
            st.link_button(
                label,
                url,
                icon=":material/call:" if url.startswith("tel:") else ":material/open_in_new:",
                type="primary" if is_emergency else "secondary",
                width="stretch",
            )
