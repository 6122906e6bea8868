// Ping: sends ICMP echo requests by a datagram socket where the system allows it (ping_group_range), else by a raw one.
//   node dist/examples/ping.js 127.0.0.1 3
import {
  AF_INET,
  controlValue,
  IP_RECVTTL,
  IPPROTO_ICMP,
  resolve,
  SOCK_DGRAM,
  SOCK_RAW,
  Socket,
  socketSupport,
} from 'berkeley'

const [target = '127.0.0.1', count = '3'] = process.argv.slice(2)
const [ECHO_REPLY, ECHO_REQUEST] = [0, 8]
const HEADER_BYTES = 8
const DATA_BYTES = 56
const TIMEOUT_MS = 1000

// The kernel checks datagrams, and gives each socket the replies to its own requests. A raw socket receives all of ICMP.
const isRaw = socketSupport(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) !== 'available'
using socket = new Socket(AF_INET, isRaw ? SOCK_RAW : SOCK_DGRAM, IPPROTO_ICMP)
socket.setOption(IP_RECVTTL, true)

function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function request(sequence: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + DATA_BYTES)
  bytes[0] = ECHO_REQUEST
  bytes.writeUInt16BE(process.pid & 0xffff, 4)
  bytes.writeUInt16BE(sequence, 6)
  bytes.writeUInt16BE(checksum(bytes), 2)
  return bytes
}

/** Waits for the reply to one request: its size, and the hops that its packet had left. */
function replyTo(sequence: number, deadline: number): { bytes: number; ttl: number | undefined } {
  for (;;) {
    const { data, control } = socket.recvMsg(2048, { deadline })!
    const icmp = isRaw ? data.subarray((data[0]! & 0x0f) * 4) : data
    const isOurs = !isRaw || icmp.readUInt16BE(4) === (process.pid & 0xffff)
    if (icmp[0] !== ECHO_REPLY || icmp.readUInt16BE(6) !== sequence || !isOurs) continue
    return { bytes: icmp.length, ttl: isRaw ? data[8] : controlValue(control, 'IP_TTL') }
  }
}

const { host } = resolve(target, 0, { family: AF_INET })[0]!.address
console.log(`PING ${target} (${host}) by a ${isRaw ? 'raw' : 'datagram'} socket`)
let received = 0
for (let sequence = 1; sequence <= Number(count); sequence++) {
  const begun = performance.now()
  socket.sendTo(request(sequence), { host, port: 0 })
  try {
    const { bytes, ttl } = replyTo(sequence, begun + TIMEOUT_MS)
    received++
    console.log(
      `${bytes} bytes from ${host}: icmp_seq=${sequence} ttl=${ttl} time=${(performance.now() - begun).toFixed(3)} ms`,
    )
  } catch (error) {
    console.log(`icmp_seq=${sequence}: ${(error as Error).message}`)
  }
}
process.exitCode = received > 0 ? 0 : 1
