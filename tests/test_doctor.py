"""`duly doctor`: each line OK or what to do."""

from dataclasses import replace

import pytest

from bot.config import Settings, SlackSettings, TelegramSettings, read_settings
from bot.doctor import findings
from bot.slack_manifest import SCOPES
from storage.database import open_database

from .conftest import STOCKHOLM
from .fakes.bot_api import FakeTelegram
from .fakes.workspace import FakeSlack
from .telegram_life import telegram


@pytest.fixture
def slack():
    with FakeSlack() as slack:
        slack.scopes = ",".join(SCOPES)
        yield slack


@pytest.fixture
def settings(tmp_path, slack) -> Settings:
    path = tmp_path / "duly.db"
    open_database(str(path)).conn.close()
    path.chmod(0o600)
    return Settings(
        str(path), STOCKHOLM, "sv", slack=SlackSettings(slack.bot_token, slack.app_token, api_url=slack.url)
    )


TOKEN = FakeTelegram.token


def faults(settings, library) -> dict[str, str]:
    return {found.what: found.fault for found in findings(settings, library) if not found.ok}


def test_all_is_well(settings, library):
    assert faults(settings, library) == {}
    assert all(found.line.startswith(f"{found.what}: OK") for found in findings(settings, library))


def test_a_wrong_token_a_lacking_scope_and_a_wrong_socket_token_are_told(settings, library, slack):
    slack.scopes = "chat:write"
    assert "users:read" in faults(settings, library)["Slack scopes"]
    assert settings.slack is not None
    wrong = replace(settings, slack=replace(settings.slack, app_token="xapp-wrong"))
    assert "SLACK_APP_TOKEN" in faults(wrong, library)["Slack socket"]
    slack.revoke()
    assert "invalid_auth" in faults(settings, library)["Slack token"]


def test_a_database_that_others_may_read_and_one_that_is_broken_are_told(settings, library, tmp_path):
    (tmp_path / "duly.db").chmod(0o644)
    assert "chmod 600" in faults(settings, library)["access"]
    (tmp_path / "duly.db").write_bytes(b"no database" * 100)
    assert "not a database" in faults(settings, library)["database"]


def test_telegram_is_looked_at_too(settings, library):
    with telegram() as fake:
        both = replace(settings, telegram=TelegramSettings(fake.token, api_url=fake.url))
        assert faults(both, library) == {}
        wrong = replace(settings, telegram=TelegramSettings("1:" + "x" * 35, api_url=fake.url))
        assert "TELEGRAM_BOT_TOKEN" in faults(wrong, library)["Telegram token"]
    away = faults(both, library)["Telegram token"]

    assert "out of reach" in away
    assert TOKEN not in str(findings(both, library))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is no bot token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is no app-level token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, "both set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_TEAMS": "kommun"}, "no workspace id"),
        ({"TELEGRAM_BOT_TOKEN": "xoxb-1"}, "TELEGRAM_BOT_TOKEN is no token of a bot"),
        ({"TELEGRAM_WEBHOOK_SECRET": "s" * 16}, "TELEGRAM_BOT_TOKEN is not set"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "short"}, "TELEGRAM_WEBHOOK_SECRET has to be"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "s" * 16}, "DULY_PUBLIC_URL is not set"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "https://x.example/"}, "TELEGRAM_API_URL"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://evil.example/bot"}, "TELEGRAM_API_URL"),
        ({"SLACK_API_URL": "http://evil.example/"}, "SLACK_API_URL"),
        ({"DULY_PORT": "80 80"}, "DULY_PORT"),
        ({"DULY_PORT": "0"}, "DULY_PORT"),
    ],
)
def test_half_a_set_of_settings_is_refused(given, told, tmp_path):
    from bot.config import Misconfigured

    with pytest.raises(Misconfigured, match=told):
        read_settings({"DULY_DATABASE": str(tmp_path / "d.db"), **given})


def test_no_secret_shows_when_settings_are_printed(settings):
    assert "xoxb" not in repr(settings)
    assert "xapp" not in repr(settings)
