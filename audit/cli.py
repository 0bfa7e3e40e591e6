"""The command line: `audit …`."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click

from audit import __version__
from audit.base.db import WORLDLY
from audit.base.problems import Problem
from audit.config import BadSetting, load

# name: module in audit.commands; the function is named like the command
COMMANDS = {
    "serve": "serve",
    "migrate": "serve",
    "checker": "checker",
    "demo": "demo",
    "bench": "bench",
    "import-centres": "importing",
    "import-queue": "import_queue",
    "import-ranking": "import_ranking",
    "publish-edition": "publish",
    "adopt-baseline": "adopt",
    "user": "user",
    "reset-password": "reset_password",
    "export": "export",
    "verify": "verify",
    "check-photo": "check_photo",
    "retention": "retention",
    "backup": "backup",
    "restore": "restore",
    "storage": "storage_move",
    "problems": "reference",
    "openapi": "reference",
}


class Group(click.Group):
    """Loads a command when it is asked for: each worker of the server imports this file too, and needs none of them.

    Turns problems, bad settings, and what disks and databases refuse into one clear sentence and exit code 1.
    """

    def list_commands(self, context):
        return list(COMMANDS)

    def get_command(self, context, name):
        if name not in COMMANDS:
            return None
        return getattr(import_module(f"audit.commands.{COMMANDS[name]}"), name.replace("-", "_"))

    def invoke(self, context):
        try:
            return super().invoke(context)
        except Problem as problem:
            lines = [f"{each['pointer']}: {each['detail']}" for each in problem.errors[:50]]
            more = len(problem.errors) - len(lines)
            text = "\n  ".join([f"{problem.slug}: {problem.detail or problem.en}", *lines])
            raise click.ClickException(text + (f"\n  … and {more} more" if more > 0 else "")) from problem
        except BadSetting as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # whoever read the output has gone: click knows what to do
            raise
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{place}{error.strerror or error}") from error
        except WORLDLY as error:
            raise click.ClickException(f"the database: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--data", type=click.Path(path_type=Path), help="Folder for the database and photos (AUDIT_DATA).")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Photo-backed audits of township and village service centres.

    便民服务中心标准化核查。
    """
    os.umask(0o027)  # what is made here holds password hashes and evidence: nothing for everybody on the machine
    context.obj = load(data=data)


if __name__ == "__main__":
    main()
