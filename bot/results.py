"""What `duly results` does: our key, whose files we take in, a file written and signed, a file read and kept."""

from pathlib import Path

from bot import disk, secret
from bot.config import Settings
from bot.opening import Refusal
from bot.service import Service
from handlers import result_file, results
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Place
from handlers.result_file import LONGEST_NAME, MOST_BYTES, Envelope, NotAccepted
from handlers.results import Gathered
from storage import audit, authorities, contracts, imported_results, suppliers
from storage.authorities import Authority
from storage.people import Person

TERMINAL = Place("terminal")


def context(service: Service, lang: str) -> Context:
    """A context that only reads, in the language that is asked for."""
    return service.context_of(Person("", "", lang, "reader"), TERMINAL)


# Keys.


def own_key(settings: Settings) -> str:
    """Our public key, made with the private one when there is none yet."""
    return result_file.key_text(secret.key(settings).public_key().public_bytes_raw())


def key_in(given: str, ctx: Context) -> str:
    """The public key that is written out, or that stands in a file: a line of text, or a signed result.

    Raises:
        Refusal: there is none.
    """
    path = Path(given)
    try:
        words = _bytes(path).decode("utf-8", "replace").strip() if len(given) < 1_000 and path.is_file() else given
        return _key_of(words, ctx)
    except NotAccepted as why:
        raise refused(why, ctx) from None


def _key_of(words: str, ctx: Context) -> str:
    if words.startswith("{"):
        return result_file.read(f"{words}\n".encode(), ctx.today).key
    key = words.split()[-1] if words.split() else ""
    result_file.key_bytes(key)
    return key


def trust(service: Service, key: str, name: str, by: Person, ctx: Context) -> None:
    """Take in files with this key from now on.

    Raises:
        Refusal: it is trusted already, or no name is left of what was given.
    """
    called = clean(name)[:LONGEST_NAME].strip()
    if not called:
        raise Refusal(ctx.phrase("authority_no_name"))
    if known := authorities.with_key(service.db, key):
        raise Refusal(ctx.phrase("authority_known", name=known.name))
    now = service.now()
    id = authorities.add(service.db, called, key, by.id, now)
    audit.append(service.db, by.id, "trusted", f"authorities:{id}", now, {"fingerprint": result_file.fingerprint(key)})


def named(service: Service, name: str, ctx: Context) -> Authority:
    """The trusted authority with this name, or with this fingerprint.

    Raises:
        Refusal: none has, or several have.
    """
    said = clean(name).casefold()
    every = authorities.trusted(service.db)
    found = [each for each in every if said in (each.name.casefold(), result_file.fingerprint(each.key).casefold())]
    if len(found) == 1:
        return found[0]
    raise Refusal(ctx.phrase("authority_several" if found else "authority_unknown", name=clean(name)))


def distrust(service: Service, found: Authority, by: Person) -> None:
    """Take in no more files with its key; what came before is not shown any more."""
    now = service.now()
    authorities.revoke(service.db, found.id, now)
    audit.append(service.db, by.id, "distrusted", f"authorities:{found.id}", now)


# Out.


def gathered(service: Service, supplier: str, contract: str | None, with_words: bool, ctx: Context) -> Gathered:
    """What a file about the supplier would hold.

    Raises:
        Refusal: the supplier or the contract is not known, there is nothing to tell, or we have no name.
    """
    if not ctx.web.organisation:
        raise Refusal(ctx.phrase("result_no_organisation"))
    known = suppliers.named(service.db, supplier) or suppliers.numbered(service.db, supplier)
    if known is None:
        raise Refusal(ctx.phrase("result_no_supplier", name=clean(supplier)))
    agreed = contracts.numbered(service.db, contract) if contract else None
    if contract and (agreed is None or agreed.supplier != known.id):
        raise Refusal(ctx.phrase("result_other_contract", number=clean(contract), supplier=known.name))
    try:
        return results.gathered(known, agreed, with_words, ctx)
    except NotAccepted as why:
        raise refused(why, ctx) from None


def write(service: Service, settings: Settings, told: Gathered, path: Path, by: Person, ctx: Context) -> str:
    """Sign the file, read it as a stranger would, and write it; the fingerprint of our key.

    Raises:
        Refusal: the file cannot be written, or nobody would take it in.
    """
    data = result_file.signed(told.result, secret.key(settings))
    try:
        signed = result_file.read(data, ctx.today)
        with disk.ours(path, disk.AGAIN) as file:
            file.write(data)
    except NotAccepted as why:
        raise refused(why, ctx) from None
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    about = told.result["supplier"]["number"] or told.result["supplier"]["name"]
    audit.append(service.db, by.id, "shared", f"results:{signed.hash}", service.now(), {"supplier": about})
    return result_file.fingerprint(signed.key)


# In.


def read(service: Service, path: Path, ctx: Context) -> tuple[Envelope, Authority]:
    """What the file tells, and who signed it.

    Raises:
        Refusal: the file is changed, too old or no such file, or nobody whom we trust signed it.
    """
    try:
        found = result_file.read(_bytes(path), ctx.today)
    except NotAccepted as why:
        raise refused(why, ctx) from None
    signer = authorities.with_key(service.db, found.key)
    if signer is None:
        words = {"organisation": found.result["organisation"], "fingerprint": result_file.fingerprint(found.key)}
        raise Refusal(ctx.phrase("result_unknown_key", **words))
    return found, signer


def keep(service: Service, found: Envelope, signer: Authority, by: Person) -> bool:
    """Keep what came; False when it came before."""
    supplier, now = found.result["supplier"], service.now()
    told = supplier["number"], supplier["name"], found.result, found.done_on
    id = imported_results.add(service.db, found.hash, signer.id, *told, by.id, now)
    if id:
        audit.append(service.db, by.id, "imported", f"imported_results:{id}", now, {"hash": found.hash})
    return id is not None


def _bytes(path: Path) -> bytes:
    """What the file holds, as far as a result may go and one more."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None


def refused(why: NotAccepted, ctx: Context) -> Refusal:
    """Why a file is not taken in, in words."""
    return Refusal(ctx.phrase(why.phrase, **why.words))
