"""Labels and standards: what each is, what it proves, what it does not, and which document to ask for.

What nobody has read stands under `unverified` and is not stated; whoever asks is told how to find out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.load import Fields
from knowledge.naming import named_in
from knowledge.text import Text

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
    """The labels that `words` name, in that order."""
    return named_in(words, ((label, (label.short_name, *label.words)) for label in labels))
