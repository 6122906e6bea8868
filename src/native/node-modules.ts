// Modules of Node that the first socket does not need, loaded when something does: each costs about a millisecond, and those
// of TLS more than everything else that the package imports.

import type { X509Certificate } from 'node:crypto'
import nodeModule from 'node:module'

/**
 * Loads a module of Node's own. process.getBuiltinModule came with Node 20.16 and 22.3. Making a `require` takes half a
 * millisecond. Its maker is taken from the module's object at run time, because bundlers replace a call that they recognize.
 * Node's own modules are found from any file; import.meta.url is none in a bundle for CommonJS.
 */
function load(name: string): unknown {
  const found = (process as Partial<typeof process>).getBuiltinModule?.(name)
  if (found !== undefined) return found
  const { createRequire } = nodeModule
  return createRequire(process.execPath)(name)
}

export function nodeTls(): typeof import('node:tls') {
  return load('node:tls') as typeof import('node:tls')
}

export function nodeZlib(): typeof import('node:zlib') {
  return load('node:zlib') as typeof import('node:zlib')
}

export function webStreams(): typeof import('node:stream/web') {
  return load('node:stream/web') as typeof import('node:stream/web')
}

export function nodeV8(): typeof import('node:v8') {
  return load('node:v8') as typeof import('node:v8')
}

export function nodeVm(): typeof import('node:vm') {
  return load('node:vm') as typeof import('node:vm')
}

/** A certificate in DER. */
export function certificateOf(der: Buffer): X509Certificate {
  const crypto = load('node:crypto') as typeof import('node:crypto')
  return new crypto.X509Certificate(der)
}

export function workerThreads(): typeof import('node:worker_threads') {
  return load('node:worker_threads') as typeof import('node:worker_threads')
}

let signals: Readonly<Record<string, number | undefined>> | undefined

/** The numbers of signals by their names. */
export function signalNumbers(): Readonly<Record<string, number | undefined>> {
  signals ??= (load('node:os') as typeof import('node:os')).constants.signals
  return signals
}

let net: typeof import('node:net') | undefined

export function nodeNet(): typeof import('node:net') {
  net ??= load('node:net') as typeof import('node:net')
  return net
}

/** The version of IP of an address as text, 4 or 6; 0 for any other text. */
export function isIP(text: string): number {
  return nodeNet().isIP(text)
}
