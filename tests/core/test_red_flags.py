"""The rules of `kb/red_flags.toml` and the decision they lead to."""

import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import KnowledgeInvalid
from core.red_flags import decide_urgency, gather_facts, load_red_flags
from core.types import Answer, FreeTextFindings, Lang, SymptomReport, Urgency, UrgencyDecision
from core.vocabulary import load_vocabulary

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
SOURCES = tomllib.loads((KB / "sources.toml").read_text(encoding="utf-8"))["source"]
RULES = load_red_flags(KB, VOCABULARY, SOURCES)
NO_WORDS = FreeTextFindings(accepted=False, reason="empty")


def report(told: str = "", *, age: float | None = None, temperature: float | None = None) -> SymptomReport:
    """A report from ids: symptoms, danger signs answered yes (`!id`) and body sites (`@id`)."""
    names = told.split()
    return SymptomReport(
        age_months=age,
        temperature_c=temperature,
        symptoms=tuple(name for name in names if name[0] not in "!@"),
        danger_signs={name[1:]: Answer.YES for name in names if name[0] == "!"},
        body_sites=tuple(name[1:] for name in names if name[0] == "@"),
    )


def decide(
    given_report: SymptomReport, conditions: Iterable[str] = (), floor: Urgency = Urgency.SELF_CARE
) -> UrgencyDecision:
    """The decision in Korean for a report without free text."""
    facts = gather_facts(given_report, NO_WORDS, VOCABULARY, conditions)
    return decide_urgency(RULES, facts, Lang.KO, floor)


