// The worker of the synckit peer: it keeps one connection, and each call sends one request and returns its reply.
import { runAsWorker } from 'synckit'
import { echoClient } from './echo-client.js'

export type SendRequest = (port: number, request: Uint8Array) => Promise<Uint8Array>

let client: ReturnType<typeof echoClient> | undefined

const sendRequest: SendRequest = async (port, request) => {
  client ??= echoClient(port)
  return (await client)(request)
}

runAsWorker(sendRequest)
