"""What a parent can do with an answer: copy it, say what they think of it, and ask for other words."""

from __future__ import annotations

import streamlit as st

from components.copy_button import copy_button
from components.i18n import N_, _
from components.session import Visit
from core.opinions import Opinion, Reason
from core.plain_text import plain_text

MAX_WORDS = 500
REASONS = {
    Reason.NOT_CLEAR: N_("Not clear"),
    Reason.NOT_MY_CHILD: N_("Does not fit my child"),
    Reason.TOO_LONG: N_("Too long"),
    Reason.LOOKS_WRONG: N_("Looks wrong"),
    Reason.OTHER: N_("Something else"),
}


def answer_actions(this: Visit, place: str, text: str, *, can_vary: bool = False) -> bool:
    """Copy, thumbs and other words, small, under an answer; True when the parent wants other words.

    Args:
        this: the visit, which takes the parent's opinion.
        place: which answer it is.
        text: the answer in Markdown, with its sources.
        can_vary: False where the same question would bring the same words again.
    """
    given = this.opinions.get(place)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"actions-{place}"):
        copy_button(plain_text(text), key=this.keys(f"copy.{place}"))
        name = f"opinion.thumb.{place}"
        first = this.keys.start(name, int(given.is_good) if given else None)
        thumb = st.feedback("thumbs", default=first, key=this.keys(name))
        is_wanted = can_vary and st.button(
            _("Say it in other words"), key=this.keys(f"again.{place}"), icon=":material/refresh:", type="tertiary"
        )
    if thumb is None:
        this.think(place, None)
    elif thumb:
        this.think(place, Opinion(is_good=True))
        st.caption(_("Thank you. Only your thumb is kept."))
    else:
        this.think(place, _complaint(this, place, given))
    return is_wanted


def _complaint(this: Visit, place: str, given: Opinion | None) -> Opinion:
    """Why the answer did not help."""
    name, labels = f"opinion.reasons.{place}", {reason: _(label) for reason, label in REASONS.items()}
    reasons = st.pills(
        _("What was wrong with it? You can pick several, or none."),
        list(labels),
        selection_mode="multi",
        default=this.keys.start(name, list(given.reasons) if given else []),
        format_func=labels.__getitem__,
        key=this.keys(name),
    )
    words = ""
    if Reason.OTHER in reasons and this.consent.keep_words:
        name = f"opinion.words.{place}"
        words = st.text_input(
            _("In a few words, if you like"),
            value=this.keys.start(name, given.words if given else ""),
            max_chars=MAX_WORDS,
            key=this.keys(name),
        )
    elif Reason.OTHER in reasons:
        st.caption(_("You have not allowed us to keep your words, so we ask for none here."))
    st.caption(_("Thank you. It changes nothing in the advice above; if you are worried, call or go."))
    return Opinion(is_good=False, reasons=tuple(reasons), words=words.strip())
