"""What the word reader is shown of the corpora."""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "training"))

from word_data import Words, among_other_talk

LIMP = Words(text="She is limp", lang="en", signs=frozenset({"hard_to_wake"}), condition=None, is_other_talk=False)
DRY = Words(text="팔꿈치가 건조해요", lang="ko", signs=None, condition="dry_skin", is_other_talk=False)
FILM = Words(text="Great film", lang="en", signs=frozenset(), condition=None, is_other_talk=True)
ADVERT = Words(text="오늘만 특가", lang="ko", signs=frozenset(), condition=None, is_other_talk=True)
LONG = Words(text="limp " * 80, lang="en", signs=frozenset({"hard_to_wake"}), condition=None, is_other_talk=False)
THANKS = Words(text="Thanks", lang="en", signs=None, condition=None, asks=("thanks",), is_other_talk=None)


def test_what_is_told_among_other_talk_stays_told() -> None:
    """A film or an advert beside it, before or after, takes nothing of a text away and makes it no other talk."""
    mixed = among_other_talk([LIMP, DRY, FILM, ADVERT, LONG, THANKS], 40, random.Random(0))  # noqa: S311
    assert len(mixed) == 40
    for words in mixed:
        told = LIMP if words.lang == "en" else DRY
        assert told.text in words.text
        assert FILM.text in words.text or ADVERT.text in words.text
        assert (words.signs, words.condition, words.is_other_talk) == (told.signs, told.condition, False)
    assert {words.text.startswith(("Great", "오늘만")) for words in mixed} == {True, False}


def test_every_other_text_among_other_talk_tells_of_danger() -> None:
    """Most texts are harmless, and danger among them is what must not be lost."""
    mixed = among_other_talk([LIMP, *[DRY] * 50, FILM, ADVERT], 40, random.Random(0))  # noqa: S311
    assert sum(words.signs == LIMP.signs for words in mixed) >= 20
