// Which way to take, in plain words, and for what reasons: all of them are in the figures.

import { duration, mebibytes } from '../terminal.js'
import type { Comparison } from './comparison.js'
import type { Figures, Outcome } from './outcome.js'
import { standstillText } from './standstill.js'
import type { WayName } from './way-names.js'
import type { Workload } from './workload.js'

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
const SIMPLEST_FIRST: readonly WayName[] = ['blocking', 'selector', 'threads', 'node:net']

const STRENGTH: Readonly<Record<WayName, string>> = {
  blocking: 'nothing is simpler',
  selector: 'it waits for all connections at once',
  threads: 'it uses several processors',
  'node:net': 'no way of ours keeps up with it here',
}

/** A way that is slower than the fastest by no more than this is as good, if it is simpler. */
const AS_GOOD = 1.25
/** Nobody minds a standstill that is shorter, in milliseconds. */
const NOTICEABLE = 5
/** Two runs that are shorter, in milliseconds, are too short to be compared. */
const SHORT = 20

/** Draws the conclusion from the ways that got to their end. */
export function recommend({ outcomes, workload, thinkMs }: Comparison): Recommendation {
  const done = outcomes.flatMap(doneOf)
  if (done.length < 2) return { way: null, sentences: ['There are not two ways that could be compared.'] }
  const best = fastest(done)
  const chosen = SIMPLEST_FIRST.flatMap((name) => done.filter(({ way }) => way === name)).find(
    (way) => slower(way, best) <= AS_GOOD,
  )!
  const sentences = [
    facts(done, workload),
    choice(chosen, done, thinkMs),
    ...exceptions(chosen, done),
    ...doubts(best, workload),
  ]
  return { way: chosen.way, sentences }
}

function doneOf({ way, state, figures }: Outcome): Done[] {
  return state === 'done' && figures !== undefined ? [{ way, ...figures }] : []
}

function fastest(done: readonly Done[]): Done {
  return done.reduce((best, other) => (other.requestsPerSecond > best.requestsPerSecond ? other : best))
}

/** How many times as long a request takes, all in all. */
function slower(one: Done, other: Done): number {
  return other.requestsPerSecond / one.requestsPerSecond
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function list(done: readonly Done[], text: (way: Done) => string): string {
  return done.map((way) => `${way.way} ${text(way)}`).join(', ')
}

/** What was done and how long it took; without a number of requests, how many were made. */
function facts(done: readonly Done[], { connections, requests }: Workload): string {
  const subject = plural(connections, 'connection')
  if (requests === null) {
    return `${subject}, requests a second: ${list(done, ({ requestsPerSecond }) => requestsPerSecond.toFixed(0))}.`
  }
  const each = connections === 1 ? plural(requests, 'request') : `${plural(requests, 'request')} each`
  return `${subject}, ${each}: ${list(done, ({ totalMs }) => duration(totalMs))}.`
}

function choice(chosen: Done, done: readonly Done[], thinkMs: number): string {
  const others = done.filter((other) => other !== chosen)
  const reasons = chosen.way === 'blocking' ? whyBlocking(chosen, others) : whyOther(chosen, others, thinkMs)
  return `Choose ${chosen.way}: ${reasons}.`
}

function whyBlocking(chosen: Done, others: readonly Done[]): string {
  const median = ({ latencyMs }: Done): number => latencyMs.p50
  const first = others.every((other) => median(other) >= median(chosen))
  const latencies = `a request takes ${duration(median(chosen))} in the median (${list(others, (way) => duration(median(way)))})`
  const rival = fastest(others)
  const pace = slower(chosen, rival) <= 1 ? 'nothing is faster' : `the fastest, ${rival.way}, gains little`
  return `${STRENGTH.blocking}, and ${first ? 'it has the least latency' : pace}: ${latencies}`
}

function whyOther(chosen: Done, others: readonly Done[], thinkMs: number): string {
  const blocking = others.find(({ way }) => way === 'blocking')
  const reasons = [STRENGTH[chosen.way]]
  if (chosen.way === 'threads' && thinkMs > 0) reasons.push(`and each reply costs ${duration(thinkMs)} of computing`)
  if (blocking === undefined) return reasons.join(', ')
  const times = slower(blocking, chosen)
  const reason =
    thinkMs > 0 ? 'waits for and computes one reply after the other' : 'waits for one reply after the other'
  return `${reasons.join(', ')}; blocking ${reason} and takes ${timesText(times)} as long`
}

function timesText(times: number): string {
  return `${times < 10 ? times.toFixed(1) : times.toFixed(0)} times`
}

/** What speaks for another way, in somebody else's program. */
function exceptions(chosen: Done, done: readonly Done[]): string[] {
  return [...standstillException(chosen, done), ...cpuException(chosen, done), ...memoryException(chosen, done)]
}

function standstillException(chosen: Done, done: readonly Done[]): string[] {
  const longest = ({ mainThread }: Done): number => mainThread.longestMs
  const least = Math.min(...done.map(longest))
  if (longest(chosen) < NOTICEABLE || longest(chosen) < 2 * least) return []
  const free = fastest(done.filter((way) => longest(way) <= Math.max(2 * least, NOTICEABLE)))
  return [
    `Unless the main thread has anything else to do: ${chosen.way} keeps it from that for up to ` +
      `${duration(longest(chosen))} at a time, ${free.way} for ${standstillText(longest(free))}.`,
  ]
}

function cpuException(chosen: Done, done: readonly Done[]): string[] {
  const cost = ({ cpuMs, requests }: Done): number => cpuMs / requests
  const rivals = done.filter((way) => slower(way, chosen) <= AS_GOOD && way.cpuMs > 0)
  const cheapest = rivals.reduce((best, other) => (cost(other) < cost(best) ? other : best), chosen)
  if (chosen.cpuMs < 10 * NOTICEABLE || cost(cheapest) > cost(chosen) / AS_GOOD) return []
  return [
    `Where processor time counts, ${cheapest.way} needs ${duration(cost(cheapest))} of it for a request, ` +
      `${chosen.way} ${duration(cost(chosen))}.`,
  ]
}

function memoryException(chosen: Done, done: readonly Done[]): string[] {
  const least = done.reduce((best, other) => (other.peakMemoryBytes < best.peakMemoryBytes ? other : best))
  if (chosen.peakMemoryBytes < 2 * least.peakMemoryBytes) return []
  return [
    `It takes ${mebibytes(chosen.peakMemoryBytes)} of memory; ${least.way} takes ${mebibytes(least.peakMemoryBytes)}.`,
  ]
}

function doubts(best: Done, { durationMs }: Workload): string[] {
  if (best.totalMs >= SHORT) return []
  const more = durationMs === null ? '--requests' : '--duration'
  return [`The run was short: a larger ${more} tells more.`]
}
