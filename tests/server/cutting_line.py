"""A line to the server that breaks: each connection passes on so many bytes of what the client sends, and no more."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress

ENDLESS = 10**12


@contextmanager
def cutting_line(port: int, limits: list[int]):
    """The port of a line to `port`. The n-th connection breaks after the n-th of `limits`; later ones hold."""
    limits = list(limits)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, port, limits), daemon=True).start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, port: int, limits: list[int]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            server = socket.create_connection(("127.0.0.1", port))
            left = limits.pop(0) if limits else ENDLESS
            for source, target, most in ((client, server, left), (server, client, ENDLESS)):
                threading.Thread(target=_pass_on, args=(source, target, most), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, left: int) -> None:
    with suppress(OSError):
        while left and (data := source.recv(min(65_536, left))):
            target.sendall(data)
            left -= len(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
