"""A visit's tokens are counted and end at the budget; the sum over visits is kept."""

from __future__ import annotations

import time

import pytest

from core.chat import LanguageModel
from core.errors import LanguageModelFailed, StoreUnavailable
from core.settings import Settings
from core.spending import Spending, Usage, estimate_tokens
from tests.core.briefs import KOREAN
from tests.openai_server import fails, openai_server, says


def used(tokens: int) -> Usage:
    """One request of so many tokens."""
    return Usage(model="m", calls=1, sent=tokens, received=0)


def test_a_visit_over_its_budget_is_stopped_and_others_are_not() -> None:
    """Only the visit that used its tokens is refused."""
    spending = Spending(100)
    spending.add("a", used(99))
    spending.check("a")
    spending.add("a", used(1))
    with pytest.raises(LanguageModelFailed, match="budget"):
        spending.check("a")
    spending.check("b")


def test_without_a_limit_or_a_name_nothing_is_stopped() -> None:
    """Both are the default outside the app."""
    free, nameless = Spending(None), Spending(1)
    free.add("a", used(10**9))
    free.check("a")
    nameless.add("", used(10**9))
    nameless.check("")


def test_only_the_newest_visits_are_remembered() -> None:
    """A server that runs for months does not grow."""
    spending = Spending(1)
    for number in range(5_000):
        spending.add(str(number), used(1))
    assert len(spending._used) == 2_000
    spending.check("0")


def test_korean_takes_more_tokens_than_english() -> None:
    """By the same number of letters."""
    assert estimate_tokens("가" * 12) == 8
    assert estimate_tokens("a" * 12) == 3
    assert estimate_tokens("") == 0


def test_what_is_used_is_handed_on_also_without_a_visit() -> None:
    """The count over all visits misses nothing."""
    kept: list[Usage] = []
    spending = Spending(None, kept.append)
    spending.add("", used(7))
    spending.add("a", used(8))
    assert [usage.sent for usage in kept] == [7, 8]


def test_a_count_that_cannot_be_kept_costs_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    """A full disk takes no answer away, and the visit's budget still holds."""

    def fails(_: Usage) -> None:
        raise StoreUnavailable("full")

    spending = Spending(1, fails)
    spending.add("a", used(5))
    assert [record.message for record in caplog.records] == ["tokens are not recorded"]
    with pytest.raises(LanguageModelFailed, match="budget"):
        spending.check("a")


def test_cost_follows_the_prices() -> None:
    """A million tokens each way at 0.4 and 1.6."""
    usage = Usage(model="m", calls=2, sent=1_000_000, received=500_000)
    assert usage.cost(0.4, 1.6) == pytest.approx(1.2)


def test_tokens_of_every_request_are_handed_on() -> None:
    """Sent and received, also of a reply that failed."""
    kept: list[Usage] = []
    with openai_server(says("물을 조금씩 자주 먹이세요. [1]")) as server:
        settings = Settings(openai_base_url=server.base_url, openai_model="scripted", first_words_s=20.0)
        writer = LanguageModel(settings, time.monotonic, record=kept.append)
        list(writer.stream_reply(KOREAN))
        server.script = fails(500)
        with pytest.raises(LanguageModelFailed, match="refused"):
            list(writer.stream_reply(KOREAN))
    assert [(usage.model, usage.calls) for usage in kept] == [("scripted", 1)] * 2
    assert kept[0].sent == kept[1].sent > 100
    assert kept[0].received > 5 > kept[1].received
