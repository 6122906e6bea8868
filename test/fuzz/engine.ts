// The fuzzer: it mutates inputs, runs a target on each, and reports the first fault with the smallest input that shows it.
//
// Unguided, the input of each run follows from the seed and the run's number alone, so the same seed finds the same
// faults, on any machine. Guided, inputs that reach new code join the corpus, as in libFuzzer. What is reached depends on
// what ran before, so a fault of a guided run is reproduced by its input.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHex } from './corpus.js'
import { Coverage } from './coverage.js'
import { mutated } from './mutator.js'
import { Random } from './random.js'
import type { Target } from './target.js'

/** How long to run, and how. */
export interface Plan {
  readonly seed: number
  readonly corpus: readonly Uint8Array[]
  /** The number of the first run; 0 unless given. */
  readonly first?: number
  readonly runs: number
  /** On the clock of `performance.now()`. */
  readonly until?: number
  readonly guided?: boolean
  /** Called before each input is run, so that it is known after a crash. */
  begin?(input: Uint8Array): void
}

/** What was run. */
export interface Summary {
  readonly runs: number
  readonly calls: number
  /** How many blocks of code were reached; 0 unless guided. */
  readonly blocks: number
  /** The inputs that together reach all of them: those of the plan, unless guided. */
  readonly corpus: readonly Uint8Array[]
}

/** A fault, whose message has the seed, the run and the input. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
}

/** How many inputs are run between two looks at the coverage, which take about a millisecond each. */
const BATCH_RUNS = 256
const MAX_SHRINKING_RUNS = 3000

/** The error of a target for an input; undefined where it finds no fault. */
async function faultOf(target: Target, input: Uint8Array): Promise<unknown> {
  try {
    await target.run(input)
    return undefined
  } catch (error) {
    return error ?? new Error(`thrown: ${error}`)
  }
}

/** A smaller input with a fault: parts are left out, then bytes are zeroed. */
async function shrunk(target: Target, input: Uint8Array): Promise<Uint8Array> {
  let smallest = input
  let left = MAX_SHRINKING_RUNS
  const attempt = async (smaller: Uint8Array): Promise<boolean> => {
    if (left-- <= 0 || (await faultOf(target, smaller)) === undefined) return false
    smallest = smaller
    return true
  }
  for (let size = input.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const kept = [...smallest.subarray(0, at), ...smallest.subarray(at + size)]
      if (!(await attempt(Uint8Array.from(kept)))) at += size
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    if (smallest[at] !== 0) await attempt(smallest.map((byte, index) => (index === at ? 0 : byte)))
  }
  return smallest
}

/** Errors without stacks, until it is disposed of: most inputs throw some, and collecting stacks takes most of the time. */
function withoutStacks(): Disposable {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  return {
    [Symbol.dispose]() {
      Error.stackTraceLimit = stackTraceLimit
    },
  }
}

/** Runs inputs, and counts. */
class Fuzzer {
  readonly #target: Target
  readonly #plan: Plan
  readonly #coverage: Coverage | null
  readonly #corpus: Uint8Array[]
  #runs = 0
  #calls = 0

  constructor(target: Target, plan: Plan, coverage: Coverage | null) {
    this.#target = target
    this.#plan = plan
    this.#coverage = coverage
    this.#corpus = [new Uint8Array(1), ...plan.corpus]
  }

  async run(): Promise<Summary> {
    if (this.#coverage !== null) this.#corpus.length = 1
    const { first = 0, runs, until = Number.POSITIVE_INFINITY } = this.#plan
    if (first === 0) await this.#runAll(this.#plan.corpus)
    const end = first + runs
    for (let run = first; run < end && performance.now() < until; run += BATCH_RUNS) {
      const count = Math.min(BATCH_RUNS, end - run)
      await this.#runAll(Array.from({ length: count }, (_, index) => () => this.#inputOf(run + index)))
      // Finalizers of the addon run in a turn of the event loop.
      await nextTurn()
    }
    await this.#target.finish?.()
    return { runs: this.#runs, calls: this.#calls, blocks: this.#coverage?.blocks ?? 0, corpus: this.#corpus.slice(1) }
  }

  #inputOf(run: number): Uint8Array {
    const material = { corpus: this.#corpus, dictionary: this.#target.dictionary }
    return mutated(material, new Random(this.#plan.seed, run), this.#target.maxBytes)
  }

  async #runAll(inputs: readonly (Uint8Array | (() => Uint8Array))[]): Promise<void> {
    const ran: Uint8Array[] = []
    for (const input of inputs) ran.push(await this.#runOne(typeof input === 'function' ? input() : input))
    await this.#keepThose(ran)
  }

  /** Keeps those of the inputs that have just run which reached new blocks. Each half of them is run again to find them. */
  async #keepThose(ran: readonly Uint8Array[]): Promise<void> {
    if (this.#coverage === null) return
    const blocks = this.#coverage.take()
    if (blocks.length === 0) return
    if (ran.length === 1) {
      this.#coverage.keep(blocks)
      this.#corpus.push(ran[0]!)
      return
    }
    const middle = ran.length >> 1
    for (const half of [ran.slice(0, middle), ran.slice(middle)]) {
      for (const input of half) await this.#runOne(input)
      await this.#keepThose(half)
    }
  }

  async #runOne(input: Uint8Array): Promise<Uint8Array> {
    this.#plan.begin?.(input)
    this.#runs++
    try {
      using _stacks = withoutStacks()
      this.#calls += await this.#target.run(input)
    } catch (error) {
      throw await this.#fault(input, error)
    }
    return input
  }

  async #fault(input: Uint8Array, error: unknown): Promise<FaultError> {
    const { name } = this.#target
    const smallest = await shrunk(this.#target, input)
    const lines = [
      `${name}: run ${this.#runs} of seed ${this.#plan.seed} found a fault. To reproduce it:`,
      `  npm run fuzz -- ${name} --input ${toHex(smallest)}`,
      String(((await faultOf(this.#target, smallest)) as Error | undefined)?.stack ?? (error as Error).stack ?? error),
    ]
    return new FaultError(lines.join('\n'), { cause: error })
  }
}

/**
 * Runs a target as the plan says; rejects with a FaultError for the first fault.
 */
export async function fuzz(target: Target, plan: Plan): Promise<Summary> {
  if (plan.guided !== true) return new Fuzzer(target, plan, null).run()
  using coverage = new Coverage(target.covers)
  return await new Fuzzer(target, plan, coverage).run()
}
