// Selector against a model that holds, for each socket, the events that the kernel must report.
// Commands are random and failures are shrunk; BERKELEY_SEED repeats a run.

import assert from 'node:assert/strict'
import { closeSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { EVENT_HANGUP, EVENT_PRIORITY, EVENT_READ, EVENT_WRITE, type Selector, Socket } from 'berkeley'
import * as fc from 'fast-check'
import { backends, makeSelector } from '../support/readiness-backends.js'

const ENDS = 8
const STEPS = 10_000
const SEED = Number(process.env['BERKELEY_SEED'] ?? 20_261_122)

interface End {
  open: boolean
  pending: number
  interest: number
  data: number
}

type Model = End[]

interface Real {
  readonly selector: Selector<number>
  readonly sockets: Socket[]
}

// Ends 0 and 1 are a pair, 2 and 3, and so on.
const peerOf = (index: number): number => index ^ 1
const tag = (index: number, data: number): number => data * ENDS + index

const freshEnd = (): End => ({ open: true, pending: 0, interest: 0, data: 0 })

function openPair(model: Model, { sockets }: Real, index: number): void {
  const pair = Socket.pair()
  for (const [side, socket] of pair.entries()) {
    const at = (index & ~1) + side
    sockets[at] = socket
    model[at] = freshEnd()
  }
}

/** The events that the kernel reports: those of the interest, and a hang-up always. */
function expectedEvents(model: Model, index: number): number {
  const { pending, interest } = model[index]!
  const ended = !model[peerOf(index)]!.open
  const ready = EVENT_WRITE | (pending > 0 || ended ? EVENT_READ : 0)
  return (ready & interest) | (ended ? EVENT_HANGUP : 0)
}

function compare(model: Model, { selector, sockets }: Real): void {
  const reported = selector.select(0).map(({ socket, fd, events, data }) => {
    assert.equal(socket?.fd, fd)
    return { index: sockets.indexOf(socket!), events, data }
  })
  const expected = model.flatMap((end, index) => {
    const events = end.open && end.interest !== 0 ? expectedEvents(model, index) : 0
    return events === 0 ? [] : [{ index, events, data: tag(index, end.data) }]
  })
  assert.deepEqual(
    reported.sort((a, b) => a.index - b.index),
    expected,
  )
  assert.equal(selector.size, model.filter(({ open, interest }) => open && interest !== 0).length)
}

/** Applies one command to the model and to the sockets, and asserts that both agree. */
type Step = (model: Model, real: Real, index: number, events: number) => void

const STEP: Readonly<Record<string, Step>> = {
  register(model, { selector, sockets }, index, events) {
    const end = model[index]!
    const act = (): void => selector.register(sockets[index]!, events, tag(index, events))
    if (!end.open) return assert.throws(act, { code: 'ERR_SOCKET_CLOSED' })
    if (end.interest !== 0) return assert.throws(act, { code: 'ERR_ALREADY_REGISTERED' })
    act()
    end.interest = end.data = events
  },

  modify(model, { selector, sockets }, index, events) {
    const end = model[index]!
    const act = (): void => selector.modify(sockets[index]!, events, tag(index, events))
    if (!end.open || end.interest === 0) return assert.throws(act, { code: 'ERR_NOT_REGISTERED' })
    act()
    end.interest = end.data = events
  },

  unregister(model, { selector, sockets }, index) {
    const end = model[index]!
    const act = (): void => selector.unregister(sockets[index]!)
    if (!end.open || end.interest === 0) return assert.throws(act, { code: 'ERR_NOT_REGISTERED' })
    act()
    end.interest = 0
  },

  send(model, { sockets }, index) {
    if (!model[index]!.open || !model[peerOf(index)]!.open) return
    assert.equal(sockets[index]!.trySend('x'), 1)
    model[peerOf(index)]!.pending++
  },

  receive(model, { sockets }, index) {
    const end = model[index]!
    if (!end.open) return
    assert.equal(sockets[index]!.tryRecv(100)?.length ?? 0, end.pending)
    end.pending = 0
  },

  close(model, real, index) {
    // Closing with unread bytes would reset the peer.
    STEP['receive']!(model, real, index, 0)
    real.sockets[index]!.close()
    model[index] = { ...freshEnd(), open: false }
  },

  reopen(model, real, index) {
    if (!model[index]!.open && !model[peerOf(index)]!.open) openPair(model, real, index)
  },

  /** A registered duplicate that is closed before it is unregistered, while the socket keeps the connection open. */
  closeRegistered(model, { selector, sockets }, index, events) {
    if (!model[index]!.open) return
    const raw = sockets[index]!.dup().detach()
    selector.register(raw, events, -1)
    closeSync(raw)
    selector.unregister(raw)
  },

  compare,
}

const command = (name: string, index: number, events: number, count: () => void): fc.Command<Model, Real> => ({
  check: () => true,
  run(model, real) {
    count()
    STEP[name]!(model, real, index, events)
  },
  toString: () => `${name}(${index}, ${events})`,
})

function setUp(backend: string): { model: Model; real: Real } {
  const model: Model = []
  const real: Real = { selector: makeSelector<number>(backend), sockets: [] }
  for (let index = 0; index < ENDS; index += 2) openPair(model, real, index)
  return { model, real }
}

for (const backend of backends) {
  test(`Selector: ${STEPS} random commands match the model (${backend})`, {
    timeout: 300_000,
  }, (context: TestContext) => {
    let steps = 0
    const count = (): void => {
      steps++
    }
    const anyCommand = fc
      .tuple(
        // Comparisons and traffic are more frequent than the rest.
        fc.constantFrom(...Object.keys(STEP), 'compare', 'compare', 'register', 'send', 'reopen'),
        fc.nat(ENDS - 1),
        fc.integer({ min: 1, max: EVENT_READ | EVENT_WRITE | EVENT_PRIORITY }),
      )
      .map(([name, index, events]) => command(name, index, events, count))
    const program = fc.property(fc.commands([anyCommand], { maxCommands: 200, size: 'max' }), (commands) => {
      const { model, real } = setUp(backend)
      try {
        fc.modelRun(() => ({ model, real }), commands)
        compare(model, real)
      } finally {
        real.selector.close()
        for (const socket of real.sockets) socket.close()
      }
    })
    fc.assert(program, { seed: SEED, numRuns: 150 })
    context.diagnostic(`${steps} steps, seed ${SEED}`)
    assert.ok(steps >= STEPS, `${steps} steps only`)
  })
}
