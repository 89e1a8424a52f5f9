"""What a draft lacks before it is published, by the nine rules of content/draft.yaml.

It reads words, not meaning. What it calls missing may be said in words it does not know: a person reads the findings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from knowledge.draft_rule import DraftRule
from knowledge.label import Label, labels_in

CORE = (29, 87, 98, 100, 105, 111, 138, 155, 182, 187)  # the ILO's core conventions since 2022
YEAR = 12  # months
MOST = 5  # findings of one rule; the rest are like them
QUOTED = 160  # characters of a sentence
SENTENCE = re.compile(r"(?<=[.;:?!])\s+(?=[A-ZÅÄÖ])")

COUNTED = {"ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "one": 1, "two": 2, "three": 3, "four": 4}
SPAN = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(COUNTED)})\s*(?:\([^)]*\)\s*)?(dag|månad|år(?!lig)|day|month|year(?!ly))", re.IGNORECASE
)
MONTHS = {"dag": 1 / 30, "day": 1 / 30, "månad": 1.0, "month": 1.0, "år": 12.0, "year": 12.0}


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is missing, risk or ok; `message` names one of the rule's; `paragraph` counts from 1, 0 for the whole."""

    rule: DraftRule
    level: str
    message: str
    paragraph: int = 0
    quote: str = ""
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """The paragraphs of a draft, without empty ones, and the labels that are known."""

    lines: Sequence[str]
    labels: Sequence[Label]

    def having(self, words: Iterable[str]) -> list[int]:
        """The numbers of the paragraphs that have one of `words`."""
        pattern = any_of(tuple(words))
        return [number for number, line in enumerate(self.lines, 1) if pattern.search(line)]

    def line(self, number: int) -> str:
        return self.lines[number - 1]

    def at(self, rule: DraftRule, level: str, message: str, number: int, **words: object) -> Finding:
        """A finding in paragraph `number`, with the sentence that it is about."""
        sought = ((str(words.get("names", "")),), rule.words.get("bound" if message == "bound" else "thing", ()))
        sentences = SENTENCE.split(self.line(number))
        found = (each for about in sought if any(about) for each in sentences if any_of(about).search(each))
        quote = next(found, sentences[0])
        return Finding(rule, level, message, number, quote if len(quote) <= QUOTED else f"{quote[:QUOTED]}…", words)


def check(text: str, rules: Mapping[str, DraftRule], labels: Iterable[Label]) -> list[Finding]:
    """What the nine rules find in a draft, in their order; each rule finds at least one thing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    draft = Draft(lines, tuple(labels))
    return [finding for id, judge in JUDGES.items() for finding in judge(draft, rules[id])]


@lru_cache(maxsize=256)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for words in which * stands for any ending."""
    either = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _nearest(draft: Draft, rule: DraftRule, *marks: str) -> Iterator[Finding]:
    """A paragraph that has the thing and all `marks`: ok. The thing without them: risk. No such thing: missing."""
    found = draft.having(rule.words["thing"])
    whole = set(found).intersection(*(draft.having(rule.words[mark]) for mark in marks))
    if whole:
        yield draft.at(rule, "ok", "ok", min(whole))
    elif found:
        yield draft.at(rule, "risk", "risk", found[0])
    else:
        yield Finding(rule, "missing", "missing")


def _conventions(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    found = draft.having(rule.words["thing"])
    named = {int(number) for line in draft.lines for number in re.findall(r"\b\d{2,3}\b", line)}
    lacking = [number for number in CORE if number not in named]
    if not found:
        yield Finding(rule, "missing", "missing")
    elif lacking:
        yield draft.at(rule, "risk", "risk", found[0], names=", ".join(map(str, lacking)))
    else:
        yield draft.at(rule, "ok", "ok", found[0])


def _audit_right(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    """To speak of audits is no right to them, so the whole right counts as missing."""
    rights = set(draft.having(rule.words["thing"])).intersection(draft.having(rule.words["may"]))
    return _nearest(draft, rule, "may", "chain") if rights else iter([Finding(rule, "missing", "missing")])


def _time_left(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    periods = [(max(spans), number) for number in draft.having(rule.words["thing"]) if (spans := _spans(draft, number))]
    if not periods:
        yield Finding(rule, "missing", "missing")
        return
    months, number = max(periods)
    planned = [when for audit in draft.having(rule.words["audit"]) for when in _spans(draft, audit)]
    if months <= YEAR:
        yield draft.at(rule, "risk", "short", number, months=round(months))
    elif any(when <= months - YEAR for when in planned):
        yield draft.at(rule, "ok", "ok", number)
    else:
        yield draft.at(rule, "risk", "risk", number, months=round(months), latest=round(months - YEAR))


def _spans(draft: Draft, number: int) -> list[float]:
    """The spans of time that a paragraph names, in months."""
    found = SPAN.findall(draft.line(number).casefold())
    return [(COUNTED.get(amount) or int(amount)) * MONTHS[unit] for amount, unit in found]


def _sanction(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    return _nearest(draft, rule, "tied")


def _form(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    return _nearest(draft, rule, "attached", "assessed")


def _documentation(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    return _nearest(draft, rule, "asked")


def _equivalent(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    safe = draft.having(rule.words["equivalent"])
    named = {number: labels_in(line, draft.labels) for number, line in enumerate(draft.lines, 1) if number not in safe}
    return _each(
        rule,
        (
            draft.at(rule, "risk", "risk", number, names=", ".join(label.short_name for label in labels))
            for number, labels in named.items()
            if labels
        ),
    )


def _whole_business(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    bound = set(draft.having(rule.words["bound"])).difference(draft.having(rule.words["not"]))
    whole = [draft.at(rule, "risk", "risk", number) for number in draft.having(rule.words["thing"])]
    return _each(rule, [*whole, *(draft.at(rule, "risk", "bound", number) for number in sorted(bound))])


def _vague(draft: Draft, rule: DraftRule) -> Iterator[Finding]:
    words = any_of(rule.words["thing"])
    explained = {
        word.casefold()
        for number in draft.having(rule.words["explained"])
        for word in words.findall(draft.line(number))
    }
    first: dict[str, int] = {}
    for number, line in enumerate(draft.lines, 1):
        for word in words.findall(line):
            first.setdefault(word.casefold(), number)
    unclear = ((word, number) for word, number in first.items() if word not in explained)
    return _each(rule, (draft.at(rule, "risk", "risk", number, names=word) for word, number in unclear))


def _each(rule: DraftRule, found: Iterable[Finding]) -> Iterator[Finding]:
    """The first of what was found, in the order of the draft; ok when nothing was."""
    in_order = sorted(found, key=lambda finding: finding.paragraph)
    yield from in_order[:MOST] or [Finding(rule, "ok", "ok")]


JUDGES: dict[str, Callable[[Draft, DraftRule], Iterator[Finding]]] = {
    "conventions": _conventions,
    "audit_right": _audit_right,
    "time_left": _time_left,
    "sanction": _sanction,
    "form": _form,
    "documentation": _documentation,
    "equivalent": _equivalent,
    "whole_business": _whole_business,
    "vague": _vague,
}
WORDS = {  # the lists of words that each rule needs
    "conventions": ("thing",),
    "audit_right": ("thing", "may", "chain"),
    "time_left": ("thing", "audit"),
    "sanction": ("thing", "tied"),
    "form": ("thing", "attached", "assessed"),
    "documentation": ("thing", "asked"),
    "equivalent": ("equivalent",),
    "whole_business": ("thing", "bound", "not"),
    "vague": ("thing", "explained"),
}
