"""The certificate of `audit serve --tls`: one CA that phones trust once, and a server's certificate that follows."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

import pytest
from click import ClickException
from click.testing import CliRunner
from cryptography import x509
from factories import NOW

from audit.cli import main
from audit.commands import certificates, trial
from audit.config import Config

NAMES = ["localhost", "127.0.0.1", "Audit.example", "192.168.1.5", "[fd00::2]"]


@pytest.fixture
def make(tmp_path):
    """Makes, or takes up, the certificate; gives what the server shows."""
    return lambda *names, now=NOW: certificates.certificate(tmp_path / "tls", names or NAMES, now=now)


def read(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def value(certificate: x509.Certificate, kind: type):
    return certificate.extensions.get_extension_for_class(kind).value


def test_it_is_for_every_name_and_address(make):
    names = value(read(make().file), x509.SubjectAlternativeName)
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "audit.example"}
    found = set(names.get_values_for_type(x509.IPAddress))
    assert found == set(map(ipaddress.ip_address, ["127.0.0.1", "192.168.1.5", "fd00::2"]))


def test_the_ca_signs_and_the_server_does_not(make):
    shown = make()
    ca, own = read(shown.ca), read(shown.file)
    own.verify_directly_issued_by(ca)
    assert [value(each, x509.BasicConstraints).ca for each in (ca, own)] == [True, False]
    assert [value(each, x509.KeyUsage).key_cert_sign for each in (ca, own)] == [True, False]


def test_it_lasts_as_long_as_phones_take_and_the_ca_ten_years(make):
    shown = make()
    ca, own = read(shown.ca), read(shown.file)
    assert own.not_valid_after_utc - own.not_valid_before_utc <= timedelta(days=398)
    assert ca.not_valid_after_utc - NOW == timedelta(days=3650)
    assert own.not_valid_before_utc < NOW < own.not_valid_after_utc == shown.until


def test_a_certificate_does_not_outlive_its_ca(make):
    make()
    shown = make(now=NOW + timedelta(days=3500))
    assert not shown.new_ca and shown.until == read(shown.ca).not_valid_after_utc


def test_private_keys_are_for_nobody_else(make, tmp_path):
    make()
    keys = sorted((tmp_path / "tls").glob("*.key"))
    assert [(key.name, key.stat().st_mode & 0o777) for key in keys] == [("ca.key", 0o600), ("server.key", 0o600)]


def test_a_key_that_others_may_read_is_closed_again(make):
    make().key.chmod(0o644)
    assert make().key.stat().st_mode & 0o777 == 0o600


def files(tmp_path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "tls").iterdir()}


def test_it_is_made_once(make, tmp_path):
    assert make().new_ca
    before = files(tmp_path)
    shown = make(*reversed(NAMES), now=NOW + timedelta(days=300))
    assert (shown.new_ca, files(tmp_path), sorted(before)) == (
        False,
        before,
        ["audit-ca.crt", "ca.key", "server.crt", "server.key"],
    )


@pytest.mark.parametrize(("names", "days"), [([*NAMES, "192.168.1.6"], 0), (NAMES[:-1], 0), (NAMES, 370), (NAMES, -5)])
def test_other_names_or_a_near_end_remake_it_under_the_same_ca(make, names, days):
    first = make()
    ca, own = read(first.ca), read(first.file)
    second = make(*names, now=NOW + timedelta(days=max(days, 0)) - timedelta(days=max(-days, 0)))
    assert (read(second.ca) == ca, read(second.file) == own) == (days >= 0, False)


def test_a_ca_near_its_end_is_made_anew(make):
    first = read(make().ca)
    shown = make(now=NOW + timedelta(days=3640))
    assert shown.new_ca and read(shown.ca) != first
    read(shown.file).verify_directly_issued_by(read(shown.ca))


@pytest.mark.parametrize("lost", ["ca.key", "audit-ca.crt", "server.key", "server.crt"])
def test_what_was_lost_is_made_anew(make, tmp_path, lost):
    make()
    (tmp_path / "tls" / lost).unlink()
    shown = make()
    assert shown.new_ca == ("ca" in lost)
    read(shown.file).verify_directly_issued_by(read(shown.ca))


def test_a_key_of_another_certificate_is_not_used(make, tmp_path):
    shown = make()
    (tmp_path / "tls/server.key").write_bytes((tmp_path / "tls/ca.key").read_bytes())
    before = read(shown.file)
    assert read(make().file) != before


def test_what_cannot_be_read_is_one_sentence(make, tmp_path):
    make()
    (tmp_path / "tls/ca.key").write_text("spoilt")
    with pytest.raises(ClickException, match=r"audit-ca.crt or ca.key cannot be read: delete that folder"):
        make()


def test_without_the_extra_a_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(certificates, "x509", None)
    done = CliRunner().invoke(main, ["--data", str(tmp_path / "new"), "serve", "--tls", "--port", "0"])
    assert (done.exit_code, (tmp_path / "new").exists(), len(done.output.splitlines())) == (1, False, 1)
    assert "pip install 'audit[tls]'" in done.output


# --- names and addresses -----------------------------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch):
    """Makes this machine another: its name, its addresses."""

    def make(name: str, *addresses: str):
        monkeypatch.setattr(trial.socket, "gethostname", lambda: name)
        monkeypatch.setattr(trial, "_way_out", lambda: iter(addresses))
        monkeypatch.setattr(trial, "_of_interfaces", lambda: iter(["127.0.0.1", *reversed(addresses)]))
        monkeypatch.setattr(trial, "_of_own_name", lambda: iter(["127.0.1.1"]))

    return make


def test_names_are_this_machine_its_network_and_the_settings(machine):
    machine("hall", "192.168.1.5", "10.0.0.5", "169.254.3.4")
    found = trial.names(Config(hosts="localhost audit.example"), "0.0.0.0")
    assert found == ["127.0.0.1", "localhost", "hall", "192.168.1.5", "10.0.0.5", "audit.example"]


def test_who_listens_on_one_address_has_that_alone(machine):
    machine("hall", "192.168.1.5", "10.0.0.5")
    assert trial.names(Config(), "10.0.0.5") == ["127.0.0.1", "localhost", "hall", "10.0.0.5"]


def test_a_machine_with_a_name_that_is_none_on_a_network(machine):
    machine("my_pc", "192.168.1.5")
    assert "my_pc" not in trial.names(Config(), "0.0.0.0")


def test_this_machine_is_asked_without_harm():
    assert all(ipaddress.ip_address(each).version == 4 for each in trial.lan_addresses())


def test_phones_are_told_each_address_and_what_to_do(machine, make, capsys):
    machine("hall", "192.168.1.5")
    trial.tell(make(), Config(hosts="localhost audit.example"), "0.0.0.0", 8000)
    said = capsys.readouterr().out
    assert (
        "  https://192.168.1.5:8000/app/\n  https://audit.example:8000/app/\n" in said
        and "https://localhost" not in said
    )
    for word in (
        "audit-ca.crt",
        "安装证书 → CA 证书",
        "证书信任设置",
        "Certificate Trust Settings",
        "手机须（重新）安装",
    ):
        assert word in said
