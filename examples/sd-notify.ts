// A client of sd_notify(3): reports the state of a service to systemd, by a datagram to the socket in NOTIFY_SOCKET.
//   NOTIFY_SOCKET=/run/systemd/notify node dist/examples/sd-notify.js READY=1 'STATUS=Serving'
import { AF_UNIX, SOCK_DGRAM, Socket } from 'berkeley'

const { NOTIFY_SOCKET: target } = process.env
if (!target) throw new Error('NOTIFY_SOCKET is not set: systemd did not start this program')

using socket = new Socket(AF_UNIX, SOCK_DGRAM)
// An @ stands for the NUL with which abstract names begin.
socket.sendTo(
  process.argv.slice(2).join('\n'),
  target.startsWith('@') ? { abstract: target.slice(1) } : { path: target },
)
