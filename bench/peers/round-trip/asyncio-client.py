"""64-byte requests over TCP to the echo server, each awaited before the next: asyncio's streams, on its loop or uvloop's."""

import asyncio
import socket

from measure import arguments, measure

variant, operations, port = arguments()
block = bytes(64)
if variant == "uvloop":
    import uvloop

    loop = uvloop.new_event_loop()
else:
    loop = asyncio.new_event_loop()


async def connect():
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return reader, writer


reader, writer = loop.run_until_complete(connect())


async def requests(count):
    for _ in range(count):
        writer.write(block)
        if len(await reader.readexactly(64)) != 64:
            raise RuntimeError("short transfer")


measure(lambda count: loop.run_until_complete(requests(count)), operations, 128)
