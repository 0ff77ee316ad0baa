"""Facts about a child, the expressions over them, and the file of rules that holds the expressions."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import KnowledgeInvalid
from core.facts import Facts, gather_facts, read_test
from core.red_flags import load_red_flags
from core.types import Answer, FreeTextFindings, SymptomReport
from core.vocabulary import load_vocabulary

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
SOURCES = tomllib.loads((KB / "sources.toml").read_text(encoding="utf-8"))["source"]
RULES = load_red_flags(KB, VOCABULARY, SOURCES)


def gathered(**told: object) -> Facts:
    """The facts of a form without words."""
    return gather_facts(SymptomReport(**told), FreeTextFindings(accepted=False), VOCABULARY)


def in_words(**said: object) -> Facts:
    """The facts of words beside an empty form."""
    return gather_facts(SymptomReport(), FreeTextFindings(accepted=True, **said), VOCABULARY)


# What is known


def test_symptoms_bring_their_group_and_sites_their_place() -> None:
    """A rule can name one symptom, a whole group, and where it is; form and words count alike."""
    names = {"red_spots", "any_rash_type", "at_face"}
    assert gathered(symptoms=("red_spots",), body_sites=("face",)).names == names
    assert in_words(symptoms=("red_spots",), body_sites=("face",)).names == names


def test_likely_conditions_are_facts() -> None:
    """Each condition that is probable enough can be named by a rule."""
    facts = gather_facts(SymptomReport(), FreeTextFindings(accepted=False), VOCABULARY, ["chickenpox", "measles"])
    assert facts.names == {"condition_chickenpox", "condition_measles"}


@pytest.mark.parametrize(
    ("told", "said", "age", "heat"),
    [
        ((30, 37.0), (2, 38.5), 2, 38.5),
        ((2, 38.5), (30, 37.0), 2, 38.5),
        ((None, None), (0, 38.5), 0, 38.5),
        ((30, 37.0), (None, None), 30, 37.0),
        ((None, None), (None, None), None, None),
    ],
)
def test_of_form_and_words_the_worse_number_counts(told: tuple, said: tuple, age: float, heat: float) -> None:
    """The youngest age and the highest temperature are used; what nobody told stays unknown."""
    report = SymptomReport(age_months=told[0], temperature_c=told[1])
    words = FreeTextFindings(accepted=True, age_months=said[0], temperature_c=said[1])
    facts = gather_facts(report, words, VOCABULARY)
    assert (facts.age_months, facts.temperature_c) == (age, heat)


@pytest.mark.parametrize(
    ("form", "words", "age"), [(0, None, 0.05), (0.01, None, 0.01), (0, 0.03, 0.03), (0, 0.2, 0.05)]
)
def test_no_full_month_is_not_the_first_day(form: float, words: float | None, age: float) -> None:
    """The form counts whole months; days of life tell, from the form or from words."""
    told = FreeTextFindings(accepted=True, age_months=words)
    assert gather_facts(SymptomReport(age_months=form), told, VOCABULARY).age_months == age


def test_below_36_degrees_is_a_low_temperature() -> None:
    """At any time, told in the form or in words, also beside a fever; 36.0 °C is none."""
    assert "low_temperature" in gathered(temperature_c=35.9).names
    assert "low_temperature" not in gathered(temperature_c=36.0).names
    both = FreeTextFindings(accepted=True, temperature_c=35.5)
    facts = gather_facts(SymptomReport(temperature_c=39.0), both, VOCABULARY)
    assert ("low_temperature" in facts.names, facts.temperature_c) == (True, 39.0)


@pytest.mark.parametrize(
    ("told", "is_told"),
    [
        ({}, False),
        ({"body_sites": ("face",), "age_months": 1}, False),
        ({"danger_signs": {"fit": Answer.NO}}, False),
        ({"temperature_c": 37.9}, False),
        ({"temperature_c": 36.5}, False),
        ({"temperature_c": 38.0}, True),
        ({"temperature_c": 35.9}, True),
        ({"feels_hot": True}, True),
        ({"symptoms": ("dry_skin",)}, True),
        ({"danger_signs": {"fit": Answer.YES}}, True),
        ({"danger_signs": {"fit": Answer.UNKNOWN}, "age_months": 2}, True),
    ],
)
def test_something_is_told_with_a_symptom_a_sign_or_a_fever(told: dict, is_told: bool) -> None:  # noqa: FBT001 (a row)
    """Place, age, a "no" and a normal temperature alone are nothing to judge by."""
    assert gathered(**told).is_told is is_told


def test_of_an_unknown_child_nothing_is_told() -> None:
    """Facts without more are nothing to judge by."""
    assert not Facts(names=frozenset()).is_told


def test_hot_to_touch_without_thermometer_is_fever() -> None:
    """No thermometer, hot baby under three months: treated as fever."""
    assert held(SymptomReport(age_months=2, feels_hot=True)) >= {"B1", "X9"}


@pytest.mark.parametrize("sign", VOCABULARY.danger_signs)
def test_a_danger_sign_brings_what_it_implies(sign: str) -> None:
    """Answered or read from words, it stands for the symptoms in its `implies`."""
    names = {sign, *VOCABULARY.danger_signs[sign].implies}
    assert gathered(danger_signs={sign: Answer.YES}).names >= names
    assert in_words(symptoms=(sign,)).names >= names
    assert not gathered(danger_signs={sign: Answer.NO}).names & names


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({"age_months": 2.99}, True),
        ({"age_months": 3}, False),
        ({"symptoms": ("under_3_months",)}, True),
        ({"symptoms": ("newborn_under_28d",)}, True),
        ({"symptoms": ("dry_skin",)}, False),
    ],
)
def test_unknown_counts_as_yes_under_three_months(told: dict, counts: bool) -> None:  # noqa: FBT001 (a row)
    """However the age is known: by the number or by what was ticked."""
    assert ("seizure" in gathered(danger_signs={"fit": Answer.UNKNOWN}, **told).names) is counts


def test_unknown_counts_by_the_age_in_words() -> None:
    """The age that was read from words is as good as the form's."""
    report = SymptomReport(danger_signs={"fit": Answer.UNKNOWN})
    words = FreeTextFindings(accepted=True, age_months=1)
    assert "fit" in gather_facts(report, words, VOCABULARY).names


