"""The pre-sorting of a supplier's answers: met, not shown, or needs a question, with what led there.

It looks at form only: whether there is an answer, evidence, a day, and whether answers go together. A person judges.
Where it cannot tell it says that a question is needed; without an answer and its evidence nothing is sorted as met.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from knowledge.criteria import Criteria
from knowledge.flow import Flow, Question
from knowledge.rules.calendar import MONTHS, SHORT_MONTHS, add_months

MET, NOT_SHOWN, QUESTION = "met", "not_shown", "question"
ROUTINES = ("policy", "passing_on", "responsibility", "risk", "follow_up", "deviations")  # that are judged
NUMBERS = ("due_days", "back_days", "link_days", "policy_years", "risk_years", "again_months", "least_words")
WORDS = (
    "yes",
    "no",
    "finding",
    "great",
    "unchecked",
    "whole_chain",
    "unknown_step",
    "no_subcontractor",
    "common",
)
MANY_COUNTRIES = 3  # in a chain without subcontractors; criteria.contradictions says so in words
ENOUGH_TO_TELL = 8  # words, before the language of an answer is guessed
NEAR = 3  # words before a finding in which a "no" belongs to it
ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the answer to one question must come with. `age` names the number of years; `brief`: few words will do."""

    file: bool = False
    age: str = ""
    brief: bool = False


STRICT = Wanted(file=True)  # for a question that we do not know
WANTED: dict[str, Wanted] = {
    "scope": Wanted(),
    "policy": Wanted(file=True),
    "policy_adopted": Wanted(age="policy_years", brief=True),
    "policy_public": Wanted(brief=True),
    "passed_on": Wanted(file=True),
    "responsible": Wanted(file=True),
    "chain": Wanted(),
    "risk_analysis": Wanted(file=True, age="risk_years"),
    "follow_up": Wanted(file=True),
    "deviations": Wanted(),
    "deviations_handled": Wanted(file=True),
    "deviations_found": Wanted(),
    "deviation_routine": Wanted(file=True),
    "lacking": Wanted(),
}
DENIES = ("policy",)  # a no to these shows that the routine is not there


