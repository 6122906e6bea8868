"""Lookups of localhost, one after the other, in the calling thread."""

import socket

from measure import arguments, measure

_, operations, _ = arguments()


def run(count):
    for _ in range(count):
        if not socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM):
            raise RuntimeError("no address")


measure(run, operations, 0)
