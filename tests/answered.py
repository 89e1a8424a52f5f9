"""A supplier that answers: rows as the form on the web writes them, and answers of several kinds."""

from datetime import date

from storage import self_assessments, suppliers
from storage.database import write

from .conftest import MONDAY

GOOD = {
    "scope": "Svaren gäller bryggkaffe och espresso i avtalet, odlat i Brasilien och rostat i Gävle.",
    "policy": "yes",
    "policy_adopted": "Styrelsen antog policyn, senast ändrad 2026-03-12",
    "policy_public": "https://nordkaffe.example/policy",
    "passed_on": "Uppförandekoden ingår i alla avtal och våra två exportörer har skrivit under den.",
    "responsible": "Inköpschefen är ansvarig och rapporterar till ledningen varje kvartal enligt beslut.",
    "chain": "Odling och torkning i Brasilien, rosteri i Sverige. Vi vet inte vilka säsongsarbetare gårdarna anlitar.",
    "risk_analysis": "Analysen är från september 2026 och visar risk för låga löner på gårdarna. Vi har höjt priset.",
    "follow_up": "Vi har besökt båda exportörerna under året och gått igenom löner och arbetstid utan brister.",
    "deviations": "no",
    "deviations_found": "Arbetare når en telefonlinje på portugisiska som vi svarar på inom två dagar.",
    "deviation_routine": "Rutinen skiljer på allvar och gäller både oss och kedjan, se bilagan för varje steg.",
    "lacking": "Lönekartläggning hos en gård, klart i juni 2027.",
}
FILES = ("policy", "passed_on", "responsible", "risk_analysis", "follow_up", "deviation_routine")
OLD_POLICY = {**GOOD, "policy_adopted": "Styrelsen, 2019"}
ONLY_YES = {
    "scope": "Ja",
    "policy": "yes",
    "policy_adopted": "Ja",
    "policy_public": "Ja",
    "passed_on": "Ja, absolut",
    "responsible": "Ja",
    "chain": "Ja",
    "risk_analysis": "Ja, det gör vi",
    "follow_up": "Ja",
    "deviations": "no",
    "deviations_found": "Ja",
    "deviation_routine": "Ja",
}


def asked(asa, name="Nordkaffe AB", lang="sv", contract="2025-114", due=date(2027, 3, 31), item=None):
    """A self-assessment that a supplier was asked for; its id."""
    with write(asa.service.db):
        known = suppliers.named(asa.service.db, name)
        supplier = known.id if known else suppliers.add(asa.service.db, name, MONDAY)
        return self_assessments.add(asa.service.db, supplier, contract, item, lang, due, "asa", asa.clock.now)


def send_in(asa, id, answers=GOOD, files=FILES):
    """The supplier's answers as rows, sent in."""
    db, now = asa.service.db, asa.clock.now.isoformat()
    with write(db):
        one = self_assessments.find(db, id)
        for question, answer in answers.items():
            db.conn.execute(
                "insert into form_answers values (?, ?, ?, ?, ?, ?)", (id, one.round, question, answer, now, now)
            )
        for question in files:
            db.conn.execute(
                """insert into form_files (assessment, round, question, name, kind, path, sha256, size, created_at)
                values (?, ?, ?, ?, 'pdf', ?, 'x', 2048, ?)""",
                (id, one.round, question, f"{question}.pdf", f"{question}-{id}", now),
            )
        assert self_assessments.submit(db, one, f"R{id}", "Hållbarhetschef", asa.clock.now)


def judge_all(asa, id, other=None):
    """Every routine judged as it is sorted, or as `other` says (routine to outcome); the last answer."""
    said = None
    for routine in ("policy", "passing_on", "responsibility", "risk", "follow_up", "deviations"):
        version = self_assessments.find(asa.service.db, id).version
        outcome = (other or {}).get(routine, "met")
        asa.say(f"/judge-other {id} {version} {routine}")
        asa.say(outcome)
        said = asa.say(f"skäl för {routine}")
    return said
