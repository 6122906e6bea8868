// The recommendation for given figures, and the forms in which a comparison is printed. No mode runs here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Figures, ModeResult } from '../../src/cli/compare/measurement/result.js'
import type { Comparison } from '../../src/cli/compare/output/comparison.js'
import { asCsv, asJson } from '../../src/cli/compare/output/formats.js'
import { recommend } from '../../src/cli/compare/output/recommendation.js'
import { comparisonReport } from '../../src/cli/compare/output/report.js'
import { countInLog } from '../../src/cli/compare/process/system-calls.js'
import { MODE_NAMES, type ModeName } from '../../src/cli/compare/workload/mode-names.js'
import { defaultRequests, straceWorkload, type Workload } from '../../src/cli/compare/workload/workload.js'
import { eventLoopModes } from '../../src/cli/modes/event-loop.js'
import { synchronousModes } from '../../src/cli/modes/synchronous.js'
import { wrapped } from '../../src/cli/terminal/formatting.js'

const workload: Workload = {
  target: { host: '127.0.0.1', port: 7 },
  hostName: 'localhost',
  protocol: 'echo',
  path: '/',
  payload: 64,
  connections: 100,
  requests: 1,
  durationMs: null,
  timeoutMs: 10_000,
  thinkUnits: 0,
  threads: 8,
}

/** The figures of a mode that made 100 requests in `totalMs`. */
function figures(totalMs: number, p50: number, longestMs: number, others: Partial<Figures> = {}): Figures {
  return {
    requests: 100,
    totalMs,
    connectMs: 1,
    requestsPerSecond: 100 / (totalMs / 1000),
    latencyMs: { mean: p50, p50, p90: p50, p99: p50, max: p50 },
    cpuMs: 10,
    peakMemoryBytes: 50 * 2 ** 20,
    threads: { javaScript: 1, all: 11 },
    mainThread: { longestMs, totalMs: longestMs },
    startUpMs: 1,
    ...others,
  }
}

function comparison(modes: Partial<Record<ModeName, Figures>>, others: Partial<Comparison> = {}): Comparison {
  const results = Object.entries(modes).map(([mode, done]): ModeResult => {
    return { mode: mode as ModeName, state: 'done', figures: done }
  })
  const machine = { date: '', cpu: '', cores: 2, kernel: '', node: '', load: 0 }
  return { machine, workload, thinkMs: 0, builtInServer: null, results, interrupted: false, ...others }
}

test('compare: its modes are called as `berkeley modes` and the guide call them', () => {
  const guide = readFileSync(new URL('../../../docs/guide/ways-of-waiting.md', import.meta.url), 'utf8')
  const shown = [...synchronousModes, ...eventLoopModes].map(({ name }) => name)
  for (const name of MODE_NAMES) {
    if (name === 'threads' || name === 'node:net') continue
    assert.ok(shown.includes(name), `${name} is one of ${shown}`)
    assert.match(guide, new RegExp(`^\\| (\\*\\*)?${name}`, 'm'))
  }
})

test('recommend: not blocking for many waiting connections, with the times as reasons', () => {
  const { mode, sentences } = recommend(
    comparison({ blocking: figures(5020, 50, 5020), readiness: figures(60, 55, 60), 'node:net': figures(62, 52, 4) }),
  )
  assert.equal(mode, 'readiness')
  assert.deepEqual(sentences, [
    '100 connections, 1 request each: blocking 5.02 s, readiness 60.0 ms, node:net 62.0 ms.',
    'Choose readiness: it waits on all connections at once, and 100 replies take about as long as one (50.0 ms); blocking waits on one connection at a time and takes 84 times as long.',
    'If the main thread has other work, choose node:net: it blocks the thread for up to 4.00 ms at a time, readiness for up to 60.0 ms.',
  ])
})

