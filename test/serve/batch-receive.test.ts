// Batch receive: small messages of many connections are received before the first handler runs. These tests change
// connections from a handler of another one, while their messages are already received.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  type Connection,
  encodeProxyHeader,
  type HandlerOptions,
  type Recording,
  type ServerTarget,
  SO_LINGER,
  Socket,
  serve,
  trace,
} from 'berkeley'
import { BATCH_ROOM_BYTES as SHARE } from '../../src/reactor/batch-receive.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'

const anyPort = { host: '127.0.0.1', port: 0 }
const header = encodeProxyHeader({
  source: { family: 'inet', host: '192.0.2.1', port: 1000 },
  destination: { family: 'inet', host: '192.0.2.2', port: 80 },
})

/** What a connection of the server has received, and what its handler does next. */
interface State {
  readonly number: number
  text: string
  act: ((bytes: Buffer) => void) | null
}

/** A server and clients of the same thread: what the clients send together arrives in one turn of the event loop. */
class Exchange implements AsyncDisposable {
  readonly clients: Socket[] = []
  readonly connections: Connection<State>[] = []
  readonly order: number[] = []
  readonly events: string[] = []
  readonly #server
  #changed: () => void = () => {}

  private constructor(options: HandlerOptions, target: ServerTarget) {
    const changed = (): void => this.#changed()
    this.#server = serve<State>(
      { ...target, ...options },
      {
        open: (connection) => {
          connection.data = { number: this.connections.push(connection) - 1, text: '', act: null }
        },
        data: (connection, bytes) => {
          const state = connection.data!
          state.text += String(bytes)
          if (connection.closed) this.events.push(`data after close ${state.number}`)
          this.order.push(state.number)
          state.act?.(bytes)
          changed()
        },
        end: (connection) => {
          this.events.push(`end ${connection.data!.number}`)
          changed()
        },
        error: (connection, error) => {
          this.events.push(`${(error as NodeJS.ErrnoException).code} ${connection!.data!.number}`)
        },
        close: (connection) => {
          this.events.push(`close ${connection.data!.number}`)
          changed()
        },
      },
    )
  }

  /** Opens `count` connections and sends a first message on each: later ones are received in batches. */
  static async open(count: number, options: HandlerOptions = {}, target: ServerTarget = anyPort): Promise<Exchange> {
    const exchange = new Exchange(options, target)
    for (let number = 0; number < count; number++) {
      const client = new Socket('path' in target ? AF_UNIX : AF_INET)
      client.connect(exchange.#server.address)
      exchange.clients.push(client)
      if (options.proxyProtocol) {
        client.sendAll(header.subarray(0, 5))
        await turns(1)
        client.sendAll(header.subarray(5))
      }
      await exchange.until(() => exchange.connections.length > number)
    }
    exchange.send('.')
    await exchange.until(() => exchange.connections.every((connection) => connection.data!.text === '.'))
    exchange.order.length = 0
    return exchange
  }

  /** Sends from every client, in order. */
  send(text: string): void {
    for (const client of this.clients) client.sendAll(text)
  }

  /** Calls `act` once, from the handler that runs first. */
  onFirstData(act: (connection: Connection<State>, others: Connection<State>[]) => void): void {
    const all = this.connections
    for (const connection of all) {
      connection.data!.act = () => {
        for (const { data } of all) data!.act = null
        act(
          connection,
          all.filter((other) => other !== connection),
        )
      }
    }
  }

  texts(): string[] {
    return this.connections.map(({ data }) => data!.text)
  }

  state(number: number): State {
    return this.connections[number]!.data!
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
        setImmediate(resolve)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.close()
    await this.#server.close({ drainMs: 0 })
  }
}

