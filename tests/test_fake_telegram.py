"""The strict Telegram of our tests refuses what Telegram refuses. Else our tests prove little."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from .fakes import bot_api
from .fakes.bot_api import FakeTelegram
from .fakes.bot_api_rules import Refused, parsed

GROUP, FORUM, OLD, NEW, THROWN, CHANNEL = -5, -1001, -6, -1006, -8, -1009
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
QUIET = {"is_disabled": True}


@pytest.fixture
def telegram():
    with FakeTelegram() as telegram:
        telegram.ours = False
        telegram.add_user(7, "Åsa Öberg")
        telegram.add_user(8, "Bo Ek", language_code="en", username="bo")
        telegram.add_user(9, "Cilla Dahl", started=False)
        telegram.add_user(10, "Dan Ask")
        telegram.block(10)
        telegram.add_group(GROUP, "Inköp", members=(7, 8))
        telegram.add_group(FORUM, "Forum", members=(7,), topics=(4,))
        telegram.add_group(OLD, "Gammal")
        telegram.add_group(THROWN, "Ute")
        telegram.add_channel(CHANNEL, "Kanal")
        telegram.kick(THROWN)
        telegram.migrate(OLD, NEW, queue=False)
        yield telegram


def call(telegram: FakeTelegram, method: str, token: str = "", **args: object) -> dict:
    """What it answers to JSON."""
    request = Request(f"{telegram.url}{token or telegram.token}/{method}", json.dumps(args).encode())
    request.add_header("Content-Type", "application/json")
    return answer(request)


def answer(request: Request | str) -> dict:
    try:
        with urlopen(request, timeout=5) as response:
            return json.load(response)
    except HTTPError as error:
        return {**json.load(error), "status": error.code}


def multipart(telegram: FakeTelegram, method: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> dict:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    body = "\r\n".join(parts).encode()
    for name, (file_name, data) in files.items():
        head = f'\r\n--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"'
        body += f"{head}\r\nContent-Type: application/x-test\r\n\r\n".encode() + data
    request = Request(f"{telegram.url}{telegram.token}/{method}", body.removeprefix(b"\r\n") + b"\r\n--b--\r\n")
    request.add_header("Content-Type", "multipart/form-data; boundary=b")
    return answer(request)


def updates(telegram: FakeTelegram, **args: object) -> list[dict]:
    return call(telegram, "getUpdates", **args)["result"]


def say(text: str, chat: int = 7, **more: object) -> tuple[str, dict]:
    return "sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML", "link_preview_options": QUIET, **more}


def keys(*rows: list[dict]) -> dict:
    return {"inline_keyboard": list(rows)}


def key(**changed: str) -> dict:
    return {"text": "Ja", "callback_data": "y", **changed}


def commands(*names: str, description: str = "x") -> tuple[str, dict]:
    return "setMyCommands", {"commands": [{"command": name, "description": description} for name in names]}


TAKEN = {
    "4,096 letters": say("x" * 4_096),
    "2,048 emoji": say("😀" * 2_048),
    "tags are not counted": say("<b>" + "x" * 4_096 + "</b>"),
    "every tag": say(
        "<b>b</b><strong>s</strong><i>i</i><em>e</em><u>u</u><ins>n</ins><s>s</s><strike>k</strike><del>d</del>"
        '<tg-spoiler>t</tg-spoiler><a href="https://x.example/?a=1&amp;b=2">a</a><code>c</code><pre>p</pre>'
        '<pre><code class="language-py">x</code></pre><blockquote expandable>q</blockquote><blockquote>q</blockquote>'
    ),
    "every entity": say("&lt;&gt;&amp;&quot;&#229;&#xE5; >"),
    "anything without a parse_mode": say("a < b & c", parse_mode=""),
    "64 bytes of data": say("x", reply_markup=keys([key(callback_data="å" * 32)])),
    "8 in a row, 100 in all": say("x", reply_markup=keys(*[[key()] * 8] * 12, [key()] * 4)),
    "a link": say("x", reply_markup=keys([{"text": "Hit", "url": "https://x.example"}])),
    "a topic": say("x", FORUM, message_thread_id=4),
    "a structure as a string": say("x", reply_markup=json.dumps(keys([key()]))),
    "a number as a string": say("x", "7"),
    "100 commands": commands(*[f"c{n}" for n in range(100)], description="x" * 256),
    "an action": ("sendChatAction", {"chat_id": 7, "action": "typing"}),
}
BAD = "Bad Request: "
PARSE = BAD + "can't parse entities: "
BUTTON = BAD + "can't parse inline keyboard button"
CODES = {"Bad Request": 400, "Forbidden": 403, "Not Found": 404}
REFUSED = {
    "no text": (say(""), BAD + "message text is empty"),
    "only white space": (say(" \n<b> </b>"), BAD + "message text is empty"),
    "4,097 letters": (say("x" * 4_097), BAD + "message is too long"),
    "2,049 emoji": (say("😀" * 2_049), BAD + "message is too long"),
    "an open tag": (say("<b>x"), PARSE),
    "a lone end": (say("x</b>"), PARSE),
    "tags that cross": (say("<b><i>x</b></i>"), PARSE),
    "an unknown tag": (say("<p>x</p>"), PARSE),
    "an attribute of its own": (say('<b class="x">x</b>'), PARSE),
    "a link to nowhere": (say("<a>x</a>"), PARSE),
    "a language outside pre": (say('<code class="language-py">x</code>'), PARSE),
    "a raw <": (say("a < b"), PARSE),
    "a raw &": (say("a & b"), PARSE),
    "a named entity": (say("&nbsp;x"), PARSE),
    "a raw & in a link": (say('<a href="https://x.example/?a=1&b=2">x</a>'), PARSE),
    "another parse_mode": (say("x", parse_mode="MarkdownV2"), BAD + "unsupported parse_mode"),
    "65 bytes of data": (say("x", reply_markup=keys([key(callback_data="å" * 33)])), BAD + "BUTTON_DATA"),
    "no data": (say("x", reply_markup=keys([key(callback_data="")])), BAD + "BUTTON_DATA_INVALID"),
    "a button without text": (say("x", reply_markup=keys([key(text="")])), BUTTON),
    "a button of two kinds": (say("x", reply_markup=keys([key(url="https://x.example")])), BUTTON),
    "a button of no kind": (say("x", reply_markup=keys([{"text": "x"}])), BUTTON),
    "9 in a row": (say("x", reply_markup=keys([key()] * 9)), BAD + "reply markup is too long"),
    "101 in all": (say("x", reply_markup=keys(*[[key()]] * 101)), BAD + "reply markup is too long"),
    "a keyboard that is none": (say("x", reply_markup="{"), BAD + "can't parse reply markup"),
    "a chat that is no number": (say("x", "@asa"), 'Bad Request: parameter "chat_id" must be a Number'),
    "no chat": (("sendMessage", {"text": "x"}), BAD + "chat_id is empty"),
    "an unknown chat": (say("x", 99), BAD + "chat not found"),
    "who blocked": (say("x", 10), "Forbidden: bot was blocked by the user"),
    "who never wrote": (say("x", 9), "Forbidden: bot can't initiate conversation with a user"),
    "thrown out": (say("x", THROWN), "Forbidden: bot was kicked from the group chat"),
    "a group that moved": (say("x", OLD), BAD + "group chat was upgraded to a supergroup chat"),
    "no such topic": (say("x", FORUM, message_thread_id=5), BAD + "message thread not found"),
    "an answer to nothing": (say("x", reply_parameters={"message_id": 99}), BAD + "message to be replied"),
    "an edit of nothing": (("editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}), BAD + "message to edit"),
    "a deletion of nothing": (("deleteMessage", {"chat_id": 7, "message_id": 99}), BAD + "message to delete"),
    "a press of nobody": (("answerCallbackQuery", {"callback_query_id": "1"}), BAD + "query is too old"),
    "101 commands": (commands(*[f"c{n}" for n in range(101)]), BAD + "BOT_COMMANDS_TOO_MUCH"),
    "a command in capitals": (commands("Risk"), BAD + "BOT_COMMAND_INVALID"),
    "a command of 33": (commands("x" * 33), BAD + "BOT_COMMAND_INVALID"),
    "a description of 257": (commands("x", description="x" * 257), BAD + "BOT_COMMAND_DESCRIPTION"),
    "no description": (commands("x", description=""), BAD + "BOT_COMMAND_DESCRIPTION_INVALID"),
    "an unknown method": (("sendNothing", {}), "Not Found"),
    "an unknown file": (("getFile", {"file_id": "x"}), BAD + "wrong file_id"),
    "a webhook in the clear": (("setWebhook", {"url": "http://x.example"}), BAD + "bad webhook"),
    "an unknown action": (("sendChatAction", {"chat_id": 7, "action": "nod"}), BAD + "wrong parameter"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_it_takes_what_telegram_takes(telegram, what):
    method, args = TAKEN[what]

    assert call(telegram, method, **args)["ok"]


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses_what_telegram_refuses(telegram, what):
    (method, args), description = REFUSED[what]
    code = CODES[description.split(":")[0]]

    told = call(telegram, method, **args)

    assert (told["ok"], told["error_code"], told["status"]) == (False, code, code)
    assert told["description"].startswith(description)


def test_a_wrong_token_and_a_revoked_one_are_refused(telegram):
    assert call(telegram, "getMe")["result"]["username"] == telegram.username
    assert call(telegram, "getMe", token="1:x")["error_code"] == 401
    telegram.revoke()

    assert call(telegram, "getMe")["description"] == "Unauthorized"


def test_a_group_that_moved_names_its_new_id(telegram):
    assert call(telegram, "sendMessage", chat_id=OLD, text="x")["parameters"] == {"migrate_to_chat_id": NEW}
    first, second = telegram.migrate(GROUP, -1005)

    assert first["message"]["migrate_to_chat_id"] == -1005
    assert second["message"]["migrate_from_chat_id"] == GROUP
    assert len(telegram.waiting) == 2


def test_entities_are_where_the_words_are():
    found = parsed('  😀<b>å<i>ä</i></b> <pre><code class="language-py">x&lt;1</code></pre>', "HTML")

    assert found.plain == "😀åä x<1"
    assert [(e["type"], e["offset"], e["length"]) for e in found.entities] == [
        ("bold", 2, 2),
        ("italic", 3, 1),
        ("pre", 5, 3),
    ]
    assert found.entities[-1]["language"] == "py"


def test_what_telegram_drops_is_named():
    assert parsed("<pre><b>x</b></pre>", "HTML").dropped == ["<b> within <pre>"]
    with pytest.raises(Refused):
        parsed("<b", "HTML")


# Messages.


def test_a_message_is_sent_changed_and_deleted(telegram):
    method, args = say("<b>Hej</b>", reply_markup=keys([key()]))
    id = call(telegram, method, **args)["result"]["message_id"]
    where = {"chat_id": 7, "message_id": id, "parse_mode": "HTML", "link_preview_options": QUIET}

    same = call(telegram, "editMessageText", **where, text="<b>Hej</b>", reply_markup=keys([key()]))
    changed = call(telegram, "editMessageText", **where, text="<i>Hej</i>")

    assert same["description"].startswith("Bad Request: message is not modified: ")
    assert changed["result"]["entities"][0]["type"] == "italic"
    (message,) = telegram.sent(7)
    assert (message["text"], message["plain"], message["reply_markup"], message["edited"]) == (
        "<i>Hej</i>",
        "Hej",
        None,
        True,
    )
    assert call(telegram, "editMessageReplyMarkup", chat_id=7, message_id=id, reply_markup=keys([key()]))["ok"]
    assert not call(telegram, "editMessageReplyMarkup", chat_id=7, message_id=id, reply_markup=keys([key()]))["ok"]
    assert call(telegram, "deleteMessage", chat_id=7, message_id=id)["ok"]
    assert telegram.messages(7) == []


def test_only_the_bots_own_words_can_be_changed(telegram):
    id = telegram.message(7, "hej")["message"]["message_id"]

    told = call(telegram, "editMessageText", chat_id=7, message_id=id, text="x")

    assert told["description"] == "Bad Request: message can't be edited"


def test_it_remarks_on_what_telegram_lets_through(telegram):
    call(telegram, "sendMessage", chat_id=7, text="<b>x</b>", sound="loud")
    call(telegram, "getUpdates")

    assert telegram.warnings == [
        "sendMessage: unknown parameter sound",
        "sendMessage: tags without a parse_mode",
        "sendMessage: the link preview is not disabled",
        "getUpdates: no allowed_updates",
    ]


def test_forms_and_queries_are_read_as_json_is(telegram):
    fields = {"chat_id": "7", "text": "x", "reply_markup": json.dumps(keys([key()])), "disable_notification": "true"}
    url = f"{telegram.url}{telegram.token}/sendMessage"

    assert answer(f"{url}?{urlencode(fields)}")["ok"]
    assert answer(Request(url, urlencode(fields).encode()))["ok"]
    assert multipart(telegram, "sendMessage", fields, {})["ok"]
    assert [c.args for c in telegram.calls] == [
        {"chat_id": 7, "text": "x", "reply_markup": keys([key()]), "disable_notification": True}
    ] * 3
    assert answer(Request(url, b"[1", {"Content-Type": "application/json"}))["error_code"] == 400


def test_a_press_is_answered_once(telegram):
    method, args = say("x", reply_markup=keys([key(), {"text": "Hit", "url": "https://x.example"}]))
    id = call(telegram, method, **args)["result"]["message_id"]
    query = telegram.press(7, 7, id, "Ja")["callback_query"]

    assert (query["data"], query["message"]["message_id"]) == ("y", id)
    with pytest.raises(LookupError, match="Ja"):
        telegram.press(7, 7, id, "Nej")
    long = call(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
    once = [call(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="Klart")["ok"] for _ in range(2)]
    assert (long["ok"], once) == (False, [True, False])
    assert telegram.answered == {query["id"]: "Klart"}
    assert telegram.press_data(7, 7, 999, "forged")["callback_query"]["message"]["date"] == 0


def test_the_bots_own_papers_are_kept(telegram):
    named = [{"command": "risk", "description": "Risk"}]
    everywhere = {"scope": {"type": "all_private_chats"}, "language_code": "sv"}

    assert call(telegram, "setMyCommands", commands=named, **everywhere)["ok"]
    assert telegram.commands == {("all_private_chats", "sv"): named}
    assert call(telegram, "getMyCommands", **everywhere)["result"] == named
    assert call(telegram, "deleteMyCommands", **everywhere)["ok"]
    assert call(telegram, "setMyDescription", description="Hej")["ok"]
    assert not call(telegram, "setMyShortDescription", short_description="x" * 121)["ok"]
    assert call(telegram, "getChatMember", chat_id=GROUP, user_id=7)["result"]["status"] == "member"
    assert call(telegram, "getChat", chat_id=GROUP)["result"]["title"] == "Inköp"
    assert call(telegram, "leaveChat", chat_id=GROUP)["ok"]
    assert telegram.left == [GROUP]
    assert call(telegram, "sendMessage", chat_id=GROUP, text="x")["error_code"] == 403


# Updates.


def test_an_offset_confirms_what_is_below_it(telegram):
    ids = [telegram.message(7, text)["update_id"] for text in "abc"]

    assert [u["update_id"] for u in updates(telegram, limit=2)] == ids[:2] == [ids[0], ids[0] + 1]
    assert len(updates(telegram)) == 3
    assert [u["message"]["text"] for u in updates(telegram, offset=ids[1] + 1)] == ["c"]
    assert [u["update_id"] for u in telegram.waiting] == ids[2:]
    telegram.message(7, "d")
    assert [u["message"]["text"] for u in updates(telegram, offset=-1)] == ["d"]


def test_only_what_was_asked_for_comes_and_poison(telegram):
    telegram.message(7, "hej")
    telegram.blocked_by(7)
    telegram.poison()

    kinds = [list(update)[1] for update in updates(telegram, allowed_updates=["my_chat_member"])]

    assert kinds == ["my_chat_member", "teleported_message"]


def test_a_long_poll_ends_when_something_comes(telegram):
    with ThreadPoolExecutor() as pool:
        open_poll = pool.submit(updates, telegram, timeout=30)
        telegram.wait_for_poll()
        telegram.message(7, "hej")

        assert [u["message"]["text"] for u in open_poll.result()] == ["hej"]


def test_the_older_of_two_polls_is_sent_away(telegram):
    with ThreadPoolExecutor() as pool:
        older = pool.submit(call, telegram, "getUpdates", timeout=30)
        telegram.wait_for_poll()
        assert call(telegram, "getUpdates", timeout=0)["ok"]

        assert older.result()["description"].startswith("Conflict: terminated by other getUpdates request")


@contextmanager
def listening(*statuses: int):
    """Somewhere to push to, and what came; the last status stays."""
    came, left = [], list(statuses)

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.path, self.headers["X-Telegram-Bot-Api-Secret-Token"], json.loads(body)))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", came
    finally:
        server.shutdown()
        server.server_close()


def test_a_webhook_is_brought_what_comes(telegram):
    with listening(500, 200) as (url, came):
        call(telegram, "setWebhook", url=f"{url}/hook", secret_token="s-1", allowed_updates=["message"])
        update = telegram.message(7, "hej")

        assert call(telegram, "getUpdates")["description"].startswith("Conflict: can't use getUpdates")
        assert call(telegram, "getWebhookInfo")["result"]["pending_update_count"] == 1
        assert telegram.push(update, times=2) == [500, 200]
        assert telegram.push_all([telegram.blocked_by(8, queue=False), update]) == [200]
        assert came == [("/hook", "s-1", update)] * 3
        assert telegram.waiting == []
    assert telegram.push(update) == [0]
    telegram.message(7, "hej")
    assert call(telegram, "deleteWebhook", drop_pending_updates=True)["ok"]
    assert updates(telegram) == []


def test_privacy_mode_hides_what_is_not_meant_for_the_bot(telegram):
    id = call(telegram, "sendMessage", chat_id=GROUP, text="x")["result"]["message_id"]
    telegram.add_group(-7, "Öppen", privacy=False)
    telegram.message(7, "hej", GROUP)
    telegram.message(7, "/risk@other_bot", GROUP)
    telegram.anonymous(GROUP, "hej")
    heard = [
        telegram.message(7, "/risk", GROUP),
        telegram.message(7, f"/risk@{telegram.username} mat", GROUP),
        telegram.message(7, "ja", GROUP, reply_to=id),
        telegram.message(7, "hej", -7),
        telegram.anonymous(GROUP, "/risk"),
        telegram.channel_post(CHANNEL, "hej"),
        telegram.joined(GROUP, by=7, status="administrator"),
        telegram.message(7, "hej", GROUP),
    ]

    assert telegram.waiting == heard
    assert heard[1]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 19}]
    assert heard[4]["message"]["from"]["id"] == 1087968824
    telegram.joined(GROUP, by=7, status="kicked", queue=False)
    assert call(telegram, "sendMessage", chat_id=GROUP, text="x")["error_code"] == 403


def test_the_words_of_people_change_and_are_passed_on(telegram):
    telegram.message(7, "/a", queue=False)
    telegram.message(9, "hej", queue=False)

    edited = telegram.edited(7, "b")["edited_message"]

    assert (edited["text"], "entities" in edited, "edit_date" in edited) == ("b", False, True)
    assert "forward_origin" in telegram.forwarded(7, "hej")["message"]
    topic = telegram.message(7, "/risk", FORUM, thread=4)["message"]
    assert (topic["is_topic_message"], topic["chat"]["is_forum"]) == (True, True)
    assert call(telegram, "sendMessage", chat_id=9, text="hej")["ok"]


# Files.


def download(telegram: FakeTelegram, file_id: str) -> bytes:
    path = call(telegram, "getFile", file_id=file_id)["result"]["file_path"]
    with urlopen(telegram.url.replace("/bot", "/file/bot") + f"{telegram.token}/{path}") as response:
        return response.read()


def test_what_people_send_can_be_fetched(telegram):
    photo = telegram.photo(7, PNG, "se", media_group_id="m")["message"]
    document = telegram.document(7, b"hej", "avtal.pdf", "application/pdf")["message"]["document"]
    big = telegram.document(7, bytes(20 * 2**20 + 1), "x.bin", "application/octet-stream")["message"]["document"]

    assert download(telegram, photo["photo"][-1]["file_id"]) == PNG
    assert download(telegram, document["file_id"]) == b"hej"
    assert call(telegram, "getFile", file_id=big["file_id"])["description"] == "Bad Request: file is too big"
    assert answer(telegram.url.replace("/bot", "/file/bot") + f"{telegram.token}/x")["error_code"] == 404


def test_what_the_bot_sends_is_kept(telegram):
    said = {"chat_id": "7", "caption": "<b>se</b>", "parse_mode": "HTML"}

    photo = multipart(telegram, "sendPhoto", said, {"photo": ("karta.png", PNG)})
    attached = multipart(telegram, "sendDocument", {**said, "document": "attach://f"}, {"f": ("a.docx", b"x")})
    again = call(telegram, "sendDocument", chat_id=7, document=attached["result"]["document"]["file_id"])

    assert photo["ok"]
    assert again["ok"]
    first, second, _ = telegram.sent(7)
    assert (first["photo"], first["file_name"], first["caption"], first["plain"]) == (
        PNG,
        "karta.png",
        "<b>se</b>",
        "se",
    )
    assert (second["document"], second["file_name"]) == (b"x", "a.docx")
    assert telegram.calls[0].args["photo"] == "attach://file"
    assert telegram.warnings == []
    where = {"chat_id": 7, "message_id": first["message_id"]}
    assert call(telegram, "editMessageCaption", **where, caption="ny")["ok"]
    assert call(telegram, "editMessageText", **where, text="ny")["description"].startswith("Bad Request: there is no")


def test_files_that_telegram_does_not_take(telegram):
    long = multipart(telegram, "sendPhoto", {"chat_id": "7", "caption": "x" * 1_025}, {"photo": ("a.png", PNG)})
    text = multipart(telegram, "sendPhoto", {"chat_id": "7"}, {"photo": ("a.png", b"no picture")})
    empty = multipart(telegram, "sendDocument", {"chat_id": "7"}, {"document": ("a.txt", b"")})
    none = call(telegram, "sendDocument", chat_id=7)

    assert [told["description"] for told in (long, text, empty, none)] == [
        "Bad Request: message caption is too long",
        "Bad Request: IMAGE_PROCESS_FAILED",
        "Bad Request: file must be non-empty",
        "Bad Request: there is no document in the request",
    ]


# Faults.


def test_faults_come_in_turn_and_only_some_do_the_work(telegram):
    for what in ("429:2", "error:403:Forbidden: bot was blocked by the user", "slow:0.01"):
        telegram.fault("sendMessage", what)
    method, args = say("x")

    flood, blocked, slow = (call(telegram, method, **args) for _ in range(3))

    assert flood["parameters"] == {"retry_after": 2}
    assert flood["description"] == "Too Many Requests: retry after 2"
    assert (blocked["error_code"], slow["ok"]) == (403, True)
    assert len(telegram.sent(7)) == 1


@pytest.mark.parametrize(
    ("what", "done"), [("500", 0), ("bad-json", 0), ("reset-before", 0), ("reset-after", 1), ("502-after", 1)]
)
def test_an_answer_can_get_lost(telegram, what, done):
    telegram.fault("sendMessage", what)
    method, args = say("x")

    with pytest.raises((ValueError, OSError, HTTPException)):
        call(telegram, method, **args)
    assert len(telegram.sent(7)) == done


def test_what_was_sent_and_made_is_kept_for_a_check_of_types(telegram):
    before, made = len(bot_api.SENT), len(bot_api.UPDATES)
    call(telegram, "getMe")
    telegram.ours = True
    call(telegram, "sendMessage", chat_id="7", text="x", reply_markup=json.dumps(keys([key()])))

    update = telegram.message(7, "hej")
    telegram.poison()

    assert bot_api.SENT[before:] == [("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": keys([key()])})]
    assert bot_api.UPDATES[made:] == [update]
