// The worker of the synckit peer: it keeps one connection, and each call is one request and its answer.
import { runAsWorker } from 'synckit'
import { echoClient } from './echo-client.js'

export type Ask = (port: number, request: Uint8Array) => Promise<Uint8Array>

let client: ReturnType<typeof echoClient> | undefined

const ask: Ask = async (port, request) => {
  client ??= echoClient(port)
  return (await client)(request)
}

runAsWorker(ask)