for (const reuseBuffer of [false, true]) {
  const name = reuseBuffer ? 'reuseBuffer' : 'own Buffers'

  test(`batch receive, ${name}: each connection receives its own messages, over many rounds`, async () => {
    await using exchange = await Exchange.open(100, { reuseBuffer })
    for (let round = 0; round < 20; round++) {
      const sizes = exchange.clients.map((_, number) => 1 + ((number * 37 + round * 101) % 1500))
      exchange.clients.forEach((client, number) => {
        client.sendAll(String.fromCharCode(97 + (number % 26)).repeat(sizes[number]!))
      })
      const whole = (number: number): boolean => exchange.state(number).text.length >= sizes[number]!
      for (const connection of exchange.connections) connection.data!.text = ''
      await exchange.until(() => sizes.every((_, number) => whole(number)))
      sizes.forEach((size, number) => {
        assert.equal(exchange.state(number).text, String.fromCharCode(97 + (number % 26)).repeat(size))
      })
    }
  })

  test(`batch receive, ${name}: connections that another one pauses receive in order after resume`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    exchange.onFirstData((_, others) => {
      for (const other of others) other.pause()
    })
    exchange.send('a')
    await exchange.until(() => exchange.order.length > 0)
    exchange.send('b')
    await exchange.until(() => exchange.order.length > 1)
    await turns(3)
    const [first] = exchange.order
    assert.deepEqual(exchange.order, [first, first])
    for (const connection of exchange.connections) connection.resume()
    await exchange.until(() => exchange.texts().every((text) => text.length === 3))
    assert.deepEqual(exchange.texts(), ['.ab', '.ab', '.ab'])
    exchange.send('c')
    await exchange.until(() => exchange.texts().every((text) => text === '.abc'))
  })

  test(`batch receive, ${name}: connections that are paused and resumed within a turn lose nothing`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    exchange.onFirstData((_, others) => {
      for (const other of others) {
        other.pause()
        other.resume()
      }
    })
    for (const text of ['a', 'b', 'c']) exchange.send(text)
    await exchange.until(() => exchange.texts().every((text) => text.length === 4))
    assert.deepEqual(exchange.texts(), ['.abc', '.abc', '.abc'])
  })

  test(`batch receive, ${name}: a connection that another one closes receives nothing, and its peer sees a reset`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    let victim = -1
    exchange.onFirstData((_, [other]) => {
      victim = other!.data!.number
      other!.close()
    })
    exchange.send('a')
    await exchange.until(() => exchange.texts().filter((text) => text === '.a').length === 2)
    assert.deepEqual([exchange.state(victim).text, exchange.events], ['.', [`close ${victim}`]])
    // As in the kernel, closing with undelivered bytes resets, whether they were received by then or not.
    assert.throws(() => exchange.clients[victim]!.recv(1), { code: 'ECONNRESET' })
  })
}

test('batch receive: deferred messages keep their order while timers pause and resume connections', async () => {
  await using exchange = await Exchange.open(40)
  const beBusy = (): void => {
    const end = performance.now() + 2
    while (performance.now() < end);
  }
  let count = 0
  for (const connection of exchange.connections) connection.data!.act = beBusy
  const toggling = setInterval(() => {
    const connection = exchange.connections[count++ % 40]!
    connection.pause()
    connection.resume()
  }, 1)
  for (const text of ['a', 'b', 'c']) exchange.send(text)
  await exchange.until(() => exchange.connections.every((connection) => connection.data!.text.length === 4))
  clearInterval(toggling)
  assert.ok(exchange.connections.every((connection) => connection.data!.text === '.abc'))
})

test('batch receive: a reset is reported to its connection alone, also to a paused one', async () => {
  await using exchange = await Exchange.open(4)
  exchange.state(0).act = () => exchange.connections[3]!.pause()
  exchange.clients[0]!.sendAll('a')
  for (const number of [1, 3]) {
    exchange.clients[number]!.setOption(SO_LINGER, 0)
    exchange.clients[number]!.close()
  }
  exchange.clients[2]!.sendAll('a')
  await exchange.until(() => exchange.state(2).text === '.a' && exchange.events.length >= 2)
  exchange.connections[3]!.resume()
  await exchange.until(() => exchange.events.length === 4)
  assert.deepEqual(exchange.events.toSorted(), ['ECONNRESET 1', 'ECONNRESET 3', 'close 1', 'close 3'])
})

test('batch receive: an end is reported to its connection alone, also to a paused one', async () => {
  await using exchange = await Exchange.open(3)
  exchange.state(0).act = () => exchange.connections[2]!.pause()
  exchange.clients[0]!.sendAll('a')
  for (const number of [1, 2]) exchange.clients[number]!.shutdown('write')
  await exchange.until(() => exchange.events.includes('close 1'))
  await turns(3)
  exchange.connections[2]!.resume()
  await exchange.until(() => exchange.events.includes('close 2'))
  assert.deepEqual(exchange.events.toSorted(), ['close 1', 'close 2', 'end 1', 'end 2'])
})

