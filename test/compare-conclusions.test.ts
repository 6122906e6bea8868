// What is concluded from figures, and how they are written: without running anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Figures, Outcome } from '../src/cli/compare/measurement/result.js'
import type { Comparison } from '../src/cli/compare/output/comparison.js'
import { asCsv, asJson } from '../src/cli/compare/output/formats.js'
import { recommend } from '../src/cli/compare/output/recommendation.js'
import { pictureOf } from '../src/cli/compare/output/report.js'
import { countedIn } from '../src/cli/compare/process/system-calls.js'
import type { WayName } from '../src/cli/compare/workload/mode-names.js'
import { defaultRequests, fewer, type Workload } from '../src/cli/compare/workload/workload.js'
import { wrapped } from '../src/cli/terminal/output.js'

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

/** The figures of a way that made 100 requests in `totalMs`. */
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

function comparison(ways: Partial<Record<WayName, Figures>>, others: Partial<Comparison> = {}): Comparison {
  const outcomes = Object.entries(ways).map(([way, done]): Outcome => {
    return { way: way as WayName, state: 'done', figures: done }
  })
  const machine = { date: '', cpu: '', cores: 2, kernel: '', node: '', load: 0 }
  return { machine, workload, thinkMs: 0, ownServer: null, outcomes, interrupted: false, ...others }
}

test('many connections that wait: not blocking, with the times as reasons', () => {
  const { way, sentences } = recommend(
    comparison({ blocking: figures(5020, 50, 5020), selector: figures(60, 55, 60), 'node:net': figures(62, 52, 4) }),
  )
  assert.equal(way, 'selector')
  assert.deepEqual(sentences, [
    '100 connections, 1 request each: blocking 5.02 s, selector 60.0 ms, node:net 62.0 ms.',
    'Choose selector: it waits for all connections at once, and 100 replies take about as long as one (50.0 ms); blocking takes one after the other, and 84 times as long.',
    'Unless the main thread has anything else to do: selector keeps it from that for up to 60.0 ms at a time, node:net for 4.00 ms.',
  ])
})

test('one connection: blocking, which is judged by its latency', () => {
  const { way, sentences } = recommend(
    comparison(
      { blocking: figures(120, 0.02, 120), selector: figures(90, 0.021, 90), 'node:net': figures(91, 0.03, 1) },
      { workload: { ...workload, connections: 1, requests: 100 } },
    ),
  )
  assert.equal(way, 'blocking')
  assert.equal(sentences[0], '1 connection, 100 requests: blocking 120 ms, selector 90.0 ms, node:net 91.0 ms.')
  assert.match(
    sentences[1]!,
    /^Choose blocking: nothing is simpler, and it has the least latency: a request takes 20 µs/,
  )
  assert.match(sentences[2]!, /^Unless the main thread has anything else to do: .* node:net for 1\.00 ms\.$/)
})

test('one connection, and another way is much quicker: that one', () => {
  const ways = { blocking: figures(100, 0.05, 100), async: figures(100, 0.02, 1) }
  const { way, sentences } = recommend(comparison(ways, { workload: { ...workload, connections: 1 } }))
  assert.equal(way, 'async')
  assert.match(sentences[1]!, /^Choose async: a request takes 20 µs \(blocking 50 µs\)\.$/)
})

test('work after each reply: threads, and what they cost', () => {
  const ways = {
    blocking: figures(2100, 0.1, 2100),
    threads: figures(1100, 0.2, 1, { peakMemoryBytes: 200 * 2 ** 20 }),
    'node:net': figures(2000, 40, 40),
  }
  const { way, sentences } = recommend(comparison(ways, { thinkMs: 20 }))
  assert.equal(way, 'threads')
  assert.match(
    sentences[1]!,
    /computes on several processors, and a reply costs 20\.0 ms of that; blocking .* 1\.9 times/,
  )
  assert.deepEqual(sentences.slice(2), ['It takes 200 MiB of memory, blocking 50 MiB.'])
})

test('blocking is not told to take 1.0 times as long', () => {
  const ways = { blocking: figures(1010, 10, 1010), async: figures(1000, 10, 8), selector: figures(801, 10, 801) }
  const { way, sentences } = recommend(comparison(ways))
  assert.equal(way, 'async')
  assert.match(sentences[1]!, /; blocking takes as long, one after the other\.$/)
})

