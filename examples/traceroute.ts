// Traceroute: sends UDP datagrams with a rising TTL, and reads from the error queue which router each one died at.
//   node dist/examples/traceroute.js 192.0.2.1
import { AF_INET, controlValue, errno, IP_RECVERR, IP_TTL, MSG_ERRQUEUE, poll, SOCK_DGRAM, Socket } from 'berkeley'

const [target = '127.0.0.1', maxHops = '30'] = process.argv.slice(2)
const FIRST_PORT = 33434
const TIMEOUT_MS = 2000

using socket = new Socket(AF_INET, SOCK_DGRAM)
socket.setOption(IP_RECVERR, true)

/** The node that reports why a datagram was not delivered; null where none does. */
function reporter(): { host: string; isTarget: boolean } | null {
  // A receive from the error queue never waits. An entry there makes the socket ready with an error.
  if (poll([{ target: socket, events: 0 }], TIMEOUT_MS).length === 0) return null
  const message = socket.tryRecvMsg(512, { flags: MSG_ERRQUEUE })
  const error = message && controlValue(message.control, 'IP_RECVERR')
  if (error?.offender?.family !== 'inet') return null
  // A router reports that the TTL is spent; the target, that nothing listens on the port.
  return { host: error.offender.host, isTarget: error.errno === errno.ECONNREFUSED }
}

for (let ttl = 1; ttl <= Number(maxHops); ttl++) {
  socket.setOption(IP_TTL, ttl)
  socket.sendTo('traceroute', { host: target, port: FIRST_PORT + ttl })
  const node = reporter()
  console.log(`${ttl} ${node?.host ?? '*'}`)
  if (node?.isTarget) break
}
