"""The work of CPython next to the same code in WebAssembly: 64-byte requests to the echo server, or the loop without sockets."""

import socket
from pathlib import Path

from measure import arguments, measure

variant, operations, port = arguments()
names = {"socket": socket, "port": port}
exec((Path(__file__).parent / "loops.py").read_text(), names)
measure(names[variant], operations, 128)
