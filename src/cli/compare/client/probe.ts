// One request before the comparison, which checks that there is a server and that it speaks the protocol. A failure is
// reported once and in one line, where otherwise each mode would report it differently.

import { createConnection, type HostInput, SocketTimeoutError } from '../../../index.js'
import { Tally } from '../measurement/tally.js'
import { endpointOf, type Workload } from '../workload/workload.js'
import { MAX_RECEIVE_BYTES } from './target.js'
import { ThreadLoad } from './thread-load.js'

/**
 * Makes one request.
 * @returns the numeric address of the server that replied
 * @throws Error that explains in one line what is wrong with the target
 */
export function probe(workload: Workload): HostInput {
  const { target, protocol, timeoutMs } = workload
  const endpoint = endpointOf(target)
  const deadline = performance.now() + timeoutMs
  try {
    return makeRequest(workload, deadline)
  } catch (error) {
    if (error instanceof SocketTimeoutError) {
      const connected = ['send', 'recv'].includes(error.syscall)
      throw new Error(
        connected
          ? `${endpoint} did not reply within ${timeoutMs} ms: does it speak ${protocol}?`
          : `${endpoint} could not be reached within ${timeoutMs} ms`,
      )
    }
    const { message } = error as Error
    throw new Error(message.includes(target.host) ? message : `${endpoint}: ${message}`)
  }
}

function makeRequest(workload: Workload, deadline: number): HostInput {
  using socket = createConnection(workload.target, { deadline })
  const load = new ThreadLoad({ ...workload, thinkUnits: 0 }, [0], new Tally(0, () => {}))
  const [conversation] = load.conversations
  socket.sendAll(conversation!.nextRequest()!, { deadline })
  while (!conversation!.receive(socket.recv(MAX_RECEIVE_BYTES, { deadline }))) {}
  const { host, port } = socket.getPeerName() as HostInput
  return { host, port }
}
