"""One parent's visit: the only file that touches `st.session_state`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

import streamlit as st

from components.keys import Keys, new_keys
from core.look_time import Hold
from core.messages import translate
from core.opinions import Opinion
from core.photo_types import LesionPhoto
from core.return_visit import Now, Returned
from core.types import (
    Answer,
    Assessment,
    Case,
    Correction,
    Lang,
    Question,
    Reply,
    Role,
    SymptomReport,
    Turn,
    Urgency,
    UrgencyDecision,
)
from core.visit_types import Consent, Draft, GivenAnswer, Look

PAGES = (
    *("pages/photo.py", "pages/symptoms.py", "pages/chat.py", "pages/knowledge.py", "pages/about.py"),
    "pages/look_again.py",
)
"""Every page, the first one first."""
MAX_PHOTOS = 3
MAX_EARLIER = 5
"""Earlier answers that stay readable."""
MAX_LOOKS = 10
ASSESSMENT = "assessment"
"""The name of the first answer among those a parent can have an opinion on; replies are named by their turn."""
_STATE = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A photo that cannot be used."""

    name: str
    """File name as sent."""
    message: str
    """Catalogue key of the reason, with what to do."""


@dataclass(slots=True, kw_only=True, repr=False)
class Visit:
    """One parent's unfinished visit; the working copy of a draft. It never prints itself: logs hold no child."""

    token: str
    """Unguessable name of the visit in the address."""
    lang: Lang
    """Language of everything on screen."""
    country: str | None = None
    """Country id of `kb/countries.toml`, None until guessed."""
    keys: Keys
    """Names of this visit's widgets."""
    report: SymptomReport = field(default_factory=SymptomReport)
    """What was told."""
    has_thermometer: bool = True
    """False when the parent said that there is none."""
    photos: tuple[LesionPhoto, ...] = ()
    """Up to three, newest last."""
    edited_photo: int = 0
    """Place of the photo that is being cropped."""
    refusals: tuple[Refusal, ...] = ()
    """Photos that were just refused on the photo page."""
    chat_refusals: tuple[Refusal, ...] = ()
    """Photos that were just refused in the conversation."""
    consent: Consent = field(default_factory=Consent)
    """What may be kept on disk."""
    assessment: Assessment | None = None
    """The answer to what was told, None when that has changed since."""
    earlier: tuple[GivenAnswer, ...] = ()
    """Answers that changed facts have replaced, oldest first."""
    editing: SymptomReport | None = None
    """What was told as the parent is changing it beside the answer, None while they are not."""
    turns: tuple[Turn, ...] = ()
    """The conversation, oldest first."""
    turn_photos: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    """Place of a turn → the squares of the photos sent with it, as PNG; never changed in place."""
    floor: Urgency = Urgency.SELF_CARE
    """The most urgent level that the conversation asked for."""
    opinions: dict[str, Opinion] = field(default_factory=dict)
    """Answer → what the parent thinks of it; never changed in place."""
    replaced: tuple[Turn, ...] = ()
    """The reply that the parent wants in other words."""
    assessing: str | None = None
    """What was streamed of an assessment that has not ended."""
    replying: str | None = None
    """What was streamed of a reply that has not ended."""
    looks: tuple[Look, ...] = ()
    """Every look with its answer, oldest first; the last one is `assessment`'s."""
    new_photos: tuple[LesionPhoto, ...] = ()
    """Photos of a look that is not answered yet."""
    saved: Draft | None = None
    """The draft as it was last kept."""

    @property
    def case(self) -> Case:
        """What one assessment starts from."""
        name = hashlib.sha256(self.token.encode()).hexdigest()[:16]  # names the visit without opening it
        return Case(id=name, lang=self.lang, report=self.report, photos=self.photos, country=self.country)

    @property
    def draft(self) -> Draft:
        """All that a refresh must not lose."""
        return Draft(
            case=self.case,
            consent=self.consent,
            assessment=self.assessment,
            turns=self.turns,
            floor=self.floor,
            earlier=self.earlier,
            opinions=self.opinions,
            turn_photos=self.turn_photos,
            looks=self.looks,
            editing=self.editing,
        )

    @property
    def asked(self) -> tuple[Case, tuple[Turn, ...], Urgency]:
        """What an assessment starts from; at a return the conversation counts too, and a level that is held."""
        return (self.case, self.turns, self.floor) if len(self.looks) > 1 else (self.case, (), Urgency.SELF_CARE)

    @property
    def question(self) -> Question:
        """The parent's last message with all that was said before it."""
        new = self.turn_photos.get(len(self.turns) - 1, ())
        before = self.photos[: len(self.photos) - len(new)]
        return Question(
            id="visit",
            lang=self.lang,
            text=self.turns[-1].text,
            case=self.case,
            context_conditions=self.assessment.prediction_set if self.assessment else (),
            history=(*self.turns[:-1], *self.replaced),
            floor=self.urgency,
            has_new_photo=bool(new),
            earlier_photo=before[-1] if new and before else None,
        )

    @property
    def urgency(self) -> Urgency:
        """The most urgent level said and still standing."""
        given = self.assessment.decision.urgency if self.assessment else Urgency.SELF_CARE
        return max(given, self.floor, key=lambda level: level.rank)

    @property
    def given(self) -> GivenAnswer | None:
        """The answer that stands, with what it rests on; None while there is none."""
        if self.assessment is None:
            return None
        return GivenAnswer(report=self.report, assessment=self.assessment, urgency=self.urgency)

    @property
    def awaits_reply(self) -> bool:
        """True when the parent's message is the last one."""
        return bool(self.turns) and self.turns[-1].role is Role.PARENT

    @property
    def needs_assessment(self) -> bool:
        """True when there is no answer to what was told, in this language, and none was stopped."""
        return self.assessing is None and (self.assessment is None or self.assessment.lang is not self.lang)

    def tell(self, report: SymptomReport) -> None:
        """Takes a changed report; the answer to the old one no longer stands."""
        if report != self.report:
            self._outdate()
            self.report = report

    def start_editing(self) -> None:
        """Opens what was told for changes beside the answer."""
        self.editing, self.keys = self.report, new_keys(self.lang)

    def stop_editing(self) -> None:
        """Leaves what was told as it is."""
        if self.editing is not None:
            self.editing, self.keys = None, new_keys(self.lang)
            self.has_thermometer = self.report.temperature_c is not None or not self.report.feels_hot

    def correct(self, decide: Callable[[Case], UrgencyDecision]) -> None:
        """Takes the facts that the parent changed beside the answer.

        Args:
            decide: how soon to act by the rules, given a case, with all that the conversation told.
        """
        report = self.editing or self.report
        self._rest_on(report, decide)
        self.stop_editing()

    def take_back(self, corrected: tuple[Correction, ...], decide: Callable[[Case], UrgencyDecision]) -> bool:
        """Takes back what was misunderstood; True when the correction is new.

        Args:
            corrected: all corrections.
            decide: as for `correct`.
        """
        if corrected == self.report.corrected:
            return False
        self._rest_on(replace(self.report, corrected=corrected), decide)
        return True

    def learn(self, report: SymptomReport, decide: Callable[[Case], UrgencyDecision]) -> bool:
        """Takes what the parent said of a doubt; the answer given stands unless it gets more urgent. True when new."""
        if report == self.report:
            return False
        decision = decide(replace(self.case, report=report))
        if decision.urgency.rank > self.urgency.rank:
            self.tell(report)
            self.heed(decision)
        self.report = report
        return True

    def _rest_on(self, report: SymptomReport, decide: Callable[[Case], UrgencyDecision]) -> None:
        """Takes corrected facts: the only way in which how soon to act can fall, besides a return.

        It falls as far as those facts were its only reason: what a photo or a language model raised above what the
        rules ask for still stands, and so does what a return held.
        """
        before, standing = decide(self.case), self.urgency
        is_held = bool(self.looks) and any(hold is not Hold.FEVER for hold in self.looks[-1].holds)
        floor = self.floor if is_held else Urgency.SELF_CARE
        self.tell(report)
        self.floor = standing if standing.rank > before.urgency.rank else floor
        self.heed(decide(self.case))

    def show(self, photos: tuple[LesionPhoto, ...]) -> None:
        """Takes changed photos; the answer to the old ones no longer stands."""
        if photos != self.photos:
            self._outdate()
            self.photos = photos[:MAX_PHOTOS]

    def move(self, country: str) -> None:
        """Takes another country; an answer with other numbers no longer stands."""
        if country != self.country:
            self.country, self.assessment, self.assessing = country, None, None

    def answer_sign(self, sign: str, answer: Answer) -> None:
        """Takes an answer to a danger-sign question that was given outside the form."""
        told = self.report if self.editing is None else self.editing
        told = replace(told, danger_signs={**told.danger_signs, sign: answer})
        if self.editing is None:
            self.tell(told)
        else:
            self.editing = told
        self.keys.renew(f"danger.{sign}")

    def speak(self, lang: Lang) -> None:
        """Changes the language; the conversation stays as it was said."""
        self.lang, self.assessing, self.keys = lang, None, new_keys(lang)

    def say(self, text: str, photos: tuple[LesionPhoto, ...] = ()) -> None:
        """Adds the parent's message; its photos join the case, the newest three stay."""
        if photos:
            squares = tuple(photo.square_png for photo in photos)
            self.turn_photos = {**self.turn_photos, len(self.turns): squares}
            self.photos = (*self.photos, *photos)[-MAX_PHOTOS:]
        self.turns = (*self.turns, Turn(role=Role.PARENT, text=text))

    def hear(self, reply: Reply) -> None:
        """Adds the assistant's answer."""
        citations = tuple(passage.id for passage in reply.passages)
        self.turns = (*self.turns, Turn(role=Role.ASSISTANT, text=reply.text, citations=citations))
        self.replying, self.replaced = None, ()

    def ask_again(self) -> None:
        """Takes the last reply back, to be said in other words."""
        self._set_aside(turn_name(len(self.turns) - 1))
        self.replaced, self.turns = self.turns[-1:], self.turns[:-1]

    def assess_again(self) -> None:
        """Takes the answer to what was told back, to be said in other words; how soon to act cannot fall by that."""
        self._set_aside(ASSESSMENT)
        self.floor, self.assessment = self.urgency, None

    def think(self, place: str, opinion: Opinion | None) -> None:
        """Takes what the parent thinks of an answer; None takes it back."""
        others = {name: other for name, other in self.opinions.items() if name != place}
        self.opinions = others if opinion is None else {**others, place: opinion}

    def _set_aside(self, place: str) -> None:
        """Keeps the opinion on an answer that is about to be replaced, under another name."""
        aside = f"{place}.{len(self.opinions)}"
        self.opinions = {aside if name == place else name: opinion for name, opinion in self.opinions.items()}
        self.keys.renew(*(f"opinion.{part}.{place}" for part in ("thumb", "reasons", "words")))

    def answer_with(self, assessment: Assessment | None, at: datetime | None = None) -> None:
        """Takes a finished answer to what was told; its time is that of the look, unless more was told since."""
        self.assessment, self.assessing = assessment, None
        if assessment is None or at is None:
            return
        told = (self.report.temperature_c, assessment.findings.temperature_c)
        measured = next((value for value in told if value is not None), None)
        last = self.looks[-1] if self.looks else Look(at=at, report=self.report, temperature_c=measured)
        if last.report != self.report:
            last = replace(last, at=at, report=self.report, temperature_c=measured)
        self.looks = (*self.looks[:-1], replace(last, assessment=assessment))

    def come_back(self, returned: Returned, now: Now, words: str) -> None:
        """Begins another look: the answer before stays readable, words join the conversation, new photos replace."""
        if self.looks:
            self.looks = (*self.looks[:-1], replace(self.looks[-1], assessment=self.assessment))
        look = Look(at=now.at, report=returned.report, temperature_c=now.temperature_c, holds=returned.holds)
        self.looks = (*self.looks, look)[-MAX_LOOKS:]
        self.report, self.floor = returned.report, returned.floor
        self.photos, self.new_photos = self.new_photos or self.photos, ()
        self._set_aside(ASSESSMENT)
        self.assessment, self.assessing, self.keys = None, None, new_keys(self.lang)
        if words.strip():
            said = translate(self.lang, "Thank you. The new answer above takes this into account.")
            heard = (Turn(role=Role.PARENT, text=words), Turn(role=Role.ASSISTANT, text=said))
            self.turns = (*self.turns, *heard)

    def heed(self, decision: UrgencyDecision) -> bool:
        """Raises the urgency to what the conversation asks for; it never falls. True when it rose."""
        if decision.urgency.rank <= self.urgency.rank:
            return False
        self.floor = decision.urgency
        if self.assessment is not None:
            self.assessment = replace(self.assessment, decision=decision)
        return True

    def _outdate(self) -> None:
        """Puts the answer that stands among the earlier ones: what it rested on has changed."""
        if self.given is not None:
            self.earlier = (*self.earlier, self.given)[-MAX_EARLIER:]
            self._set_aside(ASSESSMENT)
        self.assessment, self.assessing = None, None

    def keep_assessing(self, text: str) -> None:
        """Keeps what was streamed of the assessment so far."""
        self.assessing = text

    def keep_replying(self, text: str) -> None:
        """Keeps what was streamed of the reply so far."""
        self.replying = text

    def fold(self, stopped: Callable[[str], str]) -> None:
        """Takes what was streamed of a stopped reply into the conversation, marked by `stopped`."""
        if self.replying is not None and self.awaits_reply:
            self.turns = (*self.turns, Turn(role=Role.ASSISTANT, text=stopped(self.replying)))
            self.replaced = ()
        self.replying = None

    def unsaved(self) -> Draft | None:
        """The draft when it differs from the one last kept; None also while nothing was told."""
        draft = self.draft
        before = self.saved or Draft(case=Case(id=draft.case.id, lang=self.lang, report=SymptomReport()))
        return None if draft == before else draft


def turn_name(place: int) -> str:
    """The name of a reply among the answers that a parent can have an opinion on."""
    return f"turn-{place}"


def has_visit() -> bool:
    """True once this tab has a visit."""
    return _STATE in st.session_state


def hold_visit(this: Visit) -> None:
    """Makes a visit this tab's."""
    st.session_state[_STATE] = this


def visit() -> Visit:
    """This tab's visit.

    A server that has just started, and whose first caller asks for a page other than the first, runs that page without
    its frame, because a folder is named `pages`. Declaring the navigation turns that off; then the page is run again.
    """
    if not has_visit():
        st.navigation([st.Page(path) for path in PAGES], position="hidden")
        st.rerun()
    return cast("Visit", st.session_state[_STATE])


def settle() -> None:
    """Runs the page again when a widget that is already drawn was renewed."""
    if visit().keys.is_stale:
        st.rerun()
