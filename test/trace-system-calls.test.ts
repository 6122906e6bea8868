// What a trace counts is what strace counts, from outside, over the same run.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixture, runProgram } from './programs.js'

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
  ...['setsockopt', 'getsockopt', 'epoll_create', 'epoll_ctl'],
]

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
    const run = runProgram('traced-verbs', [word], { prefix, env: process.env })
    assert.equal(run.status, 0, `${fixture('traced-verbs')}: ${run.stderr}`)
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

test('the counts of sockets and poll are those of strace', { skip: !canTrace() && 'strace cannot trace here' }, () => {
  // What Node itself does is in both runs.
  const [idle, busy] = [counted('idle'), counted('busy')]
  assert.deepEqual(idle.inside, {})
  for (const name of SOCKETS_AND_POLL) {
    const difference = (busy.outside[name] ?? 0) - (idle.outside[name] ?? 0)
    assert.equal(busy.inside[name] ?? 0, difference, name)
  }
  assert.ok(busy.inside['recv']! > 150 && busy.inside['poll']! > 20 && busy.inside['epoll_ctl']! > 1)
})
