"""Whether a sentence that a language model wrote rests on the passages that it names."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from core.errors import ModelUnavailable
from core.forbidden import any_of
from core.quantities import Quantity, quantities
from core.text_encoder import FloatArray
from core.types import Passage

MIN_SIMILARITY, MIN_SHARED = 0.935, 0.5
"""Least cosine to the nearest sentence of a passage, least share of content words that the passages hold."""
_KEPT = 2_048
_EMERGENCY = frozenset({119.0, 1339.0, 999.0, 111.0, 911.0, 112.0})
_NEGATED = any_of(
    r"\b(?:not|never|no|without|avoid\w*|stop(?! being)\w*|cannot|prevent\w*|instead of|rather than"
    r"|keep\w* (?:\w+ ){0,3}from|nor)\b|n['’]t\b",
    r"지(?:도|는)?\s*(?:마|말|않|못)|(?<![가-힣])안\s*(?!에|으로|과|쪽|쓰럽)(?=[가-힣])|없(?:이|애|는|도|고|으|다)"
    r"|피(?:해|하)|막아|말고|금물|삼가|못하|그만|끊",
)
_NEGATED_VERB = any_of(
    r"(?:\b(?:not|never|without|cannot|avoid|nor|stop|prevent)|n['’]t) (?:be |have |an? |the |let \w+ |give \w+ )?"
    r"(?P<english>[a-z]{3,})",
    r"(?P<korean>[가-힣]{2,})지(?:도|는)?\s*(?:마|말|않(?!게|도록)|못(?!하게))|(?<![가-힣])안\s(?!에|으로"
    r"|과)(?P<after>[가-힣]{2,})",
)
_REMEDY = {
    "paracetamol": r"paracetamol|acetaminophen|calpol|tylenol|아세트아미노펜|타이레놀",
    "ibuprofen": r"ibuprofen|nurofen|advil|이부프로펜|부루펜",
    "aspirin": r"aspirin|아스피린",
    "antihistamine": r"antihistamin|cetirizine|항히스타민|지르텍",
    "steroid": r"steroid|hydrocortisone|스테로이드",
    "antibiotic": r"antibiotic|amoxicillin|항생제",
    "antiviral": r"antiviral|aciclovir|항바이러스",
    "antifungal": r"antifungal|항진균",
    "fever medicine": r"해열제|fever medicine|antipyretic",
    "honey": r"\bhoney\b|꿀",
    "vinegar": r"vinegar|식초",
    "oil": r"\boils?\b|오일|기름",
    "alcohol": r"\balcohol\b|알코올|소독용",
    "powder": r"\bpowder\b|\btalc\b|파우더|분가루",
    "salt": r"\bsalt\b|소금",
    "herb": r"\bherb\w*|\btea tree\b|\bgarlic\b|한약|마늘|알로에|aloe|녹차|쑥",
    "vitamin": r"vitamin|supplement|probiotic|비타민|영양제|유산균",
    "patch": r"\bpatch\b|\bcooling pad\b|해열\s?패치|쿨링",
    "milk": r"\b(?:cow'?s )?milk\b(?<!breast milk)|우유",
    "needle": r"\bneedle\b|\bpop\b|\bsqueez|\bpierc|바늘|터뜨|짜\s?(?:내|주)",
}
_REMEDIES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _REMEDY.items()}
_STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        " the a an is are be and or of to in on at it its if with for that this they them he she his her"
        " him your you child can may will so as by from when while than then do does not have has usually"
        " often also some very after before most up who which there about into more baby him keep give"
        " use make made get goes go gone such any each still",
    )
)
_KO_FILLER = re.compile(
    r"^(?:아이|아기|주세요|때는|있어|있는|해요|돼요|보통|대개|그리고|좋아|경우|정도|그냥|하면|하고|이나|때|더|잘)"
)


# What the parent told, said again before the advice, is not the passage's.
_TOLD = any_of(
    r"^(?:as|since|because) you (?:said|told|mention|wrote|described)[^,]*, ",
    r"^[^,.]{1,40}?(?:하셨으니|하셨는데|말씀하셨듯이|하시니|하셨네요),?\s+",
)


class Encoder(Protocol):
    """Something that turns a sentence into a vector of length 1."""

    def encode_query(self, text: str) -> FloatArray:
        """(n,) of length 1; raises ModelUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What speaks for a sentence resting on passages."""

    similarity: float | None
    """Cosine to the nearest sentence of the passages, at most 1; None when no encoder could be loaded."""
    shared: float
    """Share of the sentence's content words that stand in the passages or in what the parent told, 0–1."""
    fault: str | None
    """A hard contradiction: `quantity`, `remedy` or `negation`; None without one."""

    @property
    def is_enough(self) -> bool:
        """True when the sentence may be shown; without an encoder only a hard contradiction speaks against it."""
        if self.fault is not None:
            return False
        return self.similarity is None or (self.similarity >= MIN_SIMILARITY and self.shared >= MIN_SHARED)


