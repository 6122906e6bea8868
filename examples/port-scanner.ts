// Prints which ports of a host are open. It tries many ports at the same time, within one deadline.
//   node dist/examples/port-scanner.js localhost 1-1024 [milliseconds]
import {
  AF_INET,
  EVENT_WRITE,
  errno,
  type InetAddress,
  resolve,
  Selector,
  SO_LINGER,
  SOCK_STREAM,
  Socket,
} from 'berkeley'

const [name = 'localhost', ports = '1-1024', timeout = '1000'] = process.argv.slice(2)
const [first = 1, last = first] = ports.split('-').map(Number)
const end = performance.now() + Number(timeout)

// Look the name up once, not for each port.
const [found] = resolve(name, 0, { family: AF_INET, type: SOCK_STREAM, deadline: end })
const host = (found!.address as { host: string }).host

// More sockets at the same time could exhaust the process's descriptors.
const MAX_SOCKETS = 500

using selector = new Selector<number>()
const open: number[] = []

function begin(port: number): void {
  const socket = new Socket(AF_INET, SOCK_STREAM)
  socket.setBlocking(false)
  const outcome = socket.connectEx({ host, port })
  if (outcome === errno.EINPROGRESS) {
    selector.register(socket, EVENT_WRITE, port)
    return
  }
  if (outcome === 0) conclude(socket, port)
  else socket.close()
}

// The connect has succeeded or failed: the socket is writable in both cases, and takeError reads the outcome, SO_ERROR.
function conclude(socket: Socket, port: number): void {
  // Without a server, the kernel may have chosen this very address for our end, and connected the socket to itself.
  const own = socket.getSockName() as InetAddress
  if (own.host === host && own.port === port) socket.setOption(SO_LINGER, 0)
  else if (socket.takeError() === null) open.push(port)
  socket.close()
}

let next = first
while (performance.now() < end && (next <= last || selector.size > 0)) {
  while (next <= last && selector.size < MAX_SOCKETS) begin(next++)
  const left = Math.max(0, end - performance.now())
  for (const { socket, data: port } of selector.select(left)) conclude(socket!, port)
}

for (const port of open.sort((a, b) => a - b)) console.log(`${port} open`)
const silent = selector.size + Math.max(0, last - next + 1)
console.log(`${open.length} of ${last - first + 1} ports are open, ${silent} did not reply in time`)
