"""Settings are read once, and a bad one stops the start with its name."""

import dataclasses
from pathlib import Path

import pytest

from audit.config import BadSetting, Config, load


@pytest.fixture
def from_file(tmp_path):
    """The settings of a file with this text, and of these variables."""

    def read(text: str, **variables):
        path = tmp_path / "audit.toml"
        path.write_text(text, "utf-8")
        return load({"AUDIT_CONFIG": str(path)} | variables)

    return read


def test_nothing_set_gives_the_defaults():
    assert load({}) == Config()


def test_variables_are_read():
    config = load({"AUDIT_PORT": "9000", "AUDIT_DATA": "/var/lib/audit", "AUDIT_HOST": "0.0.0.0", "PORT": "1"})
    assert (config.port, config.data, config.host) == (9000, Path("/var/lib/audit"), "0.0.0.0")


def test_a_file_is_read(from_file):
    config = from_file('port = 9000\nhost = "::1"')
    assert (config.port, config.host) == (9000, "::1")


def test_a_variable_beats_the_file(from_file):
    assert from_file("port = 9000", AUDIT_PORT="9001").port == 9001


def test_what_is_given_beats_the_variable():
    assert load({"AUDIT_DATA": "/a"}, data=Path("/b")).data == Path("/b")
    assert load({"AUDIT_DATA": "/a"}, data=None).data == Path("/a")


@pytest.mark.parametrize("text", ["", "abc", "80.5", "1_0", "９０００", "-1", "65536", "9" * 20, "0x50", "true"])
def test_a_bad_variable_is_named(text):
    with pytest.raises(BadSetting, match=r"^port: "):
        load({"AUDIT_PORT": text})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("port = 1.9", "port"),
        ("port = true", "port"),
        ('port = "abc"', "port"),
        ("port = [1]", "port"),
        ("host = 1", "host"),
        ("data = 5", "data"),
        ('uploads = ["a"]', "uploads"),
        ("workers = 0", "workers"),
        ("threads = 4", "threads"),
        ("token_days = 1000", "token_days"),
        ("max_json_bytes = 0", "max_json_bytes"),
        ('database_url = "mysql://localhost/audit"', "database_url"),
        ("prot = 9000", "prot"),
        ("[server]\nport = 1", "server"),
    ],
)
def test_a_bad_value_in_the_file_is_named(from_file, text, name):
    with pytest.raises(BadSetting, match=rf"^{name}: "):
        from_file(text)


def test_a_bad_database_url_is_not_shown():
    with pytest.raises(BadSetting) as refused:
        load({"AUDIT_DATABASE_URL": "mysql://audit:hunter2@db/audit"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2"])
def test_a_file_that_is_not_toml_is_named(from_file, text):
    with pytest.raises(BadSetting, match=r"^AUDIT_CONFIG: .*audit\.toml"):
        from_file(text)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BadSetting, match=r"^AUDIT_CONFIG: /nowhere/audit\.toml"):
        load({"AUDIT_CONFIG": "/nowhere/audit.toml"})


def test_one_setting_moves_everything_that_is_written():
    config = Config(data=Path("/var/lib/audit"))
    assert config.database == "sqlite:////var/lib/audit/audit.db"
    assert config.uploads_folder == Path("/var/lib/audit/uploads")


def test_settings_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().port = 1


def test_a_font_that_is_not_there_stops_the_start_with_its_name():
    with pytest.raises(BadSetting, match=r"^font: .*/no/such/font"):
        load({"AUDIT_FONT": "/no/such/font"})


@pytest.mark.parametrize("name", ["AUDIT_LOCKMINUTES", "AUDIT_SECOND_FACTR", "AUDIT_", "AUDIT_port "])
def test_a_misspelt_variable_stops_the_start(name):
    with pytest.raises(BadSetting, match=f"^{name}: no such setting"):
        load({name: "1"})


@pytest.mark.parametrize("hosts", ["a,b", "*", "*.example.gov.cn", "https://a.b", "a/b", "a:80"])
def test_a_host_that_can_be_none_stops_the_start(hosts):
    with pytest.raises(BadSetting, match=r"^hosts: "):
        load({"AUDIT_HOSTS": hosts})


def test_uploads_never_take_every_thread():
    with pytest.raises(BadSetting, match=r"^threads: "):
        load({"AUDIT_THREADS": "100"})
