// Everything that the package can do which makes system calls.
import type { Subjects } from './scope.js'
import { awaited } from './subjects/awaited.js'
import { blocking } from './subjects/blocking.js'
import { awaitedMessages, messages } from './subjects/messages.js'
import { others } from './subjects/others.js'
import { servers } from './subjects/servers.js'
import { threads } from './subjects/threads.js'
import { awaitedTls, tls } from './subjects/tls.js'
import { blockingTransfers } from './subjects/transferring.js'

export const subjects: Subjects = {
  ...blocking,
  ...blockingTransfers,
  ...awaited,
  ...others,
  ...servers,
  ...threads,
  ...messages,
  ...awaitedMessages,
  ...tls,
  ...awaitedTls,
}

/** Whether a subject's calls are made by the event loop. */
export function inEventLoop(name: string): boolean {
  return [awaited, servers, threads, awaitedMessages, awaitedTls].some((group) => name in group)
}

/** Subjects that take seconds, of which others try most: `npm test` leaves them to `npm run test:faults`. */
export const SLOW_SUBJECTS: ReadonlySet<string> = new Set(['listenHttp, a given listener', 'serveBlocking (TLS)'])
