# SPDX-License-Identifier: Apache-2.0
"""A proxy on loopback that cuts a connection at a chosen message of the client."""

from __future__ import annotations

import select
import socket
import threading


class CuttingProxy:
    """Hands everything on to `port`; once armed, cuts at the n-th message from the client that contains `at`.

    `forwarded`: the message still reaches the server, whose answer is lost; otherwise it is lost itself.
    """

    def __init__(self, port, *, at=b"", forwarded):
        self._to = port
        self._at = at
        self._forwarded = forwarded
        self._left = 0
        self._lock = threading.Lock()
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def arm(self, messages):
        with self._lock:
            self._left = messages

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self._to)) as upstream:
            while True:
                ready, _, _ = select.select([client, upstream], [], [])
                for source, target in ((client, upstream), (upstream, client)):
                    if source not in ready:
                        continue
                    data = _received(source)
                    cut = source is client and self._due(data)
                    if cut and self._forwarded:
                        upstream.sendall(data)
                        select.select([upstream], [], [], 0.5)  # the answer is there, and goes no further
                    if cut or not data or not _sent(target, data):
                        return

    def _due(self, data):
        with self._lock:
            if self._left and self._at in data:
                self._left -= 1
                self.cuts += not self._left
                return not self._left
            return False


def _received(source):
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _sent(target, data):
    try:
        target.sendall(data)
    except OSError:
        return False
    return True
