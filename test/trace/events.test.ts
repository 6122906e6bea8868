// toTraceEvents: documents in the Trace Event format, and a viewer that reads one.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Socket, type Trace, type TraceEvent, toTraceEvents, trace } from 'berkeley'
import { noBrowser, openFile } from '../support/browser.js'
import { temporaryFolder } from '../support/folders.js'

function sample(): Trace {
  using recording = trace()
  const [a, b] = Socket.pair()
  a.sendAll('hello')
  b.recv(100)
  assert.throws(() => b.recv(100, { timeout: 15 }), { code: 'ERR_SOCKET_TIMEOUT' })
  a.close()
  b.close()
  return recording.stop()
}

/** A trace of two threads, one of them in an unfinished call. */
function unfinished(): Trace {
  const { threads, ...rest } = sample()
  const [main] = threads
  const last = { ...main!.calls.at(-1)!, outcome: 'unfinished' as const }
  return { ...rest, threads: [main!, { ...main!, id: 3, calls: [...main!.calls.slice(0, -1), last] }] }
}

test('toTraceEvents: every event has the fields that the format requires', () => {
  const { traceEvents, displayTimeUnit } = toTraceEvents(unfinished())
  assert.equal(displayTimeUnit, 'ms')
  for (const { name, ph, ts, dur, pid, tid, args } of traceEvents) {
    assert.ok(name.length > 0)
    assert.ok(['X', 'B', 'M'].includes(ph))
    assert.ok(Number.isFinite(ts) && ts >= 0)
    assert.equal(ph === 'X', dur !== undefined && dur >= 0)
    assert.equal(pid, process.pid)
    assert.ok(Number.isInteger(tid) && tid > 0)
    assert.equal(typeof args, 'object')
  }
  assert.deepEqual(JSON.parse(JSON.stringify(traceEvents)), traceEvents)
})

test('toTraceEvents: each call has a slice in its thread, and inside of it one for its wait', () => {
  const calls = sample().threads[0]!.calls
  const { traceEvents } = toTraceEvents(sample())
  const of = (category: string): TraceEvent[] => traceEvents.filter(({ cat }) => cat === category)
  assert.deepEqual(
    of('call').map(({ name }) => name),
    calls.map(({ verb }) => verb),
  )
  const [waiting, ...others] = of('waiting')
  assert.deepEqual(others, [])
  const around = of('call').find(({ args }) => args['outcome'] === 'timed out')!
  assert.ok(around.ts <= waiting!.ts && waiting!.ts + waiting!.dur! <= around.ts + around.dur!)
  assert.ok(waiting!.dur! >= 15_000)
})

test('toTraceEvents: several processes share one time axis', () => {
  const [first, second] = [sample(), sample()]
  const { traceEvents } = toTraceEvents([first, { ...second, process: 1 }])
  const ends = (pid: number): number[] =>
    traceEvents.flatMap((event) => (event.pid === pid && event.dur ? [event.ts] : []))
  assert.ok(Math.max(...ends(process.pid)) < Math.min(...ends(1)))
  assert.deepEqual(toTraceEvents([]).traceEvents, [])
})

test('speedscope: shows both threads, and complains about the unfinished call only', {
  skip: noBrowser,
  timeout: 60_000,
}, async (context) => {
  const data = join(temporaryFolder(), 'trace.js')
  const text = Buffer.from(JSON.stringify(toTraceEvents(unfinished()))).toString('base64')
  writeFileSync(data, `speedscope.loadFileFromBase64('trace.json', '${text}')`)
  const viewer = join(
    dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
    'dist/release/index.html',
  )
  const options = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' } as const
  const { page, complaints, printed } = await openFile(context, `${viewer}#localProfilePath=${data}`, options)
  await page.waitForFunction("document.body.innerText.includes('(1/2)')")
  assert.ok(printed.includes('Importing as Trace Event Format profile'))
  assert.match(await page.locator('body').innerText(), /main thread/)
  // Messages about drawing concern this machine, not the document.
  const own = complaints.filter((line) => !/WebGL|GPU|GL Driver/i.test(line))
  assert.equal(own.length, 1)
  assert.match(own[0]!, /"close .* was still open at end of profile/)
})
