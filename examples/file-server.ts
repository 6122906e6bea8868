// Offers one file by HTTP; the kernel copies it to the network, not a byte of it passes through JavaScript.
//   node dist/examples/file-server.js FILE [port]
import { fstatSync, openSync } from 'node:fs'
import { createServer, type Socket, SocketError } from 'berkeley'

const [path = process.argv[1]!, port = '0'] = process.argv.slice(2)
const file = openSync(path, 'r')
const { size } = fstatSync(file)

function answer(connection: Socket): void {
  connection.setTimeout(10_000)
  if (connection.reader().readUntil('\r\n\r\n') === null) return
  connection.sendAll(`HTTP/1.0 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  for (let offset = 0; offset < size; ) offset += connection.sendFile(file, { offset })
}

const listener = createServer({ host: '127.0.0.1', port: Number(port) })
console.log('serving at', listener.getSockName())
for (const connection of listener) {
  try {
    answer(connection)
  } catch (error) {
    // A client that goes away, or asks for nothing in ten seconds, is no reason to stop serving the others.
    if (!(error instanceof SocketError)) throw error
    console.error(error.message)
  } finally {
    connection.close()
  }
}
