"""Briefs that tests of the language model share."""

from __future__ import annotations

from dataclasses import replace

from core.prompts import Brief
from core.types import Lang, Passage, Sentence, Urgency, UrgencyDecision

PHOTO = "data:image/webp;base64,UklGRg=="


def passage(section: str, lang: Lang, text: str) -> Passage:
    """A passage of one sentence."""
    return Passage(
        id=f"roseola.{section}.{lang}",
        condition="roseola",
        section=section,
        lang=lang,
        sentences=(Sentence(text=text, source="test"),),
    )


KOREAN = Brief(
    lang=Lang.KO,
    decision=UrgencyDecision(urgency=Urgency.URGENT_SAME_DAY, next_step="오늘 안에 진료를 받으세요."),
    child=("age: 9 months", "temperature: 38.4 °C"),
    conditions=("돌발진 | for: 발열", "수두"),
    condition_names=("돌발진", "수두"),
    passages=(
        passage("home_care", Lang.KO, "물을 조금씩 자주 먹이세요. 발진은 3일쯤 가요."),
        passage("call_119", Lang.KO, "숨쉬기 힘들어하면 바로 119에 전화하세요."),
    ),
    question="뭘 해 주면 되나요?",
)
ENGLISH = replace(
    KOREAN,
    lang=Lang.EN,
    decision=UrgencyDecision(urgency=Urgency.URGENT_SAME_DAY, next_step="See a doctor today."),
    conditions=("Roseola | for: fever", "Chickenpox"),
    condition_names=("Roseola", "Chickenpox"),
    passages=(
        passage("home_care", Lang.EN, "Offer small drinks often. The rash lasts about 3 days."),
        passage("call_119", Lang.EN, "Call 119 if breathing is hard."),
    ),
    question="what can I do?",
)
