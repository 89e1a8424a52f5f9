"""`python -m bench [--json] [--quick] [messages|start|questions]…`"""

import sys

from bench.table import PARTS, as_json, run, table


def main(words: list[str]) -> None:
    """Measure and print."""
    unknown = set(words) - {"--json", "--quick", *PARTS}
    if unknown:
        sys.exit(f"Unknown: {' '.join(sorted(unknown))}. Write: python -m bench [--json] [--quick] [{'|'.join(PARTS)}]")
    rows = run("--quick" in words, [name for name in PARTS if name in words])
    print(as_json(rows) if "--json" in words else table(rows))


main(sys.argv[1:])