# Rule id · what makes it decide · what nearly does. A number before "m" is the age, one before "C" the temperature.
ROWS = [
    ("A3a", "lip_tongue_swelling hives_wheals", "hives_wheals"),
    ("A3a", "!face_swelling", "puffy_eyes"),
    ("A3b", "hives_wheals repeated_vomiting", "hives_wheals vomiting"),
    ("A3c", "after_new_food fainting", "after_new_food itchy_skin"),
    ("A4a", "!does_not_fade fever", "red_spots fever"),
    ("A4a", "purple_blotches vomiting", "blue_grey_mark vomiting"),
    ("A6", "!limb_weakness", "refuses_to_walk"),
    ("A6", "seizure", "headache"),
    ("A2", "!breathing_trouble", "cough"),
    ("A2", "fast_breathing", "runny_nose"),
    ("A1", "blue_lips", "pale_around_mouth"),
    ("A5", "!hard_to_wake", "tiredness"),
    ("A5", "!meningitis_signs", "sore_throat"),
    ("A5", "light_sensitivity 38.1C", "light_sensitivity"),
    ("A7", "floppy", "tiredness"),
    ("C2a", "mouth_ulcers red_eyes skin_pain poor_feeding", "mouth_ulcers red_eyes skin_pain"),
    ("E2j", "jaundice poor_feeding 0.3m", "jaundice poor_feeding 60m"),
    ("B1", "38.0C 2.9m", "38.0C 3m"),
    ("B1", "35.9C 1m", "36.5C 1m"),
    ("B1", "dry_skin under_3_months fever", "dry_skin fever"),
    ("B2a", "fluid_filled_blisters 1.3m", "fluid_filled_blisters 1.5m"),
    ("B2b", "contact_cold_sore irritability 1m", "contact_cold_sore irritability 4m"),
    ("B3", "contact_measles_chickenpox 0.9m", "contact_measles_chickenpox 13m"),
    ("X1", "umbilical_redness 0.5m", "umbilical_discharge 2m"),
    ("A4b", "non_blanching_rash otherwise_well", "red_rash otherwise_well"),
    ("A1b", "cold_hands_feet", "swollen_hands_feet"),
    ("A2b", "noisy_breathing", "cough"),
    ("A7b", "fainting", "tiredness"),
    ("C1", "peeling_sheets", "peeling_skin"),
    ("C1", "!painful_peeling_skin", "flaky_skin"),
    ("C2b", "mouth_blisters after_medicine target_shaped_rash", "mouth_blisters after_medicine"),
    ("C3", "has_eczema punched_out_sores", "has_eczema weeping_skin"),
    ("C3", "flare_ups_eczema blisters skin_pain", "flare_ups_eczema itchy_skin"),
    ("C4a", "fever_5_days red_eyes 5m", "fever_5_days red_eyes 7m"),
    ("C5a", "puffy_eyes warm_to_touch redness fever", "puffy_eyes warm_to_touch redness"),
    ("C5a", "bulging_eye", "puffy_eyes"),
    ("C6a", "red_streaks vomiting", "red_streaks"),
    ("D1", "!no_wet_nappy_12h", "no_wet_nappy_8h"),
    ("D1", "no_wet_nappy_8h 2m", "no_wet_nappy_8h 5m"),
    ("E1j", "jaundice 0.02m", "jaundice 0.1m"),
    ("F1a", "after_chickenpox warm_to_touch swelling vomiting", "after_chickenpox warm_to_touch vomiting"),
    ("F5", "mouth_ulcers @palms repeated_vomiting", "mouth_ulcers @palms vomiting"),
    ("X2", "green_vomit", "vomiting"),
    ("X3a", "after_burn_scald @hands 40m", "after_burn_scald @thighs 40m"),
    ("C4b", "fever_5_days red_cracked_lips 30m", "red_cracked_lips 30m"),
    ("F3", "fever head_to_body_spread cough", "fever cough"),
    ("F3", "contact_measles_chickenpox 11m", "contact_measles_chickenpox 40m"),
    ("B5", "red_spots 39.0C 20m", "red_spots 38.9C 20m"),
    ("B4", "39.0C 5m", "39.0C 7m"),
    ("B6", "fever_5_days 90m", "fever 90m"),
    ("B7", "refuses_to_walk", "muscle_aches"),
    ("D2", "poor_feeding", "loss_of_appetite"),
    ("C5b", "swelling @eyelids redness", "swelling @feet redness"),
    ("F1b", "after_chickenpox warm_to_touch", "after_chickenpox itchy_skin"),
    ("C6b", "warm_to_touch pain redness", "warm_to_touch redness"),
    ("C9", "unexplained_bruises 4m", "unexplained_bruises 14m"),
    ("X4", "unexplained_bruises nosebleed_gum_bleed 30m", "unexplained_bruises 30m"),
    ("C7a", "skin_pain", "soreness"),
    ("C8a", "after_medicine red_rash", "after_medicine"),
    ("E3j", "yellow_eye_whites", "orange_palms_soles"),
    ("F6", "mouth_ulcers @soles drooling difficulty_swallowing", "mouth_ulcers @soles drooling"),
    ("F8a", "golden_crust fever", "golden_crust"),
    ("C3b", "punched_out_sores", "sores"),
    ("X5", "one_sided_band @forehead", "one_sided_band @chest"),
    ("X6", "attached_tick fever", "attached_tick"),
    ("X7", "weak_immunity fever", "weak_immunity cough"),
    ("X8", "repeated_vomiting", "vomiting"),
    ("X3b", "after_burn_scald @thighs 40m", "after_sun @thighs 40m"),
    ("F2", "after_chickenpox", "contact_measles_chickenpox 40m"),
    ("F4", "sandpaper_rash sore_throat", "sandpaper_rash"),
    ("F8b", "golden_crust", "crusts_scabs"),
    ("G1", "red_raised_birthmark @eyelids", "red_raised_birthmark @arms"),
    ("C7b", "blisters", "pimples"),
    ("C7b", "hives_wheals @whole_body", "hives_wheals @arms"),
    ("C8b", "recent_antibiotics red_rash", "recent_antibiotics"),
    ("X4b", "unexplained_bruises 30m", "blue_grey_mark 30m"),
    ("X9", "38.2C", "37.5C"),
    ("X10", "dry_skin 2m", "dry_skin 4m"),
    ("H1", "dry_skin parent_gut_feeling", "dry_skin"),
]


def row_report(told: str) -> SymptomReport:
    """A row's report: ids, and the age and temperature among them."""
    words = told.split()
    age = next((float(w[:-1]) for w in words if w[0].isdigit() and w.endswith("m")), None)
    temperature = next((float(w[:-1]) for w in words if w[0].isdigit() and w.endswith("C")), None)
    return report(" ".join(w for w in words if not w[0].isdigit()), age=age, temperature=temperature)


@pytest.mark.parametrize(("rule", "told", "nearly"), ROWS)
def test_rule_decides_and_its_near_miss_does_not_match(rule, told, nearly):
    """Each rule gives reason and next step for one child and stays silent for a child who is nearly the same."""
    decision = decide(row_report(told))
    assert decision.rules[0].id == rule
    assert decision.next_step == decision.rules[0].next_step
    assert decision.urgency is decision.rules[0].urgency
    assert rule not in {match.id for match in decide(row_report(nearly)).rules}


def test_every_rule_has_a_row():
    """No rule is left untested."""
    assert {rule.id for rule in RULES.rules} == {row[0] for row in ROWS}


