"""Waits for many sockets, a few of them ready, by `selectors`, without any I/O: an operation is one event."""

import selectors
import socket

from measure import arguments, measure

READY_COUNT = 64

variant, operations, _ = arguments()
selector = selectors.DefaultSelector()
sockets = []
for i in range(READY_COUNT):
    a, b = socket.socketpair()
    b.send(b"x")
    selector.register(a, selectors.EVENT_READ, i)
    sockets += [a, b]
for i in range(READY_COUNT, int(variant)):
    idle = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    selector.register(idle, selectors.EVENT_READ, i)
    sockets.append(idle)


def run(count):
    seen = 0
    for _ in range(0, count, READY_COUNT):
        ready = selector.select()
        if len(ready) != READY_COUNT:
            raise RuntimeError("not all are ready")
        for key, events in ready:
            seen += key.data + (events & selectors.EVENT_READ)


measure(run, operations, 0)
