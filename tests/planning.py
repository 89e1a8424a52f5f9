"""What tests of plans share: a contract that was recorded, and what came of accepting its plan."""

from knowledge.library import open_library
from storage import follow_ups

LIBRARY = open_library()
SENTENCE = "avtal 2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029, ansvarig jag"


def record(asa, sentence=SENTENCE, skipped=4):
    """A contract by the talk; what is said at the end. Skipped: number, procurement, notice, deputy."""
    reply = asa.say(sentence)
    for _ in range(skipped):
        reply = asa.say("hoppa över")
    return reply


def made(db):
    return [(item.subject, item.due_on) for item in follow_ups.all_open(db)]
