"""The rules of `kb/red_flags.toml` and the decision they lead to."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import gather_facts
from core.red_flags import decide_urgency, load_red_flags
from core.types import Answer, FreeTextFindings, Lang, SymptomReport, Urgency, UrgencyDecision
from core.vocabulary import load_vocabulary
from tests.core.red_flag_cases import ALSO, TABLE

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
SOURCES = tomllib.loads((KB / "sources.toml").read_text(encoding="utf-8"))["source"]
RULES = load_red_flags(KB, VOCABULARY, SOURCES)
NO_WORDS = FreeTextFindings(accepted=False, reason="empty")
SIGNS_AND_SITES = [*(f"!{sign}" for sign in VOCABULARY.danger_signs), *(f"@{site}" for site in VOCABULARY.body_sites)]


def report(told: str) -> SymptomReport:
    """A report from words: `!` sign, `@` site, `hot`, `2m` old, `38.5C`; `=` likely and `==` sure conditions aside."""
    names = [word for word in told.split() if not word[0].isdigit() and word[0] != "="]
    assert set(names) <= {"hot", *VOCABULARY.symptoms, *SIGNS_AND_SITES}
    age, heat = (next((float(w[:-1]) for w in told.split() if w[0].isdigit() and w[-1] == unit), None) for unit in "mC")
    return SymptomReport(
        age_months=age,
        temperature_c=heat,
        feels_hot="hot" in names,
        symptoms=tuple(name for name in names if name[0] not in "!@" and name != "hot"),
        danger_signs={name[1:]: Answer.YES for name in names if name[0] == "!"},
        body_sites=tuple(name[1:] for name in names if name[0] == "@"),
    )


def decide(
    told: str | SymptomReport, conditions: Iterable[str] = (), floor: Urgency = Urgency.SELF_CARE
) -> UrgencyDecision:
    """The decision in Korean for a report without free text."""
    if isinstance(told, str):
        told, conditions = report(told), [word[1:] for word in told.split() if word[0] == "="]
    sure = [name[1:] for name in conditions if name[0] == "="]
    return decide_urgency(RULES, gather_facts(told, NO_WORDS, VOCABULARY, conditions, sure=sure), Lang.KO, floor)


STEP_UP = {"E1": "E0", "U": "E1", "R": "U", "R_routine": "R"}
RAISED = {"+1": "R", "U+1": "E1"}
"""What a raising rule makes of the children of its row."""


def rows(text: str) -> Iterator[tuple[str, str]]:
    """The first word of each row of a table, and the rest of it."""
    for row in re.split(r"\n(?=\S)", text.strip()):
        first, *rest = row.split()
        yield first, " ".join(rest)


def children(told: str) -> list[str]:
    """Each child that a row speaks of."""
    some = [part.split() for part in told.split(",")]
    return [" ".join(words) for part in some for words in product(*(word.split("|") for word in part))]


def cases() -> Iterator[tuple[str, str, str, bool]]:
    """Level, rule, child and whether the rule decides, of the whole table."""
    level = ""
    for rule, told in rows(TABLE):
        if rule.endswith(":"):
            level = rule.removesuffix(":")
            continue
        decided, silent = told.split("/")
        yield from ((level, rule, child, True) for child in children(decided))
        yield from ((level, rule, child, False) for child in children(silent))


DECIDED = [case[:3] for case in cases() if case[3]]
SILENT = [case[1:3] for case in cases() if not case[3]]


def matched(told: str) -> set[str]:
    """Ids of all rules that match."""
    return {match.id for match in decide(told).rules}


@pytest.mark.parametrize(("level", "rule", "told"), DECIDED)
def test_rule_decides(level, rule, told):
    """Each rule gives reason, urgency and next step for these children."""
    decision = decide(told)
    assert decision.rules[0].id == rule
    assert decision.next_step == decision.rules[0].next_step
    assert decision.urgency is RULES.levels[RAISED.get(level, level)].urgency


@pytest.mark.parametrize(("level", "rule", "told"), [row for row in DECIDED if row[0] not in RAISED])
def test_parental_concern_moves_every_rule_one_step(level, rule, told):
    """Whatever the rule says, worry makes it the next level's step; who must call already keeps the rule's own step."""
    worried = decide(f"{told} parent_gut_feeling")
    assert worried.rules[0].id == (rule if level == "E0" else "H1")
    assert worried.next_step == (decide(told) if level == "E0" else worried).rules[0].next_step
    assert level == "E0" or worried.next_step == RULES.levels[STEP_UP[level]].next_step[Lang.KO]


@pytest.mark.parametrize(("rule", "told"), SILENT)
def test_rule_is_silent(rule, told):
    """It does not match for children who are nearly the same."""
    assert rule not in matched(told)


@pytest.mark.parametrize(("rule", "told"), [(rule, child) for rule, told in rows(ALSO) for child in children(told)])
def test_rule_matches_besides(rule, told):
    """Less urgent rules match and are named behind the more urgent one."""
    assert rule in matched(told)
    assert decide(told).rules[0].id != rule


def test_every_rule_has_a_row():
    """No rule is left untested."""
    assert {rule.id for rule in RULES.rules} == {case[1] for case in DECIDED} == {case[0] for case in SILENT}


def test_call_now_outranks_go_now_in_the_next_step():
    """Both are emergencies; the child who needs an ambulance is told to call."""
    decision = decide("non_blanching_rash blue_lips")
    assert decision.rules[0].id == "A4a"
    assert decision.next_step == RULES.levels["E0"].next_step[Lang.KO]
    assert {"A4a", "A1", "A4b"} <= {match.id for match in decision.rules}


def test_anaphylaxis_names_the_pen_and_lying_down():
    """A swollen tongue with hard breathing leads to the pen, not only to the call."""
    next_step = decide("!breathing_trouble lip_tongue_swelling").next_step
    assert [words for words in ("에피네프린", "눕히고", "119") if words not in next_step] == []


def test_fever_under_three_months_gets_no_medicine_before_being_seen():
    """The next step warns against fever medicine."""
    assert "해열제를 먹이지 마세요" in decide("2m 38.4C").next_step


def test_measles_is_phoned_ahead():
    """A child who may have measles is not sent into a waiting room."""
    assert "먼저 전화" in decide("koplik_spots").next_step


def test_the_closest_source_is_shown():
    """Of several sources the first is named."""
    assert decide("lip_tongue_swelling").rules[0].source == "nhs-syb-rashes"


@pytest.mark.parametrize("sign", VOCABULARY.danger_signs)
def test_unknown_counts_as_yes_only_under_three_months(sign):
    """To a question about danger "don't know" is an emergency for a young baby and no alarm for an older child."""
    unsure = {sign: Answer.UNKNOWN}
    baby = SymptomReport(age_months=2, symptoms=("red_spots",), danger_signs=unsure)
    child = SymptomReport(age_months=30, symptoms=("red_spots",), danger_signs=unsure)
    assert decide(baby).urgency is Urgency.EMERGENCY
    assert decide(child).urgency is Urgency.SELF_CARE


@pytest.mark.parametrize("sign", VOCABULARY.danger_signs)
def test_yes_to_any_danger_question_is_an_emergency(sign):
    """Every question that is asked about danger can call an emergency by itself."""
    assert decide(f"!{sign}").urgency is Urgency.EMERGENCY


def test_nothing_told_is_not_reassured():
    """An empty form is at least routine, and the next step says that too little is known."""
    decision = decide("@face")
    assert decision.urgency is Urgency.ROUTINE
    assert decision.next_step == RULES.levels["untold"].next_step[Lang.KO]


@pytest.mark.parametrize(("told", "asked"), [("blisters", "U"), ("@face", "U"), ("dry_skin", "R")])
def test_floor_gives_the_default_step_of_its_level(told, asked):
    """What ranking or an earlier turn asked for stands, with the rules that matched kept."""
    decision = decide(told, floor=RULES.levels[asked].urgency)
    assert decision.urgency is RULES.levels[asked].urgency
    assert decision.next_step == RULES.levels[asked].next_step[Lang.KO]
    assert {match.id for match in decision.rules} == matched(told)


def test_floor_that_is_reached_already_keeps_the_next_step_of_the_rule():
    """Only what is more urgent takes the place of what a rule says to do."""
    told = "after_medicine red_rash"
    assert decide(told, floor=Urgency.URGENT_SAME_DAY) == decide(told)


def test_texts_differ_by_language():
    """Every rule and level speaks Korean and English, and the English is not Korean."""
    for texts in [item.reason for item in RULES.rules] + [level.next_step for level in RULES.levels.values()]:
        assert any("가" <= letter <= "힣" for letter in texts[Lang.KO])
        assert not any("가" <= letter <= "힣" for letter in texts[Lang.EN])


SYMPTOMS = sorted(VOCABULARY.symptoms)
SIGNS = sorted(VOCABULARY.danger_signs)
SITES = sorted(VOCABULARY.body_sites)
CONDITIONS = sorted(path.stem for path in (KB / "conditions").glob("*.md"))
reports = st.builds(
    SymptomReport,
    age_months=st.none() | st.floats(0, 216),
    temperature_c=st.none() | st.floats(34, 43),
    feels_hot=st.booleans(),
    body_sites=st.lists(st.sampled_from(SITES), max_size=3).map(tuple),
    symptoms=st.lists(st.sampled_from(SYMPTOMS), min_size=1, max_size=5).map(tuple),
    danger_signs=st.dictionaries(st.sampled_from(SIGNS), st.sampled_from(Answer), max_size=3),
)


def urgency_of(child: SymptomReport, conditions: Iterable[str] = (), **changes: object) -> int:
    """The rank of the urgency, 0 to 4, of a report with some fields changed."""
    return decide(replace(child, **changes), conditions).urgency.rank


@given(reports, st.sampled_from(SYMPTOMS))
def test_one_more_symptom_never_lowers_urgency(child, symptom):
    """Among children of whom something is told, telling more can only raise."""
    assert urgency_of(child, symptoms=(*child.symptoms, symptom)) >= urgency_of(child)


@given(reports, st.sampled_from(SITES), st.sampled_from(CONDITIONS))
def test_one_more_site_or_condition_never_lowers_urgency(child, site, condition):
    """Neither does one more body site or one more likely condition."""
    assert urgency_of(child, [condition], body_sites=(*child.body_sites, site)) >= urgency_of(child)


@given(reports, st.sampled_from(SIGNS))
def test_yes_to_a_danger_sign_never_lowers_urgency(child, sign):
    """A "yes" is at least as urgent as any other answer to the same question."""
    assert urgency_of(child, danger_signs={**child.danger_signs, sign: Answer.YES}) >= urgency_of(child)


@given(reports, st.sampled_from(Urgency))
def test_floor_never_lowers_urgency(child, floor):
    """The result is the more urgent of rules and floor."""
    assert decide(child, floor=floor).urgency.rank == max(urgency_of(child), floor.rank)


@given(
    reports,
    st.builds(
        FreeTextFindings,
        accepted=st.booleans(),
        symptoms=st.lists(st.sampled_from([*SYMPTOMS, *SIGNS]), max_size=4).map(tuple),
        denied=st.lists(st.sampled_from(SYMPTOMS), max_size=4).map(tuple),
        body_sites=st.lists(st.sampled_from(SITES), max_size=2).map(tuple),
        temperature_c=st.none() | st.floats(34, 43),
        age_months=st.none() | st.floats(0, 216),
    ),
)
def test_words_never_lower_urgency(child, words):
    """Nothing that was understood from text, denials included, lowers what the form says."""
    with_words = decide_urgency(RULES, gather_facts(child, words, VOCABULARY), Lang.KO)
    assert with_words.urgency.rank >= urgency_of(child)
