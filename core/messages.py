"""User-facing strings in Korean and English through gettext catalogues.

The English sentence is the catalogue key; `core/locale/ko.po` holds the Korean. Catalogues are compiled in memory, so
there is no build step.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.types import Lang

LOCALE_DIR = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 (the gettext convention for "mark only")
    """The message itself, marked for extraction and translated where it is shown."""
    return message


@cache
def catalogue(lang: Lang) -> gettext.NullTranslations:
    """The compiled catalogue of a language; English keys stand for themselves."""
    if lang is Lang.EN:
        return gettext.NullTranslations()
    with (LOCALE_DIR / f"{lang.value}.po").open("rb") as file:
        source = read_po(file, locale=lang.value, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, source)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(lang: Lang, message: str, /, **values: object) -> str:
    """The message in a language, with `{name}` placeholders filled."""
    text = catalogue(lang).gettext(message)
    return text.format(**values) if values else text
