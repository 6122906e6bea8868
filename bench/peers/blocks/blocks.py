"""Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server."""

import socket

from measure import arguments, measure

BLOCK_BYTES = 65536

variant, operations, port = arguments()
connection = socket.create_connection(("127.0.0.1", port))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
block = bytearray(BLOCK_BYTES)
view = memoryview(block)


def send(count):
    for _ in range(count):
        connection.sendall(block)


def receive(count):
    remaining = count * BLOCK_BYTES
    while remaining > 0:
        got = connection.recv_into(view, min(remaining, BLOCK_BYTES))
        if got == 0:
            raise RuntimeError("unexpected end of stream")
        remaining -= got


measure(send if variant == "send" else receive, operations, BLOCK_BYTES)
