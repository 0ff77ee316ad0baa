"""Sentences that only talk to a parent (a greeting, sympathy, asking back) and so need no source."""

from __future__ import annotations

from core.forbidden import SPEAKS_OF_CARE, any_of
from core.support import content_words, remedies_in

_MOST_CHARACTERS = 120
_KIND = any_of(
    r"^(?:hello|hi|good (?:morning|evening|afternoon))\b|\bthank(?:s| you) for (?:tell|shar|writ|ask|send|the photo"
    r"|letting)",
    r"\bsorry (?:to hear|that|you|your|he|she|for)\b|\b(?:must be|sounds|is|feels) (?:so |very |really )?(?:hard"
    r"|worrying|tiring"
    r"|exhausting|frightening|upsetting|stressful|scary)\b",
    r"\bi (?:understand|see|can (?:see|imagine)|know)\b.*\b(?:worr|hard|tir|scar|anxious|upset|concern)",
    r"\byou (?:are|['’]re) doing (?:a )?(?:well|good|great|the right)|\b(?:please )?(?:tell me|let me know)\b"
    r"|\bi hope\b",
    r"안녕|고마워|고맙|감사|걱정(?:이|도)?\s*(?:많|되|크|스러)|놀라셨|힘드(?:셨|시)|속상하|답답하|애쓰(?:셨|시)"
    r"|마음(?:이|고생)",
    r"이해(?:해|돼|가\s*(?:돼|가))|잘\s*(?:살펴|하고\s*계)|(?:말씀|알려|적어)\s*(?:해\s*)?주(?:셔|세|시)|여쭤"
    r"|궁금하신|물어봐\s*주",
)
_ADVISES = any_of(
    r"\b(?:how|what) about\b|\bwhy (?:not|don['’]t)\b|\bhave you (?:tried|considered|thought)\b|\bdid you know\b"
    r"|\bwould you (?:try|consider|like to)\b",
    r"\b(?:don['’]t you|isn['’]t (?:it|this|that)|aren['’]t|shouldn['’]t|couldn['’]t|can['’]t|won['’]t|right)\b.*\?$"
    r"|\byou (?:should|could|can|must|may)\b",
    r"\b(?:heal|cure|treat|cause|normal|common|harmless|infectio|contagio|virus|bacteri|prevent|safe|danger"
    r"|diagnos)\w*",
    r"(?:보시|하시|먹이시|바르시|써\s*보시)겠어요|(?:어떨까요|어떠세요|어때요|좋지\s*않을까요|되지\s*않을까요"
    r"|괜찮지\s*않을까요)|(?:하|보|먹이|바르|주)는\s*(?:게|건)\s*어",
    r"아시(?:죠|나요|지요)|아셨나요|(?:거|것)\s*아세요|(?:낫|나아|치료|완치|원인|정상|흔한|흔해|전염|옮|바이러스|세균"
    r"|예방|안전|위험|해롭)",
    r"(?<!알려\s)(?<!말씀해\s)(?<!적어\s)(?<!물어봐\s)(?<!말해\s)(?<!보여\s)주세요|하세요[.]$|마세요|(?:발라|먹여"
    r"|씻겨|재워|닦아)",
)

_MEDICAL = content_words(
    "fever rash blisters spots itching itchy swelling pain skin infection illness disease medicine cream bath wash"
    " 발진 물집 반점 가려움 가려운 부기 통증 피부 감염 질환 보습제 연고 목욕 두드러기 습진 수두 돌발진 수족구"
)


def is_small_talk(sentence: str, told: str) -> bool:
    """True when a sentence, without marks, says nothing of medicine that needs a source.

    Args:
        sentence: one sentence.
        told: what the parent told and asked, whose words may be repeated in it.
    """
    if len(sentence) > _MOST_CHARACTERS or SPEAKS_OF_CARE.search(sentence) or _ADVISES.search(sentence):
        return False
    if remedies_in(sentence) - remedies_in(told):
        return False
    if sentence.endswith("?"):
        return True
    return bool(_KIND.search(sentence)) and not (content_words(sentence) - content_words(told)) & _MEDICAL
