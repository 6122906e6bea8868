// What the words of the command line ask for.

import { InvalidArgumentError } from 'commander'
import type { HostInput } from '../../index.js'
import { protocolNamed } from './protocol/protocols.js'
import { WAY_NAMES, type WayName } from './workload/mode-names.js'
import { unitsIn } from './workload/think.js'
import { defaultRequests, PATIENCE, type Workload } from './workload/workload.js'

/** The options of the command; durations in milliseconds. */
export interface CompareOptions {
  /** All unless given. */
  readonly ways?: readonly WayName[]
  readonly protocol: string
  readonly connections: number
  readonly requests?: number
  readonly duration?: number
  readonly payload?: number
  readonly path: string
  readonly think: number
  readonly threads: number
  readonly timeout: number
  readonly latency?: number
  readonly jitter?: number
  readonly strace: boolean
  readonly json?: boolean
  readonly csv?: boolean
  /** A file for the report. */
  readonly report?: string
}

/** Names of ways, with commas between them, in the order of the table. */
export function parseWays(text: string): WayName[] {
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !WAY_NAMES.some((name) => name === word))
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is none of ${WAY_NAMES.join(', ')}.`)
  return WAY_NAMES.filter((name) => words.includes(name))
}

/** A path of HTTP. */
export function parsePath(text: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(text)) throw new InvalidArgumentError('Not a path such as /index.html.')
  return text
}

const MOST_PAYLOAD = 2 ** 24

/** Bytes in a request. */
export function parsePayload(text: string): number {
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(bytes <= MOST_PAYLOAD)) throw new InvalidArgumentError(`Not a number of bytes from 0 to ${MOST_PAYLOAD}.`)
  return bytes
}

/** What is wrong with the options together; undefined if nothing is. */
export function contradiction(options: CompareOptions, host: string | undefined): string | undefined {
  const { leastPayload, name } = protocolNamed(options.protocol)
  if (host !== undefined && (options.latency ?? options.jitter) !== undefined) {
    return '--latency and --jitter are for the own server, which is asked where no host is given'
  }
  if ((options.payload ?? leastPayload) < leastPayload) return `${name} needs a --payload of ${leastPayload} at least`
  const none = (['duration', 'timeout'] as const).find((name) => options[name] === 0)
  return none === undefined ? undefined : `--${none} must be longer than nothing`
}

/** How many requests, or for how long: a number where it is known what a request takes, a time otherwise. */
function extentOf(options: CompareOptions): Pick<Workload, 'requests' | 'durationMs'> {
  const { connections, requests = null, duration = null, latency = 0, jitter = 0, think } = options
  if (requests !== null || duration !== null) return { requests, durationMs: duration }
  const known = latency + jitter / 2 + think
  if (known === 0) return { requests, durationMs: PATIENCE }
  return { requests: defaultRequests(connections, known), durationMs: null }
}

/** The workload that options ask for, of a target that is not looked up yet. */
export function workloadOf(options: CompareOptions, target: HostInput, hostName: string): Workload {
  const { protocol, path, connections, think, threads, timeout } = options
  return {
    target,
    hostName,
    protocol,
    path,
    payload: options.payload ?? protocolNamed(protocol).payload,
    connections,
    ...extentOf(options),
    timeoutMs: timeout,
    thinkUnits: unitsIn(think),
    threads,
  }
}
