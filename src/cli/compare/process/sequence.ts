// Runs the modes one after the other and collects their results.

import type { ReportSection } from '../../report/data.js'
import type { ModeResult, SystemCalls } from '../measurement/result.js'
import type { ModeName } from '../workload/mode-names.js'
import { straceWorkload, timelineWorkload, totalRequests, type Workload } from '../workload/workload.js'
import { ModeAbortedError, type ModeProcessOptions, runModeProcess } from './mode-process.js'
import type { Progress } from './progress.js'
import { countSystemCalls } from './system-calls.js'
import { recordTimeline } from './timeline.js'

const ABORTED = Symbol('aborted')

/** Runs modes until the signal is aborted; results until then are kept. */
export class ModeSequence {
  readonly #workload: Workload
  readonly #progress: Progress
  readonly #signal: AbortSignal

  constructor(workload: Workload, progress: Progress, signal: AbortSignal) {
    this.#workload = workload
    this.#progress = progress
    this.#signal = signal
  }

  /** Times each mode. A mode that fails does not stop the others. */
  async time(modes: readonly ModeName[]): Promise<ModeResult[]> {
    const results: ModeResult[] = []
    for (const mode of modes) results.push(await this.#timeOne(mode))
    return results
  }

  /** Runs each finished mode once more and adds the number of its system calls. */
  async countSystemCalls(results: readonly ModeResult[]): Promise<ModeResult[]> {
    const counted: ModeResult[] = []
    for (const result of results) {
      const systemCalls = result.state === 'done' ? await this.#countOne(result.mode) : undefined
      counted.push(systemCalls === undefined ? result : { ...result, systemCalls })
    }
    return counted
  }

  /** Runs each finished mode once more and returns a timeline of its calls and requests. */
  async recordTimelines(results: readonly ModeResult[]): Promise<ReportSection[]> {
    const sections: ReportSection[] = []
    for (const { mode, state } of results) {
      if (state !== 'done' || this.#signal.aborted) continue
      const workload = timelineWorkload(this.#workload)
      const options = this.#optionsFor(mode, workload)
      const section = await this.#withProgress(`${mode}, timeline`, workload, () => recordTimeline(options))
      if (section !== ABORTED) sections.push(section)
    }
    return sections
  }

  async #timeOne(mode: ModeName): Promise<ModeResult> {
    if (this.#signal.aborted) return { mode, state: 'interrupted', reason: 'it had not started' }
    let requests = 0
    const options = this.#optionsFor(mode, this.#workload, (more) => {
      requests += more
    })
    const message = await this.#withProgress(mode, this.#workload, () =>
      runModeProcess({ ...options, purpose: 'time' }),
    )
    if (message === ABORTED) return { mode, state: 'interrupted', reason: `it had made ${requests} requests` }
    if ('figures' in message) return { mode, state: 'done', ...message }
    if (!('failure' in message)) throw new Error(`the process of mode ${mode} sent an unexpected message`)
    return { mode, state: message.unavailable ? 'unavailable' : 'failed', reason: message.failure }
  }

  async #countOne(mode: ModeName): Promise<SystemCalls | undefined> {
    const workload = straceWorkload(this.#workload)
    const options = this.#optionsFor(mode, workload)
    const calls = await this.#withProgress(`${mode}, system calls`, workload, () => countSystemCalls(options))
    return calls === ABORTED ? undefined : calls
  }

  #optionsFor(
    mode: ModeName,
    workload: Workload,
    onProgress: (requests: number) => void = () => {},
  ): Omit<ModeProcessOptions, 'purpose'> {
    return {
      mode,
      workload,
      signal: this.#signal,
      onProgress: (requests) => {
        this.#progress.add(requests)
        onProgress(requests)
      },
    }
  }

  async #withProgress<Result>(
    task: string,
    workload: Workload,
    run: () => Promise<Result>,
  ): Promise<Result | typeof ABORTED> {
    this.#progress.begin(task, totalRequests(workload))
    try {
      return await run()
    } catch (error) {
      if (error instanceof ModeAbortedError) return ABORTED
      throw error
    } finally {
      this.#progress.end()
    }
  }
}
