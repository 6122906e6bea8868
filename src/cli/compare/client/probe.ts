// One request before all others: whether there is a server, and one that speaks the protocol. It says so in one line,
// where every way would fail in words of its own.

import { createConnection, type HostInput, SocketTimeoutError } from '../../../index.js'
import { Tally } from '../measurement/tally.js'
import { endpointOf, type Workload } from '../workload/workload.js'
import { Run } from './conversation.js'

/**
 * Makes one request, and answers the numeric address of who replied to it.
 * @throws Error that says in one line what is wrong with the target
 */
export function probe(workload: Workload): HostInput {
  const { target, protocol, timeoutMs } = workload
  const where = endpointOf(target)
  const deadline = performance.now() + timeoutMs
  try {
    return ask(workload, deadline)
  } catch (error) {
    if (error instanceof SocketTimeoutError) {
      const connected = ['send', 'recv'].includes(error.syscall)
      throw new Error(
        connected
          ? `${where} did not answer within ${timeoutMs} ms: does it speak ${protocol}?`
          : `${where} could not be reached within ${timeoutMs} ms`,
      )
    }
    const { message } = error as Error
    throw new Error(message.includes(target.host) ? message : `${where}: ${message}`)
  }
}

function ask(workload: Workload, deadline: number): HostInput {
  using socket = createConnection(workload.target, { deadline })
  const [conversation] = new Run({ ...workload, thinkUnits: 0 }, [0], new Tally(0, () => {})).conversations
  socket.sendAll(conversation!.ask()!, { deadline })
  while (!conversation!.hear(socket.recv(65536, { deadline }))) {}
  const { host, port } = socket.getPeerName() as HostInput
  return { host, port }
}
