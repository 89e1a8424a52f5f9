"""How likely an answer is right, from what the search saw: two logistic functions, fitted to questions it had not seen.

`score`: how much of what was said the topic meets; `ahead`: how far it is before the next one (below 0: behind the
first); `words`: how many concepts the question has; `told`: how much its words tell of a matter.
"""

import math

# Fitted to questions that were not among the ways of asking then: 969 by one author, 480 by others, 156 of these about
# nothing of ours. FIRST leans to the others, who are more like the people who ask.
FIRST = {"base": -5.3, "score": 3.0, "ahead": 3.6, "words": 0.63, "told": 0.07}
ANY = {"base": -6.6, "score": 5.1, "words": 0.75, "told": 0.17}
FLOOR = 0.5  # below it none of three answers is likely to be right, and Duly says that it does not know


def first_right(score: float, ahead: float, words: int, told: float) -> float:
    """How likely this topic is a right one (0..1)."""
    said = FIRST["score"] * score + FIRST["ahead"] * ahead + FIRST["words"] * math.log1p(words) + FIRST["told"] * told
    return _logistic(FIRST["base"] + said)


def answered(score: float, words: int, told: float) -> float:
    """How likely one of the first three topics is right (0..1), the best of which has this score."""
    return _logistic(ANY["base"] + ANY["score"] * score + ANY["words"] * math.log1p(words) + ANY["told"] * told)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
