// A small fetch: it connects, reads the head line by line, and returns the body as a web stream. One signal cancels
// every step.
//   node dist/examples/fetch.js http://example.com/ 5000
import { openConnection, toWeb } from 'berkeley'

/** Sends a GET and returns the response once its head has arrived. */
async function get(url: URL, signal: AbortSignal): Promise<Response> {
  const port = Number(url.port || 80)
  const socket = await openConnection({ host: url.hostname.replace(/^\[|\]$/g, ''), port }, { signal })
  try {
    await socket.sendAll(`GET ${url.pathname}${url.search} HTTP/1.0\r\nHost: ${url.host}\r\n\r\n`, { signal })
    const reader = socket.reader()
    const first = await reader.readLine({ signal })
    const [, status, statusText = ''] = /^HTTP\/1\.\d (\d{3}) ?(.*)$/.exec(String(first)) ?? []
    if (status === undefined) throw new Error(`not an HTTP response: ${first}`)
    const headers = new Headers()
    for (let line = await reader.readLine({ signal }); line; line = await reader.readLine({ signal })) {
      const colon = line.indexOf(':')
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
    }
    // toWeb also takes the bytes that the reader holds: they come first in the body.
    const { readable, writable } = toWeb(socket, { allowHalfOpen: false })
    signal.addEventListener('abort', () => writable.abort(signal.reason))
    return new Response(readable, { status: Number(status), statusText, headers })
  } catch (error) {
    socket.close()
    throw error
  }
}

const [address = 'http://localhost/', timeout = '10000'] = process.argv.slice(2)
const signal = AbortSignal.timeout(Number(timeout))
try {
  const response = await get(new URL(address), signal)
  console.error(response.status, response.statusText)
  for await (const chunk of response.body!) process.stdout.write(chunk)
} catch (error) {
  console.error(signal.aborted ? `cancelled: ${signal.reason.message}` : (error as Error).message)
  process.exitCode = 1
}
