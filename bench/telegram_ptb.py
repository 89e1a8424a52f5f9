"""python-telegram-bot as its guide shows it: a ConversationHandler with PicklePersistence that answers each message."""

import os
from pathlib import Path

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

ASKING = 0


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep what was said, and ask the next question."""
    assert update.message is not None  # the filters see to it
    assert context.user_data is not None
    context.user_data.setdefault("answers", []).append(update.message.text)
    await update.message.reply_text(f"{len(context.user_data['answers'])}. Nästa fråga?")
    return ASKING


def main() -> None:
    store = PicklePersistence(Path(os.environ["BENCH_STORE"]))
    app: Application = (  # type: ignore[type-arg]
        ApplicationBuilder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(os.environ["TELEGRAM_API_URL"])
        .persistence(store)
        .build()
    )
    said = MessageHandler(filters.TEXT & ~filters.COMMAND, answer)
    talk = ConversationHandler(
        [said], {ASKING: [said]}, [CommandHandler("cancel", answer)], name="talk", persistent=True
    )
    app.add_handler(talk)
    app.run_polling(poll_interval=0.0, timeout=2)


if __name__ == "__main__":
    main()
