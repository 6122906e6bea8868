// The frame: memory through which one address passes between TypeScript and the addon. Only the addon knows the
// kernel's sockaddr layouts; this file knows the frame's fields. See `struct Frame` in native/platform/address.h.

import { copyOf } from '../core/bytes.js'
import { copyInto, latin1Of, lengthOf, OwnBuffer, partOf, writeUtf8 } from '../core/intrinsics.js'
import { keepShared, native } from '../native/addon.js'

const TEXT_OFFSET_BYTES = 20
const fields = new Int32Array(native.frame, 0, TEXT_OFFSET_BYTES / Int32Array.BYTES_PER_ELEMENT)

/** A numeric host, the bytes of a unix name, or a whole sockaddr without its family. */
const frameText = new OwnBuffer(native.frame, TEXT_OFFSET_BYTES, native.frame.byteLength - TEXT_OFFSET_BYTES)
const MAX_TEXT_BYTES = lengthOf(frameText)
keepShared(native.frame)

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

/** Writes the text of the address: a host. */
export function setFrameHost(host: string): void {
  fields[LENGTH] = writeUtf8(frameText, host, 0, MAX_TEXT_BYTES)
}

/** Writes the bytes of the address, of which the frame was given the number. */
export function setFrameBytes(bytes: Uint8Array): void {
  copyInto(frameText, bytes)
}

/** The kernel's number of the family. */
export const frameFamily = (): number => fields[FAMILY]!
export const framePort = (): number => fields[PORT]!
export const frameFlowInfo = (): number => fields[FLOW_INFO]! >>> 0
export const frameScopeId = (): number => fields[SCOPE_ID]! >>> 0
const textLength = (): number => fields[LENGTH]!

/** A copy of the text. */
export function frameBytes(): Buffer {
  return copyOf(partOf(frameText, 0, textLength()))
}

// Thousands of connections may come from one load balancer: their addresses share one string.
let lastHost = ''

/** The text as a numeric host. */
export function frameHost(): string {
  const length = textLength()
  let isSame = length === lastHost.length
  for (let index = 0; isSame && index < length; index++) isSame = lastHost.charCodeAt(index) === frameText[index]
  if (!isSame) lastHost = latin1Of(frameText, 0, length)
  return lastHost
}
