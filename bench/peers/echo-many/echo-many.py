"""One thread echoes on many connections by `selectors`: an operation is a message of 64 bytes."""

import selectors
import socket

from measure import arguments, measure

MESSAGE_BYTES = 64

variant, operations, port = arguments()
selector = selectors.DefaultSelector()


def connect():
    connected = socket.create_connection(("127.0.0.1", port))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


control = connect()
control.sendall(f"{variant}\n".encode())
for _ in range(int(variant)):
    connection = connect()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ)
into = bytearray(4096)
message = memoryview(into)[:MESSAGE_BYTES]


def run(count):
    done = 0
    while done < count:
        ready = selector.select()
        for key, _ in ready:
            if key.fileobj.recv_into(into) != MESSAGE_BYTES or key.fileobj.send(message) != MESSAGE_BYTES:
                raise RuntimeError("a message in parts")
        done += len(ready)


measure(run, operations, 2 * MESSAGE_BYTES)
