"""The photos of a visit: which one is open, and taking one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.i18n import _
from components.keys import Keys
from core.photo_types import LesionPhoto

PREVIEW_PX = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoListEvent:
    """What the parent just did with the photos."""

    edited: int
    """Place of the photo that is open for cropping."""
    removed: int | None
    """Place of the photo to take out, None for none."""


def photo_list(photos: Sequence[LesionPhoto], edited: int, keys: Keys) -> PhotoListEvent:
    """Small squares of all photos, each with a button to open and one to remove it."""
    edited = min(edited, len(photos) - 1)
    removed = None
    with st.container(horizontal=True, gap="small", key="photos"):
        for place, photo in enumerate(photos):
            with st.container(border=place == edited and len(photos) > 1, width=PREVIEW_PX + 40, gap="xsmall"):
                st.image(photo.square_png, width=PREVIEW_PX, alt=_("Photo {number} of the skin", number=place + 1))
                if place != edited and st.button(_("Crop"), key=keys(f"photo.edit.{place}"), icon=":material/crop:"):
                    edited = place
                if st.button(_("Remove"), key=keys(f"photo.remove.{place}"), icon=":material/delete:", type="tertiary"):
                    removed = place
    return PhotoListEvent(edited=edited, removed=removed)
