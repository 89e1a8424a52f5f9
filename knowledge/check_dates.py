"""What must fit in the days from which acts apply."""

from collections.abc import Iterator

from knowledge.check_answers import wrong_references
from knowledge.check_reading import Sound, fault
from knowledge.load import ContentError


def wrong_dates(library: Sound) -> Iterator[ContentError]:
    """Faults in acts and their days."""
    for act in library.acts.values():
        path = library.shelves.holding("dates.yaml", act.id)
        at = f"{act.id}:"
        yield from wrong_references(library, path, act.sources, at, "sources:")
        if message := library.unknown("topic", act.topic):
            yield fault(path, message, at, "topic:")
        if not act.sources:
            yield fault(path, "'sources' is empty: name where the day was read", at)
        days = [applies.starts for applies in act.dates]
        if days != sorted(days):
            yield fault(path, "the days should stand in order, the earliest first", at, "dates:")
        if act.review_by <= act.reviewed:
            yield fault(path, "'review_by' should be after 'reviewed'", at, "review_by:")
