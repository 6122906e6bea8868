// Which ports of a host are open: all are tried at once, within one deadline.
//   node dist/examples/port-scanner.js localhost 1-1024 [milliseconds]
import { AF_INET, EVENT_WRITE, errno, resolve, Selector, SOCK_STREAM, Socket } from 'berkeley'

const [name = 'localhost', ports = '1-1024', patience = '1000'] = process.argv.slice(2)
const [first = 1, last = first] = ports.split('-').map(Number)
const end = performance.now() + Number(patience)

// Looked up once, and not for each port.
const [found] = resolve(name, 0, { family: AF_INET, type: SOCK_STREAM, deadline: end })
const host = (found!.address as { host: string }).host

// More at a time than this would run out of descriptors.
const AT_ONCE = 500

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
  if (outcome === 0) open.push(port)
  socket.close()
}

// A connect has ended, well or badly: its socket is writable in both cases, and SO_ERROR tells them apart.
function conclude(socket: Socket, port: number): void {
  if (socket.takeError() === null) open.push(port)
  socket.close()
}

let next = first
while (performance.now() < end && (next <= last || selector.size > 0)) {
  while (next <= last && selector.size < AT_ONCE) begin(next++)
  const left = Math.max(0, end - performance.now())
  for (const { socket, data: port } of selector.select(left)) conclude(socket!, port)
}

for (const port of open.sort((a, b) => a - b)) console.log(`${port} open`)
const silent = selector.size + Math.max(0, last - next + 1)
console.log(`${open.length} of ${last - first + 1} ports are open, ${silent} did not answer in time`)
