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


TABLE = """
E0:
A3a lip_tongue_swelling hives_wheals, !face_swelling / hives_wheals, puffy_eyes
A3b hives_wheals breathing_difficulty|fast_breathing|noisy_breathing|difficulty_swallowing|repeated_vomiting,
    hives_wheals fainting|floppy|very_pale / hives_wheals vomiting, repeated_vomiting
A3c after_new_food noisy_breathing|difficulty_swallowing|repeated_vomiting|fainting|floppy|lethargic|very_pale,
    after_insect_bite|after_medicine|after_vaccine fainting / after_new_food itchy_skin, fainting
A4a !does_not_fade|non_blanching_rash|purple_spots|purple_blotches 38.0C,
    purple_spots hot|fever|sudden_high_fever|fever_5_days,
    purple_spots noisy_breathing|!blue_or_grey|blue_lips|very_pale|mottled_skin|cold_hands_feet|!hard_to_wake,
    purple_spots lethargic|floppy|not_responding|inconsolable_cry|!meningitis_signs|stiff_neck,
    purple_spots bulging_fontanelle|!fit|seizure|!limb_weakness|fainting|poor_feeding|vomiting|green_vomit,
    purple_spots repeated_vomiting|rapidly_worsening|low_temperature|35.9C|dehydration_signs|no_wet_nappy_8h,
    purple_spots headache|refuses_to_walk / red_spots fever, blue_grey_mark vomiting,
    purple_blotches|purple_spots otherwise_well|37.9C|36.0C
A6 !limb_weakness, !fit, seizure / refuses_to_walk, headache
A2 !breathing_trouble, breathing_difficulty, fast_breathing / cough, runny_nose, noisy_breathing
A1 !blue_or_grey, blue_lips, very_pale, mottled_skin / pale_around_mouth
A5 !hard_to_wake, !meningitis_signs, lethargic|not_responding|stiff_neck|bulging_fontanelle|inconsolable_cry,
    light_sensitivity 38.1C|headache|vomiting|red_spots / tiredness, sore_throat, light_sensitivity,
    headache vomiting 38.1C red_spots
A7 floppy / tiredness
C2a mouth_ulcers red_eyes skin_pain poor_feeding / mouth_ulcers red_eyes skin_pain, poor_feeding
E2j jaundice|yellow_eye_whites poor_feeding|noisy_breathing 0.3m / jaundice poor_feeding 60m, jaundice 2m
E1:
B1 2.98m|under_3_months|newborn_under_28d 38.0C|35.9C / 38.0C|35.9C 3m, 36.0C|37.9C 1m
B2a 1.39m blisters|sores|pus_filled_spots|small_yellow_white_pustules|punched_out_sores, newborn_under_28d blisters
    / 1.4m blisters|punched_out_sores, 1m dry_skin
B2b contact_cold_sore 1m irritability|loss_of_appetite|vomiting|dry_skin|red_spots
    / contact_cold_sore 1m|irritability, irritability 1m
B3 0.91m|newborn_under_28d contact_measles_chickenpox|crops_different_stages|after_chickenpox
    / contact_measles_chickenpox|after_chickenpox 0.92m, dry_skin 0.5m
X1 umbilical_redness 1.39m, poor_feeding 0.9m / umbilical_redness 1.4m, poor_feeding 1m, cough 0.5m
A4b non_blanching_rash|purple_spots otherwise_well / red_rash otherwise_well
A1b cold_hands_feet / swollen_hands_feet
A2b noisy_breathing / cough
A7b fainting / tiredness
C1 !painful_peeling_skin, peeling_sheets, skin_pain large_fragile_blisters,
    skin_pain peeling_skin fever|red_skin|redness|sunburn_like_rash / flaky_skin,
    skin_pain fever|redness|peeling_skin, peeling_skin fever, large_fragile_blisters
C2b mouth_ulcers red_eyes|sore_eyes|red_eyes_no_discharge|@genitals target_shaped_rash|peeling_skin|skin_pain,
    mouth_blisters @genitals large_fragile_blisters, mouth_ulcers red_eyes|sore_eyes blisters,
    mouth_ulcers sore_eyes fluid_filled_blisters|painful_blisters|large_fragile_blisters|small_blister_like_sores,
    mouth_blisters after_medicine blisters|target_shaped_rash|peeling_skin|skin_pain|spreading_rash
    / mouth_ulcers red_eyes|after_medicine|blisters|target_shaped_rash|spreading_rash,
    mouth_ulcers @genitals blisters, red_eyes skin_pain|blisters, after_medicine peeling_skin
C3 has_eczema|flare_ups_eczema punched_out_sores|painful_blisters,
    has_eczema blisters skin_pain|pain|clustered_spots|fever|rapidly_worsening
    / has_eczema weeping_skin|itchy_skin|blisters|pain|fever, blisters fever, punched_out_sores
C4a fever_5_days 5.99m red_eyes|red_eyes_no_discharge|red_cracked_lips|strawberry_tongue|swollen_hands_feet,
    fever_5_days vomiting peeling_fingertips|swollen_neck_glands|red_spots / fever_5_days red_eyes 6m,
    fever_5_days vomiting|5m, fever red_eyes 5m
C5a bulging_eye, pain_moving_eye, puffy_eyes redness fever|vision_change|headache|vomiting
    / puffy_eyes redness|fever|warm_to_touch, redness fever headache
C6a red_streaks vomiting|2m, pain_out_of_proportion 38.0C|after_chickenpox|=chickenpox|vomiting,
    warm_to_touch pain_out_of_proportion redness 2m / red_streaks, pain_out_of_proportion, red_rash fever,
    after_chickenpox
D1 !no_wet_nappy_12h, no_wet_nappy_8h 2m|dehydration_signs / no_wet_nappy_8h 5m|otherwise_well, dehydration_signs,
    lethargic
E1j jaundice|yellow_eye_whites 0.04m / jaundice 0.05m, dry_skin 0.04m
F1a after_chickenpox|=chickenpox warm_to_touch swelling|skin_pain vomiting
    / after_chickenpox warm_to_touch swelling|vomiting, after_chickenpox swelling vomiting,
    warm_to_touch swelling vomiting
F5 mouth_ulcers @palms|@soles|@hands|@feet repeated_vomiting, mouth_blisters @palms refuses_to_walk,
    =hand_foot_mouth unsteady|startle_jerks / mouth_ulcers @palms vomiting, mouth_ulcers|@feet repeated_vomiting
X11 ==anaphylaxis|==meningococcal_disease|==sepsis|==ssss|==sjs_ten|==toxic_shock_syndrome|==severe_strep_infection,
    ==neonatal_hsv|==omphalitis / =anaphylaxis, ==chickenpox
X2 green_vomit / vomiting
X3a after_burn_scald 40m @face|@neck|@hands|@fingers|@palms|@feet|@soles|@genitals|@nappy_area,
    after_burn_scald @thighs 23.99m|under_3_months|blisters|fever|vomiting / after_burn_scald @thighs 24m,
    after_sun @hands 10m
U:
C4b fever_5_days red_cracked_lips 30m / red_cracked_lips fever 30m, fever_5_days 30m
F3 koplik_spots, fever head_to_body_spread cough|runny_nose|red_eyes|red_eyes_no_discharge|watery_eyes,
    =measles fever cough red_eyes|red_eyes_no_discharge|runny_nose,
    contact_measles_chickenpox 11.99m|under_3_months|weak_immunity / head_to_body_spread fever|cough,
    =measles fever cough|red_eyes, =measles cough red_eyes, fever cough red_eyes, contact_measles_chickenpox 12m
B5 39.0C|sudden_high_fever 20m red_spots|dry_skin / red_spots 38.9C 20m, 39.0C 20m
B4 39.0C 5.99m / 39.0C 6m, 38.9C 5m
B6 fever_5_days 90m / fever 90m
B7 refuses_to_walk, joint_pain fever|swelling, rigors fever / rigors, muscle_aches, joint_pain, swelling fever
D2 poor_feeding, no_wet_nappy_8h, dehydration_signs / loss_of_appetite
C5b puffy_eyes warm_to_touch|skin_pain|sore_eyes|red_skin|redness|pain|soreness,
    swelling @eyelids|@around_eyes|@eyes redness / swelling @feet redness, puffy_eyes, swelling @eyelids,
    @eyelids redness
F1b after_chickenpox warm_to_touch|weak_immunity|rapidly_worsening|red_streaks|new_spots_after_7_days, =chickenpox
    warm_to_touch, after_chickenpox fever spreading_rash skin_pain / after_chickenpox itchy_skin, after_chickenpox
    spreading_rash skin_pain|fever, after_chickenpox fever skin_pain, warm_to_touch weak_immunity
C6b red_streaks, pain_out_of_proportion, warm_to_touch skin_pain|pain|painful_lump redness,
    warm_to_touch pain red_skin|swelling|spreading_rash|red_rash / warm_to_touch redness|pain, pain redness
C9 5.99m|newborn_under_28d unexplained_bruises|purple_blotches / unexplained_bruises 6m, red_spots 4m
X4 purple_blotches 30m, unexplained_bruises fever|nosebleed_gum_bleed|tiredness|swollen_glands,
    unexplained_bruises swollen_neck_glands|joint_pain|headache / unexplained_bruises 30m,
    nosebleed_gum_bleed tiredness fever
C7a skin_pain, large_fragile_blisters, fever peeling_skin|strawberry_tongue|red_cracked_lips,
    fever red_spots @whole_body, nearly_all_skin red_spots|dry_skin
    / soreness, nearly_all_skin, peeling_skin, strawberry_tongue, red_cracked_lips, red_spots @whole_body,
    fever @whole_body
C8a after_medicine|recent_antibiotics red_rash / after_medicine, recent_antibiotics, red_rash
E3j jaundice, yellow_eye_whites, pale_stool, dark_urine 2m / orange_palms_soles, dark_urine, dry_skin 2m
F6 mouth_ulcers @soles drooling difficulty_swallowing, mouth_ulcers @soles over_a_week
    / mouth_ulcers @soles drooling|difficulty_swallowing, drooling difficulty_swallowing, red_spots over_a_week
F8a golden_crust fever|2m, =impetigo crusts_scabs|sores fever / golden_crust, =impetigo fever|crusts_scabs,
    crusts_scabs fever
C3b punched_out_sores / sores
X5 one_sided_band @eyes|@eyelids|@around_eyes|@forehead|@nose|red_eyes|sore_eyes|vision_change
    / one_sided_band @chest, red_eyes @eyes
X6 attached_tick|black_scab_eschar|after_tick_or_outdoors fever / attached_tick, bite_mark fever
X7 weak_immunity fever / weak_immunity cough, fever
X8 repeated_vomiting, rapidly_worsening, low_temperature, umbilical_redness, umbilical_discharge 0.91m / vomiting,
    umbilical_discharge, cough 0.5m
X3b after_burn_scald @thighs 40m / after_sun @thighs 40m
R:
F4 sandpaper_rash sore_throat|strawberry_tongue|pus_on_tonsils|fever / sandpaper_rash, sore_throat fever
F7 pregnant_contact slapped_cheeks|contact_measles_chickenpox|=fifth_disease|=rubella|after_chickenpox
    / pregnant_contact red_spots, slapped_cheeks
F8b golden_crust / crusts_scabs
G1 red_raised_birthmark @eyelids|@around_eyes|@eyes|@lips|@inside_mouth|@around_mouth|@nose|@chin|@face|@cheeks,
    red_raised_birthmark @forehead|@lower_back|@genitals|@around_anus|@nappy_area|@neck|large_birthmark|bleeding|sores
    / red_raised_birthmark @arms, dry_skin @face, bleeding
C7b blisters, hives_wheals @whole_body / pimples, hives_wheals @arms, dry_skin @whole_body
X4b unexplained_bruises 30m / blue_grey_mark 30m
X9 38.0C, hot, fever / 37.9C
F2 after_chickenpox, =chickenpox red_spots / contact_measles_chickenpox red_spots 40m
R_routine:
X10 dry_skin|red_spots 2.98m / dry_skin 3m, cough 2m
+1:
H1 dry_skin parent_gut_feeling / dry_skin
"""
"""Level, and below it: rule id, of whom it decides / of whom it is silent, in the words of `report`.

`a|b c` speaks of two children, one with a and c and one with b and c. Commas part children.
"""
ALSO = """
E2j jaundice 2m inconsolable_cry|floppy|lethargic
B2b contact_cold_sore 1m 38.0C
C5a puffy_eyes redness lethargic
D1 dehydration_signs lethargic
F1a after_chickenpox red_streaks vomiting
C7b large_fragile_blisters
"""
"""Rule id, of whom it speaks besides a more urgent one."""
STEP_UP = {"E1": "E0", "U": "E1", "R": "U", "R_routine": "R"}


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
    assert decision.urgency is RULES.levels[STEP_UP["R_routine"] if level == "+1" else level].urgency


@pytest.mark.parametrize(("level", "rule", "told"), [row for row in DECIDED if row[0] != "+1"])
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
