// `berkeley modes`: the same exchange in every mode, shown call by call.

import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import { printJson } from '../terminal/output.js'
import { type Destination, destinationOf, type TrustOptions } from './destination.js'
import { eventLoopModes } from './event-loop.js'
import { type Exchange, runExchange } from './exchange.js'
import type { Mode } from './mode.js'
import { CallPrinter, printHeading, printTotals } from './printing.js'
import { startSlowServer } from './server/slow-server.js'
import { printNextSteps, printSummary } from './summary.js'
import { synchronousModes } from './synchronous.js'

export interface ModesOptions extends TrustOptions {
  /** How long the built-in server takes to reply, in milliseconds. */
  readonly delay: number
  /** The timeout of a call in timed mode, in milliseconds. */
  readonly timeout: number
  readonly json?: boolean
}

/**
 * Makes the exchanges and prints them.
 * @param host a host or a URL; the built-in server unless given
 * @throws Error if an exchange failed
 */
export async function runModes(
  host: string | URL | undefined,
  port: number | undefined,
  options: ModesOptions,
): Promise<void> {
  const server = host === undefined ? await startSlowServer(options.delay) : undefined
  const destination = server === undefined ? destinationOf(host!, port, options) : { target: server.address, path: '/' }
  const delayMs = server === undefined ? null : options.delay
  if (!options.json) printHeading(destination, delayMs)
  const exchanges: Exchange[] = []
  for (const mode of [...synchronousModes, ...eventLoopModes]) {
    const { timeout, json } = options
    exchanges.push(
      await (json ? runExchange(mode, destination, timeout, () => {}) : printedExchange(mode, destination, timeout)),
    )
    // Without this turn of the event loop, blocking calls would keep it from reporting that standard output is closed.
    await yieldToEventLoop()
  }
  await server?.stop()
  if (options.json) printJson({ target: shownTarget(destination), serverDelayMs: delayMs, exchanges })
  else printSummary(exchanges)
  const failed = exchanges.find(({ ok }) => !ok)
  if (failed !== undefined) throw new Error(`${failed.mode}: ${failed.error}`)
  if (!options.json) printNextSteps()
}

function shownTarget({ target: { host, port }, tls }: Destination): object {
  return tls === undefined ? { host, port } : { host, port, tls: true }
}

async function printedExchange(mode: Mode, destination: Destination, timeoutMs: number): Promise<Exchange> {
  const printer = new CallPrinter(mode)
  const result = await runExchange(mode, destination, timeoutMs, (entry) => printer.add(entry))
  printer.end()
  printTotals(result)
  return result
}
