"""The clauses together cover what an officer must be able to require, and none promises more than it should."""

import re
from itertools import product

import pytest

from handlers.selection import CLOSEST, offer, suitable
from knowledge.check_answers import EQUIVALENT
from knowledge.check_law import uncited
from knowledge.clause import LEVELS, TYPES, Clause, from_data, to_data
from knowledge.library import Library
from knowledge.text import LANGUAGES, Items, markdown

PROOF_OF_GOODS = ("technical_specification", "award_criterion")
DAYS = re.compile(r"\b\d+ (?:dagar|arbetsdagar|veckor|månader|days|working days|weeks|months)\b")
MUST_BE = [  # what a contract that is to be followed up cannot do without
    *("audit-right", "documentation-right", "self-assessment-duty", "assessment-form-annex", "contact-person"),
    *("penalty", "price-reduction", "corrective-action", "deviation-reporting", "call-off-stop"),
    *("termination-breach", "termination-statutory", "change-clause", "confidentiality-personal-data"),
    *("follow-up-joint", "repeat-audit-cost", "reuse-follow-up", "subcontractor-question", "subcontractor-chain"),
]
ROUTINES = ["1-policy", "2-passing-on", "3-responsibility", "4-risk-analysis", "5-follow-up", "6-deviations"]
ON_A_RUNG = ["audit", "documentation", "penalty", "corrective", "termination", "change"]

SUBJECTS = [  # what an officer asks for, the clause that answers, and its type in law
    ("ILO core conventions", "ilo-basic", "special_contract_term"),
    ("due diligence", "due-diligence-advanced", "special_contract_term"),
    ("labour-law terms", "labour-terms", "special_contract_term"),
    ("the same, voluntarily", "labour-terms-below-threshold", "special_contract_term"),
    ("the same, at subcontractors", "labour-terms-subcontractors", "special_contract_term"),
    ("something short for an order", "small-purchase-terms", "special_contract_term"),
    ("posted workers", "posted-workers", "special_contract_term"),
    ("evidence of pay", "pay-evidence", "special_contract_term"),
    ("working environment", "working-environment", "special_contract_term"),
    ("labour-market crime", "labour-crime-controls", "special_contract_term"),
    ("who is on site", "attendance-identification", "special_contract_term"),
    ("tiers of subcontractors", "subcontractor-tier-approval", "special_contract_term"),
    ("living wage as a dialogue", "living-wage-dialogue-term", "special_contract_term"),
    ("living wage as a plan", "award-living-wage-dialogue", "award_criterion"),
    ("conflict minerals", "conflict-minerals", "special_contract_term"),
    ("chemicals", "chemicals-information-term", "special_contract_term"),
    ("cleaning products", "cleaning-products-spec", "technical_specification"),
    ("organic food", "organic-food-spec", "technical_specification"),
    ("animal welfare", "animal-welfare-spec", "technical_specification"),
    ("accessibility", "accessibility-spec", "technical_specification"),
    ("work for those far from it", "employment-requirement", "special_contract_term"),
    ("the same, with points", "award-social-inclusion", "award_criterion"),
    ("reserved for workshops", "reserved-workshops", "qualification"),
    ("reserved in annex 2", "reserved-public-service", "qualification"),
    ("idea-based organisations", "reserved-idea-based", "qualification"),
    ("gender equality", "non-discrimination-term", "special_contract_term"),
    ("corruption", "anti-corruption-basic", "special_contract_term"),
    ("environment in production", "environment-production-term", "special_contract_term"),
    ("supply-chain management", "qual-supply-chain-management", "qualification"),
    ("environmental management", "qual-environmental-management", "qualification"),
    ("a share that is certified", "award-certified-share", "award_criterion"),
    ("a share of fair trade", "award-fairtrade-share", "award_criterion"),
    ("known origin", "award-origin-known", "award_criterion"),
    ("a short chain, documented", "award-documented-chain", "award_criterion"),
]
NO_PROOF = "electronics-watch"  # an organisation that monitors; the clause about it does not name it


def clauses(library: Library, **wanted: str) -> list[Clause]:
    return [c for c in library.clauses.values() if all(getattr(c, name) == value for name, value in wanted.items())]


