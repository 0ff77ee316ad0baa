"""Photos described in words, from what was measured: never a finding, and nothing where it could not be measured."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from numpy.linalg import LinAlgError

from core.messages import translate
from core.photo_measures import Colour, Pattern, PhotoDescription, measure_photo
from core.photo_types import LesionPhoto
from core.types import Lang

MORE = 1.5
"""Ratio from which two numbers are called different: counts and shares vary that much between photos of one rash."""
_FADED = 1.4
_MANY = 40
_ROUND_FROM = 10
_log = logging.getLogger(__name__)


def describe_photos(photos: Sequence[LesionPhoto]) -> tuple[PhotoDescription | None, ...]:
    """What was measured in each photo, in their order; None where nothing could be, and a log line where it failed."""
    return tuple(map(_measured, photos))


def _measured(photo: LesionPhoto) -> PhotoDescription | None:
    try:
        return measure_photo(photo)
    except (OSError, ValueError, LinAlgError) as error:
        _log.warning("a photo was not measured", exc_info=error)
        return None


def in_words(photos: Sequence[LesionPhoto], lang: Lang) -> str:
    """One line on what is measured in photos of one rash; empty when nothing can be."""
    return photos_in_words(describe_photos(photos), lang)


def new_in_words(photo: LesionPhoto, earlier: LesionPhoto | None, lang: Lang) -> str:
    """What is measured in a new photo and how that differs from an earlier one, as Markdown; may be empty."""
    now, before = _measured(photo), _measured(earlier) if earlier else None
    lines = [photos_in_words([now], lang), compare_in_words(before, now, lang)]
    return "\n\n".join(filter(None, lines))


def photos_in_words(described: Sequence[PhotoDescription | None], lang: Lang) -> str:
    """One line that says what was measured in the photos; empty when nothing was."""
    lines = [
        translate(lang, "{what}, {share}", what=_what(found, lang), share=_share(found.share, lang))
        if len(described) == 1
        else translate(
            lang, "photo {number}: {what}, {share}", number=at, what=_what(found, lang), share=_share(found.share, lang)
        )
        for at, found in enumerate(described, 1)
        if found is not None
    ]
    if not lines:
        return ""
    return translate(lang, "Measured in the photo by a program, not a finding: {lines}.", lines="; ".join(lines))


def compare_in_words(before: PhotoDescription | None, now: PhotoDescription | None, lang: Lang) -> str:
    """One line that says how a photo differs from an earlier one; empty when either could not be measured."""
    if before is None or now is None:
        return ""
    changes = [
        *_spots_changed(before, now, lang),
        *_size_changed(before, now, lang),
        *_colour_changed(before, now, lang),
    ]
    if not changes:
        changes = [translate(lang, "about the same in what can be measured")]
    return translate(
        lang,
        "Measured against the earlier photo: {changes}. Light, distance and angle change these numbers too.",
        changes=", ".join(changes),
    )


def _what(found: PhotoDescription, lang: Lang) -> str:
    colour = _colour(found.colour, lang)
    if found.pattern is Pattern.PATCH:
        return translate(lang, "one area {colour} than the skin around it", colour=colour)
    if found.pattern is Pattern.PATCHES:
        return translate(lang, "several areas {colour} than the skin around them", colour=colour)
    if found.count > _MANY:
        return translate(lang, "more than {count} spots {colour} than the skin around them", count=_MANY, colour=colour)
    return translate(
        lang, "about {count} spots {colour} than the skin around them", count=_rounded(found.count), colour=colour
    )


def _colour(colour: Colour, lang: Lang) -> str:
    words = {
        Colour.REDDER: translate(lang, "redder"),
        Colour.BROWNER: translate(lang, "browner"),
        Colour.PURPLER: translate(lang, "more purple"),
    }
    return words[colour]


def _share(share: float, lang: Lang) -> str:
    """How much of the skin that can be seen, in steps that are no finer than the measurement."""
    steps = (
        (0.05, translate(lang, "less than a twentieth of the skin that can be seen")),
        (0.15, translate(lang, "about a tenth of the skin that can be seen")),
        (0.28, translate(lang, "about a fifth of the skin that can be seen")),
        (0.42, translate(lang, "about a third of the skin that can be seen")),
    )
    most = translate(lang, "about half of the skin that can be seen")
    return next((words for limit, words in steps if share < limit), most)


def _rounded(count: int) -> int:
    """The count as far as it can be trusted: exact below ten, then to the nearest five."""
    return count if count < _ROUND_FROM else round(count / 5) * 5


def _spots_changed(before: PhotoDescription, now: PhotoDescription, lang: Lang) -> list[str]:
    if {before.pattern, now.pattern} != {Pattern.SPOTS}:
        return []
    numbers = {"before": _rounded(before.count), "now": _rounded(now.count)}
    if now.count >= MORE * before.count:
        return [translate(lang, "more spots (about {before} before, about {now} now)", **numbers)]
    if before.count >= MORE * now.count:
        return [translate(lang, "fewer spots (about {before} before, about {now} now)", **numbers)]
    return []


def _size_changed(before: PhotoDescription, now: PhotoDescription, lang: Lang) -> list[str]:
    if now.share >= MORE * before.share:
        return [translate(lang, "it takes up more of the skin in the photo")]
    if before.share >= MORE * now.share:
        return [translate(lang, "it takes up less of the skin in the photo")]
    return []


def _colour_changed(before: PhotoDescription, now: PhotoDescription, lang: Lang) -> list[str]:
    if now.contrast >= _FADED * before.contrast:
        return [translate(lang, "it stands out more from the skin around it")]
    if before.contrast >= _FADED * now.contrast:
        return [translate(lang, "it is paler against the skin around it")]
    return []
