"""An organisation's own content: a directory to begin with."""

import shutil
from pathlib import Path

import knowledge

START = Path(knowledge.__file__).parent / "start"


def begin(directory: Path) -> bool:
    """Write a directory that is sound and says how to go on; False when there is something in it already."""
    if directory.exists() and any(directory.iterdir()):
        return False
    shutil.copytree(START, directory, dirs_exist_ok=True)
    return True
