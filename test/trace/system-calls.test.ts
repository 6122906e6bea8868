// The system calls that a trace counts: the same as strace counts from outside during the same run.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { failureOf, fixture, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'

/** Names of system calls, and of the functions in C that make them: architectures differ in which of two they have. */
const KERNEL: Readonly<Record<string, string>> = {
  recvfrom: 'recv',
  sendto: 'send',
  accept4: 'accept',
  ppoll: 'poll',
  epoll_create1: 'epoll_create',
}
const WATCHED = 'trace=%network,poll,ppoll,epoll_wait,epoll_ctl,epoll_create1'
const SOCKETS_AND_POLL = [
  ...['socket', 'socketpair', 'bind', 'listen', 'connect', 'accept', 'recv', 'send', 'poll', 'getsockname'],
  ...['setsockopt', 'shutdown'],
]
// These are not compared in a program that awaits: its event loop has an epoll set of its own, which watches ours, and
// ours is closed after the trace.
const EPOLL = ['epoll_create', 'epoll_ctl', 'getsockopt']

type Counts = Readonly<Record<string, number>>

/** Runs the fixture under strace; returns the counts of strace, and those of the program's own trace. */
async function counted(
  context: TestContext,
  word: string,
): Promise<{ readonly outside: Counts; readonly inside: Counts }> {
  const file = join(temporaryFolder(), 'counts')
  const prefix = ['strace', '-f', '-c', '-e', WATCHED, '-o', file]
  const printed = await succeeds(context, fixture('trace/counted-system-calls'), [word], { prefix })
  return { outside: parsed(readFileSync(file, 'utf8')), inside: JSON.parse(printed) as Counts }
}

/** Parses the table of `strace -c`: % time, seconds, usecs/call, calls, [errors], syscall. */
function parsed(table: string): Counts {
  const counts: Record<string, number> = {}
  for (const match of table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm)) {
    const name = KERNEL[match[2]!] ?? match[2]!
    counts[name] = (counts[name] ?? 0) + Number(match[1])
  }
  return counts
}

const noStrace = failureOf('strace', ['-f', '-c', '-o', '/dev/null', 'true']) && 'strace cannot trace here'
const limits = { timeout: 120_000, skip: noStrace }

/** Expects a run to count what strace counts, less the calls of an idle run, which are Node's; returns its counts. */
async function assertSame(context: TestContext, word: string, idle: Counts, names: readonly string[]): Promise<Counts> {
  const { inside, outside } = await counted(context, word)
  for (const name of names) {
    const difference = (outside[name] ?? 0) - (idle[name] ?? 0)
    assert.equal(inside[name] ?? 0, difference, `${word}: ${name}`)
  }
  return inside
}

test('trace: counts the system calls of sockets and poll as strace does', limits, async (context) => {
  const idle = await counted(context, 'idle')
  assert.deepEqual(idle.inside, {})
  const busy = await assertSame(context, 'busy', idle.outside, [...SOCKETS_AND_POLL, ...EPOLL])
  assert.ok(busy['recv']! > 150 && busy['poll']! > 20 && busy['epoll_ctl']! > 1)
  const awaited = await assertSame(context, 'awaited', idle.outside, SOCKETS_AND_POLL)
  assert.ok(awaited['recv']! > 100 && awaited['send']! > 100)
})
