"""How many tokens the language model has used: by visit, so that one cannot use up an operator's money, and in all."""

from __future__ import annotations

import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import LanguageModelFailed, StoreUnavailable

_REMEMBERED = 2_000
_HANGUL_A_TOKEN, _OTHERS_A_TOKEN = 1.5, 4.0
"""Characters in a token, roughly, of today's tokenizers."""
_A_MILLION = 1e6
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was asked of a language model: numbers only."""

    model: str
    """Its name."""
    calls: int
    """Requests, failed ones too."""
    sent: int
    """Tokens, estimated; a photo is not counted."""
    received: int
    """Tokens, estimated."""

    def cost(self, price_in: float, price_out: float) -> float:
        """What it cost, at these prices a million tokens."""
        return (self.sent * price_in + self.received * price_out) / _A_MILLION


Record = Callable[[Usage], None]


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is."""
    hangul = sum("가" <= c <= "힣" for c in text)
    return math.ceil(hangul / _HANGUL_A_TOKEN + (len(text) - hangul) / _OTHERS_A_TOKEN)


class Spending:
    """Tokens by visit, in memory, of the newest visits; safe to call from several threads."""

    def __init__(self, limit: int | None, record: Record | None = None) -> None:
        """Takes what bounds and what keeps.

        Args:
            limit: the most tokens that a visit may use; None is no limit.
            record: keeps the sum over all visits; an answer does not wait for its failure.
        """
        self._limit = limit
        self._record = record
        self._used: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, visit: str) -> None:
        """Raises LanguageModelFailed `budget` when the visit has used its tokens; a visit without a name never has."""
        with self._lock:
            if self._limit is not None and self._used.get(visit, 0) >= self._limit:
                raise LanguageModelFailed("budget")

    def add(self, visit: str, usage: Usage) -> None:
        """Counts what a visit used."""
        if self._record is not None:
            try:
                self._record(usage)
            except StoreUnavailable as error:
                _log.warning("tokens are not recorded", exc_info=error)
        if not visit:
            return
        with self._lock:
            self._used[visit] = self._used.get(visit, 0) + usage.sent + usage.received
            self._used.move_to_end(visit)
            while len(self._used) > _REMEMBERED:
                self._used.popitem(last=False)
