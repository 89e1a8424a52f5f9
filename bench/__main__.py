"""`python -m bench [--json] [--quick] [messages|start|questions|purchases]…`, or `python -m bench quality [FILE]…`"""

import sys
from pathlib import Path

from bench.table import PARTS, as_json, run, table

USAGE = f"python -m bench [--json] [--quick] [{'|'.join(PARTS)}], or: python -m bench quality [FILE]…"


def main(words: list[str]) -> None:
    """Measure and print."""
    if words[:1] == ["quality"]:
        from bench.quality import report

        print(report([Path(word) for word in words[1:]]))
        return
    unknown = set(words) - {"--json", "--quick", *PARTS}
    if unknown:
        sys.exit(f"Unknown: {' '.join(sorted(unknown))}. Write: {USAGE}")
    rows = run("--quick" in words, [name for name in PARTS if name in words])
    print(as_json(rows) if "--json" in words else table(rows))


main(sys.argv[1:])
