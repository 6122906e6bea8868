// An echo server: an asynchronous loop for each connection.
import { type AsyncSocket, createServer, type InetAddress, TCP_NODELAY } from 'berkeley'
import '../shared/collect-garbage.js'

const MAX_BYTES = 65_536

async function echo(connection: AsyncSocket): Promise<void> {
  try {
    connection.setOption(TCP_NODELAY, true)
    for (let bytes = await connection.recv(MAX_BYTES); bytes !== null; bytes = await connection.recv(MAX_BYTES)) {
      await connection.sendAll(bytes)
    }
  } catch {
    // The client has reset the connection.
  }
  connection.close()
}

const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
console.log((listener.getSockName() as InetAddress).port)
for (;;) echo(await listener.accept())
