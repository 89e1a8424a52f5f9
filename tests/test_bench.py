"""The benchmarks run and leave nothing out. How fast anything is, no test says."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = (
    "a whole risk talk, again and again",
    "a need talk, again and again",
    "64 conversations at once",
    "one message, p50",
    "one message, p99",
    "one message among 1,000 records, p50",
    "one message among 1,000 records, p99",
    "messages among 1,000 records",
    "duly ask, cold, to the end",
    "duly chat, cold, to the prompt (pty)",
    "library read, index built and asked, cold",
    "library and index as kept, asked, cold",
    "memory, library read and asked",
    "memory, library as kept, asked",
    "peak memory of a chat with a risk case",
    "ask, to load what was kept",
    "ask, to build the index",
    "ask, p50",
    "ask, p99",
    "ask among ten times as many, p99",
    "ask among 200 topics, to build",
    "ask among 200 topics, p50",
    "ask among 200 topics, p99",
    "right first, of 40 purchases",
    "purchase to category, p50",
    "purchase to category, p99",
    "rapidfuzz over all names, p99",
    "first picture of a process",
    "memory that pictures add",
    *(f"picture, {kind}" for kind in ("risk_matrix", "chain", "bubbles", "burn_down", "months", "time_line")),
    "Slack request to accepted reply",
    "Slack acknowledged in a flood, p99",
    "Slack acknowledged, 50 at once, p50",
    "Slack acknowledged, 50 at once, p99",
    "idle memory of duly serve with Slack",
    "Telegram update to accepted reply",
    "idle memory of duly serve with both platforms",
    "40 reminders, kept in one commit",
    "one more among 40 reminders, a commit each",
    "what is due among 40 reminders, p50",
    "what is due among 40 reminders, p99",
    "duly serve with 40 reminders, to its first answer",
    "memory of duly serve with 40 reminders",
    "APScheduler, one more among 40 jobs",
    "APScheduler, what is due among 40 jobs, p99",
    "JobQueue, 40 jobs in memory",
    "Duly killed half-way: came, of 20",
    "Duly killed half-way: came once, of 20",
    "APScheduler killed half-way: came, of 20",
    "APScheduler killed half-way: came once, of 20",
    "JobQueue killed half-way: came, of 20",
    "JobQueue killed half-way: came once, of 20",
    "50 messages a second, acknowledged, p99",
    "50 messages a second, answered, p99",
    "50 messages a second, answered",
    "50 messages a second, memory",
    "2,000 reminders to 400 chats, all accepted",
    "2,000 reminders to 400 chats, accepted",
    "2,000 reminders to 400 chats, most in a second",
    "2,000 reminders to 400 chats, most to one chat in a second",
    "2,000 reminders to 400 chats, without a 429",
    "800 reminders to 400 chats, each by itself, all accepted",
    "800 reminders to 400 chats, each by itself, accepted",
    "800 reminders to 400 chats, each by itself, most in a second",
    "800 reminders to 400 chats, each by itself, most to one chat in a second",
    "800 reminders to 400 chats, each by itself, without a 429",
    "4 reminders, 0.2 s each to be accepted, until none waits",
    "4 reminders, 0.2 s each to be accepted: acknowledged meanwhile, p99",
    "4 reminders, 0.2 s each to be accepted: memory",
    "form: draft or submission of 200 suppliers at once, p50",
    "form: draft or submission of 200 suppliers at once, p99",
    "form: reading the review page meanwhile, p99",
    "form: submissions of a form, most",
)


def test_every_row_is_measured():
    command = [sys.executable, "-m", "bench", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    rows = json.loads(done.stdout)["rows"]
    assert tuple(row["name"] for row in rows) == ROWS
    assert all(row["value"] > 0 for row in rows)
