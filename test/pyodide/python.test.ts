// Python in WebAssembly on real sockets: its own modules, unmodified programs, signals, and what the policy refuses.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { AccessPolicy } from 'berkeley/pyodide'
import { ERRNO_VALUES } from '../../src/emscripten/errno-values.js'
import { needs } from '../support/debian.js'
import { openDescriptors } from '../support/descriptors.js'
import { root } from '../support/folders.js'
import { freePort } from '../support/listeners.js'
import { startPython } from '../support/python-wasm.js'

let policy: AccessPolicy = () => true
const python = await startPython({ signals: ['SIGINT', 'SIGUSR1'], allow: (request) => policy(request) })
after(() => python.close())
const limits = { timeout: 60_000 }

test('errno: Python was compiled with the numbers of the table', limits, () => {
  const names = python.run(`
import errno, json
json.dumps({name: value for name, value in vars(errno).items() if name.startswith('E')})
`) as string
  const compiled = JSON.parse(names) as Record<string, number>
  assert.ok(Object.keys(compiled).length > 100)
  for (const [name, number] of Object.entries(compiled)) assert.equal(ERRNO_VALUES[name], number, name)
})

for (const [name, says] of [
  ['blocking_client', ''],
  ['non_blocking_client', 'connect_ex: EINPROGRESS\n'],
] as const) {
  const path = `examples/python/${name}.py`

  test(`${name}.py: writes what it writes in CPython`, needs('python3'), () => {
    const args = ['127.0.0.1', python.ports.http]
    const { stdout, stderr, status } = spawnSync('python3', [join(root, path), ...args.map(String)], { env: clean() })
    assert.deepEqual([status, String(stderr)], [0, says])
    assert.ok(stdout.length > 100_000)
    assert.deepEqual(python.program(path, ...args), { stdout, stderr })
  })

  test(`${name}.py: the guide shows it, word for word`, () => {
    const [, program] = readFileSync(join(root, path), 'utf8').split(/^(?:#.*\n)+/)
    const guide = readFileSync(join(root, 'docs/guide/webassembly.md'), 'utf8')
    assert.ok(guide.includes(`\`\`\`python\n${program}\`\`\`\n`))
  })
}

/** The environment without what a sanitizer preloads. */
function clean(): NodeJS.ProcessEnv {
  return { ...process.env, LD_PRELOAD: '' }
}

test('socket: blocking, timed and non-blocking, with CPython’s exceptions', limits, () => {
  python.run(`
import errno, os, socket, time
s = socket.create_connection(('127.0.0.1', echo))
assert s.getpeername() == ('127.0.0.1', echo)
s.sendall(b'hello')
assert s.recv(100) == b'hello'
s.settimeout(0.05)
before = time.monotonic()
try:
    s.recv(1)
    assert False
except TimeoutError:
    assert time.monotonic() - before >= 0.05
s.setblocking(False)
try:
    s.recv(1)
    assert False
except BlockingIOError as error:
    assert error.errno == errno.EAGAIN
n = socket.socket()
n.setblocking(False)
assert n.connect_ex(('127.0.0.1', echo)) == errno.EINPROGRESS
l = socket.create_server(('127.0.0.1', 0))
address = l.getsockname()
l.close()
try:
    socket.create_connection(address)
    assert False
except ConnectionRefusedError as error:
    assert error.errno == errno.ECONNREFUSED
s.close()
try:
    s.recv(1)
    assert False
except OSError as error:
    assert error.errno == errno.EBADF
`)
})

test('socket: options, shutdown and pairs, which CPython lacks when compiled for Emscripten', limits, () => {
  python.run(`
import socket
s = socket.create_connection(('127.0.0.1', echo))
assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes(8))
assert s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == bytes(8)
try:
    s.setsockopt(socket.IPPROTO_TCP, 9999, 1)
    assert False
except OSError:
    pass
for wrong in ((6, 1), (6, 1, None), (6, 1, 'x'), (6, 1, 1.5), (6, 1, 1, 1)):
    try:
        s.setsockopt(*wrong)
        assert False
    except TypeError:
        pass
s.sendall(b'to the end')
s.shutdown(socket.SHUT_WR)
assert s.makefile('rb').read() == b'to the end'
a, b = socket.socketpair()
a.send(b'x')
assert b.recv(2) == b'x'
a.close()
assert b.recv(1) == b''
l = socket.create_server(('127.0.0.1', 0), reuse_port=True)
assert l.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 1
assert l.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 1
`)
})

test('socket: messages, datagrams and names', limits, () => {
  python.run(`
import socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(('127.0.0.1', 0))
u.sendto(b'datagram', u.getsockname())
assert u.recvfrom(100) == (b'datagram', u.getsockname())
u.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
u.sendmsg([b'in ', b'parts'], [], 0, u.getsockname())
data, control, flags, address = u.recvmsg(100, socket.CMSG_SPACE(4))
assert data == b'in parts' and control == [(socket.IPPROTO_IP, socket.IP_TOS, b'\\0')], control
assert ('127.0.0.1', 80) in [row[4] for row in socket.getaddrinfo('127.0.0.1', 'http', proto=socket.IPPROTO_TCP)]
assert socket.getnameinfo(('127.0.0.1', 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV) == ('127.0.0.1', '80')
assert socket.gethostbyname('127.0.0.1') == '127.0.0.1'
try:
    socket.getaddrinfo('no number', 80, flags=socket.AI_NUMERICHOST)
    assert False
except socket.gaierror as error:
    assert error.errno == socket.EAI_NONAME
assert 'lo' in [name for _, name in socket.if_nameindex()]
`)
})

test('os: descriptors of sockets are those of the program', limits, () => {
  python.run(`
import os, stat, socket
s = socket.create_connection(('127.0.0.1', echo))
assert s.fileno() < 1024
assert stat.S_ISSOCK(os.fstat(s.fileno()).st_mode)
copy = os.dup(s.fileno())
s.close()
os.write(copy, b'by number')
assert os.read(copy, 100) == b'by number'
os.set_blocking(copy, False)
assert not os.get_blocking(copy)
os.set_blocking(copy, True)
assert os.get_blocking(copy)
os.writev(copy, [b'in ', b'parts'])
buffers = [bytearray(3), bytearray(5)]
assert os.readv(copy, buffers) == 8 and bytes(buffers[1]) == b'parts'
os.close(copy)
`)
})

test('select, selectors: sockets and files together', limits, () => {
  python.run(`
import select, selectors, socket, sys, tempfile
a, b = socket.socketpair()
file = tempfile.TemporaryFile()
assert select.select([a, file], [], [], 0) == ([file], [], [])
b.send(b'x')
assert select.select([a], [a], [a], 10) == ([a], [a], [])
assert select.select([b], [], [], 0.01) == ([], [], [])
p = select.poll()
p.register(a, select.POLLIN)
assert p.poll(1000) == [(a.fileno(), select.POLLIN)]
with selectors.DefaultSelector() as selector:
    selector.register(a, selectors.EVENT_READ, 'a')
    selector.register(b, selectors.EVENT_READ, 'b')
    assert [key.data for key, _ in selector.select(10)] == ['a']
`)
})

test('clients: urllib, http.client, xmlrpc, smtplib and ftplib', limits, () => {
  python.run(
    `
import ftplib, http.client, smtplib, urllib.request, xmlrpc.client
url = f'http://127.0.0.1:{http_port}/'
assert len(urllib.request.urlopen(url).read()) == 100_000
connection = http.client.HTTPConnection('127.0.0.1', http_port, timeout=20)
connection.request('GET', '/')
response = connection.getresponse()
assert response.status == 200 and len(response.read()) == 100_000
assert xmlrpc.client.ServerProxy(url).answer() == 42
with smtplib.SMTP('127.0.0.1', smtp, local_hostname='test') as mail:
    assert mail.sendmail('a@test', ['b@test'], 'Subject: x\\n\\ntext') == {}
with ftplib.FTP() as files:
    files.connect('127.0.0.1', ftp, timeout=20)
    files.login('user', 'password')
    assert files.pwd() == '/home'
`,
    { http_port: python.ports.http },
  )
})

test('servers: socketserver and http.server', limits, () => {
  python.run(`
import http.server, socket, socketserver

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline().upper())

with socketserver.TCPServer(('127.0.0.1', 0), Echo) as server:
    client = socket.create_connection(server.server_address)
    client.send(b'line\\n')
    server.handle_request()
    assert client.makefile('rb').read() == b'LINE\\n'

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

open('/tmp/page.txt', 'w').write('a page')
with http.server.HTTPServer(('127.0.0.1', 0), lambda *args: Quiet(*args, directory='/tmp')) as server:
    client = socket.create_connection(server.server_address)
    client.send(b'GET /page.txt HTTP/1.0\\r\\n\\r\\n')
    server.handle_request()
    assert client.makefile('rb').read().endswith(b'a page')
`)
})

test('servers: the examples serve until Ctrl-C', limits, async () => {
  const echoPort = await freePort()
  const echoed = await python.serves(echoPort, 'a\nb\n', 'examples/python/echo_server.py', echoPort)
  assert.deepEqual(echoed, ['a\nb\n', `port: ${echoPort}\nstopped\n`])
  const port = await freePort()
  const request = 'GET /services HTTP/1.0\r\n\r\n'
  const [reply, output] = await python.serves(port, request, 'examples/python/folder_server.py', '/etc', port)
  assert.match(reply, /^HTTP\/1\.0 200 OK\r\n[\s\S]*\r\n\r\n# /)
  assert.equal(output, `port: ${port}\nstopped\n`)
})

test('asyncio: asyncio.run has its own loop of selectors', limits, () => {
  const replies = python.run(`
import asyncio

async def main():
    async def serve(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    async def ask(number):
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        writer.write(b'number %d\\n' % number)
        reply = await reader.read()
        writer.close()
        await writer.wait_closed()
        return reply.decode()
    replies = await asyncio.gather(*(ask(number) for number in range(10)))
    try:
        await asyncio.wait_for(asyncio.open_connection('127.0.0.1', silent), 10)
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
        assert False
    except asyncio.TimeoutError:
        pass
    # A name is looked up in this thread: there are no others.
    assert (await asyncio.get_running_loop().getaddrinfo('localhost', 80))[0][4][1] == 80
    server.close()
    await server.wait_closed()
    return ''.join(replies)

asyncio.run(main())
`)
  assert.equal(replies, Array.from({ length: 10 }, (_, number) => `NUMBER ${number}\n`).join(''))
})

test('signals: Ctrl-C ends a wait with KeyboardInterrupt', limits, () => {
  python.run(`
import socket
s = socket.create_connection(('127.0.0.1', signals))
s.send(b'SIGINT')
try:
    s.recv(1)
    assert False
except KeyboardInterrupt:
    pass
`)
})

test('signals: after a handler of Python’s the call continues', limits, () => {
  python.run(`
import signal, socket
seen = []
s = socket.create_connection(('127.0.0.1', signals))
def handler(number, frame):
    seen.append(number)
    s.send(b'after it')
# The number is Linux's, which the host's signal has.
signal.signal(10, handler)
s.send(b'SIGUSR1')
assert s.recv(100) == b'after it'
assert seen == [10]
`)
})

test('policy: what it refuses is PermissionError, and a name that it refuses does not resolve', limits, (context) => {
  context.after(() => {
    policy = () => true
  })
  policy = (request) => request.operation === 'socket'
  python.run(`
import socket
for call in (
    lambda: socket.create_connection(('127.0.0.1', echo)),
    lambda: socket.create_server(('127.0.0.1', 0)),
    lambda: socket.getaddrinfo('localhost', 80),
):
    try:
        call()
        assert False
    except PermissionError:
        pass
`)
})

test('descriptors: sockets that Python dropped are closed', limits, () => {
  const count = 'import gc, socket\ngc.collect()'
  python.run(count)
  const before = openDescriptors()
  python.run(`
import socket
for _ in range(100):
    socket.socketpair()
`)
  python.run(count)
  // The servers' thread may hold the connections of earlier tests for a moment, or close them now.
  assert.ok(openDescriptors() < before + 10)
})
