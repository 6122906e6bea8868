// The part in Python: what CPython leaves out when it is compiled for Emscripten, because Emscripten's own sockets lack it.
// C code reaches everything else through the replaced imports.
//
// Facts: configure of CPython for Emscripten switches off shutdown(2), socketpair(2), SO_REUSEADDR and SO_REUSEPORT, and musl
// in Emscripten has setsockopt(2) as a stub inside of the WebAssembly module, which fails or, newer, ignores every option.
// Source: Tools/wasm/config.site-wasm32-emscripten, system/lib/libc/emscripten_syscall_stubs.c. Consequence: these four are
// methods and functions here, over the same calls. asyncio.run of Pyodide needs the host's event loop, which a blocking
// thread does not turn; so asyncio.run gets the loop of selectors that it has elsewhere. CPython for Emscripten is compiled
// without IPv6 and without AF_UNIX: its C code has no form for such addresses. Names resolve to IPv4 addresses, therefore,
// and sockets of AF_UNIX are there as pairs.

/** Runs once after loading, with `calls` (see calls.ts) in its globals. */
export const PYTHON_PART = `
def install(calls):
    import asyncio
    import _socket
    import functools
    import os
    import socket
    import sys
    from pyodide.ffi import to_js

    def check(error):
        if error != 0:
            raise OSError(error, os.strerror(error))

    def option_bytes(arguments):
        if len(arguments) == 1:
            value, = arguments
            if isinstance(value, int):
                try:
                    return value.to_bytes(4, sys.byteorder, signed=True)
                except OverflowError:
                    raise OverflowError('signed integer is out of the range of a C int') from None
            return bytes(memoryview(value))
        if len(arguments) == 2 and arguments[0] is None and isinstance(arguments[1], int):
            return bytes(arguments[1])
        raise TypeError('setsockopt() takes (level, name, value) or (level, name, None, length)')

    def setsockopt(self, level, optname, *value):
        """Set an option of the socket; see setsockopt(2)."""
        check(calls.setsockopt(self.fileno(), level, optname, to_js(option_bytes(value))))

    def shutdown(self, how, /):
        """Shut down the reading side of the socket (SHUT_RD), the writing side (SHUT_WR), or both (SHUT_RDWR)."""
        check(calls.shutdown(self.fileno(), how))

    def pair(family=1, type=socket.SOCK_STREAM, proto=0):
        # As CPython makes all descriptors.
        result = calls.socketpair(family, type | socket.SOCK_CLOEXEC, proto)
        if isinstance(result, int):
            check(result)
        first, second = result
        return socket.socket(family, type, proto, first), socket.socket(family, type, proto, second)

    def socketpair(family=None, type=socket.SOCK_STREAM, proto=0):
        """A pair of connected sockets; see socketpair(2). The family is AF_UNIX unless given."""
        return pair(1 if family is None else family, type, proto)

    socket.socket.setsockopt = setsockopt
    socket.socket.shutdown = shutdown
    socket.socketpair = socketpair
    if 'socketpair' not in socket.__all__:
        socket.__all__.append('socketpair')
    for name, number in dict(SO_REUSEADDR=2, SO_REUSEPORT=15).items():
        for module in (_socket, socket):
            if not hasattr(module, name):
                setattr(module, name, number)
        if name not in socket.__all__:
            socket.__all__.append(name)

    if not socket.has_ipv6:
        addresses = _socket.getaddrinfo

        def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
            """As it is, without IPv6 addresses: this Python cannot express them, so no socket could connect to one."""
            return addresses(host, port, family or socket.AF_INET, type, proto, flags)

        _socket.getaddrinfo = getaddrinfo

    async def loop_getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):
        return socket.getaddrinfo(host, port, family, type, proto, flags)

    async def loop_getnameinfo(self, sockaddr, flags=0):
        return socket.getnameinfo(sockaddr, flags)

    # Elsewhere a thread looks names up; there is none here.
    asyncio.BaseEventLoop.getaddrinfo = loop_getaddrinfo
    asyncio.BaseEventLoop.getnameinfo = loop_getnameinfo

    def run(main, *, debug=None, loop_factory=None):
        """Run a coroutine in an event loop of selectors; see asyncio.run."""
        events = asyncio.events
        outer = events._get_running_loop()
        if outer is not None and not isinstance(outer, asyncio.BaseEventLoop):
            events._set_running_loop(None)
        try:
            with asyncio.Runner(debug=debug, loop_factory=loop_factory or asyncio.SelectorEventLoop) as runner:
                return runner.run(main)
        finally:
            events._set_running_loop(outer)

    def beside_the_hosts(method):
        """The host's loop counts as running for ever. A loop of asyncio's own blocks it, and runs all the same."""
        @functools.wraps(method)
        def wrapped(self, *args):
            events = asyncio.events
            outer = events._get_running_loop()
            if outer is None or isinstance(outer, asyncio.BaseEventLoop):
                return method(self, *args)
            events._set_running_loop(None)
            try:
                return method(self, *args)
            finally:
                events._set_running_loop(outer)
        return wrapped

    for name in ('run_forever', 'run_until_complete'):
        setattr(asyncio.BaseEventLoop, name, beside_the_hosts(getattr(asyncio.BaseEventLoop, name)))

    asyncio.run = run
    asyncio.runners.run = run

install
`
