"""Where on the body."""

from __future__ import annotations

from components.keys import Keys
from components.term_picker import TermMenu, pick_terms
from core.types import Lang
from core.vocabulary import Vocabulary

USUAL_SITES = ("face", "tummy", "back", "arms", "legs", "hands", "feet", "nappy_area", "inside_mouth", "whole_body")


def pick_body_sites(vocabulary: Vocabulary, chosen: tuple[str, ...], lang: Lang, keys: Keys) -> tuple[str, ...]:
    """The chosen body-site ids after what the parent just tapped."""
    menu = TermMenu(name="site", terms=vocabulary.body_sites, groups=vocabulary.site_groups, usual=USUAL_SITES)
    return pick_terms(menu, chosen, lang, keys)