@pytest.mark.parametrize(
    ("condition", "told", "rule"),
    [
        ("chickenpox", "red_spots", "F2"),
        ("measles", "fever cough red_eyes", "F3"),
        ("hand_foot_mouth", "repeated_vomiting", "F5"),
        ("impetigo", "crusts_scabs fever", "F8a"),
    ],
)
def test_likely_conditions_are_facts(condition, told, rule):
    """A condition in the prediction set lets its rule match, and without it the rule is silent."""
    assert rule in {match.id for match in decide(report(told), [condition]).rules}
    assert rule not in {match.id for match in decide(report(told)).rules}


def test_call_now_outranks_go_now_in_the_next_step():
    """Both are emergencies; the child who needs an ambulance is told to call."""
    decision = decide(report("non_blanching_rash blue_lips"))
    assert decision.rules[0].id == "A4a"
    assert decision.next_step == RULES.levels["E0"].next_step[Lang.KO]
    assert {"A4a", "A1", "A4b"} <= {match.id for match in decision.rules}


def test_anaphylaxis_names_the_pen_and_lying_down():
    """A swollen tongue with hard breathing leads to the pen, not only to the call."""
    decision = decide(report("!breathing_trouble lip_tongue_swelling"))
    assert "에피네프린" in decision.next_step
    assert "눕히고" in decision.next_step
    assert "119" in decision.next_step


def test_fever_under_three_months_gets_no_medicine_before_being_seen():
    """The next step warns against fever medicine."""
    assert "해열제를 먹이지 마세요" in decide(report(age=2, temperature=38.4)).next_step


def test_measles_is_phoned_ahead():
    """A child who may have measles is not sent into a waiting room."""
    assert "먼저 전화" in decide(report("koplik_spots")).next_step


def test_hot_to_touch_without_thermometer_is_fever():
    """No thermometer, hot baby under three months: treated as fever."""
    hot = SymptomReport(age_months=2, feels_hot=True)
    assert decide(hot).rules[0].id == "B1"


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
    assert decide(SymptomReport(danger_signs={sign: Answer.YES})).urgency is Urgency.EMERGENCY


def test_nothing_told_is_not_reassured():
    """An empty form is at least routine, and the next step says that too little is known."""
    decision = decide(report("@face"))
    assert decision.urgency is Urgency.ROUTINE
    assert decision.next_step == RULES.levels["untold"].next_step[Lang.KO]


@pytest.mark.parametrize(
    ("told", "calm", "worried"),
    [
        ("dry_skin", Urgency.SELF_CARE, Urgency.SOON_24H),
        ("blisters", Urgency.SOON_24H, Urgency.URGENT_SAME_DAY),
        ("poor_feeding", Urgency.URGENT_SAME_DAY, Urgency.EMERGENCY),
    ],
)
def test_parental_concern_raises_one_level(told, calm, worried):
    """The feeling that something is wrong moves the answer one step and is given as the reason."""
    assert decide(report(told)).urgency is calm
    raised = decide(report(f"{told} parent_gut_feeling"))
    assert (raised.urgency, raised.rules[0].id) == (worried, "H1")


def test_parental_concern_turns_go_into_call():
    """From the emergency department one step up is the ambulance."""
    decision = decide(report("noisy_breathing parent_gut_feeling"))
    assert decision.next_step == RULES.levels["E0"].next_step[Lang.KO]


def test_floor_gives_the_default_step_of_its_level():
    """What ranking or an earlier turn asked for stands, with the rules that matched kept."""
    decision = decide(report("blisters"), floor=Urgency.URGENT_SAME_DAY)
    assert decision.urgency is Urgency.URGENT_SAME_DAY
    assert decision.next_step == RULES.levels["U"].next_step[Lang.KO]
    assert [match.id for match in decision.rules] == ["C7b"]


def test_free_text_adds_facts_and_the_worse_number_counts():
    """Words in the text count like ticks in the form; the youngest age and the highest temperature are used."""
    words = FreeTextFindings(accepted=True, symptoms=("dry_skin",), temperature_c=38.5, age_months=2)
    facts = gather_facts(report(age=30, temperature=37), words, VOCABULARY)
    assert (facts.age_months, facts.temperature_c) == (2, 38.5)
    assert decide_urgency(RULES, facts, Lang.KO).rules[0].id == "B1"


def test_danger_sign_named_in_the_text_brings_what_it_implies():
    """A danger sign read from words is the same as one answered."""
    words = FreeTextFindings(accepted=True, symptoms=("no_wet_nappy_12h",))
    facts = gather_facts(report(), words, VOCABULARY)
    assert {"no_wet_nappy_12h", "no_wet_nappy_8h"} <= facts.names


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


