// The number of system calls of a request, counted by strace(1). Tracing slows a process down, so the count is a run of
// its own, and a short one.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SystemCalls } from '../measurement/result.js'
import { MARKS } from './messages.js'
import { type ModeProcessOptions, runModeProcess } from './mode-process.js'

const STRACE = ['strace', '-f', '-qq', '-e', 'signal=none', '-o']

/** Returns why system calls cannot be counted here, or undefined if they can. */
export function whyNotCounted(): string | undefined {
  const { error, status } = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : 'strace is not permitted here'
}

/** Runs a mode under strace and counts its system calls; returns undefined if that run fails. */
export async function countSystemCalls(
  options: Omit<ModeProcessOptions, 'purpose' | 'prefix'>,
): Promise<SystemCalls | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-compare-'))
  const log = join(folder, 'strace')
  try {
    const message = await runModeProcess({ ...options, purpose: 'count', prefix: [...STRACE, log] })
    return 'counted' in message ? countInLog(readFileSync(log, 'latin1'), message.counted) : undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Counts the calls between the marks in a log of strace. A line `<... resumed>` continues an earlier call. */
export function countInLog(log: string, requests: number): SystemCalls {
  const byName: Record<string, number> = {}
  const begin = log.indexOf('\n', log.indexOf(MARKS.begin))
  const end = log.lastIndexOf('\n', log.indexOf(MARKS.end))
  for (const [, name] of log.slice(begin, end).matchAll(/^(?:\d+ +)?(\w+)\(/gm)) {
    byName[name!] = (byName[name!] ?? 0) + 1
  }
  const calls = Object.values(byName).reduce((sum, count) => sum + count, 0)
  return { perRequest: calls / requests, requests, byName }
}