test('batch receive: a resumed connection that another one closes receives nothing, least of all bytes of others', async () => {
  await using exchange = await Exchange.open(6)
  const [acting, victim, slow, slower] = exchange.connections
  for (const connection of [victim, slow, slower]) connection!.pause()
  for (const client of exchange.clients.slice(1, 4)) client.sendAll('kept')
  await turns()
  acting!.data!.act = () => victim!.close()
  // The victim's slot holds messages of others by the time that its deferred work would run.
  slower!.data!.act = () => {
    for (const client of exchange.clients.slice(4)) client.sendAll('secret')
  }
  slow!.data!.act = () => {
    const end = performance.now() + 3
    while (performance.now() < end);
  }
  for (const connection of [slow, slower, victim]) connection!.resume()
  for (const client of exchange.clients.slice(0, 2)) client.sendAll('now')
  await exchange.until(() =>
    exchange
      .texts()
      .slice(4)
      .every((text) => text === '.secret'),
  )
  await turns()
  // The kernel may report the sockets in another order, so the victim may have received before it was closed.
  assert.ok(['.', '.kept', '.keptnow'].includes(exchange.state(1).text))
  assert.deepEqual(exchange.events, ['close 1'])
})

test('batch receive: messages around the size of one slot arrive whole', async () => {
  await using exchange = await Exchange.open(3)
  const texts = [SHARE - 1, SHARE, SHARE + 1, 2 * SHARE, 1, 100_000, 1, SHARE].map((length, at) => {
    return String.fromCharCode(97 + at).repeat(length)
  })
  let expected = '.'
  for (const text of texts) {
    exchange.send(text)
    expected += text
    await exchange.until(() => exchange.texts().every(({ length }) => length >= expected.length))
    assert.ok(exchange.texts().every((each) => each === expected))
  }
})

test('batch receive: a handler that throws closes its connection alone', async () => {
  await using exchange = await Exchange.open(3)
  let thrown = -1
  exchange.onFirstData((connection) => {
    thrown = connection.data!.number
    throw Object.assign(new Error('thrown by a test'), { code: 'ERR_TEST' })
  })
  exchange.send('a')
  await exchange.until(() => exchange.texts().every((text) => text === '.a') && exchange.events.length === 2)
  assert.deepEqual(exchange.events, [`ERR_TEST ${thrown}`, `close ${thrown}`])
})

test('batch receive: works on unix sockets, and after a PROXY header in several parts', async () => {
  const unix = { path: join(temporaryFolder(), 'many') }
  for (const [options, target] of [
    [{}, unix],
    [{ proxyProtocol: true }, anyPort],
  ] as const) {
    await using exchange = await Exchange.open(3, options, target)
    for (const text of ['a', 'b', 'c']) exchange.send(text)
    await exchange.until(() => exchange.texts().every((text) => text === '.abc'))
  }
})

test('trace: turns batch receive off, and records each receive', async () => {
  await using exchange = await Exchange.open(3)
  const recording = trace()
  exchange.send('a')
  await exchange.until(() => [0, 1, 2].every((number) => exchange.state(number).text === '.a'))
  const [thread] = recording.stop().threads
  const received = thread!.calls.filter(({ verb, bytes }) => verb === 'recv' && bytes === 1)
  assert.equal(received.length, 3)
})

test('trace: a connection that is paused when a trace begins stays paused after it', async () => {
  await using exchange = await Exchange.open(2)
  let recording: Recording | undefined
  exchange.onFirstData((_, [other]) => {
    recording = trace()
    other!.pause()
  })
  exchange.send('a')
  await exchange.until(() => exchange.order.length === 1)
  await turns()
  recording!.stop()
  const [first] = exchange.order
  exchange.send('b')
  await exchange.until(() => exchange.order.length === 2)
  await turns()
  assert.deepEqual(exchange.order, [first, first])
  for (const connection of exchange.connections) connection.resume()
  await exchange.until(() => exchange.texts().every((text) => text === '.ab'))
})

test('batch receive: a handler cannot transfer the shared memory, of single or of batched receives', async () => {
  await using exchange = await Exchange.open(2, { reuseBuffer: true })
  let length = 0
  exchange.state(0).act = ({ buffer }) => {
    try {
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    } catch {
      // Node 20 copies it, later ones throw.
    }
    length = buffer.byteLength
  }
  let expected = '.'
  for (const text of ['a', 'b'.repeat(50_000), 'c']) {
    length = 0
    exchange.send(text)
    expected += text
    await exchange.until(() => exchange.texts().every((each) => each.length >= expected.length))
    assert.ok(length > 0)
  }
  assert.deepEqual(exchange.texts(), [expected, expected])
})

test('batch receive: leaves no descriptor open', { skip: uncountable }, async () => {
  const before = openDescriptors()
  for (let round = 0; round < 10; round++) {
    await using exchange = await Exchange.open(10, { reuseBuffer: round % 2 === 0 })
    exchange.state(0).act = () => exchange.connections[1]!.close()
    exchange.send('a')
    await exchange.until(() => exchange.state(9).text === '.a')
  }
  assert.equal(openDescriptors(), before)
})
