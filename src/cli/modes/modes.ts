// `berkeley modes`: the same exchange in every mode, shown call by call.

import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import type { HostInput } from '../../index.js'
import { printJson } from '../terminal/output.js'
import { eventLoopModes } from './event-loop.js'
import { type Exchange, runExchange } from './exchange.js'
import type { Mode } from './mode.js'
import { CallPrinter, printHeading, printTotals } from './printing.js'
import { startSlowServer } from './server/slow-server.js'
import { printNextSteps, printSummary } from './summary.js'
import { synchronousModes } from './synchronous.js'

export interface ModesOptions {
  /** How long the built-in server takes to reply, in milliseconds. */
  readonly delay: number
  /** The timeout of a call in timed mode, in milliseconds. */
  readonly timeout: number
  readonly json?: boolean
}

/**
 * Makes the exchanges and prints them.
 * @param host the built-in server unless given
 * @throws Error if an exchange failed
 */
export async function runModes(host: string | undefined, port: number, options: ModesOptions): Promise<void> {
  const server = host === undefined ? await startSlowServer(options.delay) : undefined
  const target = server?.address ?? { host: host!, port }
  const delayMs = server === undefined ? null : options.delay
  if (!options.json) printHeading(target, delayMs)
  const exchanges: Exchange[] = []
  for (const mode of [...synchronousModes, ...eventLoopModes]) {
    const { timeout, json } = options
    exchanges.push(await (json ? runExchange(mode, target, timeout, () => {}) : printedExchange(mode, target, timeout)))
    // Without this turn of the event loop, blocking calls would keep it from reporting that standard output is closed.
    await yieldToEventLoop()
  }
  await server?.stop()
  if (options.json) printJson({ target: hostAndPort(target), serverDelayMs: delayMs, exchanges })
  else printSummary(exchanges)
  const failed = exchanges.find(({ ok }) => !ok)
  if (failed !== undefined) throw new Error(`${failed.mode}: ${failed.error}`)
  if (!options.json) printNextSteps()
}

function hostAndPort({ host, port }: HostInput): object {
  return { host, port }
}

async function printedExchange(mode: Mode, target: HostInput, timeoutMs: number): Promise<Exchange> {
  const printer = new CallPrinter(mode)
  const result = await runExchange(mode, target, timeoutMs, (entry) => printer.add(entry))
  printer.end()
  printTotals(result)
  return result
}
