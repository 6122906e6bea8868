"""64-byte requests to the echo server, one at a time: a blocking or a timed client, over TCP or over a unix socket."""

import socket

from measure import arguments, measure

variant, operations, port = arguments()
if variant.startswith("unix"):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"/tmp/berkeley-bench-{port}.sock")
else:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
connection.settimeout(10 if variant.endswith("timed") else None)
block = bytes(64)
into = bytearray(64)


def run(count):
    send, receive = connection.send, connection.recv_into
    for _ in range(count):
        if send(block) != 64 or receive(into) != 64:
            raise RuntimeError("short transfer")


measure(run, operations, 128)
