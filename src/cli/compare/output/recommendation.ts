// Which way to take, in plain words, and for what reasons: all of them are in the figures.

import { counted, duration, mebibytes } from '../../terminal/output.js'
import type { Figures, Outcome } from '../measurement/result.js'
import type { WayName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import type { Comparison } from './comparison.js'

/** What to choose, and why. */
export interface Recommendation {
  /** `null`: there is nothing to choose from. */
  readonly way: WayName | null
  readonly sentences: readonly string[]
}

/** A way that got to its end. */
interface Done extends Figures {
  readonly way: WayName
}

/** From the simplest program to the hardest; threads cost memory, and the last is no way of ours. */
const SIMPLEST_FIRST: readonly WayName[] = ['blocking', 'async', 'selector', 'handlers', 'threads', 'node:net']

/** A way that is slower than the fastest by no more than this is as good, if it is simpler. */
const AS_GOOD = 1.25
/** A way is worth changing for its processor time where another takes so many times as much. */
const MUCH = 1.5
/** Nobody minds a standstill that is shorter, in milliseconds. */
const NOTICEABLE = 10
/** A way that keeps the main thread so many times as long is worth telling of. */
const FREER = 4
/** With less processor time, in milliseconds, starting and compiling is most of it. */
const ENOUGH_CPU = 100
/** Two runs that are shorter, in milliseconds, are too short to be compared. */
const SHORT = 20

/** Draws the conclusion from the ways that got to their end. */
export function recommend(comparison: Comparison): Recommendation {
  const { outcomes, workload } = comparison
  const done = outcomes.flatMap(doneOf)
  if (done.length < 2)
    return { way: null, sentences: ['Fewer than two ways got to their end: there is nothing to choose from.'] }
  const best = least(done, workload)
  const chosen = SIMPLEST_FIRST.flatMap((name) => done.filter(({ way }) => way === name)).find(
    (way) => times(way, best, workload) <= AS_GOOD,
  )!
  const rivals = done.filter((way) => times(way, chosen, workload) <= AS_GOOD)
  const sentences = [
    facts(done, workload),
    `Choose ${chosen.way}: ${reasons(chosen, done, comparison)}.`,
    ...standstillException(chosen, done),
    ...cpuException(chosen, rivals),
    ...memoryException(chosen, done),
    ...doubts(best, comparison),
  ]
  return { way: chosen.way, sentences }
}

function doneOf({ way, state, figures }: Outcome): Done[] {
  return state === 'done' && figures !== undefined ? [{ way, ...figures }] : []
}

/** What a way is judged by: with one connection how long a request takes, with several how long all of them do. */
function cost({ latencyMs, requestsPerSecond }: Done, { connections }: Workload): number {
  return connections === 1 ? latencyMs.p50 : 1 / requestsPerSecond
}

function times(one: Done, other: Done, workload: Workload): number {
  return cost(one, workload) / cost(other, workload)
}

function least(done: readonly Done[], workload: Workload): Done {
  return done.reduce((best, other) => (cost(other, workload) < cost(best, workload) ? other : best))
}

function list(done: readonly Done[], text: (way: Done) => string): string {
  return done.map((way) => `${way.way} ${text(way)}`).join(', ')
}

/** What was done and how long it took; without a number of requests, how many were made. */
function facts(done: readonly Done[], { connections, requests }: Workload): string {
  const subject = counted(connections, 'connection')
  if (requests === null) {
    return `${subject}, requests a second: ${list(done, ({ requestsPerSecond }) => requestsPerSecond.toFixed(0))}.`
  }
  const each = connections === 1 ? counted(requests, 'request') : `${counted(requests, 'request')} each`
  return `${subject}, ${each}: ${list(done, ({ totalMs }) => duration(totalMs))}.`
}

function reasons(chosen: Done, done: readonly Done[], comparison: Comparison): string {
  const { workload, thinkMs } = comparison
  const others = done.filter((other) => other !== chosen)
  if (chosen.way === 'blocking') return whyBlocking(chosen, others, workload)
  if (workload.connections === 1) return medians(chosen, others)
  const strength = chosen.way === 'threads' ? whyThreads(thinkMs) : whyAtOnce(chosen, done, comparison)
  const blocking = others.find(({ way }) => way === 'blocking')
  if (blocking === undefined) return strength
  const factor = times(blocking, chosen, workload)
  if (factor < 1.05) return `${strength}; blocking takes as long, one after the other`
  return `${strength}; blocking takes one after the other, and ${factor.toFixed(factor < 10 ? 1 : 0)} times as long`
}

function medians({ latencyMs }: Done, others: readonly Done[]): string {
  return `a request takes ${duration(latencyMs.p50)} (${list(others, (other) => duration(other.latencyMs.p50))})`
}

function whyBlocking(chosen: Done, others: readonly Done[], workload: Workload): string {
  const rival = least(others, workload)
  if (workload.connections > 1) return `nothing is simpler, and ${gainOf(times(chosen, rival, workload), rival)}`
  const quickest = rival.latencyMs.p50 >= chosen.latencyMs.p50
  const latency = quickest ? 'it has the least latency' : 'no other has much less latency'
  return `nothing is simpler, and ${latency}: ${medians(chosen, others)}`
}

function gainOf(factor: number, { way }: Done): string {
  return factor < 1.005 ? 'nothing is faster' : `the fastest, ${way}, does only ${factor.toFixed(2)} times as much`
}

function whyThreads(thinkMs: number): string {
  if (thinkMs === 0) return 'its workers wait for several connections at once'
  return `it computes on several processors, and a reply costs ${duration(thinkMs)} of that`
}

function whyAtOnce(chosen: Done, done: readonly Done[], { workload, ownServer }: Comparison): string {
  const { connections, requests } = workload
  const all = 'it waits for all connections at once'
  // How long a reply takes that stands in no queue of ours.
  const alone = ownServer === null || ownServer.latencyMs === 0 ? shortestMedian(done) : ownServer.latencyMs
  if (requests === null || chosen.totalMs / requests > 2 * alone) return all
  return `${all}, and ${connections} replies take about as long as one (${duration(alone)})`
}

function shortestMedian(done: readonly Done[]): number {
  return Math.min(...done.map(({ latencyMs }) => latencyMs.p50))
}

function standstillException(chosen: Done, done: readonly Done[]): string[] {
  const longest = ({ mainThread }: Done): number => mainThread.longestMs
  const shortest = Math.min(...done.map(longest))
  if (longest(chosen) < NOTICEABLE || longest(chosen) < FREER * shortest) return []
  const free = done.filter((way) => longest(way) <= Math.max(2 * shortest, NOTICEABLE))
  const [first] = free.sort((one, other) => other.requestsPerSecond - one.requestsPerSecond)
  return [
    `Unless the main thread has anything else to do: ${chosen.way} keeps it from that for up to ` +
      `${duration(longest(chosen))} at a time, ${first!.way} for ${duration(longest(first!))}.`,
  ]
}

function cpuException(chosen: Done, rivals: readonly Done[]): string[] {
  const cpu = ({ cpuMs, requests }: Done): number => cpuMs / requests
  const cheapest = rivals.reduce((best, other) => (cpu(other) < cpu(best) ? other : best), chosen)
  if (chosen.cpuMs < ENOUGH_CPU || cpu(cheapest) > cpu(chosen) / MUCH) return []
  return [
    `Where processor time counts: ${cheapest.way} needs ${duration(cpu(cheapest))} of it for a request, ` +
      `${chosen.way} ${duration(cpu(chosen))}.`,
  ]
}

function memoryException(chosen: Done, done: readonly Done[]): string[] {
  const leanest = done.reduce((best, other) => (other.peakMemoryBytes < best.peakMemoryBytes ? other : best))
  if (chosen.peakMemoryBytes < 2 * leanest.peakMemoryBytes) return []
  const [much, little] = [chosen, leanest].map(({ peakMemoryBytes }) => mebibytes(peakMemoryBytes))
  return [`It takes ${much} of memory, ${leanest.way} ${little}.`]
}

function doubts(best: Done, { workload, machine: { load, cores } }: Comparison): string[] {
  const more = workload.durationMs === null ? '--requests' : '--duration'
  const busy = `This machine was busy before (a load of ${load.toFixed(1)} on ${counted(cores, 'processor')})`
  return [
    ...(best.totalMs < SHORT ? [`The run was short: a larger ${more} tells more.`] : []),
    ...(load > cores ? [`${busy}: repeat it when it is not.`] : []),
  ]
}
