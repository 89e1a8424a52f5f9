"""Where the program begins: errors become one line that says what to do, and an exit code that scripts can use."""

import io
import os
import sys

import click

from bot.config import Misconfigured

REFUSED, CONFIGURATION = 1, 78


def main() -> None:
    """Run `duly`; 1 for a refusal, 2 for wrong usage, 78 for configuration."""
    _forgive_letters()
    try:
        from bot.cli import duly

        sys.exit(duly(prog_name="duly", standalone_mode=False))
    except Misconfigured as error:
        _end(str(error), CONFIGURATION)
    except click.exceptions.NoArgsIsHelpError as error:
        _end(error.format_message(), error.exit_code)
    except click.ClickException as error:
        _end(f"{error.format_message()}{_example(error)}", error.exit_code)
    except click.Abort:
        _end("Interrupted.", REFUSED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody listens any more
    except Exception as error:
        if os.environ.get("DULY_DEBUG") == "1":
            raise
        _end(*_in_words(error))


def _forgive_letters() -> None:
    """A letter that a stream cannot hold becomes a question mark; it ends no talk."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _example(error: click.ClickException) -> str:
    """The example of the command that was used wrongly, or where to look."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return ""
    return f" {error.ctx.command.epilog or f'See {error.ctx.command_path} --help.'}"


def _in_words(error: Exception) -> tuple[str, int]:
    from knowledge.load import ContentError
    from storage.database import Refused

    if isinstance(error, Refused):
        return str(error), CONFIGURATION
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Check the path and its permissions.", REFUSED
    if isinstance(error, (ContentError, OSError)):
        return str(error), REFUSED
    return f"Something went wrong ({type(error).__name__}). Run again with DULY_DEBUG=1 to see where.", REFUSED


def _end(words: str, code: int) -> None:
    print(words, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
