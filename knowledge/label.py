"""Labels and standards: what each is, what it proves, what it does not, and which document to ask for.

What nobody has read stands under `unverified` and is not stated; whoever asks is told how to find out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.load import Fields
from knowledge.text import Text
from knowledge.words import bare, tokens

KINDS: Mapping[str, tuple[str, ...]] = {  # what it is -> the law on asking for it
    "product_label": ("lou 9:13-15",),
    "site_certificate": ("lou 9:9-11",),
    "management_system": ("lou 15:14-15",),
    "audit_report": ("lou 17:1",),
    "membership": ("lou 14:1", "lou 17:1"),
    "programme": ("lou 9:1",),
    "guidance": (),
}
MAY_BE_UNREAD = ("kind", "covers", "proves", "verify", "lasts")


@dataclass(frozen=True, slots=True)
class Label:
    """`words` are other names for it, `covers` the risk areas it gives proof about, `limits` what it does not prove.

    `verify` is where it is looked up and `lasts` how long it holds; None when that is unread or there is nothing.
    """

    id: str
    name: str
    words: tuple[str, ...]
    kind: str
    covers: tuple[str, ...]
    proves: Text
    limits: Text
    ask_for: Text
    verify: Text | None
    lasts: Text | None
    unverified: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: date
    review_by: date
    owner: str

    @property
    def verified(self) -> bool:
        """Whether what it proves was read in a source."""
        return "proves" not in self.unverified

    @property
    def short_name(self) -> str:
        """The name without what stands in brackets after it."""
        return self.name.partition(" (")[0]


def label_from(id: str, fields: Fields) -> Label:
    """One entry of labels.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    label = Label(
        id,
        fields.words("name"),
        fields.list("words"),
        fields.one_of("kind", KINDS),
        fields.list("covers"),
        fields.text("proves"),
        fields.text("not"),
        fields.text("ask_for"),
        fields.optional_text("verify"),
        fields.optional_text("lasts"),
        fields.list("unverified"),
        fields.list("sources"),
        fields.day("reviewed"),
        fields.day("review_by"),
        fields.words("owner"),
    )
    fields.done()
    return label


def labels_in(words: str, labels: Iterable[Label]) -> list[Label]:
    """The labels that `words` name, in that order; of "OEKO-TEX STeP" the one so called, and not every OEKO-TEX."""
    said = _words(words)
    found = [(*place, label) for label in labels if (place := _place(label, said))]
    inner = [a for a in found if any(b[0] <= a[0] and a[1] <= b[1] and b[1] - b[0] > a[1] - a[0] for b in found)]
    return [each[2] for each in sorted(found, key=lambda each: each[0]) if each not in inner]


def _place(label: Label, said: list[str]) -> tuple[int, int] | None:
    """Where the longest of the label's names stands in what was said: from word to word."""
    names = [_words(name) for name in (label.short_name, *label.words)]
    found = [
        (at, at + len(name)) for name in names if name for at in range(len(said)) if said[at : at + len(name)] == name
    ]
    return max(found, key=lambda place: place[1] - place[0], default=None)


def _words(text: str) -> list[str]:
    return [bare(word) for word in tokens(text)]
