// Everything that the package can do which makes system calls.
import type { Subjects } from './scope.js'
import { awaited } from './subjects/awaited.js'
import { blocking } from './subjects/blocking.js'
import { others } from './subjects/others.js'
import { servers } from './subjects/servers.js'
import { threads } from './subjects/threads.js'
import { blockingTransfers } from './subjects/transferring.js'

export const subjects: Subjects = { ...blocking, ...blockingTransfers, ...awaited, ...others, ...servers, ...threads }

/** Whether a subject's calls are made by the event loop. */
export function inEventLoop(name: string): boolean {
  return name in awaited || name in servers || name in threads
}
