"""The organisation's own: its policy goes first, its self-check shows holes, and a revised clause is told of once."""

from dataclasses import replace
from datetime import date

import pytest

from bot.render.plain import plain_text
from bot.revisions import announce
from handlers import revisions, self_check
from knowledge.rules import self_check as rules
from knowledge.rules.priorities import starts
from knowledge.rules.risk import Level
from storage import policies, procurements

LABELS = {"source": "Källa", "checked": "läst"}
POLICY = ("/start policy", "Inköpspolicy", "20 maj 2024", "KF", "https://www.orebro.se/policy", "Upphandlingschefen")


def record(officer, *lines):
    replies = [officer.say(line) for line in lines]
    return replies[-1]


def text(reply):
    return plain_text(reply, LABELS)


def test_a_policy_is_named_first_in_every_answer_within_scope(asa):
    record(asa, *POLICY, "hoppa över")

    assert text(asa.say("får vi kräva levnadslön?")).lstrip().startswith("| Er egen policy går före")
    assert "Inköpspolicy" not in text(asa.say("hur lång är avtalsspärren?"))


def test_without_a_policy_answers_begin_with_the_answer(asa):
    assert text(asa.say("får vi kräva levnadslön?")).lstrip().startswith("Levnadslön")


def test_a_policy_decided_anew_replaces_the_old_one_and_keeps_it(asa):
    record(asa, *POLICY, "hoppa över")
    record(asa, *POLICY[:2], "3 mars 2026", *POLICY[3:], "1 mars 2028")

    assert [known.decided_on for known in policies.in_force(asa.service.db)] == [date(2026, 3, 3)]
    assert asa.service.db.conn.execute("select count(*) from policies").fetchone() == (2,)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "intranätet, under styrande dokument", "file:///etc/passwd"])
def test_only_a_web_address_becomes_a_link(asa, link):
    record(asa, *POLICY[:4], link, POLICY[5], "hoppa över")

    assert policies.in_force(asa.service.db)[0].link is None


def test_a_policy_past_its_review_says_so(asa, clock):
    record(asa, *POLICY, "1 mars 2027")
    clock.now = clock.now.replace(year=2028)

    assert "Skulle ha setts över 1 mars 2027" in text(asa.say("policy"))


def test_the_day_of_a_decision_may_have_gone_by_and_no_other(asa):
    record(asa, *POLICY)

    assert "har redan varit" in text(asa.say("1 mars 2020"))


@pytest.mark.parametrize("flow", rules.PARTS)
def test_every_question_of_a_self_check_has_its_part_its_step_and_somewhere_to_go(library, flow):
    asked = [question for questions in rules.PARTS[flow].values() for question in questions]

    assert asked == [question.id for question in library.flows[flow].questions]
    for question in asked:
        assert f"step_{question}" in library.phrases
        word, _, rest = self_check.LEADS[question].removeprefix("/").partition(" ")
        assert rest in library.topics if word == "topic" else word in library.commands


def test_what_is_missing_comes_before_what_is_half_done():
    answers = dict.fromkeys(rules.PARTS["fairtrade-city"]["criteria"], "yes") | {"group": "partly", "activities": "no"}

    assert rules.steps("fairtrade-city", answers) == ["activities", "group"]
    assert rules.parts("fairtrade-city", answers) == [rules.Part("criteria", 5, 3, 1)]


def test_a_self_check_that_was_never_answered_counts_as_no():
    assert [part.yes for part in rules.parts("maturity", {})] == [0] * 6


def test_where_to_begin_is_what_is_grave_in_the_order_of_its_priority(library):
    found = starts(tuple(library.categories.values()), tuple(library.labels.items()), library.evidence)

    assert [start.picture.priority for start in found] == sorted((s.picture.priority for s in found), reverse=True)
    assert all(start.picture.typical >= Level.HIGH for start in found)
    assert all(library.labels[id].verified for start in found for id in start.labels)


@pytest.fixture
def revised(asa, library, monkeypatch):
    """A procurement with a clause that was revised after it was chosen."""
    number = procurements.add(asa.service.db, "Kaffe", "coffee", asa.seat.person.id, asa.clock.now)
    clause = library.clauses["ilo-basic"]
    procurements.choose_clause(
        asa.service.db, number, clause.id, clause.version, "sv", {}, asa.seat.person.id, asa.clock.now
    )
    newer = {**library.clauses, clause.id: replace(clause, version="2099-01-01")}
    monkeypatch.setattr(library, "clauses", newer)
    return number


def test_a_revised_clause_is_told_once_to_whoever_is_responsible(asa, revised):
    assert announce(asa.service) == 1
    assert announce(asa.service) == 0

    letter = asa.service.db.conn.execute("select person, body from outbox where dedupe_key like 'revised:%'").fetchone()
    assert letter[0] == asa.seat.person.id
    assert "ILO:s kärnkonventioner" in letter[1]


def test_a_clause_revised_again_is_told_again(asa, revised, library, monkeypatch):
    announce(asa.service)
    newer = {**library.clauses, "ilo-basic": replace(library.clauses["ilo-basic"], version="2099-02-02")}
    monkeypatch.setattr(library, "clauses", newer)

    assert announce(asa.service) == 1


def test_the_procurement_shows_what_was_revised_since(asa, revised):
    assert "Reviderade sedan de valdes" in text(asa.say(f"upphandling {revised}"))


def test_a_clause_that_reads_as_it_did_is_not_told_of(asa, library):
    number = procurements.add(asa.service.db, "Te", "tea", asa.seat.person.id, asa.clock.now)
    clause = library.clauses["ilo-basic"]
    procurements.choose_clause(
        asa.service.db, number, clause.id, clause.version, "sv", {}, asa.seat.person.id, asa.clock.now
    )

    assert revisions.all_revised(asa.service.db, library.clauses) == []
    assert announce(asa.service) == 0