# What more or younger can do


def held(report: SymptomReport) -> set[str]:
    """Ids of the rules that match."""
    facts = gather_facts(report, FreeTextFindings(accepted=False), VOCABULARY)
    return {rule.id for rule in RULES.matches(facts)}


reports = st.builds(
    SymptomReport,
    feels_hot=st.booleans(),
    body_sites=st.lists(st.sampled_from(sorted(VOCABULARY.body_sites)), max_size=2).map(tuple),
    symptoms=st.lists(st.sampled_from(sorted(VOCABULARY.symptoms)), max_size=5).map(tuple),
    danger_signs=st.dictionaries(st.sampled_from(sorted(VOCABULARY.danger_signs)), st.sampled_from(Answer), max_size=3),
)


@given(reports, st.floats(0, 216), st.floats(0, 216))
def test_younger_matches_more(child: SymptomReport, one: float, other: float) -> None:
    """What holds at an age holds at every lower age, and what holds at an unknown age at each."""
    young, old = (held(replace(child, age_months=age)) for age in sorted((one, other)))
    assert held(child) <= old <= young


@given(reports, st.floats(38, 43), st.floats(38, 43), st.none() | st.floats(0, 216))
def test_hotter_matches_more(child: SymptomReport, one: float, other: float, age: float | None) -> None:
    """From 38 °C up, what holds at a temperature holds at every higher one."""
    low, high = (held(replace(child, age_months=age, temperature_c=heat)) for heat in sorted((one, other)))
    assert low <= high


# Expressions


@pytest.mark.parametrize(
    ("when", "child", "is_true"),
    [
        ("a", {"a"}, True),
        ("a", {"b"}, False),
        ("a and b", {"a"}, False),
        ("a and b", {"a", "b"}, True),
        ("a or b", {"b"}, True),
        ("a or b", set(), False),
        ("a and (b or c)", {"a", "c"}, True),
        ("a and (b or c)", {"b", "c"}, False),
        ("a\n    or b", {"b"}, True),
    ],
)
def test_expression_of_facts(when: str, child: set[str], is_true: bool) -> None:  # noqa: FBT001 (a row)
    """`and` and `or` mean what they say, over several lines too."""
    faults: list[str] = []
    (test,) = read_test(when, {"a", "b", "c"}, "X", faults)
    assert test(Facts(names=frozenset(child))) is is_true
    assert faults == []


