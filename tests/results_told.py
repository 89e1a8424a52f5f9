"""What tests of results between authorities share: keys, a result, and a signed file of it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from handlers.result_file import signed

from .conftest import MONDAY

TODAY = MONDAY.date()
NUMBER = "556036-0793"
NORDKAFFE = ("Nordkaffe AB", NUMBER)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def a_result(**changed):
    """A result as any authority may tell it."""
    term = {"id": "ilo-basic", "title": "ILO", "version": "1", "wording": "a" * 16}
    check = {
        "method": "site_audit",
        "subject": "besök på rosteriet",
        "done_on": "2026-10-12",
        "where": None,
        "outcome": "met",
        "verdict": "Lönelistor visades för alla.",
        "terms": [term],
    }
    return {
        "organisation": "Region Skåne",
        "issued_on": "2026-11-20",
        "reuse_months": 36,
        "supplier": {"name": "Nordkaffe AB", "number": NUMBER},
        "contract": None,
        "checks": [check],
        "deviations": [
            {"class": "minor", "state": "closed", "found_on": "2026-10-12", "closed_on": "2026-10-30", "days": 18}
        ],
        **changed,
    }


FILE = signed(a_result(), KEY)


def check(**changed):
    return [{**a_result()["checks"][0], **changed}]
