// An echo server with await: the code of a connection reads like blocking code, and no connection waits for another.
//   node dist/examples/echo-await.js 7777        and then: nc localhost 7777
import { type AsyncSocket, createServer } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

async function echo(connection: AsyncSocket): Promise<void> {
  try {
    for await (const chunk of connection.chunks()) await connection.sendAll(chunk)
  } finally {
    connection.close()
  }
}

const listener = createServer({ host: '127.0.0.1', port }).toAsync()
process.once('SIGTERM', () => listener.close())
console.log('echoing at', listener.localAddress)
for await (const connection of listener.connections()) {
  echo(connection).catch((error: Error) => console.error(connection.peerAddress, error.message))
}
