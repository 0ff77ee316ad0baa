"""Taking photos in: files, the camera, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import streamlit as st

from components.i18n import N_, _, plain
from components.keys import Keys
from components.session import MAX_PHOTOS, Refusal
from core.errors import PhotoRefused
from core.photo import crop_again, prepare_photo
from core.photo_types import CropBox, LesionPhoto, RawUpload

FILE_TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
WIDGET_LIMIT_MB = 25
"""Above the 10 MB that `core/photo.py` accepts, so that the refusal is ours and says why."""
TOO_MANY = N_("You can add up to {count} photos. We kept the first ones.")

TIPS = {
    ":material/light_mode:": N_("Bright room or daylight, no flash"),
    ":material/straighten:": N_("A hand's width away, straight from above"),
    ":material/center_focus_strong:": N_("Tap the spot to focus and hold still"),
    ":material/visibility_off:": N_("Leave out the face where you can"),
}


class GivenFile(Protocol):
    """A file as a Streamlit widget hands it over."""

    name: str

    def getvalue(self) -> bytes:
        """All of its bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the files that were given."""

    photos: tuple[LesionPhoto, ...]
    """Ready for use."""
    refusals: tuple[Refusal, ...]
    """What cannot be used, and why."""


def ask_for_photos(room: int, keys: Keys) -> list[GivenFile]:
    """Files that the parent just chose or took; their widgets are emptied, so each is handed over once.

    Args:
        room: how many more photos the visit takes.
        keys: names of the visit's widgets.
    """
    given: list[GivenFile] = list(
        st.file_uploader(
            _("Choose a photo, or take one on your phone (up to {count})", count=room),
            type=FILE_TYPES,
            accept_multiple_files=True,
            max_upload_size=WIDGET_LIMIT_MB,
            key=keys("photo.upload"),
            help=_("JPEG, PNG, WebP or HEIC (iPhone), up to 10 MB each"),
        )
    )
    if st.toggle(_("Use this device's camera here"), key=keys("photo.camera_on")):
        shot = st.camera_input(
            _("Take a photo"), key=keys("photo.camera"), resolution="1080p", label_visibility="collapsed"
        )
        given += [shot] if shot else []
    if given:
        keys.renew("photo.upload", "photo.camera", "photo.camera_on")
    return given


def take(files: Iterable[GivenFile], room: int) -> Taken:
    """The files made ready; one that cannot be used, or that is too many, is told apart."""
    photos: list[LesionPhoto] = []
    refusals: list[Refusal] = []
    for file in files:
        if len(photos) >= room:
            refusals.append(Refusal(name=file.name, message=TOO_MANY))
            continue
        try:
            photos.append(prepare_photo(RawUpload(name=file.name, data=file.getvalue())))
        except PhotoRefused as error:
            refusals.append(Refusal(name=file.name, message=error.user_message))
    return Taken(photos=tuple(photos), refusals=tuple(refusals))


def show_refusals(refusals: tuple[Refusal, ...], keys: Keys) -> bool:
    """Why photos cannot be used; True when the parent wants to take another one."""
    for refusal in refusals:
        st.error(f"{_(refusal.message, count=MAX_PHOTOS)}\n\n{plain(refusal.name)}", icon=":material/hide_image:")
    return bool(refusals) and st.button(
        _("Take it again"), key=keys("photo.retake"), icon=":material/photo_camera:", width="stretch"
    )


def photo_tips() -> None:
    """How to take a photo that can be read."""
    st.markdown("\n".join(f"- {icon} {_(tip)}" for icon, tip in TIPS.items()))


def recrop(photo: LesionPhoto, square: CropBox) -> Taken:
    """The photo with another square, or why that square cannot be used; the kept original stays as it is."""
    try:
        cut = crop_again(photo, square)
    except PhotoRefused as error:
        return Taken(photos=(), refusals=(Refusal(name="", message=error.user_message),))
    return Taken(photos=(replace(cut, original_jpeg=photo.original_jpeg),), refusals=())
