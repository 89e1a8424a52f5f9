"""What a platform takes at most, in characters where nothing else is said; each group with the page it comes from.

Slack counts Unicode code points. Where a number is ours and not the platform's, the comment says why.
"""

from typing import Final

# https://docs.slack.dev/reference/block-kit/blocks
SLACK_BLOCKS: Final = 45  # of 50: room for what `settled` and a sender may add
SLACK_HOME_BLOCKS: Final = 100
# Undocumented: https://github.com/slackapi/bolt-js/issues/2509 saw `msg_blocks_too_long` at about 13,200
SLACK_MESSAGE: Final = 10_500

# https://docs.slack.dev/reference/methods/chat.postMessage
SLACK_FALLBACK: Final = 3_000  # 4,000 are advised and 40,000 taken; nobody listens to more than this

# https://docs.slack.dev/reference/block-kit/composition-objects/text-object
SLACK_TEXT: Final = 2_900  # of 3,000; no limit is given for rich text, so it keeps to this one too

# https://docs.slack.dev/reference/block-kit/blocks/header-block
SLACK_HEADER: Final = 150

# https://docs.slack.dev/reference/block-kit/blocks/context-block
SLACK_CONTEXT_ELEMENTS: Final = 10
SLACK_CONTEXT_ALT: Final = 300  # ours: small grey print is for a line or two

# https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
SLACK_LIST_ITEMS: Final = 100  # ours: none is given
SLACK_LINK: Final = 3_000

# https://docs.slack.dev/reference/block-kit/blocks/table-block
SLACK_TABLE_ROWS: Final = 100  # the head is one of them
SLACK_TABLE_COLUMNS: Final = 20
SLACK_TABLE: Final = 9_000  # over all cells; about 10,000 are taken
SLACK_TABLES: Final = 1  # a message; more are answered with `invalid_attachments`

# https://docs.slack.dev/reference/block-kit/blocks/actions-block
SLACK_ACTIONS: Final = 5  # of 25: more in a block than a reader takes in
SLACK_ROWS: Final = 5  # ours: blocks of buttons that may keep their rows; more are filled up

# https://docs.slack.dev/reference/block-kit/block-elements/button-element
SLACK_LABEL: Final = 75
SLACK_VALUE: Final = 2_000
SLACK_ACTION_ID: Final = 255

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
SLACK_OPTIONS: Final = 100
SLACK_OPTION_TEXT: Final = 75
SLACK_OPTION_VALUE: Final = 75  # 150 in newer pages, 75 in older types
SLACK_PLACEHOLDER: Final = 150
SLACK_MENU_FROM: Final = 6  # ours: as many answers to one question become a menu

# https://core.telegram.org/bots/api#sendmessage, #sendphoto, #inlinekeyboardbutton
# counted in UTF-16 units once marks are read; a little room is left
TELEGRAM_TEXT: Final = 4_000  # of 4,096
TELEGRAM_CAPTION: Final = 1_000  # of 1,024
TELEGRAM_ENTITIES: Final = 90  # of 100 marks in a message
TELEGRAM_LABEL: Final = 64  # ours: more is not read on a phone
TELEGRAM_BUTTONS: Final = 24  # ours: about 100 are given, but what counts is how long they are together
TELEGRAM_PAGE: Final = 8  # ours: answers to one question that are shown at once
TELEGRAM_TABLE: Final = 34  # ours: columns of a phone
TELEGRAM_LONG: Final = 1_200  # ours: what is longer is short first
TELEGRAM_SHORT: Final = 350  # ours: so much is shown at least
TELEGRAM_SHORT_MOST: Final = 900  # ours: and no more than this, where a block ends earlier
TELEGRAM_HIDDEN: Final = 300  # ours: less is not worth a press
TELEGRAM_CALLBACK: Final = 64  # bytes of UTF-8
