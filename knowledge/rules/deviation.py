"""What the class of a deviation asks for. Zero tolerance is closed by two different officers, never by one."""

ZERO = "zero_tolerance"


def needs_two(kind: str | None) -> bool:
    """Whether closing takes a second officer."""
    return kind == ZERO


def may_close(kind: str | None, proposed_by: str | None, closing: str) -> bool:
    """Whether `closing` may close it now; `proposed_by` said before that it is remedied, or None."""
    if kind is None:
        return False  # a person decides the class first
    return not needs_two(kind) or (proposed_by is not None and proposed_by != closing)
