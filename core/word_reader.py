"""A parent's own words, read by a small network where no list of phrases reaches: danger, conditions, questions.

What it says of danger is added to what the phrases find and takes nothing away. `models/training/train_word_reader.py`
made it; `models/README.md` says of what and how well it reads.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.text_encoder import TOKENIZER, open_text_model

FOLDER, WEIGHTS, NAMES, CALIBRATION = "reader", "reader-q8.onnx", "names.json", "calibration.json"
OTHER = "other"
"""Stands among the conditions for words that describe none of them."""
_PART_CHARACTERS, _MOST_PARTS = 320, 16
_SENTENCE_END = re.compile(r"(?<=[.!?。\n])\s*|(?<=요)\s+|(?<=다)\s+")
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """What the network reads in a text."""

    signs: tuple[str, ...] = ()
    """Ids of the symptoms and danger signs that it tells of."""
    suspected: tuple[str, ...] = ()
    """Ids of those that it may tell of, the likeliest first: too little to count, enough to ask."""
    conditions: dict[str, float] | None = None
    """Condition id or `other` → probability, summing to 1; None when there was nothing to read."""
    asks: dict[str, float] | None = None
    """Section, general article or kind of talk → probability that it is asked for, summing to 1; None as above."""
    is_other_talk: bool | None = None
    """Whether it has nothing to do with the health of the parent's child; None when that is not sure."""
    is_surely_other_talk: bool = False
    """Whether that is all but certain."""
    hears_no_danger: bool = False
    """Whether it is all but certain that it tells of no danger sign at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    ids: tuple[str, ...]
    asked: str
    """The one of the ids to ask about."""
    threshold: float
    ask_threshold: float
    denied_threshold: float
    needs: re.Pattern[str]
    """What the text must hold unless the network is sure."""
    sure: float
    least_danger: float
    """How likely any danger must be at a second look, unless the network is sure enough of this sign alone."""
    alone: float

    def is_suspected(self, probability: float, denied: Collection[str]) -> bool:
        return probability >= self.ask_threshold and not set(self.ids) & set(denied)

    def is_told(self, probability: float, any_danger: float, text: str, denied: Collection[str]) -> bool:
        limit = self.denied_threshold if set(self.ids) & set(denied) else self.threshold
        is_seen = probability >= self.alone or any_danger >= self.least_danger
        return probability >= limit and is_seen and (probability >= self.sure or self.needs.search(text) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    session: Any
    tokenizer: Any
    signs: tuple[_Sign, ...]
    conditions: tuple[str, ...]
    asks: tuple[str, ...]
    other_talk: tuple[float, float, float]
    no_danger: float
    """Likelihood of any danger below which there is none."""

    def is_other_talk(self, probability: float) -> bool | None:
        """False below the first limit, True from the second on, None between; the third makes it certain."""
        is_clear = not self.other_talk[0] <= probability < self.other_talk[1]
        return bool(probability >= self.other_talk[1]) if is_clear else None


class WordReader:
    """Reads texts; loads itself at first use; safe to call from several threads."""

    def __init__(self, text_dir: Path, threads: int = 2) -> None:
        """Takes the folder of the sentence encoder, which holds the tokenizer; nothing is read before the first use."""
        self._text_dir = text_dir
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def read_words(self, text: str, denied: Collection[str] = ()) -> WordReading:
        """What the text tells of; raises ModelUnavailable.

        Args:
            text: the parent's words.
            denied: ids that the words deny, as far as phrases tell; these need more certainty.
        """
        parts = tuple(_parts(text))
        if not parts:
            return WordReading()
        loaded = self._load()
        outputs = [self._outputs(loaded, part) for part in parts]
        highest = np.max([signs for signs, _, _ in outputs], axis=0)
        *each, any_danger, _ = map(float, highest)
        found: dict[str, None] = {}
        suspected: dict[str, float] = {}
        for sign, probability in zip(loaded.signs, each, strict=True):
            if sign.is_told(probability, any_danger, text, denied):
                found |= dict.fromkeys(sign.ids)
            elif sign.is_suspected(probability, denied):
                suspected[sign.asked] = probability / sign.threshold
        sure = min((conditions for _, conditions, _ in outputs), key=lambda row: row[loaded.conditions.index(OTHER)])
        other_talk = min(float(signs[-1]) for signs, _, _ in outputs)
        return WordReading(
            signs=tuple(found),
            suspected=tuple(sorted(suspected, key=lambda name: -suspected[name])),
            conditions=_named(loaded.conditions, sure),
            asks=_named(loaded.asks, np.mean([asks for _, _, asks in outputs], axis=0)),
            is_other_talk=loaded.is_other_talk(other_talk),
            is_surely_other_talk=other_talk >= loaded.other_talk[2],
            hears_no_danger=any_danger < loaded.no_danger,
        )

    def _outputs(self, loaded: _Loaded, text: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Probabilities of the signs, of the conditions and of what is asked."""
        ids = np.array([loaded.tokenizer.encode(f"query: {text}").ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        try:
            signs, conditions, asks = loaded.session.run(["signs", "conditions", "asks"], feed)
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise ModelUnavailable("word reader failed") from error
        return signs[0], conditions[0], asks[0]

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                folder = self._text_dir / FOLDER
                session, tokenizer, _ = open_text_model(folder / WEIGHTS, self._text_dir / TOKENIZER, self._threads)
                try:
                    names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
                    limits = json.loads((folder / CALIBRATION).read_text(encoding="utf-8"))
                    *signs, danger, last = names["signs"]
                    self._loaded = _Loaded(
                        session=session,
                        tokenizer=tokenizer,
                        signs=tuple(_sign(limits["signs"][name], limits["ask"], limits[danger]) for name in signs),
                        conditions=tuple(names["conditions"]),
                        asks=tuple(names["asks"]),
                        other_talk=(float(limits[last]["no"]), float(limits[last]["yes"]), float(limits[last]["sure"])),
                        no_danger=float(limits[danger]["none"]),
                    )
                except (OSError, ValueError, KeyError, TypeError, re.error) as error:
                    raise ModelUnavailable(f"no usable {NAMES} or {CALIBRATION}") from error
            return self._loaded


def _named(names: Sequence[str], values: FloatArray) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _sign(item: Mapping[str, Any], ask: Mapping[str, Any], danger: Mapping[str, Any]) -> _Sign:
    return _Sign(
        ids=tuple(item["ids"]),
        asked=str(item.get("asked", item["ids"][0])),
        threshold=float(item["threshold"]),
        ask_threshold=max(float(ask["least"]), float(ask["share"]) * float(item["threshold"])),
        denied_threshold=float(item["denied_threshold"]),
        needs=re.compile(item.get("needs", ""), re.IGNORECASE),
        sure=float(item.get("sure", 1.0)),
        least_danger=float(danger["least"]),
        alone=float(danger["alone"]),
    )


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, as far as what was typed shows where they end; the longest in pieces."""
    return _cut(_SENTENCE_END.split(text.strip()))


def _parts(text: str) -> Iterator[str]:
    """The text in parts of a few sentences, cut where a sentence ends; a text of usual length is one part."""
    part, count = "", 0
    for sentence in sentences(text):
        if part and len(part) + len(sentence) > _PART_CHARACTERS:
            yield part
            part, count = "", count + 1
            if count >= _MOST_PARTS:
                return
        part = f"{part} {sentence}".strip()
    if part:
        yield part


def _cut(sentences: Sequence[str]) -> Iterator[str]:
    """The sentences, the longest in pieces; none without a letter or digit."""
    for sentence in sentences:
        for start in range(0, len(sentence), _PART_CHARACTERS):
            piece = sentence[start : start + _PART_CHARACTERS].strip()
            if any(letter.isalnum() for letter in piece):
                yield piece
