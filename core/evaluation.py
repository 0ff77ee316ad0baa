"""Scores of decisions against cases with a known answer, each share with its interval."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.ranking import EMERGENCY
from core.types import Lang, Urgency

_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A proportion with its 95 % Wilson interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""

    hits: int
    """How many counted."""
    total: int
    """Out of how many."""

    @property
    def value(self) -> float:
        """0–1; nan when there was nothing to count."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end, 0–1; (nan, nan) when there was nothing to count."""
        if not self.total:
            return math.nan, math.nan
        share, spread = self.value, _Z**2 / self.total
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * math.sqrt(share * (1 - share) / self.total + spread / (4 * self.total)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        """`0.981 (0.95–0.99), 206 of 210`."""
        low, high = self.interval
        return f"{self.value:.3f} ({low:.2f}–{high:.2f}), {self.hits} of {self.total}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """One case with the expected and the given answer."""

    id: str
    """The case's id."""
    lang: Lang
    """Language of the words."""
    form: str
    """How the danger is told: `plain`, `disguised`, `negated` …"""
    expected: Urgency
    """What the case asks for."""
    given: Urgency
    """What was decided."""
    is_health: bool
    """True when the words speak of a child's health."""
    was_accepted: bool
    """True when they were taken as such."""
    has_words: bool
    """False for a case told by the form alone."""
    is_asked: bool = False
    """True when the words left a doubt that is asked before the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyScores:
    """How well the urgency was decided."""

    red_flag_recall: Share
    """Emergencies that were called emergencies."""
    exact: Share
    """Cases whose level is exactly the expected one."""
    under_triage: Share
    """Cases whose level is below the expected one."""
    over_triage: Share
    """Cases whose level is above the expected one."""
    nonsense_rejected: Share
    """Words without a health matter that were set aside."""
    valid_rejected: Share
    """Words with a health matter that were set aside."""
    recall_with_asking: Share
    """Emergencies that were called so or asked about; the most that an honest answer could bring."""
    asked_without_need: Share
    """Cases that are no emergency and whose words were asked about."""

    def lines(self) -> Iterable[str]:
        """One line a score."""
        for name in self.__slots__:
            yield f"{name:18} {getattr(self, name)}"


def score_urgency(cases: Sequence[JudgedCase]) -> UrgencyScores:
    """The scores of these cases."""
    emergencies = [case for case in cases if case.expected is Urgency.EMERGENCY]
    written = [case for case in cases if case.has_words]
    return UrgencyScores(
        red_flag_recall=_share(case.given is Urgency.EMERGENCY for case in emergencies),
        exact=_share(case.given is case.expected for case in cases),
        under_triage=_share(case.given.rank < case.expected.rank for case in cases),
        over_triage=_share(case.given.rank > case.expected.rank for case in cases),
        nonsense_rejected=_share(not case.was_accepted for case in written if not case.is_health),
        valid_rejected=_share(not case.was_accepted for case in written if case.is_health),
        recall_with_asking=_share(case.given is Urgency.EMERGENCY or case.is_asked for case in emergencies),
        asked_without_need=_share(case.is_asked for case in cases if case.expected is not Urgency.EMERGENCY),
    )


def _share(hits: Iterable[bool]) -> Share:
    counted = list(hits)
    return Share(hits=sum(counted), total=len(counted))


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCase:
    """One case with the conditions that would be right and those that were found."""

    right: frozenset[str]
    """Condition ids, any of which a paediatrician would accept."""
    order: tuple[str, ...]
    """All condition ids, the most probable first."""
    probability: float
    """Probability given to the right ones together, 0–1."""
    prediction_set: tuple[str, ...]
    """Ids of the set with the stated coverage."""
    department: str
    """Where the case belongs."""
    departments: tuple[str, ...]
    """Departments given, best first."""


def ranking_lines(cases: Sequence[RankedCase]) -> Iterable[str]:
    """One line a score: first, among three, set coverage and size, department, false emergencies, log loss."""
    for count in (1, 3):
        yield f"{f'top_{count}':18} {_share(bool(case.right & set(case.order[:count])) for case in cases)}"
    yield f"{'set_coverage':18} {_share(bool(case.right & set(case.prediction_set)) for case in cases)}"
    sizes = sorted(len(case.prediction_set) for case in cases)
    yield f"{'set_size':18} median {sizes[len(sizes) // 2]}, largest {sizes[-1]}"
    yield f"{'department':18} {_share(case.departments[:1] == (case.department,) for case in cases)}"
    calm = [case for case in cases if case.department != EMERGENCY]
    yield f"{'false_emergency':18} {_share(case.departments[:1] == (EMERGENCY,) for case in calm)}"
    mean = sum(-math.log(max(case.probability, 1e-6)) for case in cases) / len(cases)
    yield f"{'log_loss':18} {mean:.3f}"


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = 5) -> tuple[tuple[float, float, int], ...]:
    """Mean confidence, share right and count of each filled bin of equal width, from the least confident up.

    Args:
        pairs: confidence 0–1 and whether it was right.
        bins: how many.
    """
    binned: dict[int, list[tuple[float, bool]]] = {}
    for said, was in pairs:
        binned.setdefault(min(int(said * bins), bins - 1), []).append((said, was))
    return tuple(
        (sum(said for said, _ in inside) / len(inside), sum(was for _, was in inside) / len(inside), len(inside))
        for _, inside in sorted(binned.items())
    )


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 5) -> float:
    """Expected calibration error, 0–1 (Guo et al. 2017, arXiv:1706.04599)."""
    return sum(count * abs(said - was) for said, was, count in reliability(pairs, bins)) / len(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """What a good answer says."""

    points: tuple[tuple[tuple[str, ...], int], ...]
    """Patterns, any of which shows the point, with its worth; negative for what must not be said."""

    def score(self, answer: str) -> float:
        """Points met by points possible, 0–1; what must not be said counts against, never below 0."""
        earned = sum(worth for patterns, worth in self.points if any(re.search(p, answer) for p in patterns))
        return max(0.0, earned / sum(worth for _, worth in self.points if worth > 0))
