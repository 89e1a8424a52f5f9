"""The pre-sorting of a supplier's answers: form only, careful, and never met without an answer and its evidence."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import open_library
from knowledge.rules.self_assessment import (
    CONTRADICTIONS,
    MET,
    NOT_SHOWN,
    NUMBERS,
    QUESTION,
    ROUTINES,
    WANTED,
    Answered,
    applies,
    contradictions,
    judged,
    language_of,
    latest_day,
    sort_answers,
)

from .answered import FILES, GOOD, OLD_POLICY, ONLY_YES

LIBRARY = open_library()
FLOW, CRITERIA = LIBRARY.flows["self-assessment"], LIBRARY.criteria["self-assessment"]
TODAY = date(2026, 11, 23)
RANK = {NOT_SHOWN: 0, QUESTION: 1, MET: 2}
IDS = [question.id for question in FLOW.questions]


def said(answers=GOOD, files=FILES, lang="sv"):
    named = {id: frozenset(LIBRARY.find_countries(words)[0]) for id, words in answers.items() if words}
    return Answered(answers, dict.fromkeys(files, 1), named, lang)


def outcomes(answers=GOOD, files=FILES):
    return {id: found.outcome for id, found in sort_answers(FLOW, CRITERIA, said(answers, files), TODAY).items()}


def of(question, words, files=(), **more):
    return judged(FLOW.by_id[question], CRITERIA, Answered({question: words, **more}, dict.fromkeys(files, 1)), TODAY)


def test_the_rules_know_every_question_and_number():
    assert set(WANTED) == set(FLOW.by_id)
    assert set(NUMBERS) == set(CRITERIA.numbers)
    assert set(ROUTINES) < set(CRITERIA.routines)
    assert {each.found_by for each in CRITERIA.contradictions} == set(CONTRADICTIONS)


def test_every_reason_has_words(library):
    whys = ["empty", "said_no", "only_yes", "no_file", "too_short", "unread_language", "no_day", "complete"]

    assert {f"why_{why}" for why in (*whys, "old_policy_years", "old_risk_years")} <= set(library.phrases)


def test_good_answers_with_evidence_are_sorted_as_met():
    assert {outcomes()[routine] for routine in ROUTINES} == {MET}


def test_a_policy_from_2019_needs_a_question():
    found = sort_answers(FLOW, CRITERIA, said(OLD_POLICY), TODAY)["policy"]
    (old,) = (each for each in found.findings if each.why)

    assert found.outcome == QUESTION
    assert (old.question, old.why, old.dated.year) == ("policy_adopted", ("old_policy_years",), 2019)


def test_yes_to_everything_shows_nothing():
    found = outcomes(ONLY_YES, ())

    assert MET not in found.values()
    assert "all_yes" in contradictions(CRITERIA, said(ONLY_YES, ()))


@pytest.mark.parametrize(
    ("question", "words", "files", "outcome", "why"),
    [
        ("policy", "yes", ("policy",), MET, ()),
        ("policy", "yes", (), QUESTION, ("no_file",)),
        ("policy", "no", (), NOT_SHOWN, ("said_no",)),
        ("policy", "", ("policy",), NOT_SHOWN, ("empty",)),
        ("policy", "  \n", (), NOT_SHOWN, ("empty",)),
        ("policy_adopted", "Styrelsen", (), QUESTION, ("no_day",)),
        ("policy_adopted", "The board, March 2026", (), MET, ()),
        ("policy_adopted", "Styrelsen i december 2024", (), MET, ()),
        ("policy_adopted", "Styrelsen i oktober 2024", (), QUESTION, ("old_policy_years",)),
        ("policy_adopted", "The board, 2023", (), QUESTION, ("old_policy_years",)),
        ("policy_adopted", "Styrelsen, ses över 2027", (), QUESTION, ("no_day",)),
        ("policy_public", "https://x.example", (), MET, ()),
        ("policy_public", "Ja", (), NOT_SHOWN, ("only_yes",)),
        ("responsible", "Inköpschefen", ("responsible",), QUESTION, ("too_short",)),
        ("responsible", "Yes, of course", ("responsible",), NOT_SHOWN, ("only_yes",)),
        ("responsible", GOOD["responsible"], (), QUESTION, ("no_file",)),
        ("responsible", GOOD["responsible"], ("policy",), QUESTION, ("no_file",)),
        ("responsible", GOOD["responsible"], ("responsible",), MET, ()),
        ("risk_analysis", GOOD["risk_analysis"], ("risk_analysis",), MET, ()),
        (
            "risk_analysis",
            "Analysen från maj 2025 visar risk för låga löner hos gårdarna",
            ("risk_analysis",),
            QUESTION,
            ("old_risk_years",),
        ),
        ("risk_analysis", "We look at the risks of the chain every year", ("risk_analysis",), QUESTION, ("no_day",)),
        ("follow_up", "Ja, vi kontrollerar", ("follow_up",), NOT_SHOWN, ("only_yes",)),
        ("follow_up", "Ja", (), NOT_SHOWN, ("only_yes",)),
        (
            "chain",
            "Kahvi tulee Brasiliasta ja paahdetaan Ruotsissa pienessä paahtimossa lähellä merta",
            (),
            QUESTION,
            ("unread_language",),
        ),
        ("deviations", "no", (), MET, ()),
        ("deviations", "yes", (), MET, ()),
        ("lacking", "", (), NOT_SHOWN, ("empty",)),
    ],
)
def test_one_answer_is_sorted_by_its_form(question, words, files, outcome, why):
    found = of(question, words, files)

    assert (found.outcome, found.why) == (outcome, why)


def test_a_question_that_nobody_foresaw_needs_evidence(monkeypatch):
    monkeypatch.delitem(WANTED, "scope")

    assert of("scope", GOOD["scope"]).why == ("no_file",)


CHAIN = "Odling i Brasilien, rosteri i Sverige, förpackning i Polen; vissa led är okända för oss."


@pytest.mark.parametrize(
    ("rule", "answers", "files"),
    [
        ("nobody_responsible", {"responsible": "Ingen är utsedd"}, FILES),
        ("nobody_responsible", {"responsible": ""}, FILES),
        ("nobody_responsible", {"responsible": "Nobody yet"}, FILES),
        ("policy_unseen", {"policy_public": "På intranätet"}, ()),
        ("step_missing", {"risk_analysis": "Under 2026 såg vi risk för barnarbete i Etiopien"}, FILES),
        ("great_unchecked", {"risk_analysis": "Hög risk 2026", "follow_up": "Inga kontroller har gjorts"}, FILES),
        ("great_unchecked", {"risk_analysis": "High risk in 2026", "follow_up": "No, not this year"}, FILES),
        ("findings_denied", {"follow_up": "Revisionen visade tre brister i arbetstid"}, FILES),
        ("findings_denied", {"follow_up": "The audit had two findings on hours"}, FILES),
        ("findings_denied", {"follow_up": "Inga brister i fjol. I år fann vi avvikelser hos en gård"}, FILES),
        ("findings_denied", {"follow_up": "Revisionen gick inte bra, flera brister"}, FILES),
        ("whole_chain_unknown", {"passed_on": "Koden gäller hela kedjan", "chain": CHAIN}, FILES),
        ("no_subcontractors", {"passed_on": "Vi har inga underleverantörer", "chain": CHAIN}, FILES),
        ("no_subcontractors", {"passed_on": "We have no subcontractors", "chain": CHAIN}, FILES),
        ("all_yes", {"lacking": ""}, ()),
        ("all_yes", {"lacking": "Ingenting"}, ()),
    ],
)
def test_answers_that_do_not_go_together_are_found(rule, answers, files):
    together = said({**GOOD, **answers}, files)

    assert rule in contradictions(CRITERIA, together)
    for routine in CONTRADICTIONS[rule].routines:
        assert sort_answers(FLOW, CRITERIA, together, TODAY)[routine].outcome != MET


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        ("findings_denied", {"follow_up": "Två besök i år utan brister och utan anmärkning."}),
        ("findings_denied", {"follow_up": "The audits showed no findings at all"}),
        ("findings_denied", {"deviations": "yes", "follow_up": "Revisionen visade tre brister"}),
        ("great_unchecked", {"risk_analysis": "Hög risk 2026", "follow_up": GOOD["follow_up"]}),
        ("no_subcontractors", {"passed_on": "Vi har inga underleverantörer"}),
        ("step_missing", {"risk_analysis": "Risken 2026 är störst i Brasilien"}),
        ("all_yes", {}),
        ("policy_unseen", {}),
    ],
)
def test_answers_that_go_together_are_left_alone(rule, answers):
    assert rule not in contradictions(CRITERIA, said({**GOOD, **answers}))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2024-05-17", date(2024, 5, 17)),
        ("2024-05", date(2024, 5, 31)),
        ("maj 2024", date(2024, 5, 31)),
        ("May 2024", date(2024, 5, 31)),
        ("12 februari 2024", date(2024, 2, 29)),
        ("antagen 2015, ändrad 2025", date(2025, 12, 31)),
        ("2026", TODAY),
        ("november 2026", TODAY),
        ("nästa översyn 2027", None),
        ("2024-02-31", None),
        ("ISO 26000:2010", None),
        ("tel 08-2019456", None),
        ("ingen", None),
        ("", None),
    ],
)
def test_the_latest_day_of_an_answer(words, day):
    assert latest_day(words, TODAY) == day


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (GOOD["chain"], "sv"),
        ("We have visited all of the farms and they are paid by the day", "en"),
        ("Kahvi tulee Brasiliasta ja paahdetaan Ruotsissa pienessä paahtimossa", ""),
        ("", "sv"),
    ],
)
def test_the_language_of_an_answer(words, lang):
    assert language_of(words, CRITERIA) == lang


ANSWER = st.one_of(
    st.sampled_from(["", " ", "yes", "no", "Ja", "Nej", "2019", "inga brister", "https://x.example"]),
    st.sampled_from(list(GOOD.values())),
    st.text(max_size=60),
)
ANSWERS = st.dictionaries(st.sampled_from(IDS), ANSWER)
SOME_FILES = st.sets(st.sampled_from(IDS))


@given(ANSWERS, SOME_FILES)
@settings(max_examples=150, deadline=None)
def test_nothing_is_met_without_every_answer_and_some_evidence(answers, files):
    found = sort_answers(FLOW, CRITERIA, said(answers, files), TODAY)
    for routine in ROUTINES:
        if found[routine].outcome == MET:
            asked = [q for q in FLOW.questions if CRITERIA.by_question[q.id].routine == routine]

            assert all(answers.get(q.id, "").strip() for q in asked if applies(q, said(answers)))
            assert files & {q.id for q in asked}


@given(ANSWERS, SOME_FILES, st.sampled_from(IDS))
@settings(max_examples=150, deadline=None)
def test_an_empty_answer_improves_nothing(answers, files, question):
    before = outcomes(answers, files)
    after = outcomes({question: "", **answers}, files)

    assert all(RANK[after[routine]] <= RANK[before[routine]] for routine in ROUTINES)


@given(st.dictionaries(st.sampled_from(IDS), ANSWER, min_size=1), SOME_FILES, st.data())
@settings(max_examples=150, deadline=None)
def test_a_routine_is_not_better_for_an_answer_of_its_own_taken_away(answers, files, data):
    question = data.draw(st.sampled_from(sorted(answers)))
    routine = CRITERIA.by_question[question].routine
    before, after = outcomes(answers, files), outcomes({**answers, question: ""}, files)

    assert after[routine] != MET or before[routine] == MET or question in ("deviations", "lacking")


@given(ANSWERS, SOME_FILES)
@settings(max_examples=100, deadline=None)
def test_a_file_less_makes_nothing_better(answers, files):
    before = outcomes(answers, files)
    for file in files:
        after = outcomes(answers, files - {file})

        assert all(RANK[after[routine]] <= RANK[before[routine]] for routine in ROUTINES)