@pytest.mark.parametrize(("type", "level"), list(product(TYPES, LEVELS)))
def test_every_type_can_be_had_at_either_level(type: str, level: str, library: Library) -> None:
    assert clauses(library, type=type, level=level)


def test_every_risk_area_has_requirements_on_what_is_bought(library: Library) -> None:
    reached = {area for clause in library.clauses.values() for area in clause.areas}

    assert set(library.areas) - reached == set()


@pytest.mark.parametrize("id", MUST_BE)
def test_a_contract_can_be_followed_up_from_start_to_end(id: str, library: Library) -> None:
    clause = library.clauses[id]

    assert clause.suits(library.categories["cleaning_services"])
    assert clause.type in ("administrative_term", "special_contract_term")


@pytest.mark.parametrize(("subject", "id", "type"), SUBJECTS)
def test_what_officers_ask_for_has_a_clause_of_the_type_the_law_gives_it(
    subject: str, id: str, type: str, library: Library
) -> None:
    assert library.clauses[id].type == type, subject


def test_where_a_label_or_audit_is_known_there_is_wording_that_takes_it_as_proof(library: Library) -> None:
    without = []
    for category in library.categories.values():
        names = [library.labels[id].name.partition(" (")[0] for id in category.labels if id != NO_PROOF]
        words = " ".join(clause.text.sv for clause in library.clauses.values() if clause.suits(category))
        without += [category.id] if names and not any(name in words for name in names) else []

    assert without == []


@pytest.mark.parametrize("word", ON_A_RUNG)
def test_the_administrative_terms_hold_every_rung(word: str, library: Library) -> None:
    assert [c.id for c in clauses(library, type="administrative_term") if word in c.id]


@pytest.mark.parametrize("routine", ROUTINES)
def test_each_routine_can_be_required_by_itself(routine: str, library: Library) -> None:
    clause = library.clauses[f"routine-{routine}"]

    assert (clause.type, clause.level) == ("special_contract_term", "advanced")


def test_a_proof_of_what_is_bought_takes_equivalents(library: Library) -> None:
    """Both tell of labels and certificates, also where the officer fills in which."""
    asks = re.compile(r"godtas som bevis|accepted as proof|likvärdig|equivalent")
    found = [c for type in PROOF_OF_GOODS for c in clauses(library, type=type)]
    told = [(c.id, lang) for c in found for lang in LANGUAGES if asks.search(c.text.of(lang))]

    assert len(told) > 20
    assert [at for at in told if not EQUIVALENT[at[1]].search(library.clauses[at[0]].text.of(at[1]))] == []


def test_fair_trade_is_no_technical_specification(library: Library) -> None:
    fair = [c for c in library.clauses.values() if re.search(r"rättvist handla|rättvis handel", c.text.sv.casefold())]

    assert fair
    assert {clause.type for clause in fair} <= {"award_criterion", "special_contract_term"}


def test_both_languages_say_it_in_the_same_points(library: Library) -> None:
    def points(clause: Clause, lang: str) -> list[int]:
        return [len(part.items) if isinstance(part, Items) else 0 for part in markdown(clause.text.of(lang))]

    assert [c.id for c in library.clauses.values() if points(c, "sv") != points(c, "en")] == []


def test_a_time_to_check_is_told_as_a_suggestion(library: Library) -> None:
    planned = [c for c in library.clauses.values() if c.follow_up.after_days or c.follow_up.every_months]

    assert planned
    assert [c.id for c in planned if "Förslag" not in c.follow_up.when.sv] == []
    assert [c.id for c in planned if "A suggestion" not in c.follow_up.when.en] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_wording_fixes_a_time_of_ours(lang: str, library: Library) -> None:
    fixed = {c.id: found for c in library.clauses.values() if (found := DAYS.findall(c.text.of(lang)))}

    assert fixed == {}


