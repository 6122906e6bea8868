"""GET requests over one kept connection: http.client."""

import http.client

from measure import arguments, measure

variant, operations, port = arguments()
connection = http.client.HTTPConnection("127.0.0.1", port)


def run(count):
    for _ in range(count):
        connection.request("GET", "/")
        if len(connection.getresponse().read()) != 100:
            raise RuntimeError("short body")


measure(run, operations, 100)
