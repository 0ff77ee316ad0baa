"""What is said and where it comes from."""

from __future__ import annotations

from components.citations import literal_dollars, split_sources


def test_sources_are_told_from_what_is_said() -> None:
    """The list under the heading is cut off, in either language."""
    for heading in ("출처", "Sources"):
        said, sources = split_sources(f"쉬게 하세요. [1]\n\n### {heading}\n\n1. [NHS](https://www.nhs.uk)\n\n_메모_\n")
        assert said == "쉬게 하세요. [1]"
        assert sources.startswith("1. [NHS](https://www.nhs.uk)")


def test_text_without_sources_is_said_whole() -> None:
    """Nothing is lost where there is no list."""
    assert split_sources("쉬게 하세요.\n") == ("쉬게 하세요.", "")


def test_dollars_stay_dollars() -> None:
    """No pair of dollar signs becomes a formula, and none is escaped twice."""
    assert literal_dollars(r"$5 and \$6") == r"\$5 and \$6"
