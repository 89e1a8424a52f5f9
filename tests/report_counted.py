"""What a report ought to say, counted from the diary of a year: day by day and one by one, for comparison only."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from .report_year import CLASSES, LEVELS, Year

AUDIT = {"audit-right"}
SANCTION = {"penalty", "call-off-stop", "termination-breach"}
BANDS = ("7", "30", "90", "over_90")
DAY = timedelta(days=1)


def counted(year: Year, first: date, last: date) -> dict[str, Any]:
    """Every figure for the days from `first` to `last`, as things stood at the end of `last`."""
    said: dict[str, Any] = defaultdict(int)
    names = [f"procurements_{each}" for each in ("handled", "risk", "need", "terms")]
    names += [f"procurements_risk_{level}" for level in LEVELS]
    names += [f"procurements_need_{outcome}" for outcome in ("needed", "not_needed", "unsure")]
    names += [f"items_{each}" for each in ("due", "in_time", "after", "not_done", "late")]
    names += [f"{each}_{band}" for each in ("items_late", "deviations_open_age") for band in BANDS]
    names += [f"assessments_{each}" for each in ("sent", "answered", "judged", "met", "partly", "not_met", "late")]
    names += [f"certificates_{each}" for each in ("valid", "expiring", "expired")]
    names += [f"deviations_{each}" for each in ("found", "open", "closed", "verified")]
    names += [f"deviations_{each}_{kind or 'none'}" for each in ("found", "open") for kind in CLASSES]
    names += [f"contracts_{each}" for each in ("running", "no_audit", "no_sanction", "unknown")]
    missing = ("risk", "plan", "procurement", "item_deputy", "contract_deputy", "class")
    names += [f"missing_{each}" for each in missing]
    said.update(dict.fromkeys(names, 0))
    days = {first + n * DAY for n in range((last - first).days + 1)}
    _bought(year, said, days, last)
    _items(year, said, days, last)
    _asked(year, said, days, last)
    _shown(year, said, last)
    _breaches(year, said, days, last)
    _signed(year, said, last)
    return dict(said)


def _use(told: dict[str, Any], last: date) -> set[str]:
    return {id for id, (since, until) in told["clauses"].items() if since <= last and not (until and until <= last)}


def _worked_on(told: dict[str, Any], days: set[date]) -> bool:
    touched = [told["day"], *(r[0] for r in told["risk"]), *(n[0] for n in told["need"])]
    return bool(days & {*touched, *(since for since, _ in told["clauses"].values())})


def _bought(year: Year, said: dict[str, Any], days: set[date], last: date) -> None:
    for told in year.bought:
        if not _worked_on(told, days):
            continue
        said["procurements_handled"] += 1
        cases = [level for day, level, _ in told["risk"] if day <= last]
        needs = [outcome for day, outcome in told["need"] if day <= last]
        if cases:
            said["procurements_risk"] += 1
            said[f"procurements_risk_{cases[-1]}"] += 1
        else:
            said["missing_risk"] += 1
        if needs:
            said["procurements_need"] += 1
            said[f"procurements_need_{needs[-1]}"] += 1
        said["procurements_terms"] += bool(_use(told, last))


def _band(days: int) -> str:
    return "7" if days < 8 else "30" if days < 31 else "90" if days < 91 else "over_90"


def _items(year: Year, said: dict[str, Any], days: set[date], last: date) -> None:
    for told in (each for each in year.items if each["day"] <= last):
        ended = told["ended"] is not None and told["ended"] <= last
        done = told["done"] is not None and told["done"] <= last
        if told["due"] in days and not ended:
            said["items_due"] += 1
            said[
                "items_in_time" if done and told["done"] <= told["due"] else "items_after" if done else "items_not_done"
            ] += 1
        if not ended and not done:
            said["missing_item_deputy"] += told["deputy"] is None
            if told["due"] < last:
                said["items_late"] += 1
                said[f"items_late_{_band((last - told['due']).days)}"] += 1


def _asked(year: Year, said: dict[str, Any], days: set[date], last: date) -> None:
    for told in (each for each in year.asked if not each["gone"]):
        for what in ("sent", "answered", "judged"):
            said[f"assessments_{what}"] += told[what] in days
        if told["judged"] in days:
            said[f"assessments_{told['verdict']}"] += 1
        waits = told["answered"] is None or told["answered"] > last
        said["assessments_late"] += told["sent"] <= last and told["due"] < last and waits


def _shown(year: Year, said: dict[str, Any], last: date) -> None:
    for told in year.shown:
        if told["day"] <= last and (told["replaced"] is None or told["replaced"] > last):
            left = (told["valid"] - last).days
            said["certificates_" + ("expired" if left < 0 else "expiring" if left <= 90 else "valid")] += 1


def _breaches(year: Year, said: dict[str, Any], days: set[date], last: date) -> None:
    took = []
    for told in year.breaches:
        kind = told["kind"] or "none"
        if told["found"] in days:
            said["deviations_found"] += 1
            said[f"deviations_found_{kind}"] += 1
        if told["closed"] in days:
            said["deviations_closed"] += 1
        done = _checked(told["asked"], last)
        if done in days:
            said["deviations_verified"] += 1
            took.append((done - told["found"]).days)
        if told["found"] <= last and not (told["closed"] and told["closed"] <= last):
            said["deviations_open"] += 1
            said[f"deviations_open_{kind}"] += 1
            said[f"deviations_open_age_{_band((last - told['found']).days)}"] += 1
            said["missing_class"] += kind == "none"
    took.sort()
    middle = (took[(len(took) - 1) // 2] + took[len(took) // 2]) / 2 if took else None
    said["deviations_days_median"], said["deviations_days_longest"] = middle, took[-1] if took else None


def _checked(asked: list[dict[str, Any]], last: date) -> date | None:
    """The day on which nothing was left to check, looking back from `last` a day at a time."""
    known = [each for each in asked if each["day"] <= last and not (each["back"] and each["back"] <= last)]
    if not known or any(each["checked"] is None or each["checked"] > last for each in known):
        return None
    day = last
    while all(each["checked"] < day for each in known):
        day -= DAY
    return day


def _signed(year: Year, said: dict[str, Any], last: date) -> None:
    bought = {each["id"]: each for each in year.bought}
    for told in year.signed:
        if told["day"] > last or not told["starts"] <= last <= told["ends"]:
            continue
        said["contracts_running"] += 1
        said["missing_plan"] += told["planned"] is None or told["planned"] > last
        said["missing_procurement"] += told["bought"] is None
        said["missing_contract_deputy"] += told["deputy"] is None
        use = _use(bought[told["bought"]], last) if told["bought"] else set()
        said["contracts_unknown"] += not use
        said["contracts_no_audit"] += bool(use) and not use & AUDIT
        said["contracts_no_sanction"] += bool(use) and not use & SANCTION


def by_category(year: Year, last: date) -> dict[str | None, dict[str, int]]:
    """How far each category has come by the end of `last`."""
    said: dict[str | None, dict[str, int]] = {}
    kind_of = {}
    for told in (each for each in year.bought if each["day"] <= last):
        kind_of[told["id"]] = told["category"]
        steps = said.setdefault(told["category"], Counter())
        steps["procurements"] += 1
        steps["risk"] += any(day <= last for day, *_ in told["risk"])
        steps["need"] += any(day <= last for day, _ in told["need"])
        steps["terms"] += bool(_use(told, last))
    for told in year.signed:
        if told["bought"] not in kind_of or told["day"] > last:
            continue
        steps = said[kind_of[told["bought"]]]
        steps["contracts"] += 1
        steps["followed"] += any(each["contract"] == told["id"] and each["day"] <= last for each in year.items)
        for each in year.breaches:
            if each["contract"] == told["id"] and each["found"] <= last:
                steps["deviations"] += 1
                steps["closed"] += each["closed"] is not None and each["closed"] <= last
    return said
