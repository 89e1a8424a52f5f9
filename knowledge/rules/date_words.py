"""The words and figures with which officers write a day, in Swedish and English, as patterns for `dates`.

Patterns are matched against small letters and plain spaces; a space in them stands for one to three. The groups are
weekday, day, month, year, short_year, week, count, unit, nth, which, later, ago and word.
"""

from collections.abc import Iterable

from knowledge.rules.calendar import MONTHS, SHORT_MONTHS, WEEKDAYS
from knowledge.rules.numbers import COUNTED

FRIDAY, SATURDAY = 4, 5

COUNT = COUNTED | {"a": 1, "an": 1, "fjorton": 14}
NTH = {"första": 1, "first": 1, "andra": 2, "second": 2, "tredje": 3, "third": 3, "fjärde": 4, "fourth": 4}
NTH_OR_LAST = NTH | {"sista": -1, "last": -1}
MONTH = {"mar": 3, "jun": 6, "jul": 7, "sept": 9} | {
    name.lower(): n for table in (MONTHS, SHORT_MONTHS) for names in table.values() for n, name in enumerate(names, 1)
}
WEEKDAY = {name.lower(): n for names in WEEKDAYS.values() for n, name in enumerate(names)}
WEEKDAY |= {f"{name}en": n for n, name in enumerate(WEEKDAYS["sv"])}
ANY_WEEKDAY = WEEKDAY | {name[:3]: n for name, n in WEEKDAY.items()} | {"tors": 3}
WORKING = ("arbetsdagen", "vardagen", "working day", "arbetsdagar", "arbetsdag", "vardagar", "working days")
TODAY = {"i förrgår": -2, "igår": -1, "i går": -1, "yesterday": -1, "idag": 0, "i dag": 0, "today": 0}
AHEAD = {"imorgon": 1, "i morgon": 1, "tomorrow": 1, "i övermorgon": 2, "övermorgon": 2, "day after tomorrow": 2}
UNIT_DAYS = {"dag": 1, "dagar": 1, "day": 1, "days": 1, "vecka": 7, "veckor": 7, "week": 7, "weeks": 7}
UNIT_MONTHS = {"månad": 1, "månader": 1, "mån": 1, "month": 1, "months": 1, "kvartal": 3, "quarter": 3, "quarters": 3}
UNIT_MONTHS |= {"halvår": 6, "år": 12, "year": 12, "years": 12}
NAMED: dict[str, tuple[int, int, int | None]] = {  # that day, or the first such weekday from that day on
    "midsommarafton": (6, 19, FRIDAY),
    "midsummer eve": (6, 19, FRIDAY),
    "midsummer's eve": (6, 19, FRIDAY),
    "midsommardagen": (6, 20, SATURDAY),
    "nationaldagen": (6, 6, None),
    "lucia": (12, 13, None),
    "julafton": (12, 24, None),
    "christmas eve": (12, 24, None),
    "nyårsafton": (12, 31, None),
    "new year's eve": (12, 31, None),
    "nyårsdagen": (1, 1, None),
}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


YEAR = "(?P<year>(?:19|20|21)[0-9]{2})"
SHORT_YEAR = r"(?:\s?-\s?| ')(?P<short_year>[0-9]{2})"
ON = f"(?:(?P<weekday>{_any(ANY_WEEKDAY)}),? (?:den |the )?)?"
DAY = "(?P<day>[0-9]{1,2})"
MONTH_FIGURE = "(?P<month>[0-9]{1,2})"
MONTH_NAME = rf"(?P<month>{_any(MONTH)})\.?"
THIS_MONTH = "(?:denna |den här |the |this )?(?:månaden|månad|month)"
OF_MONTH = rf"(?:{MONTH_NAME}(?: {YEAR})?|(?P<which>nästa|next) (?:månad|month)|{THIS_MONTH})"
MANY = f"(?P<count>{_any(COUNT)}|[0-9]{{1,12}}) (?P<unit>{_any([*UNIT_DAYS, *UNIT_MONTHS, *WORKING])})"
IN_WEEK = f"(?:(?P<weekday>{_any(WEEKDAY)}) (?:i )?)?"
NUMBERED = rf"\s?(?P<week>[0-9]{{1,2}})(?:,? (?:år )?{YEAR})?"
END = "(?:i |vid |at )?(?:the )?(?:slutet av|slutet på|utgången av|end of)"

