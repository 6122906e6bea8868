# A web server of http.server for the files of a folder. Ctrl-C ends it.
#   berkeley python examples/python/folder_server.py . 8000
import functools
import http.server
import sys

folder, port = sys.argv[1], int(sys.argv[2])
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
with http.server.HTTPServer(('127.0.0.1', port), handler) as server:
    print(f'port: {server.server_address[1]}', flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print('stopped', flush=True)
