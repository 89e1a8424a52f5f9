"""What the class of a deviation asks of those who close it.

Source: Duly's own rule, as the classes are (content/deviations.yaml): what is gravest is not
closed by one person alone.
"""

TO_CLOSE: dict[str, int] = {  # class -> how many different officers it takes, the lightest first
    "observation": 1,
    "minor": 1,
    "major": 1,
    "zero_tolerance": 2,
}


def needs_two(kind: str) -> bool:
    """Whether a deviation of this class takes two different officers to close."""
    return TO_CLOSE.get(kind, 1) > 1


def may_confirm(proposed_by: str | None, person: str) -> bool:
    """Whether `person` may confirm what `proposed_by` holds to be remedied."""
    return proposed_by is not None and proposed_by != person
