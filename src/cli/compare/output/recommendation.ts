// The recommended mode, and the reasons for it. All reasons are taken from the figures.

import { counted, duration, grouped, mebibytes } from '../../terminal/formatting.js'
import type { Figures, ModeResult } from '../measurement/result.js'
import type { ModeName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import type { Comparison } from './comparison.js'

export interface Recommendation {
  /** `null` if there are too few results. */
  readonly mode: ModeName | null
  readonly sentences: readonly string[]
}

/** The sentence that names the recommended mode; `undefined` if none is recommended. */
export function choiceOf({ mode, sentences }: Recommendation): string | undefined {
  return sentences.find((sentence) => sentence.startsWith(`Choose ${mode}:`))
}

/** The figures of a mode that finished. */
interface FinishedMode extends Figures {
  readonly mode: ModeName
}

/** From the simplest program to the hardest. Threads cost memory; `node:net` is last because it is not berkeley's. */
const SIMPLEST_FIRST: readonly ModeName[] = ['blocking', 'await', 'readiness', 'handlers', 'threads', 'node:net']

/** A mode whose cost is at most this multiple of the lowest is preferred if it is simpler. */
const MAX_COST_RATIO = 1.25
/** A mode is mentioned for its CPU time if the chosen mode uses at least this multiple of it. */
const MIN_CPU_RATIO = 1.5
/** A mode is mentioned for its free main thread if the chosen mode blocks that for at least this multiple of its time. */
const MIN_BLOCKED_RATIO = 4
/** A mode is mentioned for its memory if the chosen mode uses at least this multiple of it. */
const MIN_MEMORY_RATIO = 2
/** Blocking the main thread for less is not noticeable. */
const MIN_BLOCKED_MS = 10
/** Of a smaller CPU time, the process spends most on starting and compiling. */
const MIN_CPU_MS = 100
/** Shorter runs cannot be compared. */
const MIN_RUN_MS = 20

/** Recommends one of the modes that finished. */
export function recommend(comparison: Comparison): Recommendation {
  const { results, workload } = comparison
  const finished = results.flatMap(finishedMode)
  if (finished.length < 2) {
    return { mode: null, sentences: ['Fewer than two modes finished: there is nothing to compare.'] }
  }
  const best = cheapest(finished, workload)
  const chosen = SIMPLEST_FIRST.flatMap((name) => finished.filter(({ mode }) => mode === name)).find(
    (candidate) => costRatio(candidate, best, workload) <= MAX_COST_RATIO,
  )!
  const rivals = finished.filter((candidate) => costRatio(candidate, chosen, workload) <= MAX_COST_RATIO)
  const sentences = [
    facts(finished, workload),
    `Choose ${chosen.mode}: ${reasons(chosen, finished, comparison)}.`,
    ...blockedThreadException(chosen, finished),
    ...cpuException(chosen, rivals),
    ...memoryException(chosen, finished),
    ...warnings(best, comparison),
  ]
  return { mode: chosen.mode, sentences }
}

function finishedMode({ mode, state, figures }: ModeResult): FinishedMode[] {
  return state === 'done' && figures !== undefined ? [{ mode, ...figures }] : []
}

/** The cost of a mode: with one connection the time of a request, with several connections the time of all requests. */
function cost({ latencyMs, requestsPerSecond }: FinishedMode, { connections }: Workload): number {
  return connections === 1 ? latencyMs.p50 : 1 / requestsPerSecond
}

function costRatio(one: FinishedMode, other: FinishedMode, workload: Workload): number {
  return cost(one, workload) / cost(other, workload)
}

function cheapest(finished: readonly FinishedMode[], workload: Workload): FinishedMode {
  return finished.reduce((best, other) => (cost(other, workload) < cost(best, workload) ? other : best))
}

function list(finished: readonly FinishedMode[], text: (result: FinishedMode) => string): string {
  return finished.map((result) => `${result.mode} ${text(result)}`).join(', ')
}

/** The workload and the time that each mode took; where the number of requests is open, the requests per second. */
function facts(finished: readonly FinishedMode[], { connections, requests }: Workload): string {
  const subject = counted(connections, 'connection')
  if (requests === null) {
    return `${subject}, requests per second: ${list(finished, ({ requestsPerSecond }) => grouped(Math.round(requestsPerSecond)))}.`
  }
  const each = connections === 1 ? counted(requests, 'request') : `${counted(requests, 'request')} each`
  return `${subject}, ${each}: ${list(finished, ({ totalMs }) => duration(totalMs))}.`
}

function reasons(chosen: FinishedMode, finished: readonly FinishedMode[], comparison: Comparison): string {
  const { workload, thinkMs } = comparison
  const others = finished.filter((other) => other !== chosen)
  if (chosen.mode === 'blocking') return whyBlocking(chosen, others, workload)
  if (workload.connections === 1) return medians(chosen, others)
  const own = chosen.mode === 'threads' ? whyThreads(thinkMs) : whyConcurrent(chosen, finished, comparison)
  const fastest = cheapest(finished, workload)
  const comparedWithFastest = `; ${speedOf(fastest, costRatio(chosen, fastest, workload))}`
  const strength = fastest === chosen ? own : own + comparedWithFastest
  const blocking = others.find(({ mode }) => mode === 'blocking')
  if (blocking === undefined) return strength
  const ratio = costRatio(blocking, chosen, workload)
  if (ratio < 1.05) return `${strength}; blocking waits on one connection at a time and takes as long`
  const times = ratio.toFixed(ratio < 10 ? 1 : 0)
  return `${strength}; blocking waits on one connection at a time and takes ${times} times as long`
}

function medians({ latencyMs }: FinishedMode, others: readonly FinishedMode[]): string {
  return `a request takes ${duration(latencyMs.p50)} (${list(others, (other) => duration(other.latencyMs.p50))})`
}

function whyBlocking(chosen: FinishedMode, others: readonly FinishedMode[], workload: Workload): string {
  const rival = cheapest(others, workload)
  if (workload.connections > 1) return `no mode is simpler, and ${speedOf(rival, costRatio(chosen, rival, workload))}`
  const latency = rival.latencyMs.p50 >= chosen.latencyMs.p50 ? 'less latency' : 'much less latency'
  return `no mode is simpler, and none has ${latency}: ${medians(chosen, others)}`
}

function speedOf({ mode }: FinishedMode, ratio: number): string {
  return ratio < 1.005 ? 'none is faster' : `the fastest, ${mode}, is only ${ratio.toFixed(2)} times as fast`
}

function whyThreads(thinkMs: number): string {
  if (thinkMs === 0) return 'its workers wait for several connections at once'
  return `it computes on several processors, and each reply takes ${duration(thinkMs)} of computation`
}

function whyConcurrent(
  chosen: FinishedMode,
  finished: readonly FinishedMode[],
  { workload, builtInServer }: Comparison,
): string {
  const { connections, requests } = workload
  const all = 'it waits on all connections at once'
  // The time of a single reply that does not wait for other requests of this process.
  const singleMs =
    builtInServer === null || builtInServer.latencyMs === 0 ? shortestMedianMs(finished) : builtInServer.latencyMs
  if (requests === null || chosen.totalMs / requests > 2 * singleMs) return all
  return `${all}, and ${connections} replies take about as long as one (${duration(singleMs)})`
}

function shortestMedianMs(finished: readonly FinishedMode[]): number {
  return Math.min(...finished.map(({ latencyMs }) => latencyMs.p50))
}

function blockedThreadException(chosen: FinishedMode, finished: readonly FinishedMode[]): string[] {
  const blockedMs = ({ mainThread }: FinishedMode): number => mainThread.longestMs
  const shortestMs = Math.min(...finished.map(blockedMs))
  if (blockedMs(chosen) < MIN_BLOCKED_MS || blockedMs(chosen) < MIN_BLOCKED_RATIO * shortestMs) return []
  const free = finished.filter((result) => blockedMs(result) <= Math.max(2 * shortestMs, MIN_BLOCKED_MS))
  const [fastest] = free.sort((one, other) => other.requestsPerSecond - one.requestsPerSecond)
  return [
    `If the main thread has other work, choose ${fastest!.mode}: it blocks the thread for up to ` +
      `${duration(blockedMs(fastest!))} at a time, ${chosen.mode} for up to ${duration(blockedMs(chosen))}.`,
  ]
}

function cpuException(chosen: FinishedMode, rivals: readonly FinishedMode[]): string[] {
  const cpuMs = (result: FinishedMode): number => result.cpuMs / result.requests
  const leanest = rivals.reduce((best, other) => (cpuMs(other) < cpuMs(best) ? other : best), chosen)
  if (chosen.cpuMs < MIN_CPU_MS || cpuMs(leanest) > cpuMs(chosen) / MIN_CPU_RATIO) return []
  return [
    `If CPU time matters, choose ${leanest.mode}: a request uses ${duration(cpuMs(leanest))}, ` +
      `with ${chosen.mode} ${duration(cpuMs(chosen))}.`,
  ]
}

function memoryException(chosen: FinishedMode, finished: readonly FinishedMode[]): string[] {
  const leanest = finished.reduce((best, other) => (other.peakMemoryBytes < best.peakMemoryBytes ? other : best))
  if (chosen.peakMemoryBytes < MIN_MEMORY_RATIO * leanest.peakMemoryBytes) return []
  const [most, least] = [chosen, leanest].map(({ peakMemoryBytes }) => mebibytes(peakMemoryBytes))
  return [`With ${chosen.mode} the process uses ${most} of memory, with ${leanest.mode} ${least}.`]
}

function warnings(best: FinishedMode, { workload, machine: { load, cores } }: Comparison): string[] {
  const option = workload.durationMs === null ? '--requests' : '--duration'
  const busy = `The machine was busy before the run (load ${load.toFixed(1)} on ${counted(cores, 'processor')})`
  return [
    ...(best.totalMs < MIN_RUN_MS ? [`The run was short: repeat it with a larger ${option}.`] : []),
    ...(load > cores ? [`${busy}: repeat it when the machine is idle.`] : []),
  ]
}
