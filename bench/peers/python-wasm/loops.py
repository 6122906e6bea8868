"""The loops that CPython and Pyodide run alike, with `port` among the globals."""

connection = socket.create_connection(("127.0.0.1", port))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
block = bytes(64)
into = bytearray(64)


def blocking(count):
    send, receive = connection.send, connection.recv_into
    for _ in range(count):
        if send(block) != 64 or receive(into) != 64:
            raise RuntimeError("short transfer")


def loop(count):
    """The same with two methods in C that make no system call: what the interpreter itself costs."""
    send, receive = block.__len__, into.__len__
    for _ in range(count):
        if send() != 64 or receive() != 64:
            raise RuntimeError("short transfer")