test('recommend: blocking for one connection, by its latency', () => {
  const { mode, sentences } = recommend(
    comparison(
      { blocking: figures(120, 0.02, 120), readiness: figures(90, 0.021, 90), 'node:net': figures(91, 0.03, 1) },
      { workload: { ...workload, connections: 1, requests: 100 } },
    ),
  )
  assert.equal(mode, 'blocking')
  assert.equal(sentences[0], '1 connection, 100 requests: blocking 120 ms, readiness 90.0 ms, node:net 91.0 ms.')
  assert.match(sentences[1]!, /^Choose blocking: no mode is simpler, and none has less latency: a request takes 20 µs/)
  assert.match(
    sentences[2]!,
    /^If the main thread has other work, choose node:net: .* 1\.00 ms at a time, blocking for up to 120 ms\.$/,
  )
})

test('recommend: a mode with much less latency for one connection', () => {
  const modes = { blocking: figures(100, 0.05, 100), await: figures(100, 0.02, 1) }
  const { mode, sentences } = recommend(comparison(modes, { workload: { ...workload, connections: 1 } }))
  assert.equal(mode, 'await')
  assert.match(sentences[1]!, /^Choose await: a request takes 20 µs \(blocking 50 µs\)\.$/)
})

test('recommend: threads for computation after each reply, with their memory', () => {
  const modes = {
    blocking: figures(2100, 0.1, 2100),
    threads: figures(1100, 0.2, 1, { peakMemoryBytes: 200 * 2 ** 20 }),
    'node:net': figures(2000, 40, 40),
  }
  const { mode, sentences } = recommend(comparison(modes, { thinkMs: 20 }))
  assert.equal(mode, 'threads')
  assert.match(
    sentences[1]!,
    /computes on several processors, and each reply takes 20\.0 ms of computation; blocking .* 1\.9 times/,
  )
  assert.deepEqual(sentences.slice(2), ['With threads the process uses 200 MiB of memory, with blocking 50 MiB.'])
})

test('recommend: does not print that blocking takes 1.0 times as long', () => {
  const modes = { blocking: figures(1010, 10, 1010), await: figures(1000, 10, 8), readiness: figures(801, 10, 801) }
  const { mode, sentences } = recommend(comparison(modes))
  assert.equal(mode, 'await')
  assert.match(sentences[1]!, /; blocking waits on one connection at a time and takes as long\.$/)
})

test('wrapped: breaks lines between words, but not between a number and its unit', () => {
  assert.deepEqual(wrapped('it took 86.7 ms of 1.00 s', 12), ['it took', '86.7 ms of', '1.00 s'])
  assert.deepEqual(wrapped('sets of 8 msgs', 9), ['sets of 8', 'msgs'])
})

test('comparison report: names the modes that did not finish, and has no table without figures', () => {
  const results: ModeResult[] = [{ mode: 'await', state: 'failed', reason: 'connect ECONNREFUSED' }]
  const { facts, figures: table } = comparisonReport(comparison({}, { results }), [])
  assert.ok(facts.includes('await failed: connect ECONNREFUSED'))
  assert.equal(table, null)
})

test('comparison report: the recommendation is its conclusion, and no fact', () => {
  const modes = { blocking: figures(1010, 10, 1010), await: figures(1000, 10, 8) }
  const { facts, conclusion } = comparisonReport(comparison(modes), [])
  assert.match(conclusion!, /^Choose blocking: /)
  assert.ok(!facts.includes(conclusion!))
})

test('recommend: mentions a mode that uses much less CPU time', () => {
  const modes = { await: figures(1000, 1, 1, { cpuMs: 800 }), 'node:net': figures(1000, 1, 1, { cpuMs: 400 }) }
  const { sentences } = recommend(comparison(modes))
  assert.equal(sentences[2], 'If CPU time matters, choose node:net: a request uses 4.00 ms, with await 8.00 ms.')
})

test('recommend: ignores modes that did not finish', () => {
  const failed: ModeResult = { mode: 'blocking', state: 'failed', reason: 'connect ECONNREFUSED' }
  const one: ModeResult = { mode: 'threads', state: 'done', figures: figures(100, 1, 1) }
  const { mode, sentences } = recommend({ ...comparison({}), results: [failed, one] })
  assert.equal(mode, null)
  assert.deepEqual(sentences, ['Fewer than two modes finished: there is nothing to compare.'])
})

