// A multicast DNS query: asks the local network for the address of a name, on one interface, and prints all responses.
//   node dist/examples/mdns-query.js printer.local eth0
import { AF_INET, IP_MULTICAST_IF, IP_MULTICAST_TTL, SOCK_DGRAM, Socket, SocketTimeoutError } from 'berkeley'

const [name = 'printer.local', device = 'eth0', waitMs = '1000', count = 'Infinity'] = process.argv.slice(2)
const GROUP = { host: '224.0.0.251', port: 5353 }
const HEADER_BYTES = 12
// The highest bit of the class asks for responses to this socket instead of the group.
const UNICAST_RESPONSE = 0x8000

const question = name
  .split('.')
  .map((label) => Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)]))
const header = Buffer.alloc(HEADER_BYTES)
header.writeUInt16BE(1, 4)
const kind = Buffer.alloc(5)
kind.writeUInt16BE(1, 1)
kind.writeUInt16BE(1 | UNICAST_RESPONSE, 3)

using socket = new Socket(AF_INET, SOCK_DGRAM)
socket.setOption(IP_MULTICAST_IF, device)
socket.setOption(IP_MULTICAST_TTL, 255)
socket.sendTo(Buffer.concat([header, ...question, kind]), GROUP)

const deadline = performance.now() + Number(waitMs)
try {
  for (let responses = 0; responses < Number(count); ) {
    const { data, address } = socket.recvFrom(9000, { deadline })
    if (data.readUInt16BE(6) === 0 || address?.family !== 'inet') continue
    responses++
    // The last four bytes of a response with one address are that address.
    console.log(`${name} is ${data.subarray(-4).join('.')}, says ${address.host}`)
  }
} catch (error) {
  if (!(error instanceof SocketTimeoutError)) throw error
}
