"""Download the JavaScript packages of the tests with npm, and verify their sha512 hashes before unpacking them.

package.json contains the versions and hashes ("integrity"), because npm's lock file would contain the registry's URL.
Unpacking a package runs none of its code.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / ".tools" / "node_modules"


class PackageUnavailable(Exception):
    """Raised if Node or npm is missing, or if npm cannot connect to the registry. The message gives the cause."""


def installed(package_json: Path) -> Path:
    """Return the folder with the dependencies of a package.json, after downloading missing ones.

    Raises PackageUnavailable if a package cannot be downloaded, and ValueError if its hash is wrong.
    """
    wanted = json.loads(package_json.read_text())
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise PackageUnavailable("node and npm are not installed")
    for name, version in wanted["devDependencies"].items():
        if not _is_installed(FOLDER / name, version):
            _fetch(name, version, wanted["integrity"][name])
    return FOLDER


def _is_installed(folder: Path, version: str) -> bool:
    about = folder / "package.json"
    return about.is_file() and json.loads(about.read_text())["version"] == version


def _fetch(name: str, version: str, integrity: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as place:
        command = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", place]
        answer = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120, check=False)
        files = list(Path(place).glob("*.tgz"))
        if answer.returncode or len(files) != 1:
            raise PackageUnavailable(f"npm cannot fetch {name} {version}")
        check(files[0], integrity)
        with tarfile.open(files[0]) as archive:
            archive.extractall(place, filter="data")
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (Path(place) / "package").replace(FOLDER / name)


def check(file: Path, integrity: str) -> None:
    """Raise ValueError if the sha512 hash of the file is another one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    if found != integrity:
        raise ValueError(f"{file.name} is not what package.json describes: {found}")
