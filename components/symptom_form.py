"""What the parent tells: age, temperature, danger signs, symptoms and their own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from components.body_site import pick_body_sites
from components.glass_test import glass_test
from components.i18n import N_, _
from components.keys import Keys
from components.session import Visit
from components.term_picker import TermMenu, pick_terms
from core.corrections import DAYS_A_MONTH
from core.types import Answer, Lang, SymptomReport
from core.vocabulary import DangerSign, Vocabulary

LOWEST_C, HIGHEST_C = 34.0, 43.0
OLDEST_MONTHS = 216
MONTHS_A_YEAR = 12
BEGUN_DAY = 0.4
"""What a day of life that has begun counts, so that an age of no full day is not 0, which stands for a month."""
TOLD_IN_MONTHS = 36
"""Up to this age parents speak of months."""
MAX_WORDS = 5000
GLASS = "does_not_fade"
"""The danger sign that the glass test answers."""
USUAL_SYMPTOMS = (
    "red_spots",
    "tiny_raised_spots",
    "itchy_rash",
    "hives_wheals",
    "blisters",
    "dry_skin",
    "weeping_skin",
    "crusts_scabs",
    "swelling",
    "mouth_ulcers",
    "cough",
    "vomiting",
    "otherwise_well",
)
_ANSWERS = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.UNKNOWN: N_("Not sure")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """Age and temperature as far as they can be right."""

    age_months: float | None
    """None when not told or out of range."""
    temperature_c: float | None
    """None when not measured or out of range."""
    feels_hot: bool
    """Asked only without a thermometer."""
    has_thermometer: bool
    """False when the parent said that there is none."""
    is_valid: bool
    """False while a number on screen is out of range."""


def ask_facts(report: SymptomReport, vocabulary: Vocabulary, this: Visit) -> tuple[SymptomReport, bool]:
    """The report with age, temperature, body sites and symptoms as on screen, and whether every number is in range."""
    facts = child_facts(report, this.keys, has_thermometer=this.has_thermometer)
    this.has_thermometer = facts.has_thermometer
    told = replace(report, age_months=facts.age_months, temperature_c=facts.temperature_c, feels_hot=facts.feels_hot)
    st.subheader(_("Where is it?"), anchor=False)
    told = replace(told, body_sites=pick_body_sites(vocabulary, told.body_sites, this.lang, this.keys))
    st.subheader(_("How does it look, and how is your child?"), anchor=False)
    return replace(told, symptoms=pick_symptoms(vocabulary, told.symptoms, this.lang, this.keys)), facts.is_valid


def child_facts(report: SymptomReport, keys: Keys, *, has_thermometer: bool) -> ChildFacts:
    """The child's age and temperature; a number out of range is asked for again and not used."""
    st.subheader(_("About your child"), anchor=False)
    age_months, is_age_valid = _ask_age(report.age_months, keys)
    without = st.toggle(_("I have no thermometer"), value=not has_thermometer, key=keys("child.no_thermometer"))
    if without:
        words = {True: _("Yes"), False: _("No")}
        hot = st.segmented_control(
            _("Does your child feel hot?"),
            list(words),
            default=True if report.feels_hot else None,
            format_func=words.__getitem__,
            key=keys("child.hot"),
            width="stretch",
        )
        temperature, is_valid = None, True
    else:
        hot = False
        temperature, is_valid = _ask_temperature(report.temperature_c, keys)
    return ChildFacts(
        age_months=age_months,
        temperature_c=temperature,
        feels_hot=bool(hot),
        has_thermometer=not without,
        is_valid=is_age_valid and is_valid,
    )


def ask_danger_signs(
    questions: Iterable[DangerSign], report: SymptomReport, coach: tuple[Sequence[str], str], this: Visit
) -> SymptomReport:
    """The report with the answers after what the parent just tapped; one to a question no longer asked stays.

    Args:
        questions: what to ask now.
        report: what is told so far.
        coach: steps and sources of the glass test.
        this: the visit, for its language, its keys and the answer of the glass test.
    """
    asked = list(questions)
    given = dict(report.danger_signs)
    if not asked:
        return report
    st.subheader(_("Before the answer: is there danger?"), anchor=False)
    for sign in asked:
        answer = ask_sign(sign, given.pop(sign.id, None), coach, this)
        if answer is not None:
            given[sign.id] = answer
    open_ones = [sign.id for sign in asked if sign.id not in given]
    if len(open_ones) > 1 and st.button(_("No to the rest"), key=this.keys("danger.rest"), width="stretch"):
        given |= dict.fromkeys(open_ones, Answer.NO)
        this.keys.renew(*(f"danger.{name}" for name in open_ones))
    return replace(report, danger_signs=given)


