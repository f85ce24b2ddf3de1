"""Refresh the third-party files under static/vendor from npm's packages.

`python scripts/vendor.py` fetches each package of PACKAGES with `npm pack`, copies the files named there
byte for byte, and writes manifest.json: name, version, licence, and the SHA-256 of every file.
A test hashes the files again, so a file edited by hand is noticed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """Name one npm package, the version to take, and which of its files land under which names."""

    name: str
    version: str
    files: dict[str, str]


PACKAGES = (
    Package("htmx.org", "4.0.1", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    Package(
        "@expo-google-fonts/noto-sans",
        "0.4.2",
        {
            "400Regular/NotoSans_400Regular.ttf": "noto-sans-400.ttf",
            "700Bold/NotoSans_700Bold.ttf": "noto-sans-700.ttf",
            "LICENSE_FONT": "noto-sans.LICENSE.txt",
        },
    ),
    Package(
        "@fontsource/noto-sans-sc",
        "5.3.0",
        {
            "files/noto-sans-sc-chinese-simplified-400-normal.woff": "noto-sans-sc-400.woff",
            "LICENSE": "noto-sans-sc.LICENSE.txt",
        },
    ),
    Package(
        "uplot",
        "1.6.32",
        {
            "dist/uPlot.iife.min.js": "uplot.min.js",
            "dist/uPlot.min.css": "uplot.min.css",
            "LICENSE": "uplot.LICENSE.txt",
        },
    ),
    Package(
        "@github/combobox-nav",
        "3.0.2",
        {
            "dist/index.js": "combobox-nav.js",
            "dist/index.d.ts": "combobox-nav.d.ts",  # its types, which `make check` reads
            "LICENSE": "combobox-nav.LICENSE.txt",
        },
    ),
)


def sha256(path: Path) -> str:
    """Hash one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(package: Package, scratch: Path) -> Path:
    """Fetch the package into scratch and return the folder that holds its files."""
    wanted = f"{package.name}@{package.version}"
    command = ["npm", "pack", "--silent", "--ignore-scripts", wanted]
    done = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True)
    with tarfile.open(scratch / done.stdout.split()[-1]) as archive:
        archive.extractall(scratch, filter="data")
    return scratch / "package"


def refresh(package: Package) -> dict[str, object]:
    """Copy the package's files into static/vendor and return its entry of the manifest."""
    with tempfile.TemporaryDirectory() as scratch:
        source = unpack(package, Path(scratch))
        described = json.loads((source / "package.json").read_text())
        for inside, outside in package.files.items():
            shutil.copyfile(source / inside, VENDOR / outside)
    return {
        "name": described["name"],
        "version": described["version"],
        "licence": described["license"],
        "files": {outside: sha256(VENDOR / outside) for outside in package.files.values()},
    }


def main() -> int:
    """Refresh every package and write the manifest."""
    if shutil.which("npm") is None:
        print("npm is not on PATH. Install Node.js (Debian: apt install npm) and run this again.", file=sys.stderr)
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    entries = [refresh(package) for package in PACKAGES]
    (VENDOR / "manifest.json").write_text(json.dumps({"packages": entries}, indent=2) + "\n")
    for entry in entries:
        print(f"{entry['name']} {entry['version']} ({entry['licence']})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
