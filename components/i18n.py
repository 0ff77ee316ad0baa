"""The visit's language for every string on screen."""

from __future__ import annotations

from components.session import visit
from core.messages import N_, translate
from core.types import Lang

__all__ = ["LANGUAGE_NAMES", "N_", "_", "language_of", "plain"]

LANGUAGE_NAMES = {Lang.KO: "한국어", Lang.EN: "English"}
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|~$:"})


def _(message: str, /, **values: object) -> str:
    """The message in the visit's language, with `{name}` placeholders filled."""
    return translate(visit().lang, message, **values)


def language_of(locale: str | None) -> Lang:
    """The product's language for a browser's locale such as `ko-KR`; Korean when the browser tells none."""
    return Lang.KO if not locale or locale.lower().startswith("ko") else Lang.EN


def plain(text: str) -> str:
    """Text for a place that reads Markdown, with every sign that Markdown would act on made literal."""
    return text.translate(_SPECIAL)
