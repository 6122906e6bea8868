# An echo server of socketserver, for one connection after the other. Ctrl-C ends it.
#   berkeley python examples/python/echo_server.py 7000
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


with socketserver.TCPServer(('127.0.0.1', int(sys.argv[1])), Echo) as server:
    print(f'port: {server.server_address[1]}', flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print('stopped', flush=True)
