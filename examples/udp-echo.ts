// A UDP echo server: sends every datagram back to its sender. Ctrl-C ends it.
//   node dist/examples/udp-echo.js 7777
import { AF_INET, SOCK_DGRAM, Socket } from 'berkeley'

const [port = '0'] = process.argv.slice(2)

const socket = new Socket(AF_INET, SOCK_DGRAM)
socket.bind({ host: '127.0.0.1', port: Number(port) })
console.log('echoing at', socket.localAddress)

for (;;) {
  const { data, address } = socket.recvFrom(65535)
  // A zero-length datagram is valid, and is echoed too; it does not mean an end, as on a stream.
  if (address !== null) socket.sendTo(data, address)
}
