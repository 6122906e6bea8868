// Runs the ways one after the other, and puts together what came of them.

import type { ReportSection } from '../../report/data.js'
import type { Outcome, SystemCalls } from '../measurement/result.js'
import type { WayName } from '../workload/mode-names.js'
import { fewer, picturable, requestsInAll, type Workload } from '../workload/workload.js'
import { Interrupted, runWay, type WayRun } from './mode-process.js'
import type { Progress } from './progress.js'
import { countSystemCalls } from './system-calls.js'
import { drawWay } from './timeline.js'

const INTERRUPTED = Symbol('interrupted')

/** Runs ways until it is interrupted; what was done by then remains. */
export class Comparing {
  readonly #workload: Workload
  readonly #progress: Progress
  readonly #signal: AbortSignal

  constructor(workload: Workload, progress: Progress, signal: AbortSignal) {
    this.#workload = workload
    this.#progress = progress
    this.#signal = signal
  }

  /** Times each way. One that fails keeps none of the others from its turn. */
  async time(ways: readonly WayName[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    for (const way of ways) outcomes.push(await this.#timeOne(way))
    return outcomes
  }

  /** Counts the system calls of those that are done. */
  async count(outcomes: readonly Outcome[]): Promise<Outcome[]> {
    const counted: Outcome[] = []
    for (const outcome of outcomes) {
      const systemCalls = outcome.state === 'done' ? await this.#countOne(outcome.way) : undefined
      counted.push(systemCalls === undefined ? outcome : { ...outcome, systemCalls })
    }
    return counted
  }

  /** Runs those that are done once more, for a picture of their calls and requests. */
  async draw(outcomes: readonly Outcome[]): Promise<ReportSection[]> {
    const sections: ReportSection[] = []
    for (const { way, state } of outcomes) {
      if (state !== 'done' || this.#signal.aborted) continue
      const workload = picturable(this.#workload)
      const section = await this.#shown(`${way}, for the report`, workload, () => drawWay(this.#run(way, workload)))
      if (section !== INTERRUPTED) sections.push(section)
    }
    return sections
  }

  async #timeOne(way: WayName): Promise<Outcome> {
    if (this.#signal.aborted) return { way, state: 'interrupted', reason: 'it was not begun' }
    let requests = 0
    const run = this.#run(way, this.#workload, (more) => {
      requests += more
    })
    const said = await this.#shown(way, this.#workload, () => runWay({ ...run, purpose: 'time' }))
    if (said === INTERRUPTED) return { way, state: 'interrupted', reason: `it had made ${requests} requests` }
    if ('figures' in said) return { way, state: 'done', ...said }
    if (!('failure' in said)) throw new Error(`${way} answered something else than it was asked`)
    return { way, state: said.unavailable ? 'unavailable' : 'failed', reason: said.failure }
  }

  async #countOne(way: WayName): Promise<SystemCalls | undefined> {
    const workload = fewer(this.#workload)
    const run = this.#run(way, workload)
    const calls = await this.#shown(`${way}, system calls`, workload, () => countSystemCalls(run))
    return calls === INTERRUPTED ? undefined : calls
  }

  #run(way: WayName, workload: Workload, told: (requests: number) => void = () => {}): Omit<WayRun, 'purpose'> {
    const progress = (requests: number): void => {
      this.#progress.add(requests)
      told(requests)
    }
    return { way, workload, signal: this.#signal, progress }
  }

  async #shown<Result>(
    task: string,
    workload: Workload,
    act: () => Promise<Result>,
  ): Promise<Result | typeof INTERRUPTED> {
    this.#progress.begin(task, requestsInAll(workload))
    try {
      return await act()
    } catch (error) {
      if (error instanceof Interrupted) return INTERRUPTED
      throw error
    } finally {
      this.#progress.end()
    }
  }
}
