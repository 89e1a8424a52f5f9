"""What Slack allows, as tables: how much, which blocks where, and which keys each may have."""

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TEXT_OVER_ALL_BLOCKS = 13_000  # seen at some 13,200; varies with the content
TABLE_CHARACTERS = 10_000
VIEW_BYTES = 250_000
VIEW_ERROR = "invalid_arguments"  # the word views.* use where chat.* say invalid_blocks

ON_MESSAGE = {
    "actions",
    "card",
    "carousel",
    "container",
    "context",
    "context_actions",
    "data_table",
    "data_visualization",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "markdown",
    "plan",
    "rich_text",
    "section",
    "table",
    "task_card",
    "video",
}
ON_MODAL = {
    "actions",
    "alert",
    "card",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "video",
}
ON_HOME = {
    "actions",
    "card",
    "carousel",
    "container",
    "context",
    "data_table",
    "data_visualization",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
}
SURFACES = {"message": ON_MESSAGE, "modal": ON_MODAL, "home": ON_HOME}

BLOCK_KEYS = {  # a type that is not here is let through unread
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "table": {"rows", "column_settings"},
    "rich_text": {"elements"},
    "markdown": {"text"},
}
_SELECT = {"placeholder", "confirm", "focus_on_load"}
_OPTIONS = _SELECT | {"options", "option_groups"}
_TYPED = {"placeholder", "initial_value", "focus_on_load", "dispatch_action_config"}
_LETTERS = _TYPED | {"min_length", "max_length"}
ELEMENT_KEYS = {
    "button": {
        "text",
        "value",
        "url",
        "style",
        "confirm",
        "accessibility_label",
        "agent_prompt",
        "visible_to_user_ids",
    },
    "static_select": _OPTIONS | {"initial_option"},
    "multi_static_select": _OPTIONS | {"initial_options", "max_selected_items"},
    "radio_buttons": {"options", "initial_option", "confirm", "focus_on_load"},
    "checkboxes": {"options", "initial_options", "confirm", "focus_on_load"},
    "overflow": {"options", "confirm"},
    "datepicker": _SELECT | {"initial_date"},
    "timepicker": _SELECT | {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time", "confirm", "focus_on_load"},
    "users_select": _SELECT | {"initial_user"},
    "channels_select": _SELECT | {"initial_channel", "response_url_enabled"},
    "conversations_select": _SELECT
    | {"initial_conversation", "default_to_current_conversation", "filter", "response_url_enabled"},
    "multi_users_select": _SELECT | {"initial_users", "max_selected_items"},
    "plain_text_input": _LETTERS | {"multiline"},
    "number_input": _TYPED | {"is_decimal_allowed", "min_value", "max_value"},
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "file_input": {"filetypes", "max_files"},
    "image": {"image_url", "slack_file", "alt_text"},
}
_PICKERS = {"datepicker", "timepicker"}
_SELECTS = {"static_select", "users_select", "channels_select", "conversations_select"}
_MULTI = {"multi_static_select", "multi_users_select"}
CHOICES = {"radio_buttons", "checkboxes"}
_TYPING = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input"}
IN_ACTIONS = {"button", "overflow", "datetimepicker"} | _PICKERS | _SELECTS | CHOICES
IN_ACCESSORY = {"button", "overflow", "image"} | _PICKERS | _SELECTS | _MULTI | CHOICES
IN_INPUT = {"datetimepicker"} | _PICKERS | _SELECTS | _MULTI | CHOICES | _TYPING
OPTION_LIMITS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}

VIEW_KEYS = {
    "modal": {
        "type",
        "title",
        "blocks",
        "submit",
        "close",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
        "submit_disabled",
    },
    "home": {"type", "blocks", "private_metadata", "callback_id", "external_id"},
}
