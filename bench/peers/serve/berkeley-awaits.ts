// A server that sends back what it gets: a loop of awaits for each connection.
import { type AsyncSocket, createServer, type InetAddress, TCP_NODELAY } from 'berkeley'
import '../shared/collect-garbage.js'

const MOST = 65_536

async function echo(connection: AsyncSocket): Promise<void> {
  try {
    connection.setOption(TCP_NODELAY, true)
    for (let bytes = await connection.recv(MOST); bytes !== null; bytes = await connection.recv(MOST)) {
      await connection.sendAll(bytes)
    }
  } catch {
    // The peer has reset it.
  }
  connection.close()
}

const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
console.log((listener.getSockName() as InetAddress).port)
for (;;) echo(await listener.accept())
