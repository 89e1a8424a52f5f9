"""`python -m bench [--json] [--quick] [PART]…` measures speed, `python -m bench quality [--json] [FILE]…` answers."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.table import PARTS, as_json, run, table

USAGE = f"python -m bench [--json] [--quick] [{'|'.join(PARTS)}], or: python -m bench quality [--json] [FILE]…"


def main(words: list[str]) -> None:
    """Measure and print."""
    if words[:1] == ["quality"]:
        quality(words[1:])
        return
    unknown = set(words) - {"--json", "--quick", *PARTS}
    if unknown:
        sys.exit(f"Unknown: {' '.join(sorted(unknown))}. Write: {USAGE}")
    rows = run("--quick" in words, [name for name in PARTS if name in words])
    print(as_json(rows) if "--json" in words else table(rows))


def quality(words: list[str]) -> None:
    """Ask the questions of these files and print how well they were answered."""
    from bench.quality import as_text, measure  # bm25s and tantivy take a second to load

    measured = measure([Path(word) for word in words if word != "--json"])
    print(json.dumps(asdict(measured), ensure_ascii=False) if "--json" in words else as_text(measured))


main(sys.argv[1:])
