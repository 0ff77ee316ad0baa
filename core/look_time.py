"""When to look at a child again, and why a level was held: names that need no other type."""

from __future__ import annotations

from enum import StrEnum


class LookTime(StrEnum):
    """When to look at the child again, the soonest first."""

    IN_2_HOURS = "in_2_hours"
    TONIGHT = "tonight"
    TOMORROW_MORNING = "tomorrow_morning"
    IN_2_3_DAYS = "in_2_3_days"


class Change(StrEnum):
    """How it is at a return, compared with the look before."""

    BETTER = "better"
    SAME = "same"
    SPREADING = "spreading"
    WORSE = "worse"


class Hold(StrEnum):
    """Why a look at a return is not as low as what was told now would make it."""

    NOT_BETTER = "not_better"
    AFTER_EMERGENCY = "after_emergency"
    UNEXPLAINED = "unexplained"
    FEVER = "fever"
