// The reader of traces: any bytes are a trace whose calls have finite times and names, or are reported as corrupt. It
// allocates by the size of the input alone.

import assert from 'node:assert/strict'
import { toTraceEvents } from 'berkeley'
import type { RingContent } from '../../../src/trace/ring.js'
import { readRingMemory } from '../../../src/trace/source.js'
import { type Target, words } from '../target.js'

const HEADER_BYTES = 736
const RECORD_BYTES = 128

function read(input: Uint8Array): RingContent | null {
  try {
    return readRingMemory(input)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_TRACE_CORRUPT', String(error))
    return null
  }
}

function assertSound({ process, began, beganAt, thread }: RingContent, size: number): void {
  assert.ok(thread.calls.length <= (size - HEADER_BYTES) / RECORD_BYTES)
  assert.ok(Number.isSafeInteger(thread.dropped) && thread.dropped >= 0)
  for (const call of thread.calls) {
    assert.match(call.verb, /^\w*$/)
    assert.ok(Number.isFinite(call.start) && Number.isFinite(call.waitStart))
    assert.ok(call.duration >= 0 && call.waiting >= 0)
    assert.ok(call.bytes === null || call.bytes >= 0)
  }
  const document = toTraceEvents([{ process, began, beganAt, threads: [thread] }])
  assert.ok(document.traceEvents.length >= 2)
  JSON.stringify(document)
}

export const traceFile: Target = {
  name: 'trace-file',
  covers: /\/src\/trace\//,
  maxBytes: 1300,
  dictionary: words('berktrc2', 'recv\0', 'sendFile\0', '__proto__\0', '\x80\0\0\0', '\0\0\0\x01', '\x1b[2J\0'),
  run(input) {
    const content = read(input)
    if (content !== null) assertSound(content, input.length)
    return 1
  },
}
