// Which blocks of the library's code run, as V8 counts them. It guides a fuzzer: an input that reaches a new block is worth
// mutating further.

import { type Profiler, Session } from 'node:inspector'

interface Block {
  readonly start: number
  readonly end: number
}

/** The blocks of one function that V8 has reported in any report, by their place. */
type Known = Map<string, Block>

/** Counts the blocks of scripts whose URL matches. */
export class Coverage implements Disposable {
  readonly #session = new Session()
  readonly #covers: RegExp
  readonly #known = new Map<string, Known>()
  readonly #reached = new Set<string>()

  constructor(covers: RegExp) {
    this.#covers = covers
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** How many blocks were kept. */
  get blocks(): number {
    return this.#reached.size
  }

  /** The blocks that have run since the last time and are not kept. */
  take(): string[] {
    let scripts: Profiler.ScriptCoverage[] = []
    // The callback is called before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      scripts = result.filter(({ url }) => this.#covers.test(url))
    })
    const ran = scripts.flatMap(({ scriptId, functions }) => functions.flatMap((each) => this.#ranIn(scriptId, each)))
    return ran.filter((block) => !this.#reached.has(block))
  }

  keep(blocks: readonly string[]): void {
    for (const block of blocks) this.#reached.add(block)
  }

  /**
   * V8 leaves a block out of a report if its count equals that of the block around it. So a block of an earlier report that
   * is missing in this one has run if the innermost reported block around it has.
   */
  #ranIn(scriptId: string, { ranges }: Profiler.FunctionCoverage): string[] {
    const { startOffset, endOffset } = ranges[0]!
    const name = `${scriptId}:${startOffset}:${endOffset}`
    const known: Known = this.#known.get(name) ?? new Map()
    this.#known.set(name, known)
    for (const { startOffset: start, endOffset: end } of ranges) known.set(`${name}:${start}:${end}`, { start, end })
    const hasRun = ({ start, end }: Block): boolean => {
      // Inner ranges follow those around them.
      const around = ranges.findLast(({ startOffset, endOffset }) => startOffset <= start && end <= endOffset)
      return around !== undefined && around.count > 0
    }
    return [...known].filter(([, block]) => hasRun(block)).map(([key]) => key)
  }

  [Symbol.dispose](): void {
    this.#session.disconnect()
  }
}
