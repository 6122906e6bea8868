// No verb is forgotten: every public function and method is used by a subject, or makes no system call.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as berkeley from 'berkeley'
import { root } from '../support/folders.js'

/** Functions and methods that make no system call, and members of Node's classes. */
const WITHOUT_CALLS = new Set(
  [
    'constructor encodeProxyHeader errnoMessage errnoName toTraceEvents push isBegun supports size workers',
    'readyState bufferSize remoteAddress remoteFamily remotePort localFamily localPort destroySoon',
    'proxyHeader header bufferedBytes idleSince begin moved timeOut toJSON',
    'afName eventNames sockTypeName ipProtoName inetNtop inetPton cmsgLen cmsgSpace controlValue',
    'truncated segmentSize segments clear add capacity maxBytes',
  ]
    .join(' ')
    .split(' '),
)

/** Classes whose methods are Node's own; what berkeley adds to them are those that the table of streams tests. */
const OF_NODE = ['SocketDuplex', 'BlockingServer']

function methodsOf(Class: { readonly prototype: object }): string[] {
  const names: string[] = []
  for (let at = Class.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at))
  }
  return names
}

/** The names of everything that a program can call. */
function publicNames(): string[] {
  return Object.entries(berkeley).flatMap(([name, value]) => {
    if (typeof value !== 'function' || value.prototype instanceof Error) return []
    if (OF_NODE.includes(name)) return []
    return /^[A-Z]/.test(name) ? methodsOf(value) : [name]
  })
}

test('faults: every public verb has a subject', () => {
  const folder = join(root, 'test', 'faults', 'subjects')
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const words = new Set(text.join(' ').match(/\w+/g))
  const missing = publicNames().filter((name) => !words.has(name) && !WITHOUT_CALLS.has(name))
  assert.deepEqual([...new Set(missing)], [])
})
