# A blocking TCP client: each call pauses the program until it is done.
#   berkeley python examples/python/blocking_client.py example.com 80
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.connect((host, port))
sock.sendall(f'GET / HTTP/1.0\r\nHost: {host}\r\n\r\n'.encode())
while True:
    data = sock.recv(1024)
    if not data:
        break
    sys.stdout.buffer.write(data)
sock.close()