YEAR_FIRST = rf"{ON}(?P<year>[0-9]{{4}})(?P<mark>[-/.]){MONTH_FIGURE}(?P=mark){DAY}"
RUN_TOGETHER = "(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])"
DAY_MONTH = (
    rf"{ON}(?P<day>[0-9]{{1,2}}|{_any(NTH)})(?::?[ae]|st|nd|rd|th)?\.?(?: of)?\s?"
    rf"{MONTH_NAME}(?:,? {YEAR}|{SHORT_YEAR})?"
)
MONTH_DAY = rf"{ON}{MONTH_NAME} {DAY}(?:st|nd|rd|th)?(?:,? {YEAR})?"
SLASHED = rf"{ON}{DAY}(?P<mark>[/.]){MONTH_FIGURE}(?:(?:\s?-\s?|(?P=mark)\s?| ){YEAR}|{SHORT_YEAR})?"
DASHED = f"{ON}{DAY}-{MONTH_FIGURE}-{YEAR}"
TWO_FIGURE_YEAR = "[0-9]{1,2}(?P<mark>[-/.])[0-9]{1,2}(?P=mark)[0-9]{2}"
ON_WEEKDAY = (
    rf"(?:nu på |på |on |this |(?P<which>nästa|next) )?(?P<weekday>{_any(WEEKDAY)})"
    rf"(?P<later> (?:i )?nästa vecka| next week)?"
)
WEEK = rf"{IN_WEEK}(?:veckan?|week|v\.){NUMBERED}"
SHORT_WEEK = f"{IN_WEEK}[vw]{NUMBERED}"
IN_A_WHILE = rf"(?<!avtal\s)(?<!kontrakt\s)(?:om|inom|in|within) {MANY}"  # "avtal om fyra år" lasts four years
FROM_NOW = f"{MANY} from (?:now|today)"
AGO = f"(?:för )?{MANY} (?P<ago>sedan|ago)"
NEAR = f"(?P<word>{_any(AHEAD)})"
NEARER = f"(?P<word>{_any(TODAY)})"
FEAST = f"(?P<word>{_any(NAMED)})(?: {YEAR})?"
NTH_OF_MONTH = f"(?P<nth>{_any(NTH_OR_LAST)}) (?P<weekday>{_any([*WEEKDAY, *WORKING])}) (?:i|in|of|på) {OF_MONTH}"
END_OF_MONTH = f"(?:{END}|(?:i |vid |on )?(?:the )?(?:last day (?:of|in)|sista dagen i|sista)) {OF_MONTH}"
END_OF_YEAR = f"{END} (?:året|the year|{YEAR})"

CLOCK = "(?:[01]?[0-9]|2[0-3])"
LEAD = (
    r"(?P<lead>(?:(?:senast|före|innan|tills?|den|på|t\.o\.m\.|by|before|until|due|on|the|no later than|deadline)"
    r":? ){1,3})?"
)
TAIL = (
    r"(?: \((?:v\.|week) [0-9]{1,2}\))?"
    rf"(?:,? (?:(?:kl\.?|klockan|at) {CLOCK}(?:[:.][0-5][0-9])?|{CLOCK}:[0-5][0-9]))?"
    r"(?: (?:varje månad|varje år|every month|every year))?"
)
# No day, but a time of some kind: a whole month, "snarast", "i mitten av april".
VAGUE = (
    rf"^(?:i |in |under |during )?(?:(?:{_any(MONTH)})(?: 20[0-9]{{2}})?|20[0-9]{{2}})$"
    r"|\b(?:snar\w*|så snart|så fort|omgående|genast|asap|soon|when\w*|när|later|senare|nu|now|någon gång|sometime"
    r"|mitten|början|mid|middle|beginning|early|tidigt|q[1-4]|kvartal\w*|quarter|några|par|few|couple|löpande"
    r"|vår(?:en)?|sommar(?:en)?|höst(?:en)?|vinter(?:n)?|spring|summer|autumn|winter|jul(?:en)?|christmas"
    r"|påsk(?:en)?|easter|semestern?|årsskiftet|slutet|end|nästa|next|vecka(?:n)?|week|månad(?:en)?|month|året|year)\b"
)
