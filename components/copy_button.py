"""A button that puts text on the clipboard, on a phone too; drawn here, since Streamlit copies only code blocks."""

from __future__ import annotations

import streamlit as st

from components.i18n import _

_DRAW = st.components.v2.component(
    "mochicare_copy",
    html='<button type="button" aria-live="polite" hidden></button>',  # shown once the script has given it a name
    css="""
button {
  font: inherit; font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); background: none;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); padding: 0 0.75rem;
  min-height: 2.5rem; cursor: pointer; white-space: nowrap;
}
button:hover { color: var(--st-primary-color); border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
""",
    # Browsers give the clipboard only to pages over HTTPS or on localhost; a phone on the home network has neither.
    js="""
const byHand = (text) => {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
};
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  button.hidden = false;
  button.onclick = async () => {
    let isDone = false;
    try {
      await navigator.clipboard.writeText(data.text);
      isDone = true;
    } catch {
      isDone = byHand(data.text);
    }
    button.textContent = isDone ? data.done : data.failed;
    setTimeout(() => { button.textContent = data.label; }, 2500);
  };
}
""",
)


def copy_button(text: str, *, key: str) -> None:
    """A button that copies the text as it is and says whether that worked."""
    words = {"label": _("Copy"), "done": _("Copied"), "failed": _("Could not copy")}
    _DRAW(data={"text": text, **words}, key=key, width="content", height="content")
