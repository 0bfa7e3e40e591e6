"""The time, asked for once per request and then passed on."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "北京时间")  # what every page and export shows; what is stored is UTC


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """One spelling for every stored moment: UTC, microseconds, Z; sorts as text."""
    # not strftime: on Linux its %Y writes the year 1 as "1", which neither sorts nor parses
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The inverse of `iso`."""
    return datetime.fromisoformat(text)


def shown(moment: datetime) -> str:
    """As people read it: Beijing time to the minute."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
