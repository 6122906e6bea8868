// How many system calls a request takes: strace(1) knows. A run that is traced is no run to be timed: it is another one,
// and a short one.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SystemCalls } from '../measurement/result.js'
import { MARKS } from './messages.js'
import { runWay, type WayRun } from './mode-process.js'

const STRACE = ['strace', '-f', '-qq', '-e', 'signal=none', '-o']

/** Why system calls cannot be counted here; undefined where they can. */
export function whyNotCounted(): string | undefined {
  const { error, status } = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : 'strace may not trace here'
}

/** Runs a way traced, and counts; undefined where that run fails. */
export async function countSystemCalls(run: Omit<WayRun, 'purpose' | 'prefix'>): Promise<SystemCalls | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-compare-'))
  const log = join(folder, 'strace')
  try {
    const said = await runWay({ ...run, purpose: 'count', prefix: [...STRACE, log] })
    return 'counted' in said ? countedIn(readFileSync(log, 'latin1'), said.counted) : undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Counts the calls between the marks in a log of strace; what was begun before and is resumed is none. */
export function countedIn(log: string, requests: number): SystemCalls {
  const byName: Record<string, number> = {}
  const begin = log.indexOf('\n', log.indexOf(MARKS.begin))
  const end = log.lastIndexOf('\n', log.indexOf(MARKS.end))
  for (const [, name] of log.slice(begin, end).matchAll(/^(?:\d+ +)?(\w+)\(/gm)) {
    byName[name!] = (byName[name!] ?? 0) + 1
  }
  const calls = Object.values(byName).reduce((sum, count) => sum + count, 0)
  return { perRequest: calls / requests, requests, byName }
}
