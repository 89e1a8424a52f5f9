"""What must fit in categories, lists of countries and goods, amounts, and reminders."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from knowledge.cadence import MOST_DAYS_BEFORE, MOST_PAUSED, MOST_STAGES, wrong_days
from knowledge.category import Category, Risk, Tier
from knowledge.check_answers import wrong_references
from knowledge.check_reading import Sound, fault, rows
from knowledge.clause import METHODS
from knowledge.country import FIGURES
from knowledge.limit import Limit
from knowledge.load import ContentError, suggest
from knowledge.rules.risk import APPLIES

CURRENCIES = ("SEK", "EUR")
KINDS = (  # of follow-up items: the methods, and what Duly itself makes of a contract, a risk case and an action
    *METHODS,
    *("notice", "certificate_expiry", "risk_review"),
    *("action", "action_observation", "action_minor", "action_major", "action_zero_tolerance"),
)
WRONG_DAYS = (
    f"'before_days' should hold different numbers of days, each 0 or more: at most {MOST_STAGES},"
    f" none over {MOST_DAYS_BEFORE}"
)
AT_LEAST_ONE = (
    *("late_every_days", "deputy_after_days_late", "digest_over", "most_snooze_days"),
    *("near_days", "risk_review_months", "risk_review_days"),
)
NAMED_BY_RULES = ("ilab-goods", "uflpa", "fcs", "ilo-normlex", *dict.fromkeys(source for _, source in FIGURES.values()))
COLUMNS = {  # file -> column -> what its words name
    "goods.csv": {
        "child_labour": "country",
        "forced_labour": "country",
        "made_in": "country",
        "input_country": "country",
    },
    "uflpa.csv": {"iso3": "country", "goods": "good"},
}


def wrong_categories(library: Sound) -> Iterator[ContentError]:
    """Faults in categories."""
    for category in library.categories.values():
        path = library.shelves.file(f"categories/{category.id}.yaml")
        yield from wrong_ids(library, path, "labels:", "label", category.labels)
        yield from wrong_ids(library, path, "cpv:", "CPV code", category.cpv)
        yield from _wrong_tiers(library, path, category)
        for risk in category.risks:
            yield from _wrong_risk(library, path, risk, category)
        for key, lines in (("ask_for:", category.ask_for), ("follow_up:", category.follow_up)):
            if not lines["sv"] or len(lines["sv"]) != len(lines["en"]):
                yield fault(path, f"'{key[:-1]}' needs one line or more, as many in sv as in en", key)
        if category.review_by <= category.reviewed:
            yield fault(path, "'review_by' should be after 'reviewed'", "review_by:")


def wrong_groups(library: Sound) -> Iterator[ContentError]:
    """Groups that name no category or one that stands elsewhere too, and categories of ours in none."""
    path = library.shelves.file("groups.yaml")
    named: dict[str, str] = {}
    for group in library.groups.values():
        yield from wrong_ids(library, path, "categories:", "category", group.categories, f"{group.id}:")
        for id in group.categories:
            if id in named:
                yield fault(path, f"the category '{id}' stands in '{named[id]}' too", f"{group.id}:", "categories:", id)
            named[id] = group.id
    for id in sorted(set(library.categories) - set(named)):
        if library.shelves.file(f"categories/{id}.yaml").is_relative_to(library.shelves.shipped):
            yield fault(path, f"the category '{id}' stands in no group")


def wrong_ids(library: Sound, path: Path, key: str, what: str, ids: Sequence[str], *at: str) -> Iterator[ContentError]:
    for id in ids:
        if message := library.unknown(what, id):
            yield fault(path, message, *at, key, id)


def _wrong_tiers(library: Sound, path: Path, category: Category) -> Iterator[ContentError]:
    ids = [tier.id for tier in category.tiers]
    if not ids:
        yield fault(path, "a category needs at least one tier", "tiers:")
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield fault(path, f"the tier '{id}' stands twice", "tiers:", f"id: {id}", "type:", f"id: {id}")
    for tier in category.tiers:
        yield from _wrong_tier(library, path, tier)


def _wrong_tier(library: Sound, path: Path, tier: Tier) -> Iterator[ContentError]:
    at = ("tiers:", f"id: {tier.id}")
    yield from wrong_ids(library, path, "goods:", "good", tier.goods, *at)
    yield from wrong_ids(library, path, "origins:", "country", tier.origins, *at)
    yield from wrong_ids(library, path, "typical:", "typical origin", tier.typical, *at)
    if tier.origin_source:
        yield from wrong_references(library, path, [str(tier.origin_source)], *at, "origin_source:")
    elif tier.origin_basis == "source":
        yield fault(path, "'origin_source' is missing: name the source of the origins", *at, "origin_basis:")


def wrong_typical_origins(library: Sound) -> Iterator[ContentError]:
    """Countries that nobody knows, and lists that claim to rest on something without saying on what."""
    path = library.root / "typical_origins.yaml"
    for origin in library.typical_origins.values():
        at = f"{origin.id}:"
        yield from wrong_ids(library, path, "goods:", "good", origin.goods, at)
        yield from wrong_ids(library, path, "countries:", "country", origin.countries, at)
        if origin.source:
            yield from wrong_references(library, path, [origin.source], at, "source:")
        if origin.basis != "assumption" and not origin.source:
            yield fault(path, f"'source' is missing: name what the {origin.basis} is", at, "basis:")
        if origin.basis == "statistics" and origin.year is None:
            yield fault(path, "'year' is missing: say of which year the statistics are", at, "basis:")
        if origin.basis == "assumption" and origin.source:
            yield fault(path, "an assumption has no source; write 'basis: source' if it has one", at, "basis:")


def _wrong_risk(library: Sound, path: Path, risk: Risk, category: Category) -> Iterator[ContentError]:
    at = ("risks:", risk.statement.sv.splitlines()[0])  # after the line of its area, and before its source
    tier = next((tier for tier in category.tiers if tier.id == risk.tier), None)
    if message := library.unknown("risk area", risk.area):
        yield fault(path, message, "risks:", f"area: {risk.area}")
    elif tier is None:
        known = [tier.id for tier in category.tiers]
        yield fault(path, f"no tier '{risk.tier}' here.{suggest(risk.tier, known)}", "risks:", f"tier: {risk.tier}")
    elif risk.area not in APPLIES[tier.type]:
        message = f"'{risk.area}' does not arise in a tier of type {tier.type}, so this would never be shown"
        yield fault(path, message, *at)
    yield from wrong_ids(library, path, "countries:", "country", risk.countries, "risks:")
    yield from wrong_references(library, path, [risk.source], *at, "source:")


def wrong_lists(library: Sound) -> Iterator[ContentError]:
    """Faults in the public lists, and sources that the risk method names but nobody describes."""
    for name, columns in COLUMNS.items():
        yield from _wrong_rows(library, library.root / name, columns)
    for id in NAMED_BY_RULES:
        if message := library.unknown("source", id):
            yield ContentError(library.root / "sources", 1, f"{message} The risk method names it, so it must be there")


def _wrong_rows(library: Sound, path: Path, columns: dict[str, str]) -> Iterator[ContentError]:
    if not path.exists() or {"good", "sector"} & library.closed:
        return
    head = path.read_text("utf-8").splitlines()[0].split(",")
    for line, row in rows(path):
        for column, what in columns.items():
            words = row[head.index(column)]
            ids = [good.strip() for good in words.split(";")] if what == "good" else words.split()
            yield from (ContentError(path, line, wrong) for id in ids if id and (wrong := library.unknown(what, id)))


def wrong_limits(library: Sound) -> Iterator[ContentError]:
    """Amounts of the same id whose periods overlap, or that cannot be."""
    for limit in library.limits:
        path = _holding(library, limit)
        at = (f"id: {limit.id}", f"from: {limit.starts}")
        yield from wrong_references(library, path, [limit.source], *at, "source:")
        if limit.ends and limit.ends < limit.starts:
            yield fault(path, "'to' lies before 'from'", *at)
        if limit.currency not in CURRENCIES:
            yield fault(
                path, f"'currency' is {limit.currency!r}; choose one of: {', '.join(CURRENCIES)}", *at, "currency:"
            )
    for before, after in pairwise(sorted(library.limits, key=lambda limit: (limit.id, limit.starts))):
        if _overlap(before, after):
            message = f"'{after.id}' from {after.starts} begins before the period from {before.starts} has ended"
            yield fault(_holding(library, after), message, f"id: {after.id}", f"from: {after.starts}")


def _holding(library: Sound, limit: Limit) -> Path:
    """The file in which the amount that counts stands."""
    stands = re.compile(rf"^- id: {re.escape(limit.id)}$(?:\n(?!- ).*)*?\n  from: {limit.starts}$", re.MULTILINE)
    layers = library.shelves.layers("limits.yaml")
    return next((path for path in reversed(layers) if stands.search(path.read_text("utf-8"))), layers[0])


def _overlap(before: Limit, after: Limit) -> bool:
    return before.id == after.id and (before.ends is None or after.starts <= before.ends)


def wrong_reminders(library: Sound) -> Iterator[ContentError]:
    """Numbers of days that would remind of nothing, twice, or for ever."""
    path, cadence = library.shelves.file("reminders.yaml"), library.cadence_read
    if cadence is None:
        return
    if wrong_days(cadence.before_days):
        yield fault(path, WRONG_DAYS, "before_days:")
    for key in AT_LEAST_ONE:
        if getattr(cadence, key) < 1:
            yield fault(path, f"'{key}' should be 1 or more", f"{key}:")
    if not 1 <= cadence.team_digest_day <= 7:
        yield fault(path, "'team_digest_day' should be a weekday from 1 (Monday) to 7", "team_digest_day:")
    if sum(pause.days for pause in cadence.pauses) > MOST_PAUSED:
        yield fault(path, f"'pauses' should be at most {MOST_PAUSED} days in all", "pauses:")
    if not cadence.quiet_until <= cadence.at < cadence.quiet_from:
        yield fault(path, "'at' should lie between 'quiet_until' and 'quiet_from'", "at:")


def wrong_cadences(library: Sound) -> Iterator[ContentError]:
    """The same of one kind, and kinds that no item has."""
    for kind, departure in library.departures.items():
        path = library.shelves.holding("cadences.yaml", kind)
        if kind not in KINDS:
            yield fault(path, f"no item is of the kind '{kind}'.{suggest(kind, KINDS)}", f"{kind}:")
        if departure.before_days is not None and wrong_days(departure.before_days):
            yield fault(path, WRONG_DAYS, f"{kind}:", "before_days:")
        if departure.after is not None and departure.after not in KINDS:
            yield fault(path, f"no item is of the kind '{departure.after}'", f"{kind}:", "after:")
        for key in ("late_every_days", "deputy_after_days_late"):
            if (days := getattr(departure, key)) is not None and days < 1:
                yield fault(path, f"'{key}' should be 1 or more", f"{kind}:", f"{key}:")
        if (head := departure.head_after_days_late) is not None and head < 0:
            yield fault(path, "'head_after_days_late' should be 0 or more", f"{kind}:", "head_after_days_late:")


def wrong_words(library: Sound) -> Iterator[ContentError]:
    """Topics that the words for search lead to, and that are not there."""
    path = library.root / "synonyms.yaml"
    for slug in library.led_to:
        if message := library.unknown("topic", slug):
            yield fault(path, message, "about:", f"{slug}:")
