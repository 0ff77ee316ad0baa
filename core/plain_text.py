"""An answer's Markdown as plain text, to be pasted into a message to the family or to a doctor."""

from __future__ import annotations

import re

_MARKS = (
    (re.compile(r"(?m)^#{1,6} +"), ""),
    (re.compile(r"(?m)^- +"), "• "),
    (re.compile(r"\*\*(?!\s)(.+?)(?<!\s)\*\*"), r"\1"),
    (re.compile(r"(?m)(?<!\S)_(?!\s)([^_\n]+?)(?<!\s)_(?!\S)"), r"\1"),
    (re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)+)\]\((\S+?)\)"), r"\1 \2"),
    (re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~$:&])"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def plain_text(markdown: str) -> str:
    """The same words without marks: bullets as dots, links with their address behind, sources as they are numbered."""
    for pattern, instead in _MARKS:
        markdown = pattern.sub(instead, markdown)
    return markdown.strip()
