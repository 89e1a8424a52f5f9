"""Acts of the EU by the day they apply; what that day means today is worked out when somebody asks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.load import Fields
from knowledge.naming import named_in
from knowledge.text import Text
from knowledge.words import bare, fold


@dataclass(frozen=True, slots=True)
class Applies:
    """From `starts` on, the act applies to `who`."""

    starts: date
    who: Text


@dataclass(frozen=True, slots=True)
class Act:
    """`words` are what people call it, `dates` the days we have read, `unverified` what nobody has checked."""

    id: str
    name: Text
    words: tuple[str, ...]
    what: Text
    dates: tuple[Applies, ...]
    unverified: Text
    sources: tuple[str, ...]
    topic: str
    reviewed: date
    review_by: date
    owner: str


def act_from(id: str, fields: Fields) -> Act:
    """One entry of dates.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    act = Act(
        id,
        fields.text("name"),
        fields.list("words"),
        fields.text("what"),
        tuple(_applies(entry) for entry in fields.each("dates")),
        fields.text("unverified"),
        fields.list("sources"),
        fields.words("topic"),
        fields.day("reviewed"),
        fields.day("review_by"),
        fields.words("owner"),
    )
    fields.done()
    return act


def _applies(fields: Fields) -> Applies:
    applies = Applies(fields.day("from"), fields.text("who"))
    fields.done()
    return applies


WHEN = re.compile(  # as typed without å ä ö
    r"\b(?:nar|vilket datum|vilken dag|fran och med|borja(?:r|t)? (?:\w+ )?galla|trad(?:er|a|de|tt) i kraft|i kraft"
    r"|galler (?:.* )?(?:nu|an|redan|idag|i dag)|when|what date|which date|in force|come into|start(?:s)? to apply"
    r"|appl(?:y|ies) (?:.* )?(?:now|yet|already|today))\b"
)
LONGEST_ASKED = 300  # characters of a question about a day


def acts_asked(question: str, acts: Iterable[Act]) -> list[Act]:
    """The acts whose day of application `question` asks for."""
    if len(question) > LONGEST_ASKED or not WHEN.search(bare(fold(question))):
        return []
    return named_in(question, ((act, act.words) for act in acts))
