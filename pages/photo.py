"""Step 1: a photo of the skin, or none."""

from __future__ import annotations

import streamlit as st

from components.crop import choose_square
from components.i18n import _
from components.photo_input import ask_for_photos, photo_tips, recrop, show_refusals, take
from components.photo_list import photo_list
from components.session import MAX_PHOTOS, settle, visit
from components.steps import step_bar, way_on

this = visit()
step_bar(1)
st.title(_("Show us the skin"), anchor=False)

if this.photos:
    event = photo_list(this.photos, this.edited_photo, this.keys)
    this.edited_photo = event.edited
    if event.removed is not None:
        this.show(tuple(photo for place, photo in enumerate(this.photos) if place != event.removed))
        st.rerun()
    photo = this.photos[this.edited_photo]
    st.caption(_("Drag the square over the rash. The small picture is what we look at."))
    square = choose_square(photo, this.edited_photo, this.keys)
    if square is not None:
        taken = recrop(photo, square)
        this.refusals = taken.refusals
        this.show(tuple(taken.photos[0] if old is photo and taken.photos else old for old in this.photos))
        st.rerun()
else:
    st.write(_("A clear photo helps, but you can go on without one."))

if show_refusals(this.refusals, this.keys):
    this.refusals = ()
    st.rerun()
if len(this.photos) < MAX_PHOTOS:
    files = ask_for_photos(MAX_PHOTOS - len(this.photos), this.keys)
    if files:
        taken = take(files, MAX_PHOTOS - len(this.photos))
        this.refusals = taken.refusals
        this.show((*this.photos, *taken.photos))
        this.edited_photo = max(0, len(this.photos) - 1)
    settle()
if not this.photos:
    photo_tips()
way_on(_("Next: symptoms") if this.photos else _("Go on without a photo"), "pages/symptoms.py")