def ask_sign(sign: DangerSign, given: Answer | None, coach: tuple[Sequence[str], str], this: Visit) -> Answer | None:
    """The answer to one danger-sign question after what the parent just tapped.

    Args:
        sign: what to ask.
        given: the answer so far.
        coach: steps and sources of the glass test.
        this: the visit, for its language, its keys and the answer of the glass test.
    """
    words = {answer: _(word) for answer, word in _ANSWERS.items()}
    answer = st.segmented_control(
        sign.labels[this.lang],
        list(words),
        default=given,
        format_func=words.__getitem__,
        key=this.keys(f"danger.{sign.id}"),
        width="stretch",
    )
    if sign.id == GLASS:
        glass_test(*coach, lambda seen: this.answer_sign(GLASS, seen))
    return answer


def pick_symptoms(vocabulary: Vocabulary, chosen: tuple[str, ...], lang: Lang, keys: Keys) -> tuple[str, ...]:
    """The chosen symptom ids after what the parent just tapped."""
    menu = TermMenu(name="symptom", terms=vocabulary.symptoms, groups=vocabulary.symptom_groups, usual=USUAL_SYMPTOMS)
    return pick_terms(menu, chosen, lang, keys)


def ask_symptom(symptom: str | None, report: SymptomReport, vocabulary: Vocabulary, this: Visit) -> SymptomReport:
    """The report with the answer to the one question that would help most to tell conditions apart."""
    if symptom is None:
        return report
    keys = this.keys
    words = {answer: _(word) for answer, word in _ANSWERS.items()}
    answer = st.segmented_control(
        vocabulary.question(symptom, this.lang)
        or _("One thing that would help: {symptom}?", symptom=vocabulary.label(symptom, this.lang)),
        list(words),
        format_func=words.__getitem__,
        key=keys(f"next.{symptom}"),
        width="stretch",
    )
    if answer is Answer.YES:
        group = vocabulary.symptoms[symptom].group
        keys.renew("symptom.search", "symptom.usual", f"symptom.{group}")
        return replace(report, symptoms=(*report.symptoms, symptom))
    if answer is Answer.NO:
        return replace(report, denied=(*report.denied, symptom))
    return replace(report, unsure=(*report.unsure, symptom)) if answer is Answer.UNKNOWN else report


def own_words(report: SymptomReport, keys: Keys) -> SymptomReport:
    """The report with the parent's own words, at most 5,000 characters; corrections of other words fall away."""
    words = st.text_area(
        _("In your own words"),
        value=report.free_text,
        max_chars=MAX_WORDS,
        height=140,
        placeholder=_("When did it start? What changed? What worries you?"),
        key=keys("child.words"),
    )
    st.caption(_("Up to 5,000 characters. Please leave out names and phone numbers."))
    return report if words == report.free_text else replace(report, free_text=words, corrected=())


def years_and_months(age_months: float | None) -> tuple[int | None, int | None]:
    """An age as parents say it: months up to three years, then years and months."""
    if age_months is None:
        return None, None
    whole = int(age_months)
    if whole <= TOLD_IN_MONTHS:
        return (0, 0) if whole == 0 else (None, whole)
    return whole // MONTHS_A_YEAR, whole % MONTHS_A_YEAR


def days_in_month(age_months: float | None) -> int | None:
    """The days of an age under a month that was told in days; None for any other."""
    return int(age_months * DAYS_A_MONTH) if age_months and age_months < 1 else None


def _ask_days(told: float | None, keys: Keys) -> float:
    """The age in months of a baby under a month; 0 when only that is known."""
    days = st.number_input(
        _("and days, if under a month"), min_value=0, max_value=30, value=days_in_month(told), key=keys("child.days")
    )
    return 0.0 if days is None else (days + BEGUN_DAY) / DAYS_A_MONTH


def _ask_age(told: float | None, keys: Keys) -> tuple[float | None, bool]:
    """The age in months, and whether what is on screen is in range."""
    shown_years, shown_months = years_and_months(told)
    with st.container(horizontal=True):
        years = st.number_input(
            _("Age in years"), min_value=0, max_value=17, value=shown_years, step=1, key=keys("child.years")
        )
        months = st.number_input(
            _("and months"), min_value=0, max_value=TOLD_IN_MONTHS, value=shown_months, step=1, key=keys("child.months")
        )
        if years is None and months is None:
            return None, True
        age = (years or 0) * MONTHS_A_YEAR + (months or 0)
        if age == 0:
            return _ask_days(told, keys), True
    if age > OLDEST_MONTHS:
        st.warning(_("This app is for children up to 18. Could you check the age again?"), icon=":material/edit:")
        return None, False
    return float(age), True


def _ask_temperature(told: float | None, keys: Keys) -> tuple[float | None, bool]:
    """The temperature in °C, and whether what is on screen is in range."""
    value = st.number_input(
        _("Temperature (°C), if you measured it"),
        value=told,
        step=0.1,
        format="%.1f",
        placeholder="36.5",
        key=keys("child.temperature"),
    )
    if value is None or LOWEST_C <= value <= HIGHEST_C:
        return value, True
    st.warning(
        _("{value} °C is outside what we can use (34–43 °C). Could you measure again, or leave it empty?", value=value),
        icon=":material/thermometer:",
    )
    return None, False
