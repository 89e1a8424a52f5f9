"""The engine of a talk keeps its promises for the flows we have and for any flow an editor could write."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers.flows import FLOWS
from handlers.interview import answered, applies, forget, path, place_on, previous, walk
from knowledge.flow import Flow, Option, Question
from knowledge.library import CONTENT, open_library
from knowledge.text import Text

from .conftest import STOCKHOLM

LIBRARY = open_library()
WORDS = Text("Ord", "Words")
MANY = settings(max_examples=150, deadline=None)

# Values as answers are kept, by kind.
VALUES = {
    "yes_no": st.sampled_from(["yes", "no"]),
    "text": st.text(min_size=1, max_size=20),
    "number": st.integers(0, 10**6),
    "money": st.integers(0, 10**9),
    "date": st.dates().map(str),
    "category": st.sampled_from([*sorted(LIBRARY.categories), "unknown"]),
    "countries": st.lists(st.sampled_from(["BGD", "CHN", "SWE"]), max_size=2, unique=True),
    "supplier": st.just("Nordkaffe AB"),
    "person": st.just("terminal:bo"),
    "procurement": st.integers(1, 10**6),
    "organisation": st.just("556036-0793"),
    "contract": st.just("2025-114"),
    "observation": st.text(min_size=1, max_size=20),
}


def value_of(question):
    """Any answer that fits `question`."""
    ids = [option.id for option in question.options]
    if question.kind == "choice":
        kept = st.sampled_from(ids)
    elif question.kind == "choices":
        kept = st.lists(st.sampled_from(ids), min_size=1, unique=True)
    else:
        kept = VALUES[question.kind]
    return kept | st.none() if question.optional else kept


def question_of(id, kind="choice", options=("a", "b", "c"), ask_if=None, optional=False):
    chosen = tuple(Option(option, WORDS, {}) for option in options) if kind == "choice" else ()
    return Question(id, kind, WORDS, WORDS, None, optional, False, chosen, ask_if or {})


@st.composite
def flows(draw):
    """A flow such as an editor could write: each condition looks back at one answer."""
    questions = []
    for number in range(draw(st.integers(1, 7))):
        earlier = [q for q in questions if q.kind in ("choice", "yes_no")]
        kind = draw(st.sampled_from(["choice", "choice", "yes_no", "text", "date", "countries"]))
        condition = {}
        if earlier and draw(st.integers(0, 3)):
            on = draw(st.sampled_from(earlier[-2:]))
            condition = {on.id: draw(st.sampled_from(["a", "b", "c"] if on.kind == "choice" else ["yes", "no"]))}
        questions.append(question_of(f"q{number}", kind, ask_if=condition, optional=draw(st.booleans())))
    return Flow("made-up", WORDS, tuple(questions))


ANY_FLOW = flows() | flows() | st.sampled_from(sorted(LIBRARY.flows.values(), key=lambda flow: flow.id))


@st.composite
def flow_and_answers(draw):
    """A flow and an answer to every question in it, also to those that will not be asked."""
    flow = draw(ANY_FLOW)
    return flow, {question.id: draw(value_of(question)) for question in flow.questions}


def facts_of(flow, answers):
    return FLOWS[flow.id].facts(answers, LIBRARY) if flow.id in FLOWS else {}


def next_of(flow, answers):
    return walk(flow, answers, facts_of(flow, answers))


def path_of(flow, answers):
    return [question.id for question in path(flow, answers, facts_of(flow, answers))]


def walked(flow, wanted, answers=None):
    """Answer what is asked with what is `wanted`; the answers at the end and the questions asked."""
    answers, asked = dict(answers or {}), []
    while question := next_of(flow, answers):
        assert len(asked) < len(flow.questions), "the talk never ends"
        asked.append(question.id)
        answers[question.id] = wanted[question.id]
    return answers, asked


def counted(flow, answers):
    """The answers that count: those to questions that apply."""
    return {id: answers[id] for id in path_of(flow, answers)}


@MANY
@given(flow_and_answers())
def test_a_talk_ends_and_asks_nothing_twice(given_flow):
    flow, wanted = given_flow
    answers, asked = walked(flow, wanted)

    assert len(asked) == len(set(asked)) <= len(flow.questions)
    assert asked == path_of(flow, answers)


@MANY
@given(flow_and_answers(), st.data())
def test_an_answer_forgotten_and_given_again_leads_to_the_same_end(given_flow, data):
    flow, wanted = given_flow
    answers, _ = walked(flow, wanted)
    id = data.draw(st.sampled_from(sorted(answers)))
    again, _ = walked(flow, wanted, forget(answers, id))

    assert again == answers


@MANY
@given(flow_and_answers(), st.data())
def test_the_order_of_answers_does_not_matter(given_flow, data):
    flow, wanted = given_flow
    heard = data.draw(st.lists(st.sampled_from(sorted(wanted)), unique=True))
    in_order, _ = walked(flow, wanted)
    heard_first, _ = walked(flow, wanted, {id: wanted[id] for id in heard})

    assert counted(flow, heard_first) == counted(flow, in_order)


@MANY
@given(flow_and_answers(), st.data())
def test_an_answer_to_a_question_that_does_not_apply_changes_nothing(given_flow, data):
    flow, wanted = given_flow
    kept = data.draw(st.lists(st.sampled_from(sorted(wanted)), unique=True))
    answers = {id: wanted[id] for id in kept}
    applying = path_of(flow, answers)
    without = {id: value for id, value in answers.items() if id in applying}

    assert path_of(flow, without) == applying
    assert next_of(flow, without) == next_of(flow, answers)


def test_a_changed_answer_does_not_leave_its_follow_up_questions_behind():
    flow = Flow(
        "made-up",
        WORDS,
        (
            question_of("subcontractors", "yes_no"),
            question_of("known", "yes_no", ask_if={"subcontractors": "yes"}),
            question_of("names", "text", ask_if={"known": "yes"}),
        ),
    )
    answers = {"subcontractors": "no", "known": "yes"}

    assert next_of(flow, answers) is None


@MANY
@given(flow_and_answers())
def test_progress_counts_up_to_the_whole(given_flow):
    flow, wanted = given_flow
    answers = {}
    while question := next_of(flow, answers):
        facts = facts_of(flow, answers)
        counts = [place_on(path(flow, answers, facts), flow, each) for each in flow.questions]
        mine, total = place_on(path(flow, answers, facts), flow, question)
        answers[question.id] = wanted[question.id]

        assert 1 <= mine <= total <= len(flow.questions)
        assert all(1 <= number <= of <= len(flow.questions) for number, of in counts)


@MANY
@given(flow_and_answers(), st.data())
def test_going_back_reaches_the_first_question_from_anywhere(given_flow, data):
    flow, wanted = given_flow
    answers, _ = walked(flow, wanted)
    asked = data.draw(st.sampled_from([None, *wanted]))
    seen = []
    while before := previous(flow, answers, facts_of(flow, answers), asked):
        assert len(seen) < len(flow.questions), "going back never ends"
        seen.append(before.id)
        answers, asked = forget(answers, before.id), before.id

    assert asked in (None, flow.questions[0].id) if seen else asked == flow.questions[0].id
    assert seen == sorted(seen, key=list(wanted).index, reverse=True)


@st.composite
def edited(draw):
    """A flow, a complete talk in it, and the flow as somebody edited it meanwhile."""
    flow = draw(flows())
    wanted = {question.id: draw(value_of(question)) for question in flow.questions}
    answers, _ = walked(flow, wanted)
    questions = list(flow.questions)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(questions) - 1, 0)))
        act = draw(st.sampled_from(["drop", "add", "less", "more", "kind"]))
        if act == "add" or not questions:
            questions.insert(at, question_of(f"new{len(questions)}{at}"))
        elif act == "drop":
            gone = questions.pop(at).id
            questions = [replace(q, ask_if={k: v for k, v in q.ask_if.items() if k != gone}) for q in questions]
        elif act == "kind":
            questions[at] = question_of(questions[at].id, draw(st.sampled_from(["date", "yes_no", "number"])))
        elif questions[at].options:
            options = questions[at].options
            new = (*options, Option("d", WORDS, {})) if act == "more" else options[:-1]
            questions[at] = replace(questions[at], options=new or options)
    return flow, answers, Flow(flow.id, WORDS, tuple({q.id: q for q in questions}.values()))


@MANY
@given(edited(), st.data())
def test_an_edited_flow_asks_only_what_is_new(was_edited, data):
    flow, answers, now = was_edited
    before = path_of(flow, answers)
    fresh = {question.id: data.draw(value_of(question)) for question in now.questions}
    after, asked = walked(now, fresh, answers)
    still_fit = {q.id for q in now.questions if q.id in before and answered(q, answers)}

    assert still_fit.isdisjoint(asked)
    assert all(after[id] == answers[id] for id in still_fit)


@pytest.mark.parametrize("flow", LIBRARY.flows.values(), ids=lambda flow: flow.id)
def test_every_question_of_our_flows_can_come_up(flow):
    unreachable = {question.id for question in flow.questions if question.ask_if}
    values = [
        {"category": category, "type": type, "place": place, "threshold": "above"}
        for category in [*LIBRARY.categories, "unknown"]
        for type in ("goods", "services")
        for place in ("sweden", "abroad")
    ]
    values += [{"policy": answer, "deviations": answer} for answer in ("yes", "no")]
    for answers in values:
        facts = facts_of(flow, answers)
        unreachable -= {question.id for question in flow.questions if applies(question, answers, facts)}

    assert unreachable == set()


def edit(folder: Path, flow: str, was: str, becomes: str) -> None:
    file = folder / "flows" / f"{flow}.yaml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes, 1), "utf-8")


EDITS = {
    "the question that was shown is gone": ("  - id: subject\n    kind: text", "  - id: matter\n    kind: text"),
    "an answered question became another kind": (
        "  - id: supplier\n    kind: supplier",
        "  - id: supplier\n    kind: date",
    ),
    "a question was put first": (
        "questions:\n",
        "questions:\n  - id: why\n    kind: yes_no\n    name: {sv: Viktigt, en: Important}\n"
        "    ask: {sv: Är det bråttom?, en: Is it urgent?}\n",
    ),
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_a_talk_under_way_goes_on_in_an_edited_flow(change, asa, db, clock, tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    edit(content, "follow-up", *change)
    asa.say("/start follow-up")
    asa.say("Nordkaffe AB")
    asa.service = Service(db, open_library(content), STOCKHOLM, clock)
    for words in ("licens", "nej", "2027-03-15", "certifikat", "hoppa över", "varför", "tillbaka", "visa svar"):
        asa.say(words)

    assert db.conn.execute("select count(*) from inbox where state = 'dead'").fetchone() == (0,)
