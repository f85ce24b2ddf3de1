"""The embedded server starts from whatever state it was left in, and says why when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from clinic.embedded import processes, system_user
from clinic.embedded.binaries import bin_dir
from clinic.embedded.postgres import FAST, Cluster
from clinic.embedded.system_user import SystemUser
from clinic.errors import ClinicError


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url(), connect_timeout=5) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def test_the_second_start_does_nothing_and_says_so(cluster: Cluster) -> None:
    assert cluster.start() is True
    assert cluster.start() is False
    assert cluster.stop() is True
    assert cluster.stop() is False


def test_port_and_password_stay_the_same(cluster: Cluster) -> None:
    before = cluster.url()
    cluster.start()
    assert cluster.url() == before


def test_the_url_names_the_database_and_its_superuser(cluster: Cluster) -> None:
    cluster.start()
    assert ask(cluster, "select current_database() || ' ' || current_user") == "clinic clinic"
    assert ask(cluster, "select rolsuper from pg_roles where rolname = current_user") is True


def test_only_this_machine_and_only_with_the_password(cluster: Cluster) -> None:
    cluster.start()
    password = cluster.url().split(":")[2].split("@")[0]
    assert ask(cluster, "show listen_addresses") == "127.0.0.1"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url().replace(password, "guess"))


def test_the_url_of_a_cluster_that_never_ran_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(Cluster(tmp_path / "never").url())


def test_the_password_is_its_owners_alone(cluster: Cluster) -> None:
    cluster.start()
    mode = (cluster.home / "connection.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert not (cluster.home / "password").exists()


def test_a_killed_server_starts_again_with_its_data(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute("create table kept as select 42 as answer")
    kill(cluster)
    assert not cluster.is_running()
    assert cluster.start() is True
    assert ask(cluster, "select answer from kept") == 42


def test_a_stranger_with_the_dead_servers_number_is_neither_believed_nor_harmed(cluster: Cluster) -> None:
    cluster.start()
    kill(cluster)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        file = cluster.data / "postmaster.pid"
        _, *rest = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *rest]) + "\n")
        assert not cluster.is_running()
        assert cluster.start() is True
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_left_to_its_owner_and_another_remembered(cluster: Cluster) -> None:
    before = cluster.url()
    with socket.socket() as owner:
        owner.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        owner.bind(("127.0.0.1", int(before.rpartition(":")[2].partition("/")[0])))
        owner.listen()
        cluster.start()
    assert cluster.url() != before
    assert ask(cluster, "select 1") == 1


def test_a_lost_password_is_explained(cluster: Cluster) -> None:
    file = cluster.home / "connection.json"
    kept = file.read_text()
    file.write_text("{")
    with pytest.raises(ClinicError, match="password of the data is lost"):
        cluster.start()
    file.write_text(kept)


def test_data_that_cannot_be_used_is_explained_with_the_end_of_the_log(cluster: Cluster) -> None:
    control, away = cluster.data / "global" / "pg_control", cluster.home / "pg_control"
    control.rename(away)
    with pytest.raises(ClinicError, match=r"(?s)could not find the database system.*FRESH=1"):
        cluster.start()
    away.rename(control)


def test_half_made_data_is_made_again(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", FAST)
    try:
        (cluster.home / "data.unfinished").mkdir(parents=True)
        (cluster.home / "data").mkdir()
        (cluster.home / "data" / "junk").touch()
        assert cluster.start() is True
        cluster.wipe()
        assert not cluster.data.exists()
    finally:
        cluster.remove()
    assert not cluster.home.exists()


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(system_user.os, "geteuid", lambda: 1000)
    with pytest.raises(ClinicError, match="Set CLINIC_VAR"):
        Cluster(tmp_path / "file" / "postgres").start()


def test_a_folder_without_postgresqls_programs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "psql").touch()
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ClinicError, match="where initdb, pg_ctl, postgres is missing; set it to a folder such as"):
        bin_dir()


def test_roots_server_runs_as_somebody_else_and_opens_no_folder(cluster: Cluster, directory: Path) -> None:
    if os.geteuid() != 0:
        assert cluster.home == directory
        return
    closed = stat.S_IMODE(directory.parent.stat().st_mode)
    cluster.start()
    server = processes.server(cluster.data)
    assert server is not None
    assert server.uids().real != 0
    assert not directory.exists()
    assert stat.S_IMODE(directory.parent.stat().st_mode) == closed


def test_root_without_anybody_to_run_as_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_user, "UNPRIVILEGED", ())
    monkeypatch.setattr(system_user.os, "geteuid", lambda: 0)
    with pytest.raises(ClinicError, match="run as an ordinary user"):
        system_user.running_user(tmp_path / "nothing")


def test_ones_own_user_changes_nothing(tmp_path: Path) -> None:
    done = SystemUser().run([sys.executable, "-c", "import os; print(os.getuid())"], cwd=tmp_path, capture_output=True)
    assert int(done.stdout) == os.getuid()


def kill(cluster: Cluster) -> None:
    """Kill the server as a crash would, and wait until it is gone."""
    server = processes.server(cluster.data)
    assert server is not None
    family = [server, *server.children()]
    os.kill(server.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)
