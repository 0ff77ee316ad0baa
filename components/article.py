"""Articles of the knowledge base: lists of them, and one shown whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.citations import review_mark, sources_expander
from components.i18n import N_, _, plain
from components.keys import Keys
from core.citations import Citations
from core.countries import Country
from core.knowledge import Article, Condition, KnowledgeBase
from core.knowledge_map import HOW_COMMON, FoundArticles, look_alikes, separation
from core.types import Lang, Passage, Urgency

PAGE, PARAMETER = "pages/knowledge.py", "article"
LOOK_ALIKES_IN_SIGHT = 6
MAX_TYPED = 300
UNREVIEWED = "needs_clinician_review"
_FIRST = ("summary", "call_119", "see_doctor")
_BABY_MONTHS = 24


@dataclass(frozen=True, slots=True)
class _Soon:
    """How a usual urgency is shown; what the rules say of one child looks different."""

    text: str
    icon: str


SOON = {
    Urgency.EMERGENCY: _Soon(N_("usually an emergency"), ":material/emergency:"),
    Urgency.URGENT_SAME_DAY: _Soon(N_("usually seen the same day"), ":material/local_hospital:"),
    Urgency.SOON_24H: _Soon(N_("usually seen within 24 hours"), ":material/schedule:"),
    Urgency.ROUTINE: _Soon(N_("usually seen in the next days"), ":material/event:"),
    Urgency.SELF_CARE: _Soon(N_("usually looked after at home"), ":material/home_health:"),
}
_HOW_COMMON = dict(
    zip(HOW_COMMON, (N_("Very common"), N_("Common"), N_("Less common"), N_("Rare")), strict=True),
)
_SECTIONS = {
    "summary": N_("What it is"),
    "looks": N_("What it looks like"),
    "feels": N_("What it feels like"),
    "causes": N_("Why it happens"),
    "course": N_("How long it lasts"),
    "contagion": N_("Is it catching?"),
    "nursery": N_("Nursery and school"),
    "home_care": N_("What to do at home"),
    "do_not": N_("What not to do"),
    "medicines": N_("Medicines and creams"),
    "see_doctor": N_("When to see a doctor"),
    "call_119": N_("When to call an ambulance"),
    "doctor_will": N_("What the doctor will do"),
    "myths": N_("What is often said"),
}


def article_button(article: Article, lang: Lang, where: str) -> None:
    """Opens an article. Not a page link: those cut long names, and here all would look like the open page.

    Args:
        article: what to open.
        lang: language of its name.
        where: the list it stands in, since an article may stand in several.
    """
    if st.button(plain(article.names[lang]), key=f"read.{where}.{article.id}"):
        st.switch_page(PAGE, query_params={**st.query_params.to_dict(), PARAMETER: article.id})


def how_soon(article: Article) -> str:
    """How soon a condition is usually seen, with its sign; what else there is for a general article."""
    if not isinstance(article, Condition):
        return f":material/menu_book: {_('care and questions of every day')}"
    soon = SOON[article.usual_urgency]
    return f"{soon.icon} {_(soon.text)}"


def article_list(knowledge: KnowledgeBase, lang: Lang) -> None:
    """Every condition, the usual ones first and in sight, then the general articles."""
    for level, title in _HOW_COMMON.items():
        alike = [condition for condition in knowledge.conditions.values() if condition.how_common == level]
        with st.expander(f"{_(title)} ({len(alike)})", expanded=level == HOW_COMMON[0]):
            for urgency in reversed(Urgency):
                soon = [condition for condition in alike if condition.usual_urgency is urgency]
                _buttons(soon, lang, f"list.{level}")
    with st.expander(f"{_('Care and questions of every day')} ({len(knowledge.general)})"):
        _buttons(list(knowledge.general.values()), lang, "list.general")


def back_to_all(where: str) -> None:
    """The way from one article to all of them."""
    if st.button(_("All articles"), key=f"back.{where}", icon=":material/arrow_back:", type="tertiary"):
        rest = {name: value for name, value in st.query_params.to_dict().items() if name != PARAMETER}
        st.switch_page(PAGE, query_params=rest)


def begin_at_top(opened: str) -> None:
    """Shows an article from its first line, however far down the list it was found; Streamlit keeps the place."""
    top = "document.querySelector('[data-testid=\"stMain\"]')?.scrollTo(0, 0)"
    st.html(f"<script>{top} // {opened}\n</script>", unsafe_allow_javascript=True)


def search_box(keys: Keys) -> str:
    """What is typed to search for, without spaces around it."""
    typed = st.text_input(
        _("Search"),
        type="search",
        live="500ms",
        placeholder=_("Name, or what you see"),
        icon=":material/search:",
        key=keys("knowledge.search"),
        persist_state="session",
    )
    return (typed or "").strip()[:MAX_TYPED]


def found_list(found: FoundArticles, knowledge: KnowledgeBase, lang: Lang) -> None:
    """What a search found, or what to try when it found nothing."""
    if not (found.named or found.fitting):
        st.info(_("Nothing found. Try the name of an illness, or what you see: “red bumps on the cheeks”."))
    for title, names in ((_("With this name"), found.named), (_("Speaks of this"), found.fitting)):
        if names:
            st.subheader(title, anchor=False)
        for name in names:
            _named(knowledge.article(name), lang, "found")


def article_page(article: Article, knowledge: KnowledgeBase, place: Country, lang: Lang) -> None:
    """A whole article, danger first, each sentence with its source, then what it is mistaken for."""
    st.title(plain(article.names[lang]), anchor=False)
    _head(article, lang)
    passages = sorted(article.passages[lang], key=_order)
    cited = Citations(knowledge, lang, place.id)
    with st.expander(_("On this page"), icon=":material/toc:"):
        titles = {p.section: cited.place.say(_(_SECTIONS[p.section]), cited.lang) for p in passages}
        st.markdown("\n".join(f"- [{title}](#{section})" for section, title in titles.items()))
    for passage in passages:
        _section(passage, cited)
    _look_alikes(article, knowledge, lang)
    sources_expander(cited.source_list())
    if article.review == UNREVIEWED:
        review_mark()
    else:
        st.badge(_("Reviewed: {who}", who=plain(article.review)), icon=":material/verified:", color="green")


def pair_card(links: Sequence[str], pair: tuple[str, str], knowledge: KnowledgeBase, lang: Lang) -> None:
    """Links to one or both of two articles, the question that tells them apart, and what a yes points to."""
    found = separation(knowledge, *pair, lang)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True):
            for name in links:
                _named(knowledge.article(name), lang, "-".join(pair))
        if found is None:
            st.caption(_("No question is written yet that tells these two apart."))
        else:
            yes = plain(knowledge.article(found.yes).names[lang])
            st.markdown(f"{plain(found.question)}  \n{_('“Yes” speaks for **{name}**.', name=yes)}")


def _buttons(articles: Sequence[Article], lang: Lang, where: str) -> None:
    """Articles that are seen equally soon, by name, under a line that says how soon."""
    if articles:
        st.caption(how_soon(articles[0]))
        with st.container(horizontal=True, gap="xsmall"):
            for article in sorted(articles, key=lambda article: article.names[lang].casefold()):
                article_button(article, lang, where)


def _named(article: Article, lang: Lang, where: str) -> None:
    """One article, and how soon it is usually seen."""
    with st.container(width="content", gap="xxsmall"):
        article_button(article, lang, where)
        st.caption(how_soon(article))


def _order(passage: Passage) -> int:
    """What may not wait stands first; the rest stays in the order written."""
    return _FIRST.index(passage.section) if passage.section in _FIRST else len(_FIRST)


def _head(article: Article, lang: Lang) -> None:
    """Other names, and what can be told in a few words."""
    other = Lang.EN if lang is Lang.KO else Lang.KO
    names = dict.fromkeys((article.names[other], *article.synonyms[lang], *article.synonyms[other]))
    st.caption(plain(" · ".join(name for name in names if name != article.names[lang])))
    if not isinstance(article, Condition):
        return
    with st.container(horizontal=True, gap="xsmall"):
        st.badge(_(_HOW_COMMON[article.how_common]), color="gray")
        st.badge(_("Passes on to others") if article.contagious else _("Does not pass on"), color="gray")
        first, last = map(_age, article.typical_age_months)
        st.badge(_("Mostly from {first} to {last}", first=first, last=last), color="gray")
        st.badge(f"ICD-10 {plain(article.icd10)}", color="gray")
    soon = SOON[article.usual_urgency]
    line = f"**{_('How soon')}: {_(soon.text)}.** {_('Your child may need help sooner: tell us how your child is.')}"
    st.info(line, icon=soon.icon)
    if st.button(_("Check my child now"), key="article.check", icon=":material/arrow_forward:", icon_position="right"):
        st.switch_page("pages/photo.py")


def _age(months: float) -> str:
    """An age in the unit parents use for it."""
    if months < 1:
        return _("birth")
    if months < _BABY_MONTHS:
        return _("{count} months", count=f"{months:g}")
    return _("{count} years", count=f"{months / 12:g}")


def _section(passage: Passage, cited: Citations) -> None:
    """One section, sentence by sentence; danger in a box of its own."""
    title = cited.place.say(_(_SECTIONS[passage.section]), cited.lang)
    st.subheader(title, anchor=passage.section)
    sentences = "\n".join(f"- {line}" for line in _sentences(passage, cited))
    if passage.section == "call_119":
        st.error(sentences)
    else:
        st.markdown(sentences)


def _sentences(passage: Passage, cited: Citations) -> Iterable[str]:
    """Each sentence with the number of its source, which leads there."""
    for sentence in passage.sentences:
        text = plain(cited.place.say(sentence.text, cited.lang))
        mark = cited.mark(sentence.source)
        if mark:
            source = cited.knowledge.sources[sentence.source]
            title = source.title.replace('"', "'")
            yield f'{text} [{plain(mark)}]({source.url} "{title}")'
        else:
            yield f"{text} _({_('general knowledge')})_"


def _look_alikes(article: Article, knowledge: KnowledgeBase, lang: Lang) -> None:
    """What a condition is mistaken for, each with the question that tells the two apart."""
    others = look_alikes(knowledge, article.id)
    if not others:
        return
    st.subheader(_("Looks like it"), anchor="look-alikes")
    for other in others[:LOOK_ALIKES_IN_SIGHT]:
        pair_card([other], (article.id, other), knowledge, lang)
    if len(others) > LOOK_ALIKES_IN_SIGHT:
        with st.expander(_("Show {count} more", count=len(others) - LOOK_ALIKES_IN_SIGHT)):
            for other in others[LOOK_ALIKES_IN_SIGHT:]:
                pair_card([other], (article.id, other), knowledge, lang)
