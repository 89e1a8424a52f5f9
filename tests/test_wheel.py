"""The wheel is the whole of Duly: installed alone, far from the checkout, it answers, talks, remembers and draws."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "knowledge", "storage")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def done(*command: str, typed: str = "", cwd: Path = ROOT, **settings: str) -> str:
    """What a command prints. It has to succeed."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
    environment = {**kept, "PYTHONUTF8": "1", **settings}
    ran = subprocess.run(command, cwd=cwd, env=environment, input=typed, capture_output=True, text=True, timeout=120)

    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout with what is installed: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    done(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(ROOT))
    (built,) = folder.glob("duly-*.whl")
    return built


@pytest.fixture(scope="module")
def away(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an environment that holds the wheel and, of the checkout's environment, only the libraries."""
    folder = tmp_path_factory.mktemp("away")
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    python = str(folder / "venv/bin/python")
    done(*PIP, "--python", python, "install", "--no-deps", "--no-index", str(wheel), HOME=str(folder))
    # A path named in a .pth file is not searched for .pth files of its own, so an editable Duly there is not seen.
    paths = sysconfig.get_paths()
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text("\n".join(dict.fromkeys((paths["purelib"], paths["platlib"]))), "utf-8")
    return folder


def duly(away: Path, *arguments: str, typed: str = "") -> str:
    """What `duly …` prints there."""
    return done(str(away / "venv/bin/duly"), *arguments, typed=typed, cwd=away, HOME=str(away))


def test_the_wheel_holds_every_file_of_the_four_packages_and_no_other(wheel: Path) -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    ours = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    inside = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert inside == ours
    assert {"knowledge/content/phrases/chat.yaml", "storage/migrations.py"} <= inside
    assert any(name.startswith("bot/static/fonts/") and name.endswith(".ttf") for name in inside)


def test_it_is_the_wheel_that_runs(away: Path) -> None:
    where = done(str(away / "venv/bin/python"), "-c", "import bot; print(bot.__file__)", cwd=away)

    assert Path(where.strip()).is_relative_to(away / "venv")
    assert duly(away, "--version").startswith("duly")


def test_it_answers(away: Path) -> None:
    said = duly(away, "ask", "Får vi kräva Fairtrade?")

    assert "Källa:" in said


def test_it_talks_and_remembers(away: Path) -> None:
    said = duly(away, "chat", typed="hej\nfölj upp licens hos Nordkaffe AB om 20 dagar\n")
    later = duly(away, "chat", typed="uppföljning\n")

    assert "Nordkaffe AB" in said
    assert "Nordkaffe AB" in later
    assert (away / ".local/share/duly/duly.db").is_file()


def test_it_draws_and_writes(away: Path) -> None:
    duly(away, "risk", "kaffe", "--png", "risk.png")
    duly(away, "wording", "--category", "coffee", "--docx", "krav.docx")

    assert (away / "risk.png").read_bytes().startswith(b"\x89PNG")
    assert (away / "krav.docx").read_bytes().startswith(b"PK")


def test_its_content_is_whole(away: Path) -> None:
    assert duly(away, "knowledge", "check").strip() == "OK"
    assert len(duly(away, "knowledge", "list").splitlines()) > 150
