"""The roles that the guide has made: the owner migrates, web processes serve with `clinic_app`, scripts write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg
import pytest

from clinic.embedded.postgres import FAST, Cluster, bin_dir
from tests.repair.databases import url_of
from tests.waiting import until
from tests.web_server import MONITOR_TOKEN, ROOT, WebServer

PASSWORDS = {"OWNER_PASSWORD": "o'1", "WEB_PASSWORD": "w2", "IMPORT_PASSWORD": "i3"}


@pytest.fixture
def server_url(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL without a clinic, as its superuser."""
    cluster = Cluster(tmp_path / "fresh", FAST)
    cluster.start()
    url = url_of(cluster.url(), "postgres")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("drop database clinic")
    yield url
    cluster.remove()


def as_role(server_url: str, name: str, password: str) -> str:
    host = server_url.rpartition("@")[2].partition("/")[0]
    return f"postgresql://{name}:{password}@{host}/clinic"


def make_roles(server_url: str) -> None:
    psql = [str(bin_dir() / "psql"), "--quiet", "-v", "ON_ERROR_STOP=1", "-f", str(ROOT / "deploy" / "roles.sql")]
    subprocess.run([*psql, server_url], env={**os.environ, **PASSWORDS}, check=True, capture_output=True)


def test_each_role_suffices_for_what_the_guide_says(server_url: str, tmp_path: Path) -> None:
    for _again in range(2):
        make_roles(server_url)
    owner = as_role(server_url, "clinic_owner", "o%271")
    environment = {**os.environ, "DATABASE_URL": owner}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)

    web = WebServer(as_role(server_url, "clinic_web", "w2"), tmp_path / "daphne.log").start()
    try:
        with psycopg.connect(as_role(server_url, "clinic_scripts", "i3")) as script:
            script.execute("insert into patient (first_name) values ('Ada')")
        until(lambda: is_live(web), what="a relay that leads as clinic_web")
        assert urlopen(web.url + "/login/").status == 200
    finally:
        web.stop()

    with psycopg.connect(as_role(server_url, "clinic_web", "w2"), autocommit=True) as served:
        (patients,) = served.execute("select value from stats.current where key = 'patients_total'").fetchone() or ()
        assert patients == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            served.execute("drop table patient")


def is_live(web: WebServer) -> bool:
    """Say whether everything is live, the first check-up made among it."""
    asked = Request(web.url + "/healthz", headers={"Authorization": f"Bearer {MONITOR_TOKEN}"})
    try:
        told = json.load(urlopen(asked))
    except OSError:
        return False
    return bool(told["ok"] and told["statistics"]["checked_at"])
