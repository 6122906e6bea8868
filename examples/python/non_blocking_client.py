# A non-blocking TCP client: each call returns at once, and the program waits for readiness where it has nothing else to do.
#   berkeley python examples/python/non_blocking_client.py example.com 80
import errno
import select
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setblocking(False)
error = sock.connect_ex((host, port))
print('connect_ex:', errno.errorcode.get(error, error), file=sys.stderr)
if error == errno.EINPROGRESS:
    select.select([], [sock], [])
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
if error != 0:
    sys.exit(f'not connected: {errno.errorcode[error]}')

request = f'GET / HTTP/1.0\r\nHost: {host}\r\n\r\n'.encode()
while request:
    try:
        request = request[sock.send(request):]
    except BlockingIOError:
        select.select([], [sock], [])

while True:
    try:
        data = sock.recv(1024)
    except BlockingIOError:
        select.select([sock], [], [])
        continue
    if not data:
        break
    sys.stdout.buffer.write(data)
sock.close()
