"""Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server."""

import socket

from measure import arguments, measure

BLOCK = 65536

variant, operations, port = arguments()
connection = socket.create_connection(("127.0.0.1", port))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
block = bytearray(BLOCK)
view = memoryview(block)


def send(count):
    for _ in range(count):
        connection.sendall(block)


def receive(count):
    left = count * BLOCK
    while left > 0:
        got = connection.recv_into(view, min(left, BLOCK))
        if got == 0:
            raise RuntimeError("the source has ended")
        left -= got


measure(send if variant == "send" else receive, operations, BLOCK)
