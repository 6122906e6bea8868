// `berkeley modes`: the same exchange in every synchronous way to wait, shown call by call.

import { setImmediate as turn } from 'node:timers/promises'
import type { HostInput } from '../../index.js'
import { type Exchange, exchange } from './exchange.js'
import { CallReport, printHeading, printSummary, printTotals } from './printing.js'
import { startSlowServer } from './server/slow-server.js'
import { type Style, styles } from './synchronous-modes.js'

export interface ModesOptions {
  /** How long the own server thinks, in milliseconds. */
  readonly delay: number
  /** How long a call may wait in the timed style, in milliseconds. */
  readonly timeout: number
  readonly json?: boolean
}

/** Makes the exchanges and prints them; throws where one of them failed. */
export async function modes(host: string | undefined, port: number, options: ModesOptions): Promise<void> {
  const server = host === undefined ? await startSlowServer(options.delay) : undefined
  const target = server?.address ?? { host: host!, port }
  const delayMs = server === undefined ? null : options.delay
  if (!options.json) printHeading(target, delayMs)
  const exchanges: Exchange[] = []
  for (const style of styles) {
    exchanges.push(options.json ? exchange(style, target, options.timeout, () => {}) : shown(style, target, options))
    // Blocking calls leave the event loop no turn to notice that nobody reads our output any more.
    await turn()
  }
  await server?.stop()
  if (options.json) printJson(target, delayMs, exchanges)
  else printSummary(exchanges)
  const failed = exchanges.find(({ ok }) => !ok)
  if (failed !== undefined) throw new Error(`${failed.style}: ${failed.error}`)
}

function shown(style: Style, target: HostInput, { timeout }: ModesOptions): Exchange {
  const report = new CallReport(style)
  const result = exchange(style, target, timeout, (entry) => report.add(entry))
  report.end()
  printTotals(result)
  return result
}

function printJson({ host, port }: HostInput, delayMs: number | null, exchanges: readonly Exchange[]): void {
  process.stdout.write(`${JSON.stringify({ target: { host, port }, serverDelayMs: delayMs, exchanges }, null, 2)}\n`)
}
