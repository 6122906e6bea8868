// The frame: memory that one address passes through on its way to the addon and back. The addon turns it into a sockaddr
// and knows the kernel's layouts; this side knows only the fields. See `struct Frame` in native/platform/sockaddr.h.

import { native } from '../native/addon.js'

const TEXT_OFFSET = 20
const fields = new Int32Array(native.frame, 0, TEXT_OFFSET / Int32Array.BYTES_PER_ELEMENT)

/** A numeric host, the bytes of a path, or a whole sockaddr without its family. */
export const text = Buffer.from(native.frame, TEXT_OFFSET)

const FAMILY = 0
const PORT = 1
const FLOW_INFO = 2
const SCOPE_ID = 3
const LENGTH = 4

/** In place of a port: the text is the sockaddr itself, of whatever family. */
export const WHOLE_SOCKADDR = -1

/** Fills the frame, except for the text. */
export function setFrame(family: number, port: number, flowInfo: number, scopeId: number, length: number): void {
  fields[FAMILY] = family
  fields[PORT] = port
  fields[FLOW_INFO] = flowInfo
  fields[SCOPE_ID] = scopeId
  fields[LENGTH] = length
}

/** Sets how many bytes of `text` belong to the address. */
export function setTextLength(length: number): void {
  fields[LENGTH] = length
}

/** The address's family, as the kernel numbers it. */
export const frameFamily = (): number => fields[FAMILY]!
export const framePort = (): number => fields[PORT]!
export const frameFlowInfo = (): number => fields[FLOW_INFO]! >>> 0
export const frameScopeId = (): number => fields[SCOPE_ID]! >>> 0
export const frameTextLength = (): number => fields[LENGTH]!

/** A copy of the text. */
export function frameBytes(): Buffer {
  return Buffer.from(text.subarray(0, frameTextLength()))
}

// Thousands of connections may come from one balancer: its host is kept once.
let lastHost = ''

/** The text as a numeric host. */
export function frameHost(): string {
  const length = frameTextLength()
  let same = length === lastHost.length
  for (let index = 0; same && index < length; index++) same = lastHost.charCodeAt(index) === text[index]
  if (!same) lastHost = text.toString('latin1', 0, length)
  return lastHost
}