class SupportCheck:
    """Compares sentences with passages, keeping the vectors it has made; safe to call from several threads."""

    def __init__(self, encoder: Encoder | None) -> None:
        """Takes the encoder, which may load itself at first use; None compares words and numbers alone."""
        self._vector = None if encoder is None else lru_cache(maxsize=_KEPT)(encoder.encode_query)

    @property
    def has_encoder(self) -> bool:
        """False when sentences are compared by words and numbers alone."""
        return self._vector is not None

    def support(self, sentence: str, passages: Sequence[Passage], told: str = "") -> Support:
        """What speaks for a sentence, without its marks, resting on these passages.

        Args:
            sentence: one sentence without citation marks.
            passages: the passages that it names, at least one.
            told: what the parent told and asked, whose words and numbers may be repeated.
        """
        lines = [line.text for passage in passages for line in passage.sentences]
        claim = _TOLD.sub("", sentence)
        similarities = self._similarities(claim, lines)
        words = content_words(claim)
        text = " ".join(lines)
        known = content_words(f"{text} {told}")
        shared = [_shared(words, content_words(line)) for line in lines]
        ranks = shared if similarities is None else [a + b for a, b in zip(similarities, shared, strict=True)]
        nearest = lines[int(np.argmax(ranks))]
        return Support(
            similarity=None if similarities is None else max(similarities),
            shared=_shared(words, known),
            fault=_fault(sentence, claim, nearest, f"{text} {told}"),
        )

    def _similarities(self, sentence: str, lines: Sequence[str]) -> list[float] | None:
        if self._vector is None:
            return None
        try:
            own = self._vector(sentence)
            return [float(own @ self._vector(line)) for line in lines]
        except ModelUnavailable as error:
            logging.getLogger(__name__).warning("sentences are checked without the encoder", exc_info=error)
            self._vector = None
            return None


def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning: first two syllables in Korean, first five letters in English."""
    words = re.findall(r"[가-힣]+|[a-z]+", text.lower())
    kept = (w for w in words if len(w) > 1 and w not in _STOPWORDS and not _KO_FILLER.match(w))
    return frozenset(word[:2] if "가" <= word[0] <= "힣" else word[:5] for word in kept)


def remedies_in(text: str) -> frozenset[str]:
    """Medicines and household remedies that a text names."""
    return frozenset(name for name, pattern in _REMEDIES.items() if pattern.search(text))


def _shared(words: frozenset[str], known: frozenset[str]) -> float:
    return len(words & known) / len(words) if words else 1.0


def _fault(sentence: str, claim: str, nearest: str, given: str) -> str | None:
    """The hard contradiction between a sentence and what was given."""
    if not _are_known(quantities(sentence), quantities(given)):
        return "quantity"
    if remedies_in(sentence) - remedies_in(given):
        return "remedy"
    return "negation" if _is_turned(claim, nearest) or _is_turned(nearest, claim) else None


def _is_turned(one: str, other: str) -> bool:
    """True when one negates what the other says plainly, or only one of them holds an odd number of negations."""
    plain = content_words(other) - _negated(other)
    return bool(_negated(one) & plain) or len(_NEGATED.findall(one)) % 2 != len(_NEGATED.findall(other)) % 2


def _negated(text: str) -> frozenset[str]:
    """Stems of the verbs that are negated."""
    verbs = (next(filter(None, found.groups())) for found in _NEGATED_VERB.finditer(text.lower()))
    return frozenset(stem for verb in verbs for stem in content_words(verb))


def _are_known(said: frozenset[Quantity], given: frozenset[Quantity]) -> bool:
    """True when each number with its unit was given; one without a unit may stand for any of that value."""
    values = {value for value, _ in given}
    return all(item in given or (item[1] == "" and item[0] in values | _EMERGENCY) for item in said)