@pytest.mark.parametrize(
    ("when", "age", "heat", "is_true"),
    [
        ("age_months < 3", 2.99, None, True),
        ("age_months < 3", 3, None, False),
        ("age_months < 0.5", 0, None, True),
        ("age_months < 3", None, None, False),
        ("temperature_c >= 38", None, 38.0, True),
        ("temperature_c >= 38.5", None, 38.4, False),
        ("temperature_c >= 38", None, None, False),
    ],
)
def test_comparison(when: str, age: float, heat: float, is_true: bool) -> None:  # noqa: FBT001 (a row)
    """Under an age, from a temperature on; never true of what was not told."""
    (test,) = read_test(when, set(), "X", [])
    assert test(Facts(names=frozenset(), age_months=age, temperature_c=heat)) is is_true


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ("flopy", "X: unknown fact flopy"),
        ("floppy and", "X: "),
        ("not floppy", "X: cannot read 'not floppy': only facts, and, or, age_months < n and temperature_c >= n"),
        ("floppy(1)", "X: cannot read 'floppy(1)': only facts"),
        ("age_months > 3", "X: cannot read 'age_months > 3': only facts"),
        ("age_months <= 3", "X: cannot read 'age_months <= 3': only facts"),
        ("temperature_c < 36", "X: cannot read 'temperature_c < 36': only facts"),
        ("temperature_c > 38", "X: cannot read 'temperature_c > 38': only facts"),
        ("floppy < 3", "X: cannot read 'floppy < 3': only facts"),
        ("age_months < True", "X: True is not a number"),
        ("temperature_c >= 'hot'", "X: 'hot' is not a number"),
    ],
)
def test_expression_that_could_calm_is_refused(when: str, fault: str) -> None:
    """Nothing but facts, `and`, `or` and the two comparisons is read; the fault names the owner."""
    faults: list[str] = []
    assert read_test(when, {"floppy"}, "X", faults) == []
    assert [told.startswith(fault) for told in faults] == [True]


# The file of rules


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('when = "floppy"', 'when = "flopy"', "A7: unknown fact flopy"),
        ('when = "floppy"', 'when = "condition_dragon_pox"', "A7: unknown fact condition_dragon_pox"),
        ('high_fever = "', 'high_fever = "under_1_year or ', "[derived] high_fever: unknown fact under_1_year"),
        ('id = "A7"', 'id = "A6"', "A6 stands twice"),
        ('level = "E0"', 'level = "E9"', "A3a: unknown level E9"),
        ('raised = "E1"', 'raised = "E9"', "[levels] U: unknown level E9"),
        ("[levels.H]", "[levels.calm]", "[levels] H is missing"),
        ("[levels.untold]", "[levels.calm]", "[levels] untold is missing"),
        ('sources = ["nhs-sjs"]', 'sources = ["nobody"]', "C2a: unknown source nobody"),
        ('sources = ["nhs-sjs"]', "sources = []", "C2a has no source"),
        ('sources = ["gangnam-moonlight"', 'sources = ["nobody"', "[levels] U: unknown source nobody"),
        ('review = "needs_clinician_review"', 'review = ""', "A3a: a text or the review is empty"),
        ('reason.en = "A floppy child', 'reason.en = "" # "', "A7: a text or the review is empty"),
        ('level = "E0"', 'colour = "red"\nlevel = "E0"', "rule.0.colour: Extra inputs are not permitted"),
    ],
)
def test_broken_rule_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A rule that cannot be trusted stops the loading, with its id."""
    kb = shutil.copytree(KB, tmp_path / "kb")
    text = (kb / "red_flags.toml").read_text(encoding="utf-8")
    assert old in text
    (kb / "red_flags.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid) as caught:
        load_red_flags(kb, VOCABULARY, SOURCES)
    assert f"red_flags.toml: {fault}" in caught.value.args


def test_broken_question_is_named() -> None:
    """A danger-sign question whose `when` cannot be read stops the loading too."""
    fit = replace(VOCABULARY.danger_signs["fit"], when="flopy")
    vocabulary = replace(VOCABULARY, danger_signs={**VOCABULARY.danger_signs, "fit": fit})
    with pytest.raises(KnowledgeInvalid, match=r"^\S+: question fit: unknown fact flopy$"):
        load_red_flags(KB, vocabulary, SOURCES)
