"""audit publish-edition."""

from __future__ import annotations

from pathlib import Path

import click

from audit.base import clock
from audit.checklists import actions, editions
from audit.commands.setup import open_and_migrate
from audit.config import Config


@click.command("publish-edition")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say whether the file holds together.")
@click.pass_obj
def publish_edition(config: Config, file: Path, check: bool) -> None:
    """Publish a checklist, ranking policy or card policy. What is published never changes."""
    content = editions.read(file)
    if check:
        click.echo(f"{content['id']} holds together")
        return
    open_and_migrate(config)
    edition = actions.publish(content, actor=None, now=clock.now())
    click.echo(f"{edition.id} published, SHA-256 {edition.digest}")
