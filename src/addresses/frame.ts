// The frame: memory through which one address passes between TypeScript and the addon. Only the addon knows the
// kernel's sockaddr layouts; this file knows the frame's fields. See `struct Frame` in native/platform/address.h.

import { native } from '../native/addon.js'

const TEXT_OFFSET_BYTES = 20
const fields = new Int32Array(native.frame, 0, TEXT_OFFSET_BYTES / Int32Array.BYTES_PER_ELEMENT)

/** A numeric host, the bytes of a unix name, or a whole sockaddr without its family. */
export const frameText = Buffer.from(native.frame, TEXT_OFFSET_BYTES)

// Indices of the fields.
const FAMILY = 0
const PORT = 1
const FLOW_INFO = 2
const SCOPE_ID = 3
const LENGTH = 4

/** Stands in place of a port: the text is the sockaddr itself, of any family. */
export const WHOLE_SOCKADDR = -1

/** Fills the frame, except for the text. */
export function setFrame(family: number, port: number, flowInfo: number, scopeId: number, length: number): void {
  fields[FAMILY] = family
  fields[PORT] = port
  fields[FLOW_INFO] = flowInfo
  fields[SCOPE_ID] = scopeId
  fields[LENGTH] = length
}

/** Sets how many bytes of the text belong to the address. */
export function setTextLength(length: number): void {
  fields[LENGTH] = length
}

/** The kernel's number of the family. */
export const frameFamily = (): number => fields[FAMILY]!
export const framePort = (): number => fields[PORT]!
export const frameFlowInfo = (): number => fields[FLOW_INFO]! >>> 0
export const frameScopeId = (): number => fields[SCOPE_ID]! >>> 0
const textLength = (): number => fields[LENGTH]!

/** A copy of the text. */
export function frameBytes(): Buffer {
  return Buffer.from(frameText.subarray(0, textLength()))
}

// Thousands of connections may come from one load balancer: their addresses share one string.
let lastHost = ''

/** The text as a numeric host. */
export function frameHost(): string {
  const length = textLength()
  let isSame = length === lastHost.length
  for (let index = 0; isSame && index < length; index++) isSame = lastHost.charCodeAt(index) === frameText[index]
  if (!isSame) lastHost = frameText.toString('latin1', 0, length)
  return lastHost
}
