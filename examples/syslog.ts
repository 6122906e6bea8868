// A client of syslog: logs a line as logger(1) does, by a datagram to /dev/log with priority, time and program in front.
//   node dist/examples/syslog.js 'the disk is full'
import { AF_UNIX, SOCK_DGRAM, Socket } from 'berkeley'

const [message = 'hello', path = '/dev/log', tag = 'example'] = process.argv.slice(2)
const [FACILITY_USER, SEVERITY_NOTICE] = [1, 5]

/** The time as RFC 3164 has it: `Nov  8 22:05:01`. */
function timestamp(time: Date): string {
  const month = time.toLocaleString('en', { month: 'short' })
  return `${month} ${String(time.getDate()).padStart(2)} ${time.toTimeString().slice(0, 8)}`
}

using socket = new Socket(AF_UNIX, SOCK_DGRAM)
// A log that is read too slowly must not stop the program.
socket.setTimeout(1000)
const priority = FACILITY_USER * 8 + SEVERITY_NOTICE
socket.sendTo(`<${priority}>${timestamp(new Date())} ${tag}: ${message}`, { path })
