"""audit serve, audit migrate."""

from __future__ import annotations

import errno
import logging
import os
import socket
from multiprocessing import get_start_method

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols

from audit.accounts import signing_in
from audit.app import routes
from audit.base import clock, db, migrations
from audit.base.problems import TemporarilyUnavailable
from audit.checklists import actions, editions
from audit.checklists.models import Edition
from audit.commands import certificates, trial
from audit.commands.checker import Checkers
from audit.commands.setup import open_and_migrate, usable_storage
from audit.config import LIMITS, Config
from audit.fittings import face


@click.command()
@click.option("--host", help="Address to listen on (AUDIT_HOST).")
@click.option("--port", type=click.IntRange(*LIMITS["port"]), help="Port to listen on (AUDIT_PORT).")
@click.option("--workers", type=click.IntRange(*LIMITS["workers"]), help="Worker processes (AUDIT_WORKERS).")
@click.option("--tls", is_flag=True, help="HTTPS with a certificate of one's own, for a trial on a local network.")
@click.pass_obj
def serve(config: Config, host: str | None, port: int | None, workers: int | None, tls: bool) -> None:
    """Serve the API, after bringing the schema up to date.

    The editions and policies that ship are published where they are not yet. With --tls it listens on every address
    of this machine, unless --host or AUDIT_HOST names another than 127.0.0.1, and says what phones need to trust it.
    """
    face(config.font)  # its workers could only say on and on that they cannot start
    look_at_storage(config)
    if tls:
        certificates.refuse_without_extra()
    # first of all: a server that cannot start must not spend the setup link of the one that runs
    address = free_address(host or _usual(config, tls), config.port if port is None else port)
    applied = open_and_migrate(config)
    click.echo(f"database {db.describe(config.database)}" + (f", applied {', '.join(applied)}" if applied else ""))
    names = trial.names(config, address[0]) if tls else None
    shown = certificates.certificate(config.data / "tls", names, now=clock.now()) if names else None
    publish_shipped()
    offer_setup(*address, tls=tls)
    db.release()
    db.database.close_all()
    _hand_on(config, address[0], names)
    if shown:
        trial.tell(shown, config, *address)
    click.echo(f"the inspectors' app: {_url(*address, tls=tls)}/app/")
    click.echo(f"listening on {_url(*address, tls=tls)}/api/v1/docs")
    logging.getLogger("_granian").addFilter(_intended)
    server = Granian(
        "audit.app:create",
        address=address[0],
        port=address[1],
        interface=Interfaces.WSGI,
        workers=workers or config.workers,
        blocking_threads=config.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,  # a worker told to end while it was still starting may never hear it
        factory=True,
        websockets=False,
        log_level="warning",
        **(_secured(shown) if shown else {}),
    )
    if get_start_method() == "fork":  # else each worker is a new program, and builds its own
        routes()
    with Checkers(config):
        server.serve()


def _usual(config: Config, tls: bool) -> str:
    """Where to listen when the command does not say: phones never reach the loopback address."""
    return trial.EVERYWHERE if tls and config.host == Config.host else config.host


def _secured(shown: certificates.Certificate) -> dict:
    # HTTP/1.1, as web servers in front speak it to this server: all that is promised was tried with it
    return {
        "ssl_cert": shown.file,
        "ssl_key": shown.key,
        "ssl_protocol_min": SSLProtocols.tls12,
        "http": HTTPModes.http1,
    }


def look_at_storage(config: Config) -> None:
    """A bucket that cannot be used stops the start; one that does not answer does not.

    It may come back at any moment, visits and rankings need no photos meanwhile, and phones keep theirs on a 503.
    """
    try:
        usable_storage(config, make=False)
    except TemporarilyUnavailable:
        click.echo("the bucket does not answer now (AUDIT_STORAGE_URL); until it does, photos get 503", err=True)


def free_address(host: str, port: int) -> tuple[str, int]:
    """The address, with a free port for port 0; refused when somebody listens there.

    The server's own sockets share a port with whoever else has it, silently: each would get some of the requests.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = f"port {port} is in use" if taken else f"cannot listen on {host} port {port}: {error.strerror}"
            raise click.ClickException(why) from error
        return host, probe.getsockname()[1]


def _intended(record: logging.LogRecord) -> bool:
    """The server warns of many threads; they are meant (see Config.threads), so that warning is left out."""
    return "Python threads" not in record.getMessage()


def publish_shipped(*, quiet: bool = False) -> None:
    """Publish what ships in checklists/ and is not there yet; what is there stays as it was published."""
    standing = {each.id for each in Edition.select(Edition.id)}
    for path in sorted(migrations.folder("checklists").glob("*.toml")):
        content = editions.read(path)
        if content["id"] not in standing:
            published = actions.publish(content, actor=None, now=clock.now())
            if not quiet:
                click.echo(f"published {published.id}")


def _url(host: str, port: int, *, tls: bool = False) -> str:
    """As somebody at this machine reaches it."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"{'https' if tls else 'http'}://" + (f"[{name}]:{port}" if ":" in name else f"{name}:{port}")


def offer_setup(host: str, port: int, *, tls: bool = False) -> None:
    """While there is no administrator, print the one-time link that makes one; each start makes a new one."""
    secret = signing_in.new_setup_link(now=clock.now())
    if secret is not None:
        click.echo(f"no administrator yet; make the account within {signing_in.LINK_HOURS} hours at")
        click.echo(f"尚无管理员，请在 {signing_in.LINK_HOURS} 小时内打开下面的一次性链接设置管理员：")
        click.echo(f"  {_url(host, port, tls=tls)}/setup/{secret}")


def _hand_on(config: Config, host: str, names: list[str] | None) -> None:
    """The workers are processes of their own and read the environment."""
    os.environ["AUDIT_DATA"] = str(config.data.absolute())
    os.environ["AUDIT_HOST"] = host  # a name that this service answers to
    if names:
        os.environ["AUDIT_HOSTS"] = " ".join(names)
    # many threads each with a malloc arena of their own would keep what they freed
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")


@click.command()
@click.pass_obj
def migrate(config: Config) -> None:
    """Bring the schema up to date; safe to run from several processes at once."""
    applied = open_and_migrate(config)
    click.echo("\n".join(applied) or "nothing to do")
