"""Looking again: when the next look is due, how then and now compare, and every look before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from components.assessment_card import without_next_step
from components.citations import literal_dollars, split_sources
from components.i18n import N_, _, plain
from components.session import Visit
from components.urgency_banner import level_name
from core.knowledge import KnowledgeBase
from core.look_time import Hold
from core.return_visit import Comparison, compare_looks, is_return_due
from core.visit_types import Look

_HOLDS = {
    Hold.NOT_BETTER: N_("It stays at least as urgent as before, because you did not say that your child is better."),
    Hold.AFTER_EMERGENCY: N_("There was danger before, so your child should still be seen today."),
    Hold.UNEXPLAINED: N_("It stays at least as urgent as before, because the photo or your messages raised it."),
    Hold.FEVER: N_("An earlier fever still counts, even though the temperature is lower now."),
}
_ALWAYS_SAID = {Hold.FEVER, Hold.AFTER_EMERGENCY}


def now() -> datetime:
    """The time, timezone-aware."""
    return datetime.now(UTC)


def clock_time(at: datetime) -> str:
    """Day and time where the parent is."""
    try:
        local = at.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = at
    return local.strftime("%m-%d %H:%M")


def looks_card(this: Visit, at: datetime, knowledge: KnowledgeBase) -> None:
    """What changed since the look before, all looks before with their time, and whether the next one is due."""
    if len(this.looks) > 1 and this.assessment is not None:
        found = compare_looks(this.looks[-2], this.looks[-1], knowledge.vocabulary)
        if found is not None:
            _comparison(found, this, knowledge)
    _earlier(this.looks[:-1])
    if this.assessment is not None and this.looks and is_return_due(this.looks[-1].at, at):
        st.info(_("Some time has passed. Has anything changed?"), icon=":material/update:")
        look_button(this, "due")


def look_button(this: Visit, place: Literal["due", "end"] = "end") -> None:
    """The way to look again: in sight when it is due, else quietly under the answer."""
    if this.assessment is None:
        return
    kind: Literal["primary", "secondary"] = "primary" if place == "due" else "secondary"
    label, icon = _("Look again now"), ":material/update:"
    if st.button(label, key=this.keys(f"look.{place}"), icon=icon, type=kind, width="stretch"):
        this.refusals = ()
        st.switch_page("pages/look_again.py")


def _comparison(found: Comparison, this: Visit, knowledge: KnowledgeBase) -> None:
    """Then and now, in few lines, with the reason when the level is lower or held."""
    then, fresh = found.then, found.now
    if then.assessment is None or fresh.assessment is None:
        return
    before, after = then.assessment.decision.urgency, this.urgency
    label, conditions = knowledge.vocabulary.label, knowledge.conditions
    gone = [plain(label(name, this.lang)) for name in found.gone]
    lines = [f"**{level_name(before)} → {level_name(after)}**"]
    if after.rank < before.rank:
        lines.append(_("Lower than before, because you say that your child is better and these have gone:"))
        lines[-1] += f" {', '.join(gone) or '–'}"
    lines += [_(_HOLDS[hold]) for hold in fresh.holds if after.rank == before.rank or hold in _ALWAYS_SAID]
    if then.temperature_c is not None or fresh.temperature_c is not None:
        lines.append(f"{_('Temperature')}: {_degrees(then)} → {_degrees(fresh)}")
    lines += _named(_("New"), [plain(label(name, this.lang)) for name in found.new])
    lines += _named(_("Gone"), gone) if after.rank >= before.rank else []
    lines += _named(_("Fits better now"), [conditions[name].names[this.lang] for name in found.rose])
    lines += _named(_("Fits less now"), [conditions[name].names[this.lang] for name in found.fell])
    hints = [
        conditions[h].names[this.lang] if h in conditions else _("nothing that stands out") for h in found.hints or ()
    ]
    lines += [f"{_('Hint of the photos')}: {' → '.join(hints)}"] if hints else []
    with st.container(border=True, key="then_and_now"):
        heading = _("Then and now: {then} → {now}", then=clock_time(then.at), now=clock_time(fresh.at))
        st.markdown(f"**:material/compare_arrows: {heading}**\n\n" + "\n".join(f"- {line}" for line in lines))


def _named(name: str, items: Iterable[str]) -> list[str]:
    """One line, none without items."""
    found = ", ".join(items)
    return [f"{name}: {found}"] if found else []


def _degrees(look: Look) -> str:
    return _("not measured") if look.temperature_c is None else f"{look.temperature_c:.1f} °C"


def _earlier(looks: tuple[Look, ...]) -> None:
    """Every answer before, with its time, folded."""
    for look in reversed(looks):
        if look.assessment is not None:
            name = level_name(look.assessment.decision.urgency)
            with st.expander(f"{clock_time(look.at)} · {name}", icon=":material/history:"):
                st.caption(_("An earlier answer. What counts now stands above."))
                st.markdown(plain(look.assessment.decision.next_step))
                st.markdown(literal_dollars(without_next_step(split_sources(look.assessment.text)[0])))