test('recommend: warns about a short run', () => {
  const { sentences } = recommend(comparison({ blocking: figures(9, 0.1, 9), readiness: figures(8, 0.1, 8) }))
  assert.match(sentences.at(-1)!, /short: repeat it with a larger --requests/)
})

test('recommend: warns about a busy machine', () => {
  const machine = { date: '', cpu: '', cores: 2, kernel: '', node: '', load: 4.25 }
  const modes = { blocking: figures(90, 0.1, 90), readiness: figures(80, 0.1, 80) }
  assert.match(
    recommend(comparison(modes, { machine })).sentences.at(-1)!,
    /busy before the run \(load 4\.3 on 2 processors\)/,
  )
})

test('csv: has a field for every column, quoted where necessary', () => {
  const result: ModeResult = { mode: 'blocking', state: 'failed', reason: 'no "echo", but\nthat' }
  const [head, done, failed] = asCsv({
    ...comparison({ readiness: figures(100, 1.5, 2) }),
    results: [...comparison({ readiness: figures(100, 1.5, 2) }).results, result],
  }).split('\r\n')
  const columns = head!.split(',')
  assert.equal(done!.split(',').length, columns.length)
  assert.equal(done!.split(',')[columns.indexOf('latency_p50_ms')], '1.5')
  assert.equal(done!.split(',')[columns.indexOf('system_calls_per_request')], '')
  assert.match(failed!, /^blocking,failed,+"no ""echo"", but\nthat"$/)
})

test('json: has everything but the samples', () => {
  const samples = { connection: [0], thread: [0], start: [0], duration: [1] }
  const [result] = comparison({ readiness: figures(100, 1.5, 2) }).results
  const printed = JSON.parse(asJson({ ...comparison({}), results: [{ ...result!, samples }] }))
  assert.equal(printed.results[0].figures.latencyMs.p50, 1.5)
  assert.equal(printed.results[0].samples, undefined)
  assert.equal(printed.recommendation.mode, null)
})

test('countInLog: counts each system call between the marks once', () => {
  const log = [
    '10 execve("/usr/bin/node", ["node"]) = 0',
    '11 epoll_wait(5,  <unfinished ...>',
    '10 access("/berkeley-compare-requests-begin", F_OK) = -1 ENOENT (No such file or directory)',
    '10 sendto(20, "recvfrom(", 9, MSG_NOSIGNAL, NULL, 0) = 9',
    '10 poll([{fd=20, events=POLLIN}], 1, 1000 <unfinished ...>',
    '11 <... epoll_wait resumed>[], 1024, 5) = 0',
    '11 futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 0',
    '10 <... poll resumed>) = 1 ([{fd=20, revents=POLLIN}])',
    '10 recvfrom(20, "x", 65536, 0, NULL, NULL) = 1',
    '10 access("/berkeley-compare-requests-end", F_OK) = -1 ENOENT (No such file or directory)',
    '10 close(20) = 0',
    '',
  ].join('\n')
  assert.deepEqual(countInLog(log, 2), {
    perRequest: 2,
    requests: 2,
    byName: { sendto: 1, poll: 1, futex: 1, recvfrom: 1 },
  })
})

test('workload: has default numbers of requests', () => {
  assert.equal(defaultRequests(100, 50), 1)
  assert.equal(defaultRequests(1, 50), 40)
  assert.equal(defaultRequests(10, 10), 20)
  const traced = straceWorkload({ ...workload, connections: 10, requests: null, durationMs: 60_000 })
  assert.deepEqual([traced.requests, traced.durationMs], [100, 2000])
  assert.equal(straceWorkload(workload).requests, 1)
})

test('recommend: a simpler mode that is a little slower, with the fastest one', () => {
  const modes = { blocking: figures(5020, 50, 5020), handlers: figures(60, 55, 6), 'node:net': figures(50, 52, 4) }
  const { mode, sentences } = recommend(comparison(modes))
  assert.equal(mode, 'handlers')
  assert.match(sentences[1]!, /; the fastest, node:net, is only 1\.20 times as fast; blocking waits/)
})
