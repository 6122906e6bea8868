// A blocking TCP client: each call pauses the program until it is done.
//   node dist/examples/blocking-client.js example.com 80
import { AF_INET, SOCK_STREAM, Socket } from 'berkeley'

const [host = 'localhost', port = '80'] = process.argv.slice(2)

const socket = new Socket(AF_INET, SOCK_STREAM)
socket.connect({ host, port: Number(port) })
socket.sendAll(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
for (let bytes = socket.recv(1024); bytes !== null; bytes = socket.recv(1024)) process.stdout.write(bytes)
socket.close()
