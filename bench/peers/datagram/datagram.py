"""64-byte UDP datagrams over loopback, sent and received in one thread: `recvfrom` or `recvfrom_into`."""

import socket

from measure import arguments, measure

variant, operations, _ = arguments()
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
a.bind(("127.0.0.1", 0))
b.bind(("127.0.0.1", 0))
target = b.getsockname()
block = bytes(64)
into = bytearray(64)


def recvfrom(count):
    send, receive = a.sendto, b.recvfrom
    for _ in range(count):
        if send(block, target) != 64 or len(receive(64)[0]) != 64:
            raise RuntimeError("short transfer")


def recvfrom_into(count):
    send, receive = a.sendto, b.recvfrom_into
    for _ in range(count):
        if send(block, target) != 64 or receive(into)[0] != 64:
            raise RuntimeError("short transfer")


measure(recvfrom if variant == "recvfrom" else recvfrom_into, operations, 64)