test('lines break between words, and not between a number and its unit', () => {
  assert.deepEqual(wrapped('it took 86.7 ms of 1.00 s', 12), ['it took', '86.7 ms of', '1.00 s'])
  assert.deepEqual(wrapped('sets of 8 msgs', 9), ['sets of 8', 'msgs'])
})

test('a report names the ways that did not get to their end, and has no table without figures', () => {
  const outcomes: Outcome[] = [{ way: 'async', state: 'failed', reason: 'connect ECONNREFUSED' }]
  const { facts, figures: table } = pictureOf(comparison({}, { outcomes }), [])
  assert.ok(facts.includes('async failed: connect ECONNREFUSED'))
  assert.equal(table, null)
})

test('a way that costs much less processor time is told', () => {
  const ways = { async: figures(1000, 1, 1, { cpuMs: 800 }), 'node:net': figures(1000, 1, 1, { cpuMs: 400 }) }
  const { sentences } = recommend(comparison(ways))
  assert.equal(sentences[2], 'Where processor time counts: node:net needs 4.00 ms of it for a request, async 8.00 ms.')
})

test('what did not get to its end is not considered', () => {
  const failed: Outcome = { way: 'blocking', state: 'failed', reason: 'connect ECONNREFUSED' }
  const one: Outcome = { way: 'threads', state: 'done', figures: figures(100, 1, 1) }
  const { way, sentences } = recommend({ ...comparison({}), outcomes: [failed, one] })
  assert.equal(way, null)
  assert.deepEqual(sentences, ['Fewer than two ways got to their end: there is nothing to choose from.'])
})

test('a run that was short says so', () => {
  const { sentences } = recommend(comparison({ blocking: figures(9, 0.1, 9), selector: figures(8, 0.1, 8) }))
  assert.match(sentences.at(-1)!, /short: a larger --requests/)
})

test('a machine that was busy is told', () => {
  const machine = { date: '', cpu: '', cores: 2, kernel: '', node: '', load: 4.25 }
  const ways = { blocking: figures(90, 0.1, 90), selector: figures(80, 0.1, 80) }
  assert.match(
    recommend(comparison(ways, { machine })).sentences.at(-1)!,
    /busy before \(a load of 4\.3 on 2 processors\)/,
  )
})

test('csv: a field for every column, quoted where it has to be', () => {
  const outcome: Outcome = { way: 'blocking', state: 'failed', reason: 'no "echo", but\nthat' }
  const [head, done, failed] = asCsv({
    ...comparison({ selector: figures(100, 1.5, 2) }),
    outcomes: [...comparison({ selector: figures(100, 1.5, 2) }).outcomes, outcome],
  }).split('\r\n')
  const columns = head!.split(',')
  assert.equal(done!.split(',').length, columns.length)
  assert.equal(done!.split(',')[columns.indexOf('latency_p50_ms')], '1.5')
  assert.equal(done!.split(',')[columns.indexOf('system_calls_per_request')], '')
  assert.match(failed!, /^blocking,failed,+"no ""echo"", but\nthat"$/)
})

test('json: everything but the samples', () => {
  const samples = { connection: [0], thread: [0], start: [0], duration: [1] }
  const [outcome] = comparison({ selector: figures(100, 1.5, 2) }).outcomes
  const printed = JSON.parse(asJson({ ...comparison({}), outcomes: [{ ...outcome!, samples }] }))
  assert.equal(printed.outcomes[0].figures.latencyMs.p50, 1.5)
  assert.equal(printed.outcomes[0].samples, undefined)
  assert.equal(printed.recommendation.way, null)
})

test('system calls are counted between the marks, each once', () => {
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
  assert.deepEqual(countedIn(log, 2), {
    perRequest: 2,
    requests: 2,
    byName: { sendto: 1, poll: 1, futex: 1, recvfrom: 1 },
  })
})

test('how many requests there are, unless it is said', () => {
  assert.equal(defaultRequests(100, 50), 1)
  assert.equal(defaultRequests(1, 50), 40)
  assert.equal(defaultRequests(10, 10), 20)
  const traced = fewer({ ...workload, connections: 10, requests: null, durationMs: 60_000 })
  assert.deepEqual([traced.requests, traced.durationMs], [100, 2000])
  assert.equal(fewer(workload).requests, 1)
})
