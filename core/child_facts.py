"""The running summary: what the form and every message so far told of a child, in a few short lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.composer import AssessmentParts
from core.corrections import AGE, DURATION, NOT, TEMPERATURE
from core.types import Answer, Lang, SymptomReport
from core.vocabulary import Vocabulary

_YEARS_FROM_MONTHS, _HOURS_A_DAY = 24, 24
_MEASURED = {AGE: "the age", TEMPERATURE: "the temperature", DURATION: "how long it has lasted"}


def child_facts(parts: AssessmentParts, report: SymptomReport, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Age, temperatures, duration, places, signs, medicines and what was taken back, one line each, as far as told.

    Made from the form and from what was understood of every message, never by a language model, so that nothing told
    before the last ten messages is lost.
    """
    return tuple(f"{name}: {value}" for name, value in _lines(parts, report, vocabulary) if value)


def _lines(parts: AssessmentParts, report: SymptomReport, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    told, found, lang = parts.told, parts.findings, parts.lang
    unsure = [*report.unsure, *(sign for sign, answer in report.danger_signs.items() if answer is Answer.UNKNOWN)]
    yield "age", "" if told.age_months is None else _age(told.age_months)
    yield "temperature", _temperature(parts, report)
    yield "lasting", "" if found.duration_hours is None else _duration(found.duration_hours)
    yield "where", _labels(told.body_sites, vocabulary, lang)
    yield "present", _labels(told.symptoms, vocabulary, lang)
    yield "not present", _labels(told.denied, vocabulary, lang)
    yield "not known", _labels(unsure, vocabulary, lang)
    yield "medicines named", _labels(found.medicines, vocabulary, lang)
    yield "taken back by the parent", ", ".join(_taken_back(report, vocabulary, lang))


def _temperature(parts: AssessmentParts, report: SymptomReport) -> str:
    """The highest temperature, and the last where it is another."""
    found = parts.findings
    values = [value for value in (report.temperature_c, found.temperature_c) if value is not None]
    if not values:
        return "feels hot, not measured" if report.feels_hot else ""
    last = found.last_temperature_c
    highest = f"{max(values):g} °C"
    return highest if last is None or last == max(values) else f"{highest} at the highest, {last:g} °C last"


def _labels(names: Iterable[str], vocabulary: Vocabulary, lang: Lang) -> str:
    return ", ".join(vocabulary.label(name, lang) for name in dict.fromkeys(names))


def _taken_back(report: SymptomReport, vocabulary: Vocabulary, lang: Lang) -> Iterator[str]:
    for fact in dict.fromkeys(correction.fact for correction in report.corrected):
        name = fact.removeprefix(NOT)
        yield _MEASURED.get(name) or f"{'no ' if fact != name else ''}{vocabulary.label(name, lang)}"


def _age(months: float) -> str:
    return f"{round(months, 2):g} months" if months < _YEARS_FROM_MONTHS else f"{months / 12:.1f} years"


def _duration(hours: float) -> str:
    return f"{hours:g} hours" if hours < 2 * _HOURS_A_DAY else f"{hours / _HOURS_A_DAY:g} days"
