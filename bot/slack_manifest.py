"""The app manifest that an administrator pastes into Slack: what Duly listens to, and no scope that it does not use."""

from typing import Any

from knowledge.library import Library

SCOPES = {  # scope: what it is used for
    "app_mentions:read": "questions in channels",
    "channels:history": "finding out whether an answer in a channel arrived, after a broken connection",
    "channels:read": "whether a channel is shared with another organisation",
    "chat:write": "answers and reminders",
    "commands": "/duly and the shortcuts",
    "files:read": "photos and documents that are sent to Duly in private",
    "files:write": "the risk matrix as a picture, wording as a Word file",
    "groups:history": "as channels:history, for private channels",
    "groups:read": "as channels:read, for private channels",
    "im:history": "direct messages to Duly",
    "im:write": "reminders, and answers in private",
    "users:read": "name, language, and who is a guest",
}
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked", "user_change")
PATH = "/slack/events"


def manifest(library: Library, lang: str, url: str) -> dict[str, Any]:
    """The manifest in `lang`; for HTTP at `url`, for Socket Mode without it."""

    def words(id: str) -> str:
        return library.phrase(f"slack_{id}", lang)

    address = f"{url.rstrip('/')}{PATH}" if url else ""
    at = {"request_url": address} if address else {}
    command = {"command": "/duly", "description": words("command"), "usage_hint": words("hint"), "should_escape": False}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Duly",
            "description": words("description"),
            "long_description": words("long_description"),
            "background_color": "#1d3c5a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "duly", "always_online": True},
            "shortcuts": [
                {
                    "name": words("shortcut_risk"),
                    "type": "global",
                    "callback_id": "risk",
                    "description": words("shortcut_risk_about"),
                },
                {
                    "name": words("shortcut_follow_up"),
                    "type": "message",
                    "callback_id": "follow_up",
                    "description": words("shortcut_follow_up_about"),
                },
            ],
            "slash_commands": [{**command, "url": address} if address else command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **at},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }
