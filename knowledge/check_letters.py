"""What must fit in the templates of letters: names that are known, the same in both languages, lists on their own."""

from collections.abc import Iterator

from knowledge.check_reading import Sound, fault
from knowledge.check_talks import wrong_names
from knowledge.letter import BLOCKS, WORDS, Letter, alone
from knowledge.library import blanks
from knowledge.load import ContentError, suggest
from knowledge.text import LANGUAGES, markdown


def wrong_letters(library: Sound) -> Iterator[ContentError]:
    """Templates that nobody uses or that are missing, and {names} in them that are never filled in."""
    strange = [id for id in library.letters if id not in WORDS]
    for id in strange:
        path = library.shelves.holding("letters.yaml", id)
        yield fault(path, f"no letter is called '{id}'.{suggest(id, WORDS)}", f"{id}:")
    for id in WORDS:
        if not strange and library.unknown("letter", id):
            yield fault(library.shelves.file("letters.yaml"), f"the letter '{id}' is missing")
    for letter in library.letters.values():
        if letter.id in WORDS:
            yield from _wrong_letter(library, letter)


def _wrong_letter(library: Sound, letter: Letter) -> Iterator[ContentError]:
    path = library.shelves.holding("letters.yaml", letter.id)
    for key, text in (("file", letter.file), ("title", letter.title), ("body", letter.body)):
        message = wrong_names(text) or _unknown(letter, blanks(text.sv), in_body=key == "body")
        if message:
            yield fault(path, message, f"{letter.id}:", f"{key}:")
    if not wrong_names(letter.body):
        for message in _not_alone(letter):
            yield fault(path, message, f"{letter.id}:", "body:")


def _unknown(letter: Letter, names: set[str], in_body: bool) -> str:
    known = (*WORDS[letter.id], *(BLOCKS[letter.id] if in_body else ()))
    return "; ".join(f"nothing fills in {{{name}}} here.{suggest(name, known)}" for name in sorted(names - {*known}))


def _not_alone(letter: Letter) -> Iterator[str]:
    """Lists and tables that stand in the middle of a line."""
    for lang in LANGUAGES:
        standing = {alone(part) for part in markdown(letter.body.of(lang))}
        for name in sorted(blanks(letter.body.of(lang)) & {*BLOCKS[letter.id]} - standing):
            yield f"{{{name}}} is a list or a table: give it a paragraph of its own ({lang})"
