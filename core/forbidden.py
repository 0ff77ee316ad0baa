"""What a language model must never say to a parent: doses, certainty, leave not to be seen, addresses, its rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.articles import DOSE, VERDICT
from core.types import Lang, Urgency


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern that any of these matches, upper or lower case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


_MEDICINE = (
    r"(?:paracetamol|acetaminophen|ibuprofen|dexibuprofen|calpol|tylenol|nurofen|advil|motrin|aspirin|antihistamine"
    r"|cetirizine|loratadine|zyrtec|piriton|benadryl|steroid|hydrocortisone|prednisolone|antibiotic|amoxicillin"
    r"|aciclovir|acyclovir|medicine|medication|syrup|suppositor|painkiller"
    r"|타이레놀|아세트아미노펜|이부프로펜|덱시부프로펜|부루펜|맥시부펜|챔프|해열제|진통제|항히스타민|세티리진|지르텍"
    r"|페니라민|스테로이드|항생제|아목시실린|시럽|좌약|물약|가루약|알약|(?<![가-힣])약(?!\s*\d)|연고(?!나 크림 보습제))"
)
_OFTEN = (
    r"(?:(?:every|each) [\w\s-]{1,20}?hour|\bhourly\b|\b(?:once|twice|thrice)(?: a| per|) ?(?:day|daily)|times? (?:a"
    r"|per) day"
    r"|시간마다|시간에 한\s?번|시간 간격|하루에?\s*\S+\s*[번회]|번갈아(?![^.]*지\s*마)|교대로(?![^.]*지\s*마)"
    r"|(?<!do not )(?<!never )\balternat)"
)
_COUNT = (
    r"(?:(?<!in )(?<![\d,])\d[\d.,/\u2044]*|½|¼|\b(?:one|two|three|four|five|six|eight|ten|half|quarter|an?|some"
    r"|another)\b)"
)
_UNIT = (
    r"(?:mg|mcg|µg|ml|cc|iu|milligram|microgram|millilit|tablet|pill|capsule|drop|puff(?!y)|sachet|packet of|tea-?spoon"
    r"|table-?spoon"
    r"|tsp|tbsp|spoon(?:ful|s? of)|dose(?!s? of the vaccine)|suppository|suppositories|lozenge|vial|ampoule|capful"
    r"|scoop)"
)
_KO_COUNT = r"(?:\d\s*|(?<![가-힣])(?:반|한|두|세|네|다섯|여섯|몇|한두|두세|절반)\s|(?<![가-힣])(?:반|한|두)(?!정))"
_AMOUNT = any_of(
    rf"(?<!crush ){_COUNT}[\s-]*(?:and a half )?(?:of )?(?:an? )?{_UNIT}(?!s? (?:on|into|off)\b)",
    r"\b(?:mg|mcg|ml|milligrams?|micrograms?|millilit(?:er|re)s?)\b",
    r"\b(?:double|doubled?|halve|half|extra|second|maximum|max|higher|lower|full|usual) (?:the |an? )?dos(?:e|age)\b",
    r"\bper (?:kg|kilo\w*)\b|/\s?kg\b|\bfor (?:each|every) kilo",
    rf"{_KO_COUNT}(?:알(?!레|갱|약)|정(?![도상])|포(?![진함기도인])|방울|스푼|숟가락|숟갈|술(?![가-힣])|티스푼|캡슐"
    rf"|봉지|봉(?![가-힣])|앰플)",
    r"(?:스푼|숟가락|숟갈|알약|좌약|티스푼)\s*(?:을|를)?\s*(?:\d|하나|둘|반|한\s?개|두\s?개)",
    r"(?:\d|[일이삼사오육칠팔구십백반]|(?<![가-힣])몇)\s*(?:밀리(?!미)|시시(?![가-힣])|씨씨|cc|그램|그람)",
    r"밀리그램|밀리리터|(?<![가-힣])(?:권장\s*)?용량|(?:kg|킬로(?:그램)?|체중|몸무게)\s*(?:당|에 곱|곱하기)",
    rf"{_MEDICINE}.*{_OFTEN}",
    rf"{_OFTEN}.*{_MEDICINE}",
    rf"{_MEDICINE}[^.]{{0,12}}(?:한\s?번 더|두\s?배로?|절반만|반만|더 많이)\s*(?:먹|드|쓰|넣)",
    rf"\b(?:repeat|top up|redose)\b[^.]{{0,20}}{_MEDICINE}|{_MEDICINE}[^.]{{0,20}}\b(?:again after|once more"
    rf"|as often as)\b",
)
_CERTAIN = any_of(
    r"\b(?:certainly|undoubtedly|without (?:a )?doubt|no doubt|guarantee\w*|obviously|unmistakabl[ey]"
    r"|without question)\b",
    r"(?<!not known )\bfor sure\b|\bbeyond (?:any |all )?doubt\b|\b(?:100|hundred) per ?cent\b"
    r"|\bthere is no question\b",
    r"\b(?:it|this|that) (?:must|has to|can only) be (?!\w+ed\b|looked|seen|taken|kept|given|done|cut|shown|told)",
    r"\b(?:i am|i['’]m|we are|we['’]re|you can be) (?:very |quite |absolutely )?(?:sure|certain|positive"
    r"|confident) (?:that|it|this)\b",
    r"\bdiagnosed\b|\bconfirm(?:s|ed) (?:that|the|it|this|a|an)\b[^.]*\b(?:is|has|infection|disease)\b",
    r"\b(?:clearly|plainly|surely|absolutely) (?:is |has )?(?:an? )?(?:case|sign of)\b",
    r"\b(?:textbook|clear(?:-cut)?|definite) (?:case|sign|picture) of\b|\bis nothing (?:but|other than)\b",
    r"100\s?(?:%|프로|퍼센트)|백\s?(?:퍼센트|프로)|확실(?!하지|치|한지)|분명(?:해|히|하(?!지)|합)|틀림\s?없|명백"
    r"|의심할 여지",
    r"(?:진단|확진)(?:은|이에요|예요|입니다|됩니다|됐|돼요|해요|합니다|드려|할 수 있)|단정(?:해|할 수 있|지어)"
    r"|뻔(?:해|합)",
)
_CONDITIONAL = any_of(
    r"\b(?:if|whether|may|might|could|possib\w+|likely|unless|suspect\w*|rule out|while|when|who|until|unsure)\b",
    r"(?:라|이)?면(?![가-힣])|지도|수(?:는|도)?\s*[있없]|의심|가능성|는지|인지",
)
_THE_CHILD = (
    r"\b(?:(?:this|that|it|he|she|they)(?:'s|’s)|(?:this|that|it|he|she|they|your (?:child|baby|son|daughter|toddler"
    r"|little one)"
    r"|the (?:rash|child|baby|photo|picture))(?: is| has| have| looks like| shows| got| caught))(?: \w+){0,2}? "
)
_IS_KO = (
    r"\s?(?:입니다|이에요|예요|이네요|네요|이죠|죠(?![가-힣])|이 맞|가 맞|에 걸렸|에 걸린 (?:거|것|게)"
    r"|이 아니(?:에|네|고|라|니)|가 아니(?:에|네|고|라|니)|(?:으로|로) (?:보여(?!도)|보입|보이네|보이는|판단|확인"
    r"|생각되))"
)

_CARE = (
    r"(?:hospital|emergency|a&e|\ber\b|ambulance|doctor|\bgp\b|paediatric|pediatric|clinic|medical (?:care|help"
    r"|attention)"
    r"|\bseen\b|check(?:ed)? up|appointment|119|999|911|urgent care)"
)
_CARE_KO = r"(?:병원|응급실|119|진료|의사|소아과|소아청소년과|구급차|외래|진찰)"
_GO_KO = r"(?:(?<!들어)가|갈|받|부르|부를|전화|방문|데려|데리고|보이|내원)"
SPEAKS_OF_CARE = any_of(_CARE, _CARE_KO)
_UNNEEDED_KO = (
    r"(?:않아?셔?도|않으셔도|말고|마세요|마시고|말아\s*주|필요(?:는|가|까지|까지는|도)?\s*(?:없|하지\s*않|아니)"
    r"|(?:것|거)까지(?:는|도)?\s*(?:없|아니)|정도(?:는|까지는)?\s*아니)"
)
_GAP = r"(?:(?!\b(?:but|so|and (?:call|go|see|take|get|ask))\b)[^.;:])*"
# Words that press for care look like those that speak against it ("do not delay"), so they are taken out first.
_PRESSING = any_of(
    r"\b(?:do not|don['’]t|never|without) (?:wait(?:ing)?|delay(?:ing)?|hesitat(?:e|ing)|put(?:ting)? off|postpon(?:e"
    r"|ing)|avoid|skip)\b",
    r"(?:늦추|미루|망설이|주저하|지체하|기다리|머뭇거리|두고 보|지켜보)지(?:만)?\s*(?:말고|마시고|마세요|말아|않)",
    r"가지\s*말고\s*(?:먼저|미리)\s*전화|안\s*가고[^.]*(?:기다리|버티|참)지\s*(?:마|말)",
)
_AGAINST_CARE = any_of(
    rf"\b(?:no|little|any) (?:need|reason|point|rush|hurry|benefit|use)\b{_GAP}{_CARE}",
    rf"\bnot? (?:really )?(?:need|have|required|necessary|worth|warrant\w*) to?\b{_GAP}{_CARE}",
    rf"\b(?:unnecessary|not necessary|not worth|pointless|overkill|a waste of)\b{_GAP}{_CARE}",
    rf"n['o’]?t (?:really |actually )?(?:need|have to|require|necessary|warrant|worth|bother|trouble)\b{_GAP}{_CARE}",
    rf"\b(?:needn['’]t|rather than|instead of|skip|avoid|cancel|put off|postpone|hold off|leave out"
    rf"|spare yourself)\b{_GAP}{_CARE}",
    rf"(?<!\bnot )(?<!n['’]t )\bdelay\b{_GAP}{_CARE}",
    rf"{_CARE}[^.;,]*(?:\bnot|n['’]t) (?:be )?(?:really )?(?:needed|necessary|required|urgent|warranted|essential)",
    rf"{_CARE}[^.;,]*\b(?:would be|is|seems?)(?: probably)? (?:unnecessary|overkill|excessive|pointless|too much"
    rf"|a waste)",
    rf"{_CARE}[^.;,]*\b(?:can|could) (?:safely |easily )?(?:wait|be (?:skipped|put off|avoided|postponed))",
    rf"{_CARE}[^.;,]*\b(?:wo|would|will|could|ca|can)(?:n['’]t| not) (?:do|add|offer|help)\b",
    rf"(?:\bdo not|\bdon['’]t|\bnever|\bwouldn['’]t) (?:go|visit|rush|bother|see|call(?! 1339)"
    rf"|take (?:\w+ ){{1,2}}to)\b(?:(?!\bso\b)[^.;:,])*{_CARE}",
    rf"\b(?:only|just) (?:go|call|see)\b[^.;]*{_CARE}[^.;]*\b(?:if|when)\b[^.;]*\bworse",
    rf"\b(?:see|call|go to|visit|take \w+ to)\b[^.;]*{_CARE}[^.;]*\bonly (?:if|when)\b[^.;]*\b(?:worse|days)\b",
    rf"{_CARE_KO}[^.]{{0,12}}?{_GO_KO}[^.]{{0,8}}?{_UNNEEDED_KO}",
    rf"{_CARE_KO}[^.]{{0,16}}?{_GO_KO}[^.]{{0,6}}?않(?:고|아도|으셔도|으시고)\s*(?:[가-힣]+\s*)?(?:괜찮|무방|충분|되"
    rf"|돼|됩|좋)",
    rf"{_CARE_KO}(?:은|는|이|가|까지|까지는|도|에|엔|에는|를|을)?\s*(?:꼭\s*|굳이\s*|따로\s*)?(?:필요\s*없|안\s|생략"
    rf"|패스)|{_CARE_KO}[^.]{{0,8}}?불필요",
    rf"{_CARE_KO}[^.]{{0,12}}?미(?:루(?!지)|뤄)|{_CARE_KO}[^.]{{0,10}}?(?:서두르|급하게)[^.]{{0,10}}?(?:필요|않)",
    rf"(?:굳이|급하게|서둘러|바로|당장)\s[^.]{{0,8}}?{_CARE_KO}[^.]{{0,14}}?(?:필요(?:는|가|도|까지)?\s*(?:없"
    rf"|하지\s*않)|않(?:아|으셔)도|없(?:어|으)|아니(?:에|어))",
    rf"{_CARE_KO}[^.]{{0,10}}?(?:오버|과해|과한|지나치|유난|낭비|헛걸음)",
    r"안\s*(?:가|부르|받으|데려가|데리고\s*가|보이)(?:셔|시|아)?도|(?:갈|가실|받을|받으실|부를|부르실|전화할"
    r"|보일)\s*필요(?:는|가|까지|도)?\s*없",
    r"(?:\bno need|\bneed not|n['’]?t need|\bnot need)(?: to)? (?:go(?! in the)|see|call|act|do anything|take \w+|worry"
    r"|be (?:seen|taken|checked|examined|admitted|treated))\b",
)
_SOOTHING = any_of(
    r"\b(?:do not|don['’]t|no need to|needn['’]t|nothing to|not) (?:be )?(?:too |overly )?(?:worr|panic|alarm|concern"
    r"|fret)",
    r"\bno (?:cause|reason|need) for (?:concern|alarm|worry)|\b(?:rest assured|relax|stay relaxed|take your time"
    r"|no (?:rush|hurry))\b",
    r"(?:\bnot|n['’]t) (?:\w+ )?(?:an? )?(?:\w+ )?(?:emergency|urgent|serious|dangerous|severe|worrying"
    r"|life-threatening)\b",
    r"\b(?:unlikely|rarely|hardly|seldom)(?: to be| ever)? (?:serious|dangerous|harmful|urgent|severe)"
    r"|\bnothing (?:urgent|serious|dangerous)",
    r"\bharmless\b|\b(?:perfectly|completely|totally|quite) (?:fine|safe|normal|ok(?:ay)?)|\bprobably nothing\b"
    r"|\bminor (?:thing|issue)",
    r"(?:\bis|\bbe|'s|’s|ll) (?:be )?(?:fine|okay|ok|all right|alright)\b|\b(?:it|this)(?:'ll| will) (?:soon )?pass\b",
    r"괜찮(?:으니|습니다|아요|을\s*거|을\s*겁|아\s*보)|걱정(?:하지|하실|할\s*필요|은\s|\s*안|\s*마|까지)|안심"
    r"|마음\s*(?:놓|편히)",
    r"(?:위험|심각|급|심)하지(?:는|도)?\s*않|응급(?:\s*상황)?(?:은|이|까지는)?\s*아니|별(?:일|거|것)\s*아니|별\s?문제"
    r"|해롭지\s*않|무해",
    r"(?:큰|심각한)\s*(?:문제|병|일)(?:는|은|이|가)?\s*(?:아니|없)|대수롭지|흔한\s*일(?:이니|이라)|놀라실\s*(?:것"
    r"|필요)",
)
_WAITING = any_of(
    r"(?<!\bwhile you )(?<!\bwhile )\bwait(?:ing)?\b|\bgive it (?:a few|some|a couple|time|a day|until)"
    r"|\bride it out\b",
    r"\bwatch(?:ful)? (?:and|for a (?:few|while)|it\b|him\b|her\b|them\b)|\bsee how (?:it|he|she|they)"
    r"|\bleave it (?:for|until|alone)",
    r"\bstay(?:ing)? (?:at )?home\b|\bat home (?:for now|until|first|is enough)|\bsleep on it|\bkeep an eye on"
    r"|\bhold off\b",
    r"\b(?:manag|treat|monitor|observ|look after|car(?:e|ed|ing) for)\w* [^.;]{0,30}\bat home\b|\bhome (?:care"
    r"|treatment) (?:is|should be|will be) (?:enough|sufficient|fine)",
    r"기다(?:려|리(?!지|는\s*동안))|지켜\s*(?:보(?!지)|봐|볼)|두고\s*(?:보(?!지)|봐)|집에서\s*(?:쉬|지내|관찰"
    r"|돌보셔도|돌봐도|케어|보셔도)",
    r"경과를?\s*(?:보|봐|관찰|지켜)|상태를?\s*(?:보고|보면서|봐\s*가며)\s*(?:결정|판단|가)|좀\s*더\s*보(?:고|시고"
    r"|셔도|세요)",
)
_LATER = any_of(
    r"\b(?:tomorrow|next (?:week|day)|(?:this|next) (?:monday|week)|after the weekend|in the morning)\b",
    r"\bwhen (?:it is |it['’]s |you find it )?convenient\b|\bwhen(?:ever)? you (?:have|get|find) (?:the )?(?:time"
    r"|chance)\b",
    r"\bin (?:a few|a couple of|some|two|three|\d) days\b|\broutine appointment\b|\bnext (?:check-?up|visit"
    r"|appointment)\b",
    r"내일|모레|다음\s*[날주]|다음에|며칠\s*(?:뒤|후|있다|지나)|나중에|아침에|주말\s*(?:지나|뒤|후)|천천히"
    r"|시간\s*[되날]\s*때|예약(?:된|한)\s*날",
    r"\b(?:by itself|by themselves|on (?:its|their) own)\b|저절로|자연(?:히|스럽게)\s*(?:낫|나|좋|없|사라)"
    r"|시간이\s*지나면",
)
_LEAK = any_of(
    r"\bsystem (?:prompt|message)|\bmy (?:instructions|rules|prompt|guidelines)\b|\b(?:language|ai) model\b"
    r"|\bas an ai\b|\bi am an ai\b",
    r"\b(?:i was|i am|i have been|i['’]m|i['’]ve been) (?:told|instructed|asked|trained|programmed|not allowed)\b"
    r"|\bthe prompt\b",
    r"\b(?:the|these|given|provided) passages?\b|\bpassages? (?:\[?\d|say|above|provided|given)"
    r"|\brules? (?:number )?\d\b",
    r"\b(?:self_care|soon_24h|urgent_same_day|possible_conditions|condition_names)\b"
    r"|\bhow soon to act has been decided\b",
    r"프롬프트|(?:저는|전|제가)\s*(?:ai|인공지능|언어\s*모델|챗봇)|언어\s*모델|시스템\s*(?:메시지|지시)|(?:내부"
    r"|주어진|받은)\s*(?:규칙|지침|지시)",
    r"(?:제공된|주어진|위의?)\s*(?:문단|구절|자료|지문|발췌)|규칙\s*\d|\d\s*번\s*(?:규칙|지침|문단|구절)|(?:지시|지침"
    r"|규칙)(?:에 따라|상)",
)
_ADDRESS = any_of(
    r"\b[\w-]+\.(?:com|net|org|kr|co|uk|io|gov|info|app|shop|me|edu|jp|us)(?![a-z])|[\w.]+@[\w.]+|(?:naver|kakao"
    r"|카카오톡|카톡|네이버)\s*(?:채널|검색|id|아이디)",
)
_PHONE = re.compile(
    r"(?<![\d.])(?:\+\d{1,3}[\s-]?)?\(?\d{2,4}\)?[\s.-]\d{3,4}(?:[\s.-]\d{3,4})?(?![\d.])"
    r"|(?<!\d)\d{8,}(?!\d)"
)


def names_dose(text: str) -> bool:
    """True for an amount, a strength or an interval of a medicine."""
    return bool(DOSE.search(text) or _AMOUNT.search(text))


def is_verdict(text: str, names: Iterable[str]) -> bool:
    """True for words of certainty, and for one of these conditions stated, or ruled out, as a fact about the child."""
    if VERDICT.search(text) or _CERTAIN.search(text):
        return True
    listed = "|".join(re.escape(name) for name in names)
    if not listed or _CONDITIONAL.search(text):
        return False
    return bool(re.search(rf"{_THE_CHILD}(?:{listed})\b|(?:{listed}){_IS_KO}", text, re.IGNORECASE))


def lowers_urgency(text: str, urgency: Urgency) -> bool:
    """True when a text speaks against care, or from 24 hours upward soothes, waits or puts off."""
    words = _PRESSING.sub("", text)
    if _AGAINST_CARE.search(words):
        return True
    if urgency.rank < Urgency.SOON_24H.rank:
        return False
    if _SOOTHING.search(words) or _WAITING.search(words):
        return True
    return urgency.rank >= Urgency.URGENT_SAME_DAY.rank and bool(_LATER.search(words))


def leaks(text: str, secret: str, run: int = 6) -> bool:
    """True when a text speaks of its instructions, or repeats so many words of them in a row."""
    if _LEAK.search(text):
        return True
    words, told = _plain_words(text), " ".join(_plain_words(secret))
    return any(" ".join(words[at : at + run]) in told for at in range(len(words) - run + 1))


def names_address(text: str, given: str) -> bool:
    """True for a site, a mail address, or a telephone number that stands nowhere in what was given."""
    numbers = (found.group().strip() for found in _PHONE.finditer(text))
    return bool(_ADDRESS.search(text)) or any(number not in given for number in numbers)


def _plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


_COMMON_ENGLISH = re.compile(
    r"\b(?:the|is|are|be|your|you|and|of|to|if|it|with|for|not|this|that|can|may|when|keep|give|use|see|call|has|have"
    r"|usually|often|should|about|after|gets?|goes|lasts?|needs?|skin|rash|fever|child|baby|days?|hours?|without|by"
    r"|from"
    r"|in|on|an?|or|than|as|at|more|most(?:ly)?|very|looks?|heals?|many|put|how|what|thank|please|don|will|he|she"
    r"|they|we|there|no|never|rest|relax|sorry|did|does|do|sounds?)\b",
    re.IGNORECASE,
)
_COMMON_FOREIGN = re.compile(
    r"\b(?:el|la|los|las|una?|del|con|para|por|que|como|más|muy|si|su|niñ[oa]|bebé?|mucha?s?|agua|y"
    r"|le|les|des?|du|une|et|est|pour|avec|dans|votre|vous|pas|sur|enfant|beaucoup|eau|donnez"
    r"|der|das|den|dem|und|ist|nicht|ein|eine[nmrs]?|mit|für|sie|ihr|kind|viel|geben|wasser"
    r"|il|lo|gli|che|di|sono|acqua|bambin[oa]|da|dê|não|seu|sua|com|criança|água|em|ao"
    r"|het|een|van|niet|met|voor|veel|yang|dan|untuk|anak|anda|jangan|bir|ve|için|çok|không|cho|của|và|trẻ|em|uống)\b",
    re.IGNORECASE,
)
_MIN_HANGUL, _MAX_HANGUL, _MAX_ACCENTED, _MIN_KNOWN = 0.6, 0.3, 0.1, 0.5


def is_in(lang: Lang, text: str, given: str) -> bool:
    """True when a text is in the language, with room for a foreign word.

    Args:
        lang: the parent's language.
        text: what was written.
        given: texts in that language, whose words count as known.
    """
    letters = [c for c in unicodedata.normalize("NFC", text) if c.isalpha()]
    hangul = sum("가" <= c <= "힣" for c in letters)
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    accented = sum(not c.isascii() for c in letters) - hangul
    if not letters or hangul + latin < len(letters) or accented > _MAX_ACCENTED * len(letters):
        return False
    if lang is Lang.KO:
        return hangul / len(letters) >= _MIN_HANGUL
    if hangul / len(letters) > _MAX_HANGUL:
        return False
    known, words = set(_plain_words(given)), _plain_words(text)
    if sum(word in known for word in words) >= _MIN_KNOWN * len(words):
        return True
    return len(_COMMON_ENGLISH.findall(text)) > len(_COMMON_FOREIGN.findall(text))
