"""How often something is killed: seldom in each run of the tests, DULY_KILLS=1000 times before a release."""

import os


def kills(usual: int) -> int:
    """`usual`, or as many as the environment asks for."""
    return int(os.environ.get("DULY_KILLS", "0")) or usual
