"""Third-party files are what their packages hold, unmodified."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "manifest.json").read_text())["packages"]


def test_every_vendored_file_has_the_hash_of_the_manifest() -> None:
    for package in PACKAGES:
        for name, digest in package["files"].items():
            assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_every_file_beside_the_manifest_is_named_in_it() -> None:
    named = {name for package in PACKAGES for name in package["files"]}
    assert {path.name for path in VENDOR.iterdir()} == named | {"manifest.json"}


def test_every_package_says_its_version_and_licence() -> None:
    for package in PACKAGES:
        assert package["name"]
        assert package["version"]
        assert package["licence"]
