// The options of `berkeley compare`, their values, and the workload that they describe.

import { InvalidArgumentError } from 'commander'
import type { HostInput } from '../../index.js'
import { protocolNamed } from './protocol/protocols.js'
import { MODE_NAMES, type ModeName } from './workload/mode-names.js'
import { unitsIn } from './workload/think.js'
import { DEFAULT_RUN_MS, defaultRequests, type Workload } from './workload/workload.js'

/** The options of the command; durations in milliseconds. */
export interface CompareOptions {
  /** All modes unless given. */
  readonly modes?: readonly ModeName[]
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
  /** The file of the report. */
  readonly report?: string
}

/** The names of classes that stand for a mode elsewhere. */
const OTHER_NAMES: Readonly<Record<string, ModeName>> = { async: 'await', selector: 'readiness' }

/** Parses names of modes, separated by commas; returns them in the order of the table. */
export function parseModes(text: string): ModeName[] {
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !MODE_NAMES.some((name) => name === word))
  if (unknown !== undefined) {
    const name = Object.hasOwn(OTHER_NAMES, unknown) ? OTHER_NAMES[unknown] : undefined
    const problem = name === undefined ? `'${unknown}' is not a mode` : `'${unknown}' is called ${name}`
    throw new InvalidArgumentError(`${problem}; expected ${MODE_NAMES.join(', ')}.`)
  }
  return MODE_NAMES.filter((name) => words.includes(name))
}

/** Parses the path of an HTTP request. */
export function parsePath(text: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(text)) throw new InvalidArgumentError('Expected a path such as /index.html.')
  return text
}

const MAX_PAYLOAD_BYTES = 2 ** 24

/** Parses the payload of a request in bytes. */
export function parsePayload(text: string): number {
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(bytes <= MAX_PAYLOAD_BYTES)) {
    throw new InvalidArgumentError(`Expected a number of bytes from 0 to ${MAX_PAYLOAD_BYTES}.`)
  }
  return bytes
}

/** Checks the options against each other; returns a description of the conflict, or undefined. */
export function findConflict(options: CompareOptions, host: string | undefined): string | undefined {
  const { minPayload, name } = protocolNamed(options.protocol)
  if (host !== undefined && (options.latency ?? options.jitter) !== undefined) {
    return '--latency and --jitter apply only to the built-in server, which is used when no host is given'
  }
  if ((options.payload ?? minPayload) < minPayload) return `${name} needs a --payload of at least ${minPayload}`
  const zero = (['duration', 'timeout'] as const).find((option) => options[option] === 0)
  return zero === undefined ? undefined : `--${zero} must be greater than 0`
}

/** The number of requests where the time of a request is known; a duration otherwise. */
function extentOf(options: CompareOptions): Pick<Workload, 'requests' | 'durationMs'> {
  const { connections, requests = null, duration = null, latency = 0, jitter = 0, think } = options
  if (requests !== null || duration !== null) return { requests, durationMs: duration }
  const msPerRequest = latency + jitter / 2 + think
  if (msPerRequest === 0) return { requests, durationMs: DEFAULT_RUN_MS }
  return { requests: defaultRequests(connections, msPerRequest), durationMs: null }
}

/** The workload that the options describe. The target's address is not resolved yet. */
export function workloadOf(options: CompareOptions, target: HostInput, hostName: string): Workload {
  const { protocol, path, connections, think, threads, timeout } = options
  return {
    target,
    hostName,
    protocol,
    path,
    payload: options.payload ?? protocolNamed(protocol).defaultPayload,
    connections,
    ...extentOf(options),
    timeoutMs: timeout,
    thinkUnits: unitsIn(think),
    threads,
  }
}
