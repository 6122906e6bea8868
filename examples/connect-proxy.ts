// An HTTP proxy for encrypted traffic: it serves CONNECT, and relays each direction until it ends.
//   node dist/examples/connect-proxy.js 8080        and then: curl --proxy localhost:8080 https://example.com/
import { type AsyncSocket, createServer, openConnection } from 'berkeley'

const port = Number(process.argv[2] ?? 0)
const limit = { timeout: 10_000 }

/** The target of a CONNECT request; `null` if the head is not such a request. */
function targetOf(head: string): { host: string; port: number } | null {
  const [, host, number] = /^CONNECT \[?([^\s\]]+)\]?:(\d{1,5}) HTTP\/1\.[01]\r\n/.exec(head) ?? []
  return host === undefined || Number(number) > 65535 ? null : { host, port: Number(number) }
}

async function pass(from: AsyncSocket, to: AsyncSocket): Promise<void> {
  for await (const chunk of from.chunks()) await to.sendAll(chunk)
  // Half-close: the other direction may continue.
  to.shutdown('write')
}

async function relay(client: AsyncSocket, target: AsyncSocket): Promise<void> {
  await client.sendAll('HTTP/1.1 200 Connection established\r\n\r\n')
  // Bytes that arrived after the head belong to the tunnel.
  await target.sendAll(client.reader().takeBuffered())
  await Promise.all([pass(client, target), pass(target, client)])
}

async function serve(client: AsyncSocket): Promise<void> {
  let target: AsyncSocket | null = null
  try {
    const head = await client.reader().readUntil('\r\n\r\n', limit)
    const wanted = targetOf(String(head))
    if (wanted === null) return await client.sendAll('HTTP/1.1 405 Only CONNECT\r\nContent-Length: 0\r\n\r\n')
    target = await openConnection(wanted, limit).catch(() => null)
    if (target === null) return await client.sendAll('HTTP/1.1 502 Not reached\r\nContent-Length: 0\r\n\r\n')
    target.setTimeout(null)
    await relay(client, target)
  } finally {
    client.close()
    target?.close()
  }
}

const listener = createServer({ host: '127.0.0.1', port }).toAsync()
console.log('relaying at', listener.localAddress)
for await (const client of listener.connections()) {
  serve(client).catch((error: Error) => console.error(error.message))
}
