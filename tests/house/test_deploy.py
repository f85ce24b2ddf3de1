"""The files of `deploy/` name settings that exist, give a process time to end, and are taken by those who read them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from daphne.cli import CommandLineInterface
from django.conf import settings
from django.core.management import get_commands

from tests.services import free_port

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "deploy.md"
WEB = DEPLOY / "systemd" / "clinic-pulse@.service"
MIGRATE = DEPLOY / "systemd" / "clinic-pulse-migrate.service"
DOCUMENTED = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
OTHERS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "BIND"}
"""Variables that Python and the shell read, and where a unit's process listens."""
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICE_KEYS = {
    *(
        "image",
        "build",
        "command",
        "restart",
        "environment",
        "ports",
        "volumes",
        "depends_on",
        "healthcheck",
        "logging",
    ),
    *("read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period", "shm_size"),
}
"""Of the Compose specification, those in use; a word that is none of them stops `docker compose`."""
FOLDERS = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"


def assigned(path: Path) -> dict[str, str]:
    """Read the variables of a file of settings, a unit's or the image's own."""
    text = path.read_text()
    if path.suffix == ".service":
        text = "\n".join(
            "\n".join(shlex.split(words)) for words in re.findall(r"^Environment=(.*)$", text, re.MULTILINE)
        )
    elif path.name == "Dockerfile":
        text = "\n".join("\n".join(shlex.split(words)) for words in re.findall(r"^ENV (.*)$", text, re.MULTILINE))
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))


def directive(path: Path, name: str) -> list[str]:
    """Read the values of one of a unit's directives, continued lines joined."""
    return re.findall(rf"^{name}=(.*)$", path.read_text().replace("\\\n", " "), re.MULTILINE)


@pytest.mark.parametrize(
    "path", ["environment.example", "owner.example", "Dockerfile", f"systemd/{WEB.name}", f"systemd/{MIGRATE.name}"]
)
def test_a_file_sets_what_is_a_setting(path: str) -> None:
    names = {name for name in assigned(DEPLOY / path) if not name.startswith("PIP_")}
    assert names
    assert names - OTHERS <= DOCUMENTED


@pytest.mark.parametrize("service", ["web-a", "web-b", "migrate"])
def test_a_container_of_ours_is_given_what_is_a_setting(service: str) -> None:
    assert set(COMPOSE["services"][service]["environment"]) <= DOCUMENTED


def test_each_machine_and_each_container_is_told_the_same() -> None:
    in_container = set(COMPOSE["services"]["web-a"]["environment"])
    assert in_container == set(assigned(DEPLOY / "environment.example"))


def test_what_compose_asks_for_is_in_its_example_and_nothing_else() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) == set(assigned(DEPLOY / "compose.env.example"))


def test_compose_knows_each_word_and_each_name() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"proxy", "web-a", "web-b", "migrate", "postgres", "redis"}
    assert {key for service in services.values() for key in service} - SERVICE_KEYS == set()
    assert {name for service in services.values() for name in service.get("depends_on", ())} <= set(services)
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert {name for name in mounted if not name.startswith("./")} == set(COMPOSE["volumes"])
    assert [name for name in mounted if name.startswith("./") and not (DEPLOY / name).is_file()] == []


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_a_supervisor_waits_for_longer_than_a_process_takes_to_end() -> None:
    unit = assigned(DEPLOY / "environment.example")
    assert directive(WEB, "TimeoutStopSec") == ["40"]
    assert int(unit["STOP_NOTICE_SECONDS"]) + int(unit["STOP_SECONDS"]) <= 30
    container = COMPOSE["services"]["web-a"]
    assert container["stop_grace_period"] == "40s"
    assert int(container["environment"]["STOP_NOTICE_SECONDS"]) + int(container["environment"]["STOP_SECONDS"]) <= 30


def test_daphne_takes_its_options_in_the_unit_and_in_the_image() -> None:
    (unit,) = directive(WEB, "ExecStart")
    (image,) = re.findall(r"^CMD \[(.*?)\]", (DEPLOY / "Dockerfile").read_text().replace("\\\n", ""), re.MULTILINE)
    for words in (shlex.split(unit.replace("%i", "8001")), [word.strip(' "') for word in image.split(",")]):
        assert words[0].endswith("daphne")
        taken = CommandLineInterface().parser.parse_args(words[1:])
        assert (taken.websocket_max_message_size, taken.websocket_max_frame_size) == (4096, 4096)
        assert not taken.proxy_headers, "it would believe everybody's X-Forwarded-For"
        assert taken.application == "clinic.asgi:application"


@pytest.mark.parametrize("path", [GUIDE, *sorted(DEPLOY.rglob("*"))], ids=lambda path: path.name)
def test_manage_py_knows_what_it_is_asked_for(path: Path) -> None:
    text = path.read_text() if path.is_file() else ""
    asked = re.findall(r"(?:manage\.py,? |clinic-manage (?:--as-owner )?)([a-z]+)(?![\w.])", text)
    assert set(asked) <= {*get_commands(), "with"}  # "manage.py with the installation's settings"


def test_every_file_is_named_in_the_guide_and_every_named_one_is_there() -> None:
    named = set(re.findall(r"deploy/[\w./@-]*\w", GUIDE.read_text())) - {"deploy/.env"}
    assert [name for name in named if not (ROOT / name).exists()] == []
    inside = {"Caddyfile", "Dockerfile", "Dockerfile.dockerignore"}  # Compose names them
    files = {f"deploy/{path.name}" for path in DEPLOY.iterdir()} - {f"deploy/{name}" for name in inside}
    assert files - named == set()


def checked(*command: str) -> None:
    """Have a program check a file, where it is installed."""
    if (program := shutil.which(command[0], path=FOLDERS)) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with a certificate and its key, in one file and in two."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, chain = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=clinic.example",
        "-keyout",
        key,
        "-out",
        chain,
    ]
    subprocess.run([openssl, *made], check=True, capture_output=True)
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "clinic.pem").write_text(chain.read_text() + key.read_text())
    return tmp_path


def test_haproxy_takes_its_file(certificate: Path) -> None:
    text = (DEPLOY / "haproxy.cfg").read_text().replace("/etc/haproxy/certs/", f"{certificate}/certs/")
    file = certificate / "haproxy.cfg"
    file.write_text(re.sub(r"^ +(user|group) haproxy\n", "", text, flags=re.MULTILINE))
    checked("haproxy", "-c", "-f", str(file))


def test_nginx_takes_its_file(certificate: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text().replace("/etc/ssl/clinic/", f"{certificate}/")
    for port in ("80;", "443 "):
        text = text.replace(f"listen {port}", f"listen 127.0.0.1:{free_port()}{port[-1]}")
    (certificate / "site.conf").write_text(text)
    whole = certificate / "nginx.conf"
    own = f"pid {certificate}/pid;\nerror_log stderr;\nevents {{}}\n"
    whole.write_text(f"{own}http {{ access_log off; include {certificate}/site.conf; }}\n")
    checked("nginx", "-t", "-c", str(whole))


def test_caddy_takes_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLINIC_HOST", "clinic.example")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    checked("caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile"))


@pytest.mark.parametrize("unit", [WEB, MIGRATE], ids=lambda unit: unit.name)
def test_systemd_takes_each_unit(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace("/opt/clinic-pulse", str(ROOT)))
    checked("systemd-analyze", "verify", str(here))


def test_the_shell_takes_the_command() -> None:
    checked("sh", "-n", str(DEPLOY / "clinic-manage"))
