// A non-blocking TCP client: each call returns at once, and its result is done, in progress or failed. The program does
// other work meanwhile; here it counts.
//   node dist/examples/non-blocking-client.js example.com 80
import { AF_INET, errno, errnoName, SOCK_STREAM, Socket } from 'berkeley'

const [host = 'localhost', port = '80'] = process.argv.slice(2)
const address = { host, port: Number(port) }

let work = 0
const doOtherWork = (): void => void work++
const log = (what: string): void => console.error(`${what} (other work done: ${work.toLocaleString('en')})`)

const socket = new Socket(AF_INET, SOCK_STREAM)
socket.setBlocking(false)

const outcome = socket.connectEx(address)
log(`connectEx returned ${outcome}, ${errnoName(outcome)}`)
if (outcome !== 0 && outcome !== errno.EINPROGRESS) process.exit(1)
// Sending now would fail: there is no connection yet, and the connect may fail.
if (outcome === errno.EINPROGRESS) while (!socket.tryConnect(address)) doOtherWork()
log('connected')

let request = Buffer.from(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
while (request.length > 0) {
  const taken = socket.trySend(request)
  if (taken === undefined) doOtherWork()
  else request = request.subarray(taken)
}
log('request sent')

for (;;) {
  const bytes = socket.tryRecv(1024)
  if (bytes === null) break
  if (bytes === undefined) doOtherWork()
  else process.stdout.write(bytes)
}
socket.close()
log('response received')
