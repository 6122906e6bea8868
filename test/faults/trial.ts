// One trial: a subject does its work under one fault, and everything that must hold afterwards is checked.
import { readdirSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bystanders } from './bystanders.js'
import { partsOf } from './errors.js'
import { codeOf, problemWith } from './promised.js'
import { Scope, type Subject, within } from './scope.js'
import { arm, disarm, type Made } from './switch.js'

/** A fault that persists is over after this time: what is pending then has to go on. */
const MAX_FAULT_MS = 60
/** Work that takes longer than this without a fault hangs. */
const MAX_WORK_MS = 8000
const MAX_SETTLE_MS = 2000
/** More calls than that, for each millisecond and beyond those of the same work without a fault, are a loop that spins. */
const MAX_CALLS_PER_MS = 20
const SPARE_CALLS = 400
/** A transfer that is short each time takes a call for each byte, and a handshake of TLS has thousands. */
const SPARE_SHORT_CALLS = 8000
/**
 * The longest work of few calls that may be all processor time, beyond that of the same work without a fault: compiling and
 * collecting garbage are.
 */
const SPARE_CPU_MS = 300

export interface Outcome {
  readonly made: Made
  readonly cpuMs: number
  readonly problems: readonly string[]
  /** The codes of the errors that were thrown or reported. */
  readonly codes: readonly string[]
}

function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd')
}

function total(made: Made): number {
  return Object.values(made.counts).reduce((sum, count) => sum + count, 0)
}

/** Waits until as many descriptors are open as before. Returns whether they are. */
async function settled(count: number): Promise<boolean> {
  const deadline = performance.now() + MAX_SETTLE_MS
  while (openDescriptors().length > count) {
    if (performance.now() > deadline) return false
    await nextTurn()
  }
  return true
}

/** Does the work, and disarms the switch: at its end, or when the fault has lasted long enough. */
async function underFault(work: () => unknown, scope: Scope, fault: string): Promise<Made & { hangs: boolean }> {
  let made: Made | undefined
  let hangs = false
  try {
    const pending = work()
    if (pending instanceof Promise) {
      pending.catch(() => {})
      const faultMs = fault.endsWith('+') ? MAX_FAULT_MS : MAX_WORK_MS
      if ((await within(pending, faultMs, 'late')) === 'late') {
        made = disarm()
        hangs = (await within(pending, MAX_WORK_MS, 'late')) === 'late'
      }
    }
  } catch (error) {
    scope.errors.unshift(error)
  }
  return { ...(made ?? disarm()), hangs }
}

export class Trial {
  readonly #bystanders: Bystanders
  /** Errors outside of any call, which the process reports. */
  readonly uncaught: unknown[]

  constructor(bystanders: Bystanders, uncaught: unknown[]) {
    this.#bystanders = bystanders
    this.uncaught = uncaught
  }

  /**
   * Lets the subject do its work.
   * @param usual the codes of the errors that it ends with without a fault
   * @param usualCalls how many calls it makes without a fault, and how much processor time it takes
   */
  async run(
    subject: Subject,
    fault: string,
    usual: ReadonlySet<string>,
    usualCalls: number,
    usualCpuMs: number,
  ): Promise<Outcome> {
    const scope = new Scope()
    const before = openDescriptors().length
    const problems: string[] = []
    const work = await subject(scope)
    const cpu = process.cpuUsage()
    const start = performance.now()
    arm(fault)
    const { hangs, ...made } = await underFault(work, scope, fault)
    const elapsed = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    if (hangs) problems.push('it hangs, though the fault is over')
    const calls = total(made)
    const spareCalls = partsOf(fault).error === 'short' ? SPARE_SHORT_CALLS : SPARE_CALLS
    if (calls > usualCalls + spareCalls + elapsed * MAX_CALLS_PER_MS) problems.push(`it spins: ${calls} calls`)
    const cpuMs = (user + system) / 1000
    if (cpuMs > usualCpuMs + SPARE_CPU_MS && cpuMs > elapsed / 2)
      problems.push(`it spins: ${cpuMs} ms of processor time`)
    for (const error of scope.errors) problems.push(problemWith(error, fault, usual) ?? '')
    if (!(await scope.close())) problems.push('closing hangs')
    if (!(await settled(before))) problems.push(`${openDescriptors().length - before} descriptors are left open`)
    problems.push((await this.#bystanders.check()) ?? '')
    for (const error of this.uncaught.splice(0)) problems.push(`uncaught: ${(error as Error)?.stack ?? error}`)
    return { made, cpuMs, problems: problems.filter(Boolean), codes: scope.errors.map(codeOf) }
  }
}
