"""What a label, a standard or an audit shows: one as a card, two side by side, all as a list."""

from dataclasses import replace

from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.label import KINDS, Label, labels_in
from knowledge.text import Facts, Heading, Part, Table, para

MOST_OFFERED = 3
LONGEST_SEARCHED = 600  # characters of a question in which labels are looked for
ROWS = ("proves", "not", "ask_for", "verify", "lasts", "covers")


def named(words: str, ctx: Context) -> list[Label]:
    """The labels that `words` name, by id or by any of their names."""
    known = ctx.library.labels
    alone = known.get(words.strip().casefold())
    return [alone] if alone else labels_in(words[:LONGEST_SEARCHED], known.values())


def cards(found: list[Label], ctx: Context) -> Reply:
    """The label as a card; of several, which one is meant."""
    if len(found) == 1:
        return card(found[0], ctx)
    return ctx.reply("which_label", *((button(label),) for label in found))


def card(label: Label, ctx: Context) -> Reply:
    """Everything about one label, what is not checked among it, and what the law says of asking for it."""
    rows = tuple((ctx.phrase(f"label_{row}"), words) for row in ROWS if (words := _told(label, row, ctx)))
    parts: tuple[Part, ...] = (Heading(label.name), para(_kind(label, ctx)), Facts(rows))
    if label.unverified:
        names = ", ".join(ctx.phrase(f"label_unread_{field}") for field in label.unverified)
        parts = (*parts, ctx.note("label_unverified", names=names))
    return Reply((*parts, ctx.note(f"label_rule_{label.kind}")), (), ctx.cite(*label.sources, *KINDS[label.kind]))


def _kind(label: Label, ctx: Context) -> str:
    return ctx.phrase(f"label_kind_{label.kind}")


def _told(label: Label, row: str, ctx: Context) -> str:
    """The words of one row; how to find out where they have not been read; nothing where there is nothing to say."""
    if row == "covers":
        return ", ".join(ctx.library.areas[area].name.of(ctx.lang).lower() for area in label.covers)
    text = {
        "proves": label.proves,
        "not": label.limits,
        "ask_for": label.ask_for,
        "verify": label.verify,
        "lasts": label.lasts,
    }[row]
    return text.of(ctx.lang) if text else ctx.phrase(f"label_{row}_unread") if row in label.unverified else ""


def every(ctx: Context) -> Reply:
    """All labels by what they are, so that one sees which are none."""
    rows = []
    for kind in KINDS:
        names = sorted((label.name for label in ctx.library.labels.values() if label.kind == kind), key=str.casefold)
        rows.append((ctx.phrase(f"label_kind_{kind}"), ", ".join(names)))
    return Reply((Heading(ctx.phrase("labels_title")), Facts(tuple(rows)), ctx.note("labels_how")))


def compared(found: list[Label], ctx: Context) -> Reply:
    """Labels side by side, a row for each thing one would ask of them."""
    rows = [(ctx.phrase("label_kind"), *(_kind(label, ctx) for label in found))]
    rows += [(ctx.phrase(f"label_{row}"), *(_told(label, row, ctx) or "–" for label in found)) for row in ROWS]
    title = ctx.phrase("labels_compared", names=", ".join(label.short_name for label in found))
    head = ("", *(label.short_name for label in found))
    sources = ctx.cite(*(source for label in found for source in label.sources), "lou 9:14")
    return Reply((Heading(title), Table(head, tuple(rows)), ctx.note("labels_compared_note")), (), sources)


def offered(question: str, answer: Reply, ctx: Context) -> Reply:
    """`answer` with a way to the labels that `question` names."""
    found = named(question, ctx)[:MOST_OFFERED]
    row = [button(label) for label in found]
    if len(found) > 1:
        row.append(ctx.button("compare_button", f"/compare {found[0].id} {found[1].id}"))
    return replace(answer, buttons=(*answer.buttons, tuple(row))) if row else answer


def button(label: Label) -> Button:
    """The button to a label's card."""
    return Button(label.short_name, f"/label {label.id}")


def show(message: Message, ctx: Context) -> Reply:
    """`/label gots`, as a button says it."""
    label = ctx.library.labels.get(message.text)
    return card(label, ctx) if label else ctx.reply("old_button")


def show_compared(message: Message, ctx: Context) -> Reply:
    """`/compare gots fsc`, as a button says it."""
    known = ctx.library.labels
    found = [known[id] for id in message.text.split() if id in known]
    return compared(found, ctx) if len(found) > 1 else ctx.reply("old_button")
