"""Check docker-compose.yml on machines without a container engine: `python -m tools.compose_lint`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
ONE_SHOT = {"migrate"}


def faults(document: dict[str, Any]) -> list[str]:
    """Return a line for each fault in the document."""
    services: dict[str, dict[str, Any]] = document.get("services", {})
    volumes = set(document.get("volumes") or {})
    found: list[str] = []
    for name, service in services.items():
        if name not in ONE_SHOT and "healthcheck" not in service:
            found.append(f"{name}: no health check")
        if "user" not in service:
            found.append(f"{name}: no user, so it may run as root")
        if service.get("read_only") is not True:
            found.append(f"{name}: its root can be written")
        found += [
            f"{name}: depends on {other}, which is no service"
            for other in service.get("depends_on", {})
            if other not in services
        ]
        for volume in service.get("volumes", []):
            source = str(volume).split(":", 1)[0]
            if not source.startswith((".", "/")) and source not in volumes:
                found.append(f"{name}: volume {source} is not declared")
    return found


def main() -> int:
    document = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    lines = faults(document)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
