"""What the server hands out of the inspectors' app: one version of it, whole, under a strict policy."""

import gzip
import json
import re

import pytest

from audit.web.shell import shell

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])  # no file is in a database


def listed(client) -> list[str]:
    """What the worker keeps."""
    text = client.get("/app/worker.js").text
    return json.loads(re.search(r"self\.SHELL = (\[.*\]);", text)[1])


def test_every_file_that_the_worker_keeps_is_there(client):
    assert {url: client.get(url).status_code for url in listed(client)} == dict.fromkeys(listed(client), 200)


def test_every_file_that_the_page_names_is_kept(client):
    named = set(re.findall(r'(?:href|src)="(/app/[^"]+)"', client.get("/app/").text)) - {"/app/manifest.webmanifest"}
    assert named <= set(listed(client))


def test_a_file_of_another_version_is_not_there(client):
    assert client.get("/app/0000000000000000/main.js").status_code == 404


@pytest.mark.parametrize("name", ["../routes.py", "worker.js", "screens", "nothing.js"])
def test_only_files_of_the_app_are_there(client, name):
    assert client.get(f"/app/{shell().version}/{name}").status_code == 404


def test_files_are_kept_for_good_and_the_page_is_asked_for_again(client):
    kept = [client.get(url).headers["Cache-Control"] for url in ("/app/", "/app/worker.js", listed(client)[1])]
    assert kept == ["no-cache", "no-cache", "public, max-age=31536000, immutable"]


def test_nothing_but_our_own_files_may_run(client):
    policy = client.get("/app/").headers["Content-Security-Policy"]
    assert ("default-src 'none'" in policy, "script-src 'self';" in policy, "unsafe" in policy) == (True, True, False)


def test_modules_are_scripts_to_the_browser(client):
    kinds = {url.rpartition(".")[2]: client.get(url).mimetype for url in listed(client)[1:]}
    assert kinds == {
        "css": "text/css", "js": "text/javascript", "json": "application/json", "png": "image/png",
    }  # fmt: skip


def test_a_home_screen_is_told_what_it_shows(client):
    told = client.get("/app/manifest.webmanifest").json
    assert (told["start_url"], told["scope"], told["display"]) == ("/app/", "/app/", "standalone")
    assert {client.get(each["src"]).status_code for each in told["icons"]} == {200}


def test_files_go_out_packed_to_who_takes_them_so(client):
    url = f"/app/{shell().version}/main.js"
    plain, packed = client.get(url), client.get(url, headers={"Accept-Encoding": "gzip"})
    assert (gzip.decompress(packed.data), len(packed.data) < len(plain.data)) == (plain.data, True)