@pytest.mark.parametrize(
    ("lang", "words", "references", "missed"),
    [
        ("sv", "Se LOU 17 kap. 3 §.", ["lou 17:2-5"], []),
        ("sv", "Se 17 kap. 2-6 §§.", ["lou 17:2-5"], ["17 kap. 2-6 §"]),
        ("sv", "Se 13 kap. 3 a §.", ["lou 13:3"], ["13 kap. 3 a §"]),
        ("sv", "Se 13 kap. 3 a §.", ["lou 13:3 a"], []),
        ("sv", "Se 17 kap. 2 och 4 §§.", ["lou 17:2"], ["17 kap. 2 och 4 §"]),
        ("sv", "Se 17 kap. 2 och 4 §§.", ["lou 17:2", "lou 17:4"], []),
        ("sv", "Se 19 a kap. 8 §.", ["lou 19:8"], ["19 a kap. 8 §"]),
        ("sv", "Se 19 a kap. 8 §.", ["lou 19 a:8"], []),
        ("sv", "Se 19 a kap. 8 §.", ["lou 19a:8"], []),
        ("sv", "Se 13 kap. 3 §.", ["uhm-kriterier"], ["13 kap. 3 §"]),
        ("sv", "Se LUF 16 kap. 4 §.", ["lou 16:4"], ["LUF 16 kap. 4 §"]),
        ("sv", "Se LUF 16 kap. 4 §.", ["lou 16:4", "luf 16:2-5"], []),
        ("en", "See LOU ch. 17 s. 3.", ["lou 17:2-5"], []),
        ("en", "See LUF ch. 16 s. 4.", ["lou 16:4"], ["LUF ch. 16 s. 4"]),
        ("en", "See chapter 17 sections 2-6.", ["lou 17:2-5"], ["chapter 17 sections 2-6"]),
        ("en", "See chapter 19 section 25 a of it.", ["lou 19:25"], ["chapter 19 section 25 a"]),
        ("en", "See ch. 13 s. 3 p. 5.", ["lou 13:3"], []),
    ],
)  # fmt: skip
def test_a_mentioned_paragraph_stands_among_the_references(
    lang: str, words: str, references: list[str], missed: list[str]
) -> None:
    assert list(uncited(words, lang, references)) == missed


# Which are offered, and in what order.


@pytest.mark.parametrize("level", ["basic", "advanced", "both"])
def test_no_purchase_begins_with_more_than_a_person_takes_in(level: str, library: Library) -> None:
    counts = {id: len(offer(library, category, level).first()) for id, category in library.categories.items()}

    assert {id: n for id, n in counts.items() if not 10 <= n <= 13} == {}


@pytest.mark.parametrize("level", ["basic", "advanced", "both"])
def test_every_suitable_clause_is_offered_once(level: str, library: Library) -> None:
    for category in (*library.categories.values(), None):
        made = offer(library, category, level)
        found = [*made.first(), *(clause for clauses in made.more.values() for clause in clauses)]

        assert len(found) == made.count() == len({clause.id for clause in found})
        assert {c.id for c in suitable(library, category, level)} <= {c.id for c in found}


def test_what_law_and_follow_up_ask_for_is_offered_at_either_level(library: Library) -> None:
    category = library.categories["cleaning_services"]
    basic, advanced = ({clause.id for clause in offer(library, category, level).first()} for level in LEVELS)

    assert {"labour-terms", "labour-terms-subcontractors", "audit-right", "documentation-right", "penalty"} <= advanced
    assert ("ilo-basic" in basic, "ilo-basic" in advanced) == (True, False)  # the advanced level holds it
    assert "due-diligence-advanced" in advanced


def test_what_is_written_for_the_purchase_comes_before_what_is_written_for_all(library: Library) -> None:
    terms = offer(library, library.categories["meat_beef_pork"], "basic").terms

    assert "animal-welfare-spec" in {clause.id for clause in terms}


def test_the_gravest_risks_are_met_first(library: Library) -> None:
    made = offer(library, library.categories["textiles_workwear"], "advanced", {"conflict_minerals", "wages"})
    near = [clause for clause in made.terms if clause.essential == "no"]

    assert len(near) == CLOSEST
    assert all("wages" in clause.areas or "conflict_minerals" in clause.areas for clause in near)


def test_a_clause_chosen_before_there_were_essential_ones_can_still_be_read(library: Library) -> None:
    clause = library.clauses["contact-person"]
    older = {name: value for name, value in to_data(clause).items() if name != "essential"}

    assert from_data(older) == clause
