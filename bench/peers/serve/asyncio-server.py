"""An echo server with a protocol of asyncio, on its loop or uvloop's."""

import asyncio
import gc
import resource
import signal
import socket
import sys


class Echo(asyncio.Protocol):
    __slots__ = ("transport",)

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.transport.write(data)


async def serve():
    loop = asyncio.get_running_loop()
    # The load sends it before it reads the resident memory, so that no garbage is counted.
    loop.add_signal_handler(signal.SIGUSR2, gc.collect)
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
if sys.argv[1] == "uvloop":
    import uvloop

    uvloop.install()
asyncio.run(serve())
