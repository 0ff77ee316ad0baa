"""When to look again follows a written table, and an emergency never waits for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.citations import Citations
from core.errors import KnowledgeInvalid
from core.free_text import load_phrases
from core.knowledge import load_knowledge
from core.look_again import LookCase, compose_look_again, load_look_table, look_again
from core.look_time import LookTime
from core.next_look import POSSIBLE
from core.ranking import likely
from core.red_flags import load_red_flags
from core.screening import danger_questions
from core.triage import Triage
from core.types import Answer, Case, Lang, LookAgain, SymptomReport

KB = Path(__file__).parents[2] / "kb"
KNOWLEDGE = load_knowledge(KB)
RULES = load_red_flags(KB, KNOWLEDGE.vocabulary, KNOWLEDGE.sources)
TABLE = load_look_table(KB, RULES, KNOWLEDGE)
TRIAGE = Triage(knowledge=KNOWLEDGE, rules=RULES, phrases=load_phrases(KB, KNOWLEDGE.vocabulary))
SIGNS = sorted(KNOWLEDGE.vocabulary.danger_signs)
SYMPTOMS = sorted(KNOWLEDGE.vocabulary.symptoms)


def looked(report: SymptomReport, lang: Lang = Lang.EN) -> LookAgain:
    """When to look again after a report, without a photo."""
    case = Case(id="c", lang=lang, report=report)
    picture = TRIAGE.judge(case, TRIAGE.read_all(case))
    told = LookCase(
        lang=lang,
        report=report,
        facts=picture.facts,
        decision=picture.decision,
        leading=() if picture.told.is_empty else likely(picture.ranked),
        possible=() if picture.told.is_empty else likely(picture.ranked, POSSIBLE),
        questions=tuple(s.id for s in danger_questions(RULES, KNOWLEDGE.vocabulary, report, picture.facts)),
    )
    return look_again(told, TABLE, RULES, KNOWLEDGE)


def soonest(look: LookAgain) -> int:
    """0 for now, then the times of the table, the soonest first."""
    return 0 if look.time is None else 1 + list(LookTime).index(look.time)


@pytest.mark.parametrize(
    ("report", "row", "time"),
    [
        (SymptomReport(age_months=1, temperature_c=38.5), None, None),
        (SymptomReport(age_months=20, symptoms=("seizure",)), None, None),
        (SymptomReport(age_months=4, temperature_c=39.2), "L1", LookTime.IN_2_HOURS),
        (SymptomReport(symptoms=("red_spots",), danger_signs={"does_not_fade": Answer.UNKNOWN}), "L2", "in_2_hours"),
        (SymptomReport(age_months=2, symptoms=("vomiting",)), None, LookTime.IN_2_HOURS),
        (SymptomReport(age_months=30, temperature_c=38.4, symptoms=("runny_nose",)), "L5", LookTime.TONIGHT),
        (SymptomReport(age_months=2, symptoms=("dry_skin", "otherwise_well")), "L7", LookTime.TONIGHT),
        (SymptomReport(age_months=30, symptoms=("rough_goosebumps",)), "L9", LookTime.TOMORROW_MORNING),
        (SymptomReport(), "L10", LookTime.TOMORROW_MORNING),
    ],
)
def test_each_child_gets_its_time(report: SymptomReport, row: str | None, time: LookTime | None) -> None:
    """Urgency, age, fever, doubt and what is possible each set the time; the soonest wins."""
    look = looked(report)
    assert look.time == time
    assert row is None or look.row == row


@settings(max_examples=20)
@given(
    st.floats(0, 60),
    st.frozensets(st.sampled_from(SYMPTOMS), max_size=4),
    st.dictionaries(st.sampled_from(SIGNS), st.sampled_from([Answer.NO, Answer.UNKNOWN]), max_size=3),
    st.sampled_from(SIGNS),
)
def test_danger_brings_the_next_look_forward(
    age: float, symptoms: frozenset[str], answers: dict[str, Answer], sign: str
) -> None:
    """The same child with a danger sign more is never looked at later."""
    before = looked(SymptomReport(age_months=age, symptoms=tuple(sorted(symptoms)), danger_signs=answers))
    yes = {**answers, sign: Answer.YES}
    after = looked(SymptomReport(age_months=age, symptoms=tuple(sorted(symptoms)), danger_signs=yes))
    assert soonest(after) <= soonest(before)


@settings(max_examples=20)
@given(st.floats(0, 60), st.frozensets(st.sampled_from(SYMPTOMS), max_size=4))
def test_what_would_raise_does_raise(age: float, symptoms: frozenset[str]) -> None:
    """Each sign named under "going in now" makes it as urgent as was said, and none is named in an emergency."""
    report = SymptomReport(age_months=age, symptoms=tuple(sorted(symptoms)))
    look = looked(report)
    assert look.time is not None or look.go_now == ()
    for item in look.go_now:
        if item.id in KNOWLEDGE.vocabulary.danger_signs:
            told = SymptomReport(age_months=age, symptoms=report.symptoms, danger_signs={item.id: Answer.YES})
            case = Case(id="c", lang=Lang.EN, report=told)
            assert TRIAGE.judge(case, TRIAGE.read_all(case)).decision.urgency.rank >= item.urgency.rank


def test_doubt_comes_first_among_the_open_questions() -> None:
    """What was answered "don't know" is asked again before what was not answered; a "no" is not asked again."""
    answers = {"does_not_fade": Answer.UNKNOWN, "breathing_trouble": Answer.NO}
    look = looked(SymptomReport(age_months=20, symptoms=("red_spots",), danger_signs=answers))
    assert look.questions[0] == "does_not_fade"
    assert "hard_to_wake" in look.questions
    assert "breathing_trouble" not in look.questions


@pytest.mark.parametrize("lang", Lang)
def test_text_quotes_only_the_knowledge_base(lang: Lang) -> None:
    """What to watch stands in an article word for word with its source; nothing is said twice."""
    look = looked(SymptomReport(age_months=48, symptoms=("fluid_filled_blisters", "crops_different_stages")), lang)
    every = {s.text for p in KNOWLEDGE.passages() for s in p.sentences}
    assert look.watch
    assert {s.text for part in look.watch for s in part.sentences} <= every
    cited = Citations(KNOWLEDGE, lang)
    text = "".join(compose_look_again(look, cited))
    assert look.text in text
    assert "119" in text
    assert len(cited.said) == text.count("\n- ") - len(look.questions[:3])


def test_judgement_is_marked_as_such() -> None:
    """A time without a source says that no clinician has reviewed it; one with a source shows the source."""
    ours = "".join(compose_look_again(looked(SymptomReport(symptoms=("itchy_rash",))), Citations(KNOWLEDGE, Lang.EN)))
    fever = looked(SymptomReport(age_months=30, temperature_c=38.4, symptoms=("runny_nose",)))
    theirs = "".join(compose_look_again(fever, Citations(KNOWLEDGE, Lang.EN)))
    assert "our own judgement" in ours
    assert "our own judgement" not in theirs
    assert f"{fever.reason} [1]" in theirs


def test_emergency_has_no_look() -> None:
    """It says go now, without a time, a list or a question."""
    look = looked(SymptomReport(symptoms=("seizure",)))
    assert (look.time, look.row, look.watch, look.questions, look.go_now) == (None, None, (), (), ())
    assert "get help now" in "".join(compose_look_again(look, Citations(KNOWLEDGE, Lang.EN)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('when = "fever"', 'when = "fevr"', "unknown fact fevr"),
        ('when = "fever"', 'when = "not fever"', "cannot read"),
        ('id = "L2"', 'id = "L1"', "L1 stands twice"),
        ('"nhs-what018-fever-under5"', '"no-such"', "unknown source no-such"),
        ('sources = ["nhs-what018-fever-under5", "nhs-healthiertogether-fever"]', "sources = []", "names none"),
        ('when = "always"', 'when = "fever"', "must hold always"),
        ("[time.in_2_3_days]", "[time.someday]", "in_2_3_days"),
    ],
)
def test_a_fault_in_the_table_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Nothing of the table is taken when a part of it is wrong."""
    shutil.copytree(KB, tmp_path / "kb")
    path = tmp_path / "kb" / "look_again.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid) as caught:
        load_look_table(tmp_path / "kb", RULES, KNOWLEDGE)
    assert any(fault in str(argument) for argument in caught.value.args)


def test_every_row_is_marked_for_review() -> None:
    """No clinician has signed any row yet, and each says whether a source stands behind it."""
    assert {row.is_judgement for row in TABLE.rows} == {True, False}
    assert all(row.sources for row in TABLE.rows if not row.is_judgement)
    assert TABLE.rows[0].time is LookTime.IN_2_HOURS
    assert TABLE.rows[-1].id == "L11"
    assert {row.time for row in TABLE.rows} == set(LookTime)
