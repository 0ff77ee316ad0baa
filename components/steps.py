"""The three steps, always in sight, and the way between them."""

from __future__ import annotations

import streamlit as st

from components.i18n import N_, _

STEPS = (
    ("pages/photo.py", N_("Photo")),
    ("pages/symptoms.py", N_("Symptoms")),
    ("pages/chat.py", N_("Advice")),
)


def step_bar(current: int) -> None:
    """The three steps, the open one marked; leaves the page when another is pressed.

    Args:
        current: number of the open step, 1–3.
    """
    with st.container(horizontal=True, gap="xxsmall", key="steps"):
        for number, (page, name) in enumerate(STEPS, 1):
            is_pressed = st.button(
                f"{number} {_(name)}",
                key=f"step.{number}",
                type="secondary" if number == current else "tertiary",
                width="stretch",
            )
            if is_pressed and number != current:
                st.switch_page(page)


def way_on(label: str, page: str, *, back: str | None = None, is_disabled: bool = False) -> None:
    """One clear button to the next step and a quiet one back; leaves the page when one is pressed."""
    with st.container(horizontal=True, vertical_alignment="center", key="way"):
        if back and st.button(_("Back"), key="way.back", icon=":material/arrow_back:"):
            st.switch_page(back)
        if st.button(
            label,
            key="way.on",
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            width="stretch",
            disabled=is_disabled,
        ):
            st.switch_page(page)
