"""64 bytes sent and received on a unix stream pair, in one thread: `recv` or `recv_into`."""

import socket

from measure import arguments, measure

variant, operations, _ = arguments()
a, b = socket.socketpair()
block = bytes(64)
into = bytearray(64)


def recv(count):
    send, receive = a.send, b.recv
    for _ in range(count):
        if send(block) != 64 or len(receive(64)) != 64:
            raise RuntimeError("short transfer")


def recv_into(count):
    send, receive = a.send, b.recv_into
    for _ in range(count):
        if send(block) != 64 or receive(into) != 64:
            raise RuntimeError("short transfer")


measure(recv if variant == "recv" else recv_into, operations, 64)
