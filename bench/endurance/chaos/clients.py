"""Clients that misbehave, in threads: clients.py CONNECTIONS CONCURRENCY SEED PORT...

Prints how often each outcome was, as JSON. The behaviours are those of clients.ts.
"""

import errno
import json
import random
import socket
import struct
import sys
import threading
import time

TIMEOUT = 2
STALL = 0.02
FOREIGN = 255
TEXT = b"the end"
EXPECTED = (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)
SEQUENCE = bytes(index % 251 for index in range(1 << 20))


def reset(peer, _):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def receive_all(peer):
    received = bytearray()
    try:
        while chunk := peer.recv(65536):
            received += chunk
    finally:
        echo = bytes(received).replace(bytes([FOREIGN]), b"").removesuffix(TEXT)
        if SEQUENCE[: len(echo)] != echo:
            raise AssertionError("the echo differs")


def end_and_receive(peer):
    peer.shutdown(socket.SHUT_WR)
    receive_all(peer)


def echo(peer, chance):
    peer.sendall(SEQUENCE[: chance.randint(1, 20000)])
    end_and_receive(peer)


def leave(_, __):
    pass


def send_and_reset(peer, chance):
    peer.sendall(SEQUENCE[: chance.randint(1, 20000)])
    reset(peer, chance)


def half_close(peer, _):
    end_and_receive(peer)


def stall(peer, chance):
    time.sleep(chance.random() * STALL)
    peer.sendall(b"x")
    time.sleep(chance.random() * STALL)


def byte_by_byte(peer, chance):
    for at in range(chance.randint(1, 50)):
        peer.sendall(SEQUENCE[at : at + 1])
    end_and_receive(peer)


def urgent(peer, chance):
    for at in range(chance.randint(1, 5)):
        peer.sendall(SEQUENCE[at : at + 1])
        peer.send(bytes([FOREIGN]), socket.MSG_OOB)
    end_and_receive(peer)


def never_read(peer, chance):
    peer.settimeout(chance.random() * 0.05 + 0.001)
    peer.sendall(SEQUENCE)
    time.sleep(chance.random() * STALL)


BEHAVIOURS = [echo, leave, reset, send_and_reset, half_close, stall, byte_by_byte, urgent, never_read]


def connect_once(port, chance):
    behave = chance.choice(BEHAVIOURS)
    try:
        with socket.create_connection(("127.0.0.1", port), 10 * TIMEOUT) as peer:
            peer.settimeout(TIMEOUT)
            behave(peer, chance)
        return "as expected"
    except TimeoutError:
        return "as expected"
    except Exception as error:
        is_expected = getattr(error, "errno", None) in EXPECTED
        return "as expected" if is_expected else f"{behave.__name__}: {error}"


def main():
    connections, concurrency, seed, *ports = map(int, sys.argv[1:])
    outcomes = {}
    lock = threading.Lock()

    def client(number):
        chance = random.Random(seed * 1000 + number)
        for index in range(number, connections, concurrency):
            outcome = connect_once(ports[index % len(ports)], chance)
            with lock:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(outcomes))


main()