@dataclass(frozen=True, slots=True)
class Answered:
    """What a supplier sent: answers and the number of files by question, and the countries that the answers name."""

    answers: Mapping[str, str]
    files: Mapping[str, int] = field(default_factory=dict)
    countries: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lang: str = "sv"

    def of(self, question: str) -> str:
        """The answer, or nothing."""
        return self.answers.get(question, "").strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one answer comes to; `why` are ids of reasons, `dated` the latest day that it names."""

    question: str
    outcome: str
    why: tuple[str, ...] = ()
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """One routine; `against` are the contradictions that concern it."""

    routine: str
    outcome: str
    findings: tuple[Finding, ...]
    against: tuple[str, ...] = ()


def sort_answers(flow: Flow, criteria: Criteria, said: Answered, today: date) -> dict[str, Sorted]:
    """Every routine of the form, pre-sorted."""
    against = contradictions(criteria, said)
    return {routine: _sorted(routine, flow, criteria, said, today, against) for routine in criteria.routines}


def contradictions(criteria: Criteria, said: Answered) -> tuple[str, ...]:
    """The rules of contradictions that these answers meet."""
    return tuple(
        each.found_by
        for each in criteria.contradictions
        if each.found_by in CONTRADICTIONS and CONTRADICTIONS[each.found_by].found(said, criteria)
    )


def applies(question: Question, said: Answered) -> bool:
    """Whether the form asks it after these answers."""
    return all(said.of(id) == value for id, value in question.ask_if.items())


def _sorted(
    routine: str, flow: Flow, criteria: Criteria, said: Answered, today: date, against: tuple[str, ...]
) -> Sorted:
    asked = [q for q in flow.questions if criteria.by_question[q.id].routine == routine and applies(q, said)]
    findings = tuple(judged(question, criteria, said, today) for question in asked)
    here = tuple(rule for rule in against if routine in CONTRADICTIONS[rule].routines)
    return Sorted(routine, _together(findings, bool(here)), findings, here)


def _together(findings: tuple[Finding, ...], contradicted: bool) -> str:
    """The outcome of a routine: met only if each answer is, not shown if its first answer or all of them are."""
    outcomes = [each.outcome for each in findings]
    if not outcomes or outcomes[0] == NOT_SHOWN or set(outcomes) == {NOT_SHOWN}:
        return NOT_SHOWN
    return MET if set(outcomes) == {MET} and not contradicted else QUESTION


def judged(question: Question, criteria: Criteria, said: Answered, today: date) -> Finding:
    """What the answer to one question shows by its form."""
    words, wanted = said.of(question.id), WANTED.get(question.id, STRICT)
    if not words:
        return Finding(question.id, NOT_SHOWN, ("empty",))
    if words == "no" and question.id in DENIES:
        return Finding(question.id, NOT_SHOWN, ("said_no",))
    if question.kind != "yes_no" and _only_yes(words, criteria):
        return Finding(question.id, NOT_SHOWN, ("only_yes",))
    dated = latest_day(words, today) if wanted.age else None
    why = tuple(_lacking(question, words, wanted, dated, criteria, said, today))
    return Finding(question.id, QUESTION if why else MET, why, dated)


def _lacking(
    question: Question,
    words: str,
    wanted: Wanted,
    dated: date | None,
    criteria: Criteria,
    said: Answered,
    today: date,
) -> Iterator[str]:
    if wanted.file and not said.files.get(question.id):
        yield "no_file"
    if wanted.age:
        yield from _age(dated, criteria.numbers[wanted.age].value, wanted.age, today)
    if question.kind == "yes_no":
        return
    short = len(WORD.findall(words)) < criteria.numbers["least_words"].value
    if short and not wanted.brief:
        yield "too_short"
    if len(WORD.findall(words)) >= ENOUGH_TO_TELL and language_of(words, criteria) not in ("sv", "en"):
        yield "unread_language"


def _age(dated: date | None, years: int, which: str, today: date) -> Iterator[str]:
    if dated is None:
        yield "no_day"
    elif dated < add_months(today, -12 * years):
        yield f"old_{which}"


def _only_yes(words: str, criteria: Criteria) -> bool:
    """Whether it says yes and nothing to go by."""
    said = WORD.findall(words.casefold())
    return len(said) < criteria.numbers["least_words"].value and has(words, criteria, "yes", start=True)


def language_of(words: str, criteria: Criteria) -> str:
    """The language that an answer seems to be in; empty when it is none of ours."""
    said = [word.casefold() for word in WORD.findall(words)]
    counts = {lang: sum(word in common for word in said) for lang, common in criteria.words["common"].items()}
    best = max(counts, key=lambda lang: counts[lang])
    return best if counts[best] * 10 >= len(said) else ""


def has(words: str, criteria: Criteria, name: str, start: bool = False) -> bool:
    """Whether `words` hold one of the list, at their start or anywhere, by how it begins."""
    return bool(_pattern(criteria, name, start).search(words.casefold()))


def _pattern(criteria: Criteria, name: str, start: bool = False) -> re.Pattern[str]:
    every = [re.escape(word.casefold()) for words in criteria.words[name].values() for word in words]
    any_of = "|".join(every)
    return re.compile(rf"^\W*(?:{any_of})\b" if start else rf"\b(?:{any_of})")


# The day that an answer names.

NAMES = {
    name.casefold().rstrip("."): month
    for table in (MONTHS, SHORT_MONTHS)
    for names in table.values()
    for month, name in enumerate(names, 1)
}
ISO = re.compile(r"(?<![\d:])((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])(?:[-/.](0?[1-9]|[12]\d|3[01]))?(?!\d)")
NAMED = re.compile(rf"\b({'|'.join(sorted(NAMES, key=len, reverse=True))})\.?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
YEAR = re.compile(r"(?<![\d:.,/-])((?:19|20)\d\d)(?![\d:])")


def latest_day(words: str, today: date) -> date | None:
    """The latest day not after `today` that an answer names; a month or a year counts as its last day."""
    found = [min(day, today) for day, begins in _days(words) if begins <= today]
    return max(found, default=None)


def _days(words: str) -> Iterator[tuple[date, date]]:
    """Each day that is named with the first day that it may mean."""
    for year, month, day in ISO.findall(words):
        yield from _day(int(year), int(month), int(day or 0))
    for name, year in NAMED.findall(words):
        yield from _day(int(year), NAMES[name.casefold()], 0)
    for year in YEAR.findall(ISO.sub(" ", NAMED.sub(" ", words))):
        yield date(int(year), 12, 31), date(int(year), 1, 1)


def _day(year: int, month: int, day: int) -> Iterator[tuple[date, date]]:
    if not day:
        yield add_months(date(year, month, 1), 1) - date.resolution, date(year, month, 1)
        return
    try:
        yield date(year, month, day), date(year, month, day)
    except ValueError:  # 31 February is no day
        return


# Answers that do not go together.


def _nobody_responsible(said: Answered, criteria: Criteria) -> bool:
    return said.of("policy") == "yes" and (
        not said.of("responsible") or has(said.of("responsible"), criteria, "no", start=True)
    )


def _policy_unseen(said: Answered, criteria: Criteria) -> bool:  # noqa: ARG001
    seen = said.files.get("policy") or said.files.get("policy_adopted") or said.files.get("policy_public")
    return said.of("policy") == "yes" and not seen and not ADDRESS.search(said.of("policy_public"))


def _step_missing(said: Answered, criteria: Criteria) -> bool:  # noqa: ARG001
    chain, risky = said.countries.get("chain", frozenset()), said.countries.get("risk_analysis", frozenset())
    return bool(chain and risky - chain)


def _great_unchecked(said: Answered, criteria: Criteria) -> bool:
    checked = said.of("follow_up")
    return has(said.of("risk_analysis"), criteria, "great") and (
        not checked or has(checked, criteria, "unchecked") or has(checked, criteria, "no", start=True)
    )


def _findings_denied(said: Answered, criteria: Criteria) -> bool:
    return said.of("deviations") == "no" and _tells_of_findings(said.of("follow_up"), criteria)


def _tells_of_findings(words: str, criteria: Criteria) -> bool:
    """Whether it speaks of findings otherwise than to say that there were none."""
    denied = {word.casefold() for words in criteria.words["no"].values() for word in words}
    for found in _pattern(criteria, "finding").finditer(words.casefold()):
        before = WORD.findall(re.split(r"[.,;!?\n]", words[: found.start()].casefold())[-1])[-NEAR:]
        if not denied & set(before):
            return True
    return False


def _whole_chain_unknown(said: Answered, criteria: Criteria) -> bool:
    return has(said.of("passed_on"), criteria, "whole_chain") and has(said.of("chain"), criteria, "unknown_step")


def _no_subcontractors(said: Answered, criteria: Criteria) -> bool:
    denied = any(has(said.of(id), criteria, "no_subcontractor") for id in ("passed_on", "chain", "scope"))
    return denied and len(said.countries.get("chain", ())) >= MANY_COUNTRIES


def _all_yes(said: Answered, criteria: Criteria) -> bool:
    """A policy, nothing lacking, and nothing attached to show it."""
    lacking = said.of("lacking")
    nothing = not lacking or has(lacking, criteria, "no", start=True)
    return said.of("policy") == "yes" and nothing and not any(said.files.values())


@dataclass(frozen=True, slots=True)
class Against:
    """How a contradiction is found, and the routines that are not sorted as met when it is."""

    found: Callable[[Answered, Criteria], bool]
    routines: tuple[str, ...]


CONTRADICTIONS: dict[str, Against] = {
    "nobody_responsible": Against(_nobody_responsible, ("policy", "responsibility")),
    "policy_unseen": Against(_policy_unseen, ("policy",)),
    "step_missing": Against(_step_missing, ("risk",)),
    "great_unchecked": Against(_great_unchecked, ("risk", "follow_up")),
    "findings_denied": Against(_findings_denied, ("follow_up", "deviations")),
    "whole_chain_unknown": Against(_whole_chain_unknown, ("passing_on", "risk")),
    "no_subcontractors": Against(_no_subcontractors, ("passing_on", "risk")),
    "all_yes": Against(_all_yes, ROUTINES),
}
