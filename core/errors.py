"""Everything that can go wrong and that a parent may read about.

CareError
├── PhotoRefused            the photo cannot be used; retake it
│   ├── NotAnImage          the bytes are no picture we can open
│   ├── PhotoTooLarge       over 10 MB or 50 megapixels
│   ├── PhotoTooSmall       too few pixels to see the skin
│   ├── PhotoTooDark        too little light
│   ├── PhotoTooBright      washed out by light
│   └── PhotoTooBlurred     out of focus or shaken
├── CaseInvalid             a field of a case is unknown or out of range
├── KnowledgeInvalid        a file in kb/ breaks the schema
├── SettingsInvalid         a setting has a value that cannot be used
├── ModelUnavailable        weights missing or broken: no hint
├── LanguageModelFailed     down, slow or unusable: the grounded answer stands in
└── StoreUnavailable        the database cannot be read or written

`user_message` is the English catalogue key of one plain sentence with a next step; `code` is stable for programs.
The technical cause stays on `__cause__` and in the log.
"""

from __future__ import annotations

from core.messages import N_


class CareError(Exception):
    """Base of every error a parent may see."""

    code = "error"
    user_message = N_("Something went wrong on our side. Please try again in a moment.")


class PhotoRefused(CareError):
    """The photo cannot be used."""

    code = "photo_refused"
    user_message = N_("We can't use this photo. Please take another one.")


class NotAnImage(PhotoRefused):
    """The bytes are no picture we can open."""

    code = "not_an_image"
    user_message = N_("We couldn't open this file as a photo. Please choose a JPEG, PNG, WebP or HEIC photo.")


class PhotoTooLarge(PhotoRefused):
    """Over 10 MB or 50 megapixels."""

    code = "photo_too_large"
    user_message = N_("This photo is too large. Please choose one under 10 MB and 50 megapixels.")


class PhotoTooSmall(PhotoRefused):
    """Too few pixels to see the skin."""

    code = "photo_too_small"
    user_message = N_("This photo is too small to see the skin. Please move closer and take it again.")


class PhotoTooDark(PhotoRefused):
    """Too little light."""

    code = "photo_too_dark"
    user_message = N_("This photo is too dark. Please take it again in a bright room or by a window.")


class PhotoTooBright(PhotoRefused):
    """Washed out by light."""

    code = "photo_too_bright"
    user_message = N_("This photo is washed out by light. Please take it again without flash.")


class PhotoTooBlurred(PhotoRefused):
    """Out of focus or shaken."""

    code = "photo_too_blurred"
    user_message = N_("This photo is blurred. Please hold still, tap the skin to focus, and take it again.")


class CaseInvalid(CareError):
    """A field of a case is unknown or out of range."""

    code = "case_invalid"
    user_message = N_("Something in the form doesn't fit. Please check it and send it again.")


class KnowledgeInvalid(CareError):
    """A file in `kb/` breaks the schema; each argument is `file:line: fault`."""

    code = "knowledge_invalid"
    user_message = N_("Our medical information could not be loaded. If your child looks unwell, see a doctor now.")


class SettingsInvalid(CareError):
    """A setting has a value that cannot be used; each argument is `NAME: fault`, never with a secret."""

    code = "settings_invalid"
    user_message = N_("MochiCare isn't set up correctly. If your child looks unwell, see a doctor now.")


class ModelUnavailable(CareError):
    """Weights are missing or broken."""

    code = "model_unavailable"
    user_message = N_("The photo can't be read right now, so the answer rests on what you told us.")


class LanguageModelFailed(CareError):
    """The language model is down, slow or says something unusable."""

    code = "language_model_failed"
    user_message = N_(
        "The writing assistant isn't available, so this answer uses only sentences from our sourced articles."
    )


class StoreUnavailable(CareError):
    """The database cannot be read or written."""

    code = "store_unavailable"
    user_message = N_("We couldn't save this. You can go on, but keep this page open.")
