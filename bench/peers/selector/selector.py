"""Waits for many sockets of which a few are ready, by `selectors`, without any I/O: an operation is one event."""

import selectors
import socket

from measure import arguments, measure

READY = 64

variant, operations, _ = arguments()
selector = selectors.DefaultSelector()
kept = []
for i in range(READY):
    a, b = socket.socketpair()
    b.send(b"x")
    selector.register(a, selectors.EVENT_READ, i)
    kept += [a, b]
for i in range(READY, int(variant)):
    idle = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    selector.register(idle, selectors.EVENT_READ, i)
    kept.append(idle)


def run(count):
    seen = 0
    for _ in range(0, count, READY):
        ready = selector.select()
        if len(ready) != READY:
            raise RuntimeError("not all are ready")
        for key, events in ready:
            seen += key.data + (events & selectors.EVENT_READ)


measure(run, operations, 0)
