"""How many tokens each visit has used, so that one visit cannot use up an operator's money."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

from core.errors import LanguageModelFailed

_REMEMBERED = 2_000
_HANGUL_A_TOKEN, _OTHERS_A_TOKEN = 1.5, 4.0
"""Characters in a token, roughly, of today's tokenizers."""


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is."""
    hangul = sum("가" <= c <= "힣" for c in text)
    return math.ceil(hangul / _HANGUL_A_TOKEN + (len(text) - hangul) / _OTHERS_A_TOKEN)


class Spending:
    """Tokens by visit, in memory, of the newest visits; safe to call from several threads."""

    def __init__(self, limit: int | None) -> None:
        """Takes the most tokens that a visit may use; None is no limit."""
        self._limit = limit
        self._used: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, visit: str) -> None:
        """Raises LanguageModelFailed `budget` when the visit has used its tokens; a visit without a name never has."""
        with self._lock:
            if self._limit is not None and self._used.get(visit, 0) >= self._limit:
                raise LanguageModelFailed("budget")

    def add(self, visit: str, tokens: int) -> None:
        """Counts tokens of a visit."""
        if not visit:
            return
        with self._lock:
            self._used[visit] = self._used.get(visit, 0) + tokens
            self._used.move_to_end(visit)
            while len(self._used) > _REMEMBERED:
                self._used.popitem(last=False)
