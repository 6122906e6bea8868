// A UDP echo server: every datagram goes back to where it came from. Ctrl-C ends it.
//   node dist/examples/udp-echo.js 7777
import { AF_INET, SOCK_DGRAM, Socket } from 'berkeley'

const [port = '0'] = process.argv.slice(2)

const socket = new Socket(AF_INET, SOCK_DGRAM)
socket.bind({ host: '127.0.0.1', port: Number(port) })
console.log('echoing at', socket.getSockName())

for (;;) {
  const { data, address } = socket.recvFrom(65535)
  // An empty datagram is a datagram too; only a stream has an end.
  if (address !== null) socket.sendTo(data, address)
}
