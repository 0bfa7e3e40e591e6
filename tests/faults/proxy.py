"""A bad line between phones and service: it loses answers, cuts uploads, hands on halves, swallows, refuses."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress

PIECE = 16 * 1024
SWALLOW = 1.0  # seconds that a line which went dead is kept open
MISCHIEF = ("answer lost", "upload cut", "answer halved", "swallowed", "refused")


class BadLine:
    """Listens on a port of its own and hands on to `port`; what each connection suffers is drawn from the seed."""

    def __init__(self, port: int, seed: str):
        self.behind, self.chance = port, random.Random(seed)
        self.fair = threading.Event()
        self.done: Counter[str] = Counter()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        self.accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> BadLine:
        self.accepting.start()
        return self

    def __exit__(self, *_) -> None:
        # a listener that another thread waits on wakes up when it is shut down, not when it is closed
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.accepting.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                fate = "fair" if self.fair.is_set() else self.chance.choice(MISCHIEF)
                after = self.chance.randint(0, 40_000) if fate == "upload cut" else self.chance.randint(0, 3)
                threading.Thread(target=self._carry, args=(near, fate, after), daemon=True).start()

    def _carry(self, near: socket.socket, fate: str, after: int) -> None:
        self.done[fate] += 1
        with near:
            if fate == "refused":
                _reset(near)
                return
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.behind), timeout=30) as far:
                # the answers are handed on here, what is sent in a thread of its own
                sending = threading.Thread(target=_upload, args=(near, far, fate, after), daemon=True)
                sending.start()
                _answer(far, near, fate, after)
                sending.join(30)


def _upload(near: socket.socket, far: socket.socket, fate: str, after: int) -> None:
    left = after if fate == "upload cut" else float("inf")
    with suppress(OSError):
        while piece := near.recv(PIECE):
            far.sendall(piece[: int(min(left, PIECE))])
            left -= len(piece)
            if left <= 0:
                break
    _hang_up(near, far)


def _answer(far: socket.socket, near: socket.socket, fate: str, after: int) -> None:
    """Hands on `after` pieces of answers as they are; then what the fate says."""
    with suppress(OSError):
        while piece := far.recv(PIECE):
            after -= 1
            if after < 0 and fate not in ("fair", "upload cut"):
                if fate == "answer halved":
                    near.sendall(piece[: len(piece) // 2])
                if fate == "swallowed":
                    threading.Event().wait(SWALLOW)
                break
            near.sendall(piece)
    _hang_up(near, far)


def _hang_up(*lines: socket.socket) -> None:
    for each in lines:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
