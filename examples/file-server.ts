// Serves one file by HTTP. The kernel copies it to the network; no byte of it passes through JavaScript.
//   node dist/examples/file-server.js FILE [port]
import { fstatSync, openSync } from 'node:fs'
import { createServer, type Socket, SocketError } from 'berkeley'

const [path = process.argv[1]!, port = '0'] = process.argv.slice(2)
const file = openSync(path, 'r')
const { size } = fstatSync(file)

function respond(connection: Socket): void {
  connection.setTimeout(10_000)
  if (connection.reader().readUntil('\r\n\r\n') === null) return
  connection.sendAll(`HTTP/1.0 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  connection.sendFileAll(file, { offset: 0, length: size })
}

const listener = createServer({ host: '127.0.0.1', port: Number(port) })
console.log('serving at', listener.address)
for (const connection of listener) {
  try {
    respond(connection)
  } catch (error) {
    // A client that disconnects, or sends no request within ten seconds, must not stop the server.
    if (!(error instanceof SocketError)) throw error
    console.error(error.message)
  } finally {
    connection.close()
  }
}
