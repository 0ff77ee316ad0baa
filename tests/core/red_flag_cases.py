"""Of which children each rule of `kb/red_flags.toml` speaks, and of which it is silent."""

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
B3 0.91m|newborn_under_28d contact_measles|contact_chickenpox|contact_measles_chickenpox,
    0.91m|newborn_under_28d crops_different_stages|after_chickenpox
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
F1a after_chickenpox|=chickenpox warm_to_touch swelling|skin_pain vomiting,
    after_chickenpox weak_immunity fever|vomiting|loss_of_appetite|irritability|tiredness
    / after_chickenpox warm_to_touch swelling|vomiting, after_chickenpox swelling vomiting,
    warm_to_touch swelling vomiting, after_chickenpox weak_immunity, weak_immunity cough
X7a anticancer_treatment fever|low_temperature|vomiting / anticancer_treatment cough, fever
F5 mouth_ulcers @palms|@soles|@hands|@feet repeated_vomiting, mouth_blisters @palms refuses_to_walk,
    =hand_foot_mouth unsteady|startle_jerks, has_hand_foot_mouth unsteady
    / has_hand_foot_mouth vomiting, mouth_ulcers @palms vomiting, mouth_ulcers|@feet repeated_vomiting
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
    contact_measles_chickenpox|contact_measles|contact_chickenpox 11.99m|under_3_months|weak_immunity
    / head_to_body_spread fever|cough,
    =measles fever cough|red_eyes, =measles cough red_eyes, fever cough red_eyes, contact_measles_chickenpox 12m
B5 39.0C|sudden_high_fever 20m red_spots|dry_skin / red_spots 38.9C 20m, 39.0C 20m
B4 39.0C 5.99m / 39.0C 6m, 38.9C 5m
B6 fever_5_days 90m / fever 90m
B7 refuses_to_walk, joint_pain fever|swelling, rigors fever / rigors, muscle_aches, joint_pain, swelling fever
D2 poor_feeding, no_wet_nappy_8h, dehydration_signs, dry_mouth / loss_of_appetite
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
    blisters no_chickenpox_contact, fever red_spots @whole_body, nearly_all_skin red_spots|dry_skin
    / soreness, nearly_all_skin, peeling_skin, strawberry_tongue, red_cracked_lips, red_spots @whole_body,
    fever @whole_body, blisters, dry_skin no_chickenpox_contact
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
X7b weak_immunity fever / weak_immunity cough, fever
X8 repeated_vomiting, rapidly_worsening, low_temperature, umbilical_redness, umbilical_discharge 0.91m / vomiting,
    umbilical_discharge, cough 0.5m
X3b after_burn_scald @thighs 40m / after_sun @thighs 40m
R:
F4 sandpaper_rash sore_throat|strawberry_tongue|pus_on_tonsils|fever / sandpaper_rash, sore_throat fever
F7 pregnant_contact contact_measles_chickenpox|contact_measles|contact_chickenpox,
    pregnant_contact slapped_cheeks|=fifth_disease|=rubella|after_chickenpox
    / pregnant_contact red_spots, slapped_cheeks
F8b golden_crust / crusts_scabs
G1 red_raised_birthmark @eyelids|@around_eyes|@eyes|@lips|@inside_mouth|@around_mouth|@nose|@chin|@face|@cheeks,
    red_raised_birthmark @forehead|@lower_back|@genitals|@around_anus|@nappy_area|@neck|large_birthmark|bleeding|sores
    / red_raised_birthmark @arms, dry_skin @face, bleeding
C7b blisters, blisters contact_measles_chickenpox, hives_wheals @whole_body
    / pimples, hives_wheals @arms, dry_skin @whole_body
X4b unexplained_bruises 30m / blue_grey_mark 30m
X9 38.0C, hot, fever / 37.9C
F2 after_chickenpox, =chickenpox red_spots / contact_measles_chickenpox red_spots 40m
R_routine:
X10 rash|red_rash|itchy_rash|pimply_rash|ring_shaped_rash|target_shaped_rash 2.98m,
    blotchy_rash|lacy_rash|sandpaper_rash|sunburn_like_rash|hives_wheals|red_spots 2m,
    pink_spots|red_bumps|itchy_bumps|raised_bumps|dimpled_bumps|clustered_spots 2m,
    satellite_spots|in_skin_creases|head_to_body_spread|red_skin|redness|itchy_skin 2m,
    peeling_skin|peeling_fingertips|cracked_skin|weeping_skin|crusts_scabs|pus_filled_spots 2m,
    sores|white_patches|pale_patches|scaly_patches|raised_patches|silvery_scales 2m,
    thickened_skin|painless_bump|painful_lump|rough_growth|swelling|warm_to_touch 2m,
    red_raised_birthmark|flat_pink_mark|blue_grey_mark|brown_mark|hair_loss_scalp|orange_palms_soles 2m,
    umbilical_bulge|umbilical_discharge|bite_mark|nail_changes|bleeding|burrows 2m,
    spreading_rash|rash_after_fever_ends|one_sided_band|bulls_eye_spreading|flare_ups_eczema|attached_tick 2m,
    black_scab_eschar 2m
    / red_spots|dry_skin 3m, cough|whiteheads|pimples|tiny_raised_spots|dry_skin|flaky_skin|scaly_skin 2m,
    greasy_yellow_scales 2m
+1:
H1 dry_skin parent_gut_feeling / dry_skin
U+1:
H2 after_medicine red_rash no_clinic_reached / dry_skin no_clinic_reached, blisters no_clinic_reached,
    after_medicine red_rash
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
