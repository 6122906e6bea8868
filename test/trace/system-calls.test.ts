// What a trace counts is what strace counts, from outside, over the same run.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixture, runProgram } from '../support/programs.js'

/** Each system call of the kernel, by what it is called in C. Architectures differ in which of two they have. */
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
// Not those of a program that awaits: its event loop has a set of its own, which watches ours, and ours is closed when
// the program ends, after its trace.
const EPOLL = ['epoll_create', 'epoll_ctl', 'getsockopt']

type Counts = Readonly<Record<string, number>>

function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-c', '-o', '/dev/null', 'true']).status === 0
}

/** Runs the fixture under strace: what strace counted, and what the program did. */
function counted(word: string): { readonly outside: Counts; readonly inside: Counts } {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-strace-'))
  const file = join(folder, 'counts')
  try {
    const prefix = ['strace', '-f', '-c', '-e', WATCHED, '-o', file]
    // What is preloaded into this process, a sanitizer for instance, makes calls of its own and is no matter of strace's.
    const run = runProgram('trace/counted-system-calls', [word], { prefix, env: process.env })
    assert.equal(run.status, 0, `${fixture('trace/counted-system-calls')}: ${run.stderr}`)
    return { outside: parsed(readFileSync(file, 'utf8')), inside: JSON.parse(run.stdout) as Counts }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The table of `strace -c`: % time, seconds, usecs/call, calls, [errors], syscall. */
function parsed(table: string): Counts {
  const counts: Record<string, number> = {}
  for (const match of table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm)) {
    const name = KERNEL[match[2]!] ?? match[2]!
    counts[name] = (counts[name] ?? 0) + Number(match[1])
  }
  return counts
}

const limits = { timeout: 120_000, skip: !canTrace() && 'strace cannot trace here' }

/** Asserts that a run counted what strace counted, less what Node does anyway; answers what that was. */
function assertSame(word: string, idle: Counts, names: readonly string[]): Counts {
  const { inside, outside } = counted(word)
  for (const name of names) {
    const difference = (outside[name] ?? 0) - (idle[name] ?? 0)
    assert.equal(inside[name] ?? 0, difference, `${word}: ${name}`)
  }
  return inside
}

test('the counts of sockets and poll are those of strace', limits, () => {
  const idle = counted('idle')
  assert.deepEqual(idle.inside, {})
  const busy = assertSame('busy', idle.outside, [...SOCKETS_AND_POLL, ...EPOLL])
  assert.ok(busy['recv']! > 150 && busy['poll']! > 20 && busy['epoll_ctl']! > 1)
  const awaited = assertSame('awaited', idle.outside, SOCKETS_AND_POLL)
  assert.ok(awaited['recv']! > 100 && awaited['send']! > 100)
})
