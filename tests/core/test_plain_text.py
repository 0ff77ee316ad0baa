"""An answer as plain text."""

from __future__ import annotations

import pytest

from core.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("### 출처\n\n1. [수두](https://a.kr/b_c) · 기관", "출처\n\n1. 수두 https://a.kr/b_c · 기관"),
        ("**지금 전화하세요.**\n\n- 이유 [1]\n- 또 [2]\n", "지금 전화하세요.\n\n• 이유 [1]\n• 또 [2]"),
        ("_This is information._", "This is information."),
        ("a_b_c and 2 * 3 * 4", "a_b_c and 2 * 3 * 4"),
        (r"약 \$5\~6 \[1\]", "약 $5~6 [1]"),
        ("a\n\n\n\nb", "a\n\nb"),
    ],
)
def test_marks_are_gone_and_words_stay(markdown: str, text: str) -> None:
    """Headings, bold, italics, bullets and escapes become plain; links keep their address, sources their number."""
    assert plain_text(markdown) == text
