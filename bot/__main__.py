"""Where the program begins: errors become one line that says what to do, and an exit code that scripts can use."""

import os
import sys

from bot.config import Misconfigured

REFUSED, CONFIGURATION = 1, 78


def main() -> None:
    """Run `duly`; 1 for a refusal, 2 for wrong usage, 78 for configuration."""
    try:
        from bot.cli import duly

        duly(prog_name="duly")
    except Misconfigured as error:
        _end(str(error), CONFIGURATION)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody listens any more
    except Exception as error:
        if os.environ.get("DULY_DEBUG") == "1":
            raise
        _end(*_in_words(error))


def _in_words(error: Exception) -> tuple[str, int]:
    from knowledge.load import ContentError
    from storage.database import Refused

    if isinstance(error, Refused):
        return str(error), CONFIGURATION
    if isinstance(error, (ContentError, OSError)):
        return str(error), REFUSED
    return f"Something went wrong ({type(error).__name__}). Run again with DULY_DEBUG=1 to see where.", REFUSED


def _end(words: str, code: int) -> None:
    print(words, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
