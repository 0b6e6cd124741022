"""The local deployment: one folder, made at first use, holds everything.

<home>/postering.db        the store
<home>/uploads/<group>/    upload packages; anyone may add one
<home>/quarantine/<group>/ packages with card data
<home>/made-by-demo        only if `postering demo` made the deployment
"""

import shutil
from pathlib import Path
from typing import Final

from postering.domain.errors import JobRefused

STORE: Final = "postering.db"
UPLOADS: Final = "uploads"
DEMO_MARKER: Final = "made-by-demo"
_DEMO_MARK: Final = "This deployment was made by `postering demo`; the next demo replaces it.\n"


def ensure_folder(home: Path) -> Path:
    """Make the folder if it is not there: for its owner alone, and never committed by accident."""
    if home.exists() and not home.is_dir():
        raise JobRefused(f"{home} is a file, and a deployment needs a folder: set POSTERING_HOME to another path")
    if not home.is_dir():
        home.mkdir(mode=0o700, parents=True)
        (home / ".gitignore").write_text("*\n", encoding="utf-8")
    return home


def ensure_uploads_folder(home: Path, group: str) -> Path:
    """Make the folder of the packages of `group` if it is not there."""
    folder = home / UPLOADS / group
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare_demo_folder(home: Path, contents: tuple[str, ...]) -> Path:
    """Make a fresh folder for a demo. The store, the packages and `contents` of an earlier demo are removed.

    Raises `JobRefused` if no demo made the folder, and it is not empty; then nothing was touched.
    """
    if home.is_dir() and any(home.iterdir()):
        if not (home / DEMO_MARKER).is_file():
            raise JobRefused(
                f"{home} was not made by a demo, and a demo replaces nothing else: set POSTERING_HOME to another "
                "folder for the demo, or remove this one yourself if nothing in it is needed"
            )
        for name in (STORE, f"{STORE}-wal", f"{STORE}-shm", UPLOADS, "quarantine", *contents):
            _remove(home / name)
    ensure_folder(home)
    (home / DEMO_MARKER).write_text(_DEMO_MARK, encoding="utf-8")
    return home


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
