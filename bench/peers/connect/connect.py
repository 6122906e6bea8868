"""Connects over TCP, reads to the end (the server closes at once) and closes."""

import socket

from measure import arguments, measure

_, operations, port = arguments()
server = ("127.0.0.1", port)


def run(count):
    for _ in range(count):
        connection = socket.socket()
        connection.connect(server)
        if connection.recv(1) != b"":
            raise RuntimeError("unexpected data")
        connection.close()


measure(run, operations, 0)
