"""Asking a supplier for its self-assessment, reading the answers pre-sorted, and judging them: a person's verdict."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import clock as due_clock
from handlers import privacy, web_links
from handlers.messages import Message, Place
from handlers.web_links import Web
from knowledge.library import open_library
from storage import belongings, contracts, follow_ups, judgements, reminders, self_assessments, suppliers
from storage import web_links as stored_links
from storage.database import write

from .answered import FILES, GOOD, OLD_POLICY, ONLY_YES, asked, judge_all, send_in
from .conftest import MONDAY
from .reminding import at, letters

WEB = Web("https://duly.kommun.example", "s" * 40, "Örebro kommun")
LIBRARY = open_library()


def text(reply):
    return str(reply.parts)


def says(reply):
    return [button.says for row in reply.buttons for button in row]


def link_in(reply):
    part = next(p for p in reply.parts if len(getattr(p, "spans", ())) == 1 and p.spans[0].text.startswith("http"))
    return part.spans[0].text


def begin(asa, lang="svenska", due="31 mars"):
    asa.say("skicka självskattning till Nordkaffe AB")
    asa.say(lang)
    return asa.say(due)


def token(url):
    return url.rsplit("/", 1)[1]


def version(asa, id=1):
    return self_assessments.find(asa.service.db, id).version


@pytest.fixture
def known(asa, db):
    with write(db):
        return suppliers.add(db, "Nordkaffe AB", MONDAY)


# Asked for.


def test_a_sentence_begins_it_and_says_what_is_left_to_ask(asa, known, db):
    reply = asa.say("skicka självskattning till Nordkaffe avtal 2025-114 på engelska senast 31 mars")
    one = self_assessments.find(db, 1)

    assert (one.supplier, one.contract, one.lang, one.due_on) == (known, "2025-114", "en", date(2027, 3, 31))
    assert (one.state, one.responsible) == ("sent", "asa")
    assert "Answering yes to everything is not the aim" in text(reply)


def test_it_is_begun_in_english_too(bo, asa, known, db):
    reply = bo.say("send self-assessment to Nordkaffe in Swedish by 31 March")

    assert self_assessments.find(db, 1).lang == "sv"
    assert "Att svara ja på allt är inte målet" in text(reply)


def test_a_follow_up_item_reminds_of_it(asa, known, db):
    begin(asa)
    one = self_assessments.find(db, 1)
    item = follow_ups.find(db, one.item)

    assert (item.kind, item.due_on, item.state) == ("self_assessment", date(2027, 3, 31), "open")
    assert reminders.planned(db, MONDAY + timedelta(days=200))


def test_an_open_item_is_taken_and_gets_the_same_day(asa, db):
    asa.say("följ upp självskattning hos Nordkaffe AB senast 15 mars")
    begin(asa)

    assert self_assessments.find(db, 1).item == 1
    assert follow_ups.find(db, 1).due_on == date(2027, 3, 31)
    assert len(follow_ups.all_open(db)) == 1


def test_the_items_own_day_is_proposed_and_otherwise_one_of_ours_with_its_origin(asa, known):
    asa.say("skicka självskattning till Nordkaffe AB")
    ours = asa.say("svenska")
    asa.say("avbryt")
    asa.say("följ upp självskattning hos Nordkaffe AB senast 15 mars")
    asa.say("skicka självskattning till Nordkaffe AB")
    items = asa.say("svenska")

    assert "28 dagar är Dulys eget förslag" in text(ours)
    assert "Föreslaget: 21 dec 2026" in str(ours.buttons)
    assert "Uppföljningspunkt 1 har sista dag måndag 15 mars 2027" in text(items)


def test_the_day_that_is_proposed_is_one_when_somebody_is_at_work(asa, known, clock):
    clock.now = at("2026-11-28 10:00")  # a Saturday, and 28 days later Boxing Day
    asa.say("skicka självskattning till Nordkaffe AB")

    assert "Föreslaget: 28 dec 2026" in str(asa.say("svenska").buttons)


@pytest.mark.parametrize(("count", "asks"), [(0, False), (1, False), (2, True)])
def test_the_contract_is_asked_for_only_where_there_are_several(count, asks, asa, known, db):
    days = (date(2026, 1, 1), date(2029, 2, 28), None)
    with write(db):
        for number in range(count):
            contracts.add(db, f"2025-{number}", known, None, days, "asa", None, "asa", MONDAY)
    reply = asa.say("skicka självskattning till Nordkaffe AB")

    assert ("Vilket avtal" in text(reply)) == asks
    assert ("2025-0, 2025-1" in text(reply)) == asks


def test_the_link_leads_to_the_form_and_its_key_is_written_nowhere_else(asa, known, db):
    asa.service.web = WEB
    reply = begin(asa)
    found = web_links.find(token(link_in(reply)), "form", db, WEB, MONDAY)

    assert found.about == "self_assessments:1"
    assert found.expires_at.date() > date(2027, 4, 29)
    for table in ("audit", "talks", "self_assessments", "web_links"):
        assert token(link_in(reply)) not in str(db.conn.execute(f"select * from {table}").fetchall())


def test_until_others_can_reach_the_pages_it_says_so(asa, known):
    near = begin(asa)
    asa.service.web = WEB
    far = asa.say("/new-link 1")

    assert "DULY_PUBLIC_URL" in text(near)
    assert "DULY_PUBLIC_URL" not in text(far)


def test_what_a_talk_has_recorded_is_not_recorded_twice(asa, known, db):
    begin(asa)
    talk = db.conn.execute("select max(id) from talks").fetchone()[0]
    reply = asa.say(f"/set {talk}.due 2027-04-30")

    assert "redan upplagd" in text(reply)
    assert self_assessments.find(db, 2) is None


def test_another_one_that_waits_is_told_of(asa, known):
    first = begin(asa)
    second = begin(asa)

    assert "väntar redan på svar" not in text(first)
    assert "Självskattning 1 väntar redan på svar" in text(second)


# Under way.


def test_alone_the_word_shows_the_form_and_those_under_way(asa, known):
    begin(asa)
    reply = asa.say("självskattning")

    assert "#1 Nordkaffe AB: väntar på svar, sista dag 31 mars 2027. Inte öppnad än." in text(reply)
    assert {"/form sv", "/assess 1"} <= set(says(reply))


def test_how_often_it_was_opened_is_told(asa, known, db):
    begin(asa)
    with write(db):
        for _ in range(3):
            stored_links.was_opened(db, 1, MONDAY)

    assert "Senast öppnad 23 nov 2026. Antal öppningar: 3." in text(asa.say("självskattning Nordkaffe"))


def test_a_late_answer_is_told(asa, clock):
    asked(asa, due=date(2026, 11, 1))

    assert "svaret är försenat" in text(asa.say("självskattning"))


def test_a_new_link_ends_the_one_before(asa, known, db):
    asa.service.web = WEB
    first = token(link_in(begin(asa)))
    second = token(link_in(asa.say("/new-link 1")))

    assert web_links.find(first, "form", db, WEB, MONDAY) is None
    assert web_links.find(second, "form", db, WEB, MONDAY)


def test_what_is_withdrawn_has_no_link_and_keeps_its_item(asa, known, db):
    asa.service.web = WEB
    link = token(link_in(begin(asa)))
    asa.say("/withdraw-form 1")

    assert self_assessments.find(db, 1).state == "withdrawn"
    assert web_links.find(link, "form", db, WEB, MONDAY) is None
    assert follow_ups.find(db, 1).state == "open"
    assert "väntar inte på svar" in text(asa.say("/withdraw-form 1"))


def test_a_reminder_is_a_draft_in_the_suppliers_language_without_a_link(asa, known):
    begin(asa, "engelska")
    reply = asa.say("/self-assessment-reminder 1")

    assert "We are waiting for your answer" in text(reply)
    assert "http" not in text(reply)


def test_the_card_of_the_item_leads_there(asa, known):
    asa.say("följ upp självskattning hos Nordkaffe AB senast 15 mars")
    before = says(asa.say("visa 1"))
    begin(asa)

    assert "/form-to 1" in before
    assert {"/assess 1", "/self-assessment-reminder 1"} <= set(says(asa.say("visa 1")))


# Read, pre-sorted.


def test_story_11_the_answers_are_shown_by_routine_with_the_line_that_supports_it(asa):
    send_in(asa, asked(asa), OLD_POLICY, [file for file in FILES if file != "follow_up"])
    reply = asa.say("bedöm Nordkaffe")
    rows = dict(reply.parts[3].rows)

    assert "behöver en fråga" in rows["1. Policyåtagande"]
    assert '"Styrelsen, 2019"' in rows["1. Policyåtagande"]
    assert "från 2019, äldre än ett till två år" in rows["1. Policyåtagande"]
    assert "underlag är inte bifogat" in rows["5. Uppföljning"]
    assert rows["3. Ansvarsfördelning"].startswith("Sorterat som: uppfyllt.")
    assert "Bedömningen är din" in text(reply)
    assert reply.sources


def test_yes_to_everything_is_no_success(asa):
    send_in(asa, asked(asa), ONLY_YES, ())
    reply = asa.say("bedöm Nordkaffe")

    assert "Allt sägs vara på plats och inget sägs saknas, men inget underlag är bifogat." in text(reply)
    assert "Sorterat som: uppfyllt" not in text(reply)


def test_the_answers_are_shown_in_full_with_the_files(asa):
    send_in(asa, asked(asa))
    reply = asa.say("/assess-answers 1")

    assert GOOD["chain"] in text(reply)
    assert "policy.pdf (pdf, 2 kB)" in text(reply)


def test_long_answers_come_as_a_document(asa):
    send_in(asa, asked(asa), {**GOOD, "chain": "led " * 1_500})

    assert asa.say("/assess-answers 1").document.kind == "docx"


def test_a_card_cuts_what_is_long_and_leads_to_all_of_it(asa):
    send_in(asa, asked(asa), {**GOOD, "chain": "led " * 5_000})
    card = asa.say("/judge 1 risk")

    assert len(text(card)) < 6_000
    assert "/assess-answers 1" in says(card)


def test_what_a_supplier_writes_is_told_as_it_stands(asa):
    send_in(asa, asked(asa), {**GOOD, "responsible": "{name} <b>*fet*</b> [länk](https://x.example) %s till ledningen"})

    assert "{name} <b>*fet*</b> [länk](https://x.example) %s till ledningen" in text(asa.say("/judge 1 responsibility"))


def test_what_nobody_has_answered_is_not_sorted(asa):
    asked(asa)
    reply = asa.say("bedöm Nordkaffe")

    assert "väntar på svar" in text(reply)
    assert "Sorterat" not in text(reply)
    assert not [each for each in says(reply) if each.startswith("/judge")]


def test_other_words_after_it_are_a_question(asa):
    assert "självskattning" not in text(asa.say("bedöm risken i den här upphandlingen")).casefold()[:80]


# Judged.


def test_what_is_held_of_a_routine_takes_a_reason(asa, db):
    send_in(asa, asked(asa))
    card = asa.say("/judge 1 responsibility")
    asked_why = asa.press(card, "Jag håller med: uppfyllt")
    before = judgements.of(db, self_assessments.find(db, 1))
    asa.say("Beslutet i bilagan namnger inköpschefen")
    held = judgements.of(db, self_assessments.find(db, 1))["responsibility"]

    assert "Skriv skälet" in text(asked_why)
    assert before == {}
    assert (held.outcome, held.reasons, held.judged_by) == (
        "met",
        "Beslutet i bilagan namnger inköpschefen",
        "asa",
    )


def test_agreeing_that_a_question_is_needed_words_it_for_the_supplier(asa, db):
    send_in(asa, asked(asa, lang="en"), OLD_POLICY)
    asa.press(asa.say("/judge 1 policy"), "Jag håller med: behöver en fråga")
    held = judgements.of(db, self_assessments.find(db, 1))["policy"]

    assert held.outcome == "question"
    assert "Who adopted the policy, and when was it last revised?" in held.reasons


def test_the_sorting_decides_nothing(asa, db):
    send_in(asa, asked(asa))
    asa.say("bedöm Nordkaffe")

    assert self_assessments.find(db, 1).state == "submitted"
    assert judgements.of(db, self_assessments.find(db, 1)) == {}
    assert "Bedöm först varje rutin" in text(asa.say(f"/verdict 1 {version(asa)}"))


def test_who_only_reads_sees_no_buttons_to_judge(asa):
    from handlers.dispatch import handle

    send_in(asa, asked(asa))
    ctx = replace(asa.ctx, person=replace(asa.ctx.person, role="reader"))
    shown = handle(Message("x", ctx.place, "asa", "bedöm Nordkaffe"), ctx)
    tried = handle(Message("y", ctx.place, "asa", "/judge 1 policy"), ctx)

    assert not [each for each in says(shown) if each.startswith(("/judge", "/verdict"))]
    assert text(tried).startswith("(Para(spans=(Span(text='Du är ")


def test_what_a_colleague_changed_meanwhile_is_not_overruled(asa, bo, db):
    send_in(asa, asked(asa))
    seen = version(asa)
    bo.say(f"/judge-other 1 {seen} policy")
    bo.say("met")
    bo.say("the board adopted it")
    asa.say(f"/judge-other 1 {seen} policy")
    asa.say("inte visat")
    reply = asa.say("ingen policy syns")

    assert "har ändrats sedan du läste den" in text(reply)
    assert judgements.of(db, self_assessments.find(db, 1))["policy"].judged_by == "bo"


def test_a_verdict_on_what_changed_meanwhile_is_not_kept(asa, bo, db):
    send_in(asa, asked(asa))
    judge_all(asa, 1)
    asa.say(f"/verdict 1 {version(asa)}")
    asa.say("uppfyllt")
    bo.say(f"/judge-other 1 {version(asa)} risk")
    bo.say("not shown")
    bo.say("no analysis")
    reply = asa.say("allt är visat")

    assert "har ändrats" in text(reply)
    assert self_assessments.find(db, 1).state == "submitted"


def give_verdict(asa, said="delvis", id=1):
    asa.say(f"/verdict {id} {version(asa, id)}")
    asa.say(said)
    return asa.say("Avvikelserutinen visades inte")


def test_a_verdict_closes_the_item_and_the_link_and_leads_on(asa, known, db):
    asa.service.web = WEB
    link = token(link_in(begin(asa)))
    send_in(asa, 1)
    judge_all(asa, 1, {"deviations": "not_shown"})
    reply = give_verdict(asa)
    one = self_assessments.find(db, 1)

    assert (one.state, one.verdict, one.judged_by) == ("judged", "partly", "asa")
    assert follow_ups.find(db, one.item).state == "done"
    assert web_links.find(link, "form", db, WEB, MONDAY) is None
    assert says(reply) == ["/form-deviation 1", "/form-again 1"]
    assert "Nordkaffe AB" in text(asa.say("/form-deviation 1"))


def test_the_next_one_is_a_year_away_and_recorded_once(asa, db):
    send_in(asa, asked(asa))
    judge_all(asa, 1)
    give_verdict(asa, "uppfyllt")
    asa.say("/form-again 1")
    asa.say("/form-again 1")
    (item,) = follow_ups.all_open(db)

    assert (item.kind, item.due_on, item.contract) == ("self_assessment", date(2027, 11, 23), "2025-114")


def test_the_trail_tells_who_judged_and_nothing_that_anybody_wrote(asa, db):
    send_in(asa, asked(asa))
    judge_all(asa, 1)
    give_verdict(asa)
    trail = str(db.conn.execute("select action, details from audit").fetchall())

    assert "gave a verdict" in trail
    assert "Avvikelserutinen" not in trail
    assert "skäl för" not in trail
    assert GOOD["chain"] not in trail


# Questions back, once.


def returned(asa):
    judge_all(asa, 1, {"policy": "question", "risk": "question"})
    return asa.press(asa.say("/ask-back 1"), "Skicka tillbaka med frågorna")


def test_questions_go_back_all_at_once_with_a_new_day(asa, known, db):
    asa.service.web = WEB
    link = token(link_in(begin(asa)))
    send_in(asa, 1)
    reply = returned(asa)
    one = self_assessments.find(db, 1)

    assert (one.state, one.round, one.due_on) == ("returned", 2, date(2026, 12, 7))
    assert follow_ups.find(db, one.item).due_on == date(2026, 12, 7)
    assert web_links.find(link, "form", db, WEB, MONDAY + timedelta(days=40))
    assert "skäl för policy" in text(reply)
    assert "skäl för risk" in text(reply)
    assert "samma länk" in text(reply)
    assert judgements.asked_back(db, 1) == {"policy": "skäl för policy", "risk": "skäl för risk"}


def test_where_no_link_is_good_any_more_a_new_one_is_given(asa, db):
    asa.service.web = WEB
    send_in(asa, asked(asa))

    assert web_links.find(token(link_in(returned(asa))), "form", db, WEB, MONDAY).about == "self_assessments:1"


def test_there_is_no_third_round(asa, db):
    send_in(asa, asked(asa))
    returned(asa)
    send_in(asa, 1, {"policy_adopted": "Styrelsen 2026-10-01"}, ())
    judge_all(asa, 1, {"policy": "question"})
    reply = asa.say("bedöm Nordkaffe")

    assert not [each for each in says(reply) if each.startswith("/ask-back")]
    assert self_assessments.find(db, 1).state == "submitted"
    asa.say(f"/send-back 1 {version(asa)}")
    assert self_assessments.find(db, 1).state == "submitted"


def test_in_the_second_round_only_what_was_asked_waits_to_be_judged(asa, db):
    send_in(asa, asked(asa))
    returned(asa)
    send_in(asa, 1, {"policy_adopted": "Styrelsen 2026-10-01"}, ())
    one = self_assessments.find(db, 1)

    assert set(judgements.of(db, one)) == {"passing_on", "responsibility", "follow_up", "deviations"}
    assert judgements.answers(db, 1)["policy_adopted"] == "Styrelsen 2026-10-01"
    assert judgements.answers(db, 1)["chain"] == GOOD["chain"]


# Who sees it, who has it.

CHANNEL = Place("slack", "T1", "C1", "", shared=True)


@pytest.mark.parametrize(
    "words",
    ["skicka självskattning till Nordkaffe", "bedöm Nordkaffe", "/assess 1", "/judge 1 policy", "/new-link 1",
     "/self-assessment-reminder 1", "/assess-answers 1", "självskattning Nordkaffe"],
)  # fmt: skip
def test_where_others_read_along_nothing_is_shown_to_them(words, asa):
    from handlers.dispatch import handle

    send_in(asa, asked(asa))
    ctx = replace(asa.ctx, place=CHANNEL)

    assert handle(Message("x", CHANNEL, "asa", words), ctx).private


def test_where_others_read_along_the_list_is_left_out(asa):
    from handlers.dispatch import handle

    asked(asa)
    reply = handle(Message("x", CHANNEL, "asa", "självskattning"), replace(asa.ctx, place=CHANNEL))

    assert not reply.private
    assert "Nordkaffe" not in text(reply) + str(reply.buttons)
    assert reply.level == privacy.PUBLIC


def test_it_goes_along_with_its_item_and_back(asa, bo, known, db):
    begin(asa)
    asa.say("lämna över 1 till Bo")
    between = self_assessments.find(db, 1).responsible
    asa.say("ångra")

    assert (between, self_assessments.find(db, 1).responsible) == ("bo", "asa")


def test_a_new_day_is_the_suppliers_too_and_its_link_lives_as_long(asa, known, db, clock):
    begin(asa)
    asa.press(asa.say("visa 1"), "Skjut upp")
    asa.say("1 mars 2027")
    snoozed = self_assessments.find(db, 1).due_on
    clock.now = at("2027-04-02 10:00")
    asa.say("/start new-day 1")
    reply = asa.say("15 juni 2027")
    one, link = self_assessments.find(db, 1), stored_links.of(db, "form", "self_assessments:1")[0]

    assert (snoozed, one.due_on) == (date(2027, 3, 31), date(2027, 6, 15))
    assert follow_ups.find(db, 1).due_on == one.due_on
    assert link.good(at("2027-06-15 23:00"))
    assert "Leverantören vet det inte förrän du har skrivit det" in text(reply)


def test_what_was_answered_keeps_the_day_it_was_asked_for(asa, known, db):
    begin(asa)
    with write(db):
        self_assessments.submit(db, self_assessments.find(db, 1), "R-1", "Bo", MONDAY)
    before = self_assessments.find(db, 1)
    asa.say("/start new-day 1")
    asa.say("15 juni 2027")

    assert follow_ups.find(db, 1).due_on == date(2027, 6, 15)
    assert self_assessments.find(db, 1) == before


def test_story_10_a_late_one_offers_a_reminder_another_day_and_whoever_leads(asa, bo, known, db, clock):
    begin(asa)
    clock.now = at("2027-04-07 10:00")
    due_clock.tick(asa.service)
    reminder = letters(db)[-1]
    late = ["/self-assessment-reminder 1", "/start new-day 1", "/escalate 1"]
    said = asa.press(reminder, "Eskalera")
    again = asa.press(reminder, "Eskalera")

    assert [each for each in says(reminder) if each in late] == late
    assert "Jag har sagt till Bo om #1" in text(said)
    assert "Åsa Öberg asks you to look at #1" in text(letters(db)[-1])
    assert len([x for x in letters(db) if "asks you to look" in text(x)]) == 1
    assert "Jag har sagt till Bo om #1" in text(again)


def test_leaving_counts_it_and_hands_it_over(asa, bo, db):
    asked(asa)
    has = belongings.in_charge(db, "asa")
    asa.press(asa.say("lämna över allt till Bo"), "Ja, lämna över till Bo")

    assert (has.assessments, has.nothing) == (1, False)
    assert self_assessments.find(db, 1).responsible == "bo"


@pytest.mark.parametrize(
    "words",
    ["/assess 0", "/assess 99999999999999", "/judge 1", "/judge 1 scope", "/judge x policy", "/judge-so 1 policy",
     "/judge-so 1 ² policy", "/judge-other 1 1 lacking", "/ask-back ½", "/send-back 1 x", "/verdict 1", "/verdict 9 9",
     "/form-to 7", "/form-to x", "/new-link x", "/withdraw-form 9", "/mail-form 1", "/form-again 1",
     "/form-deviation 9", "/start verdict 1", "/start judgement 1", "/start mail-form 1", 
     "/assess-of 77", "/assess-answers -1"],
)  # fmt: skip
def test_a_button_that_leads_nowhere_says_so(words, asa, db):
    asked(asa)
    reply = asa.say(words)

    assert reply.parts
    assert db.conn.execute("select count(*) from inbox where state = 'dead'").fetchone()[0] == 0
    assert self_assessments.find(db, 1).state == "sent"
