"""The press test, shown step by step; its answer goes to the danger signs and can only raise the urgency."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.i18n import N_, _
from core.types import Answer

_SPOTS = ((46, 52, 6), (70, 40, 4), (92, 62, 7), (118, 46, 5), (62, 84, 5), (88, 96, 6), (112, 82, 4), (134, 70, 6))
_SKINS = ((N_("Light skin"), "#F3D3BC", "#C0392B"), (N_("Dark skin"), "#6B4429", "#3A1326"))
_ANSWERS = (
    (Answer.NO, N_("They fade under the glass"), ":material/check:"),
    (Answer.YES, N_("They stay"), ":material/warning:"),
    (Answer.UNKNOWN, N_("I can't tell"), ":material/help:"),
)


def glass_test(steps: Sequence[str], sources: str, answer: Callable[[Answer], None]) -> None:
    """A button that opens the test.

    Args:
        steps: sourced sentences of the knowledge base, in the order to follow, with their marks.
        sources: the numbered sources as Markdown.
        answer: called with what the parent saw.
    """
    if st.button(_("Show me how to press the glass"), key="glass.open", icon=":material/touch_app:", type="tertiary"):
        st.dialog(_("The glass test"), width="large")(_walk)(steps, sources, answer)


def _walk(steps: Sequence[str], sources: str, answer: Callable[[Answer], None]) -> None:
    for number, step in enumerate(steps, 1):
        st.markdown(f"{number}. {step}")
    for title, stays in ((_("They fade"), False), (_("They stay: call for help"), True)):
        st.markdown(f"**{title}**")
        with st.container(horizontal=True):
            for name, skin, spot in _SKINS:
                st.image(pressed_glass(skin, spot, stays=stays), width=150, caption=_(name), alt=f"{title}. {_(name)}")
    st.caption(sources)
    for value, label, icon in _ANSWERS:
        key = f"glass.{value.value}"
        if st.button(_(label), key=key, icon=icon, width="stretch", on_click=answer, args=(value,)):
            st.rerun()


def pressed_glass(skin: str, spot: str, *, stays: bool) -> str:
    """A drawing, as SVG, of spots on skin with a clear glass pressed over the middle ones.

    Args:
        skin: colour of the skin, `#rrggbb`.
        spot: colour of the spots.
        stays: whether the spots under the glass can still be seen.
    """
    x, y, radius = 90, 68, 40
    marks = "".join(
        f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="{spot}"/>'
        for cx, cy, r in (*_SPOTS, (24, 30, 5), (158, 34, 5), (26, 110, 6), (156, 112, 5))
        if stays or (cx - x) ** 2 + (cy - y) ** 2 > (radius - 2) ** 2
    )
    glass = (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="#FFFFFF" fill-opacity="0.22" stroke="#FFFFFF" stroke-width="4"/>'
        f'<circle cx="{x}" cy="{y}" r="{radius + 3}" fill="none" stroke="#5B6B73" stroke-width="2"/>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 136" width="180" height="136">'
        f'<rect width="180" height="136" rx="14" fill="{skin}"/>{marks}{glass}</svg>'
    )