def urgency_of(child: SymptomReport, conditions: Iterable[str] = ()) -> int:
    """The rank of the urgency, 0 to 4."""
    return decide(child, conditions).urgency.rank


def changed(child: SymptomReport, **changes: object) -> SymptomReport:
    """The same report with some fields changed."""
    return replace(child, **changes)


@given(reports, st.sampled_from(SYMPTOMS))
def test_one_more_symptom_never_lowers_urgency(child, symptom):
    """Among children of whom something is told, telling more can only raise."""
    assert urgency_of(changed(child, symptoms=(*child.symptoms, symptom))) >= urgency_of(child)


@given(reports, st.sampled_from(SITES), st.sampled_from(CONDITIONS))
def test_one_more_site_or_condition_never_lowers_urgency(child, site, condition):
    """Neither does one more body site or one more likely condition."""
    more = changed(child, body_sites=(*child.body_sites, site))
    assert urgency_of(more, [condition]) >= urgency_of(child)


@given(reports, st.sampled_from(SIGNS))
def test_yes_to_a_danger_sign_never_lowers_urgency(child, sign):
    """A "yes" is at least as urgent as any other answer to the same question."""
    yes = changed(child, danger_signs={**child.danger_signs, sign: Answer.YES})
    assert urgency_of(yes) >= urgency_of(child)


@given(reports, st.floats(38, 43), st.floats(38, 43))
def test_higher_fever_never_lowers_urgency(child, one, other):
    """From 38 °C up, hotter is at least as urgent."""
    low, high = sorted((one, other))
    assert urgency_of(changed(child, temperature_c=high)) >= urgency_of(changed(child, temperature_c=low))


@given(reports, st.floats(0, 216), st.floats(0, 216))
def test_younger_never_lowers_urgency(child, one, other):
    """At any age a younger child is at least as urgent, and a known age at least as urgent as an unknown one."""
    young, old = sorted((one, other))
    ranks = [urgency_of(changed(child, age_months=age)) for age in (young, old, None)]
    assert ranks == sorted(ranks, reverse=True)


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


@pytest.fixture
def kb(tmp_path):
    """A copy of the knowledge base whose rules a test may break."""
    return shutil.copytree(KB, tmp_path / "kb")


def broken(kb: Path, old: str, new: str) -> str:
    """The fault that the loader finds after one change."""
    path = kb / "red_flags.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid) as caught:
        load_red_flags(kb, VOCABULARY, SOURCES)
    return "\n".join(caught.value.args)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('when = "floppy"', 'when = "flopy"', "A7: unknown fact flopy"),
        ('when = "floppy"', 'when = "not floppy"', "A7: cannot read 'not floppy'"),
        ('when = "floppy"', 'when = "floppy and"', "A7: "),
        ('when = "floppy"', 'when = "floppy(1)"', "A7: cannot read"),
        ('when = "floppy"', 'when = "age_months > 3"', "A7: cannot read 'age_months > 3'"),
        ('when = "floppy"', 'when = "temperature_c < 36"', "A7: cannot read"),
        ('when = "floppy"', 'when = "age_months < True"', "A7: True is not a number"),
        ('when = "floppy"', 'when = "condition_dragon_pox"', "A7: unknown fact condition_dragon_pox"),
        ('high_fever = "', 'high_fever = "under_1_year or ', "[derived] high_fever: unknown fact under_1_year"),
        ('id = "A7"', 'id = "A6"', "A6 stands twice"),
        ('level = "E0"', 'level = "E9"', "unknown level E9"),
        ('raised = "E1"', 'raised = "E9"', "[levels] U: unknown level E9"),
        ("[levels.H]", "[levels.calm]", "[levels] H is missing"),
        ('sources = ["nhs-sjs"]', 'sources = ["nobody"]', "C2a: unknown source nobody"),
        ('sources = ["nhs-sjs"]', "sources = []", "C2a has no source"),
        ('sources = ["gangnam-moonlight"', 'sources = ["nobody"', "[levels] U: unknown source nobody"),
        ('review = "needs_clinician_review"', 'review = ""', "A3a: a text or the review is empty"),
        ('level = "E0"', 'colour = "red"\nlevel = "E0"', "Extra inputs are not permitted"),
    ],
)
def test_broken_rule_is_named(kb, old, new, fault):
    """A rule that cannot be trusted stops the loading, with its id."""
    assert fault in broken(kb, old, new)
