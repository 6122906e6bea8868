// A DNS client: asks for the IPv4 addresses of a name over UDP, and again over TCP if the response was truncated.
//   node dist/examples/dns-client.js example.com 127.0.0.53
import { randomInt } from 'node:crypto'
import { AF_INET, createConnection, SOCK_DGRAM, Socket } from 'berkeley'

const [name = 'example.com', server = '127.0.0.1', port = '53'] = process.argv.slice(2)
const address = { host: server, port: Number(port) }
const timeout = 5000
const HEADER_BYTES = 12
const TRUNCATED = 0x0200
const [TYPE_A, CLASS_IN] = [1, 1]

function query(id: number): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const question = labels.map((label) => Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)]))
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(0x0100, 2) // recursion desired
  header.writeUInt16BE(1, 4)
  return Buffer.concat([header, ...question, Buffer.of(0, 0, TYPE_A, 0, CLASS_IN)])
}

/** The offset after a name, whose end may be a pointer to another place. */
function afterName(message: Buffer, at: number): number {
  for (; message[at] !== 0; at += message[at]! + 1) if (message[at]! >= 0xc0) return at + 2
  return at + 1
}

function addressesIn(message: Buffer): string[] {
  const found: string[] = []
  let at = afterName(message, HEADER_BYTES) + 4
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = afterName(message, at)
    const length = message.readUInt16BE(at + 8)
    if (message.readUInt16BE(at) === TYPE_A) found.push(message.subarray(at + 10, at + 10 + length).join('.'))
    at += 10 + length
  }
  return found
}

function overUdp(request: Buffer): Buffer {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  // A connected socket receives from this server only, and learns that nothing listens there.
  socket.connect(address)
  socket.send(request)
  const deadline = performance.now() + timeout
  for (;;) {
    const response = socket.recv(65535, { deadline })!
    if (response.length >= HEADER_BYTES && response.readUInt16BE(0) === request.readUInt16BE(0)) return response
  }
}

/** Over TCP two bytes with the length precede each message. */
function overTcp(request: Buffer): Buffer {
  using socket = createConnection(address, { timeout })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(request.length)
  socket.sendAll([length, request], { timeout })
  const reader = socket.reader()
  const bytes = reader.readExactly(2, { timeout })
  const message = bytes && reader.readExactly(bytes.readUInt16BE(0), { timeout })
  if (message === null) throw new Error('the server closed the connection without a response')
  return message
}

const request = query(randomInt(65536))
let response = overUdp(request)
if (response.readUInt16BE(2) & TRUNCATED) {
  console.error('truncated: asking over TCP')
  response = overTcp(request)
}
for (const found of addressesIn(response)) console.log(found)
