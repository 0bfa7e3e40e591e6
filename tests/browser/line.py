"""The line between a phone and the server: slow, cut in the middle, or dead; its address stays the same."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress

PIECE = 16 * 1024


class Line:
    """Hands bytes on between 127.0.0.1:`port` and a server.

    `rate` is bytes a second towards the server (None: as fast as they come); `cuts` are numbers of bytes after which,
    one after the other, the line breaks; `dead` lets nothing through.
    """

    def __init__(self, server_port: int):
        self.server_port = server_port
        self.rate: int | None = None
        self.cuts: list[int] = []
        self.dead = False
        self.broken = 0
        self._sent, self._lock, self._open = 0, threading.Lock(), set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = socket.socket()
        with near, far, suppress(OSError):
            if self.dead:
                return
            far.connect(("127.0.0.1", self.server_port))
            self._open |= {near, far}
            back = threading.Thread(target=self._back, args=(far, near), daemon=True)
            back.start()
            while piece := near.recv(PIECE):
                self._pass(piece, far)
            with suppress(OSError):
                far.shutdown(socket.SHUT_WR)
            back.join()
        self._open -= {near, far}

    def _pass(self, piece: bytes, far: socket.socket) -> None:
        with self._lock:
            self._sent += len(piece)
            if self.dead or (self.cuts and self._sent >= self.cuts[0]):
                self.cuts, self._sent = self.cuts[1:], 0
                self.broken += 1
                raise ConnectionAbortedError
            if self.rate:
                time.sleep(len(piece) / self.rate)  # what a slow line is
        far.sendall(piece)

    @staticmethod
    def _back(far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while piece := far.recv(PIECE):
                near.sendall(piece)
            near.shutdown(socket.SHUT_WR)

    def die(self) -> None:
        """Nothing passes any more, and what is under way breaks."""
        self.dead = True
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """As good as new."""
        self.dead, self.rate, self.cuts, self.broken, self._sent = False, None, [], 0, 0

    def close(self) -> None:
        self.die()
        self._listening.close()


@contextmanager
def line_to(server_port: int):
    line = Line(server_port)
    try:
        yield line
    finally:
        line.close()
