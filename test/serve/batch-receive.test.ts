// Small messages of many connections are received together, before the first of them is told: what becomes of those
// that wait when a handler of another connection acts on theirs.

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
import { SHARE } from '../../src/reactor/batch-receive.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'

const anywhere = { host: '127.0.0.1', port: 0 }
const header = encodeProxyHeader({
  source: { family: 'inet', host: '192.0.2.1', port: 1000 },
  destination: { family: 'inet', host: '192.0.2.2', port: 80 },
})

/** What a connection of the server has been told, and what it does then. */
interface Told {
  readonly number: number
  text: string
  act: ((bytes: Buffer) => void) | null
}

/** A server, and clients of this thread: what they send in one go, the server finds in one turn of the event loop. */
class Exchange implements AsyncDisposable {
  readonly clients: Socket[] = []
  readonly connections: Connection<Told>[] = []
  readonly order: number[] = []
  readonly events: string[] = []
  readonly #server
  #changed: () => void = () => {}

  private constructor(options: HandlerOptions, target: ServerTarget) {
    const changed = (): void => this.#changed()
    this.#server = serve<Told>(
      { ...target, ...options },
      {
        open: (connection) => {
          connection.data = { number: this.connections.push(connection) - 1, text: '', act: null }
        },
        data: (connection, bytes) => {
          const told = connection.data!
          told.text += String(bytes)
          if (connection.closed) this.events.push(`data after close ${told.number}`)
          this.order.push(told.number)
          told.act?.(bytes)
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

  /** So many connections, each of which has exchanged a message: then the next are received together. */
  static async open(count: number, options: HandlerOptions = {}, target: ServerTarget = anywhere): Promise<Exchange> {
    const exchange = new Exchange(options, target)
    for (let number = 0; number < count; number++) {
      const client = new Socket('path' in target ? AF_UNIX : AF_INET)
      client.connect(exchange.#server.address())
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

  /** Every client sends, in their order. */
  send(text: string): void {
    for (const client of this.clients) client.sendAll(text)
  }

  /** Lets the connection that is told first act on itself and the others, once. */
  whoIsFirst(act: (connection: Connection<Told>, others: Connection<Told>[]) => void): void {
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

  told(number: number): Told {
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

  test(`${name}: each connection gets its own, many times over`, async () => {
    await using exchange = await Exchange.open(100, { reuseBuffer })
    for (let round = 0; round < 20; round++) {
      const sizes = exchange.clients.map((_, number) => 1 + ((number * 37 + round * 101) % 1500))
      exchange.clients.forEach((client, number) => {
        client.sendAll(String.fromCharCode(97 + (number % 26)).repeat(sizes[number]!))
      })
      const whole = (number: number): boolean => exchange.told(number).text.length >= sizes[number]!
      for (const connection of exchange.connections) connection.data!.text = ''
      await exchange.until(() => sizes.every((_, number) => whole(number)))
      sizes.forEach((size, number) => {
        assert.equal(exchange.told(number).text, String.fromCharCode(97 + (number % 26)).repeat(size))
      })
    }
  })

  test(`${name}: those that another pauses are told when they go on, and in order`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    exchange.whoIsFirst((_, others) => {
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

  test(`${name}: one that is paused and goes on within the turn loses nothing`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    exchange.whoIsFirst((_, others) => {
      for (const other of others) {
        other.pause()
        other.resume()
      }
    })
    for (const text of ['a', 'b', 'c']) exchange.send(text)
    await exchange.until(() => exchange.texts().every((text) => text.length === 4))
    assert.deepEqual(exchange.texts(), ['.abc', '.abc', '.abc'])
  })

  test(`${name}: one that another closes is not told, and its peer sees that`, async () => {
    await using exchange = await Exchange.open(3, { reuseBuffer })
    let victim = -1
    exchange.whoIsFirst((_, [other]) => {
      victim = other!.data!.number
      other!.close()
    })
    exchange.send('a')
    await exchange.until(() => exchange.texts().filter((text) => text === '.a').length === 2)
    assert.deepEqual([exchange.told(victim).text, exchange.events], ['.', [`close ${victim}`]])
    // The kernel, too, resets what is closed unread, be it received by then or not.
    assert.throws(() => exchange.clients[victim]!.recv(1), { code: 'ECONNRESET' })
  })
}

test('handlers that take long: what waits for the next turn keeps its order, whatever timers do meanwhile', async () => {
  await using exchange = await Exchange.open(40)
  const passes = (): void => {
    const end = performance.now() + 2
    while (performance.now() < end);
  }
  let count = 0
  for (const connection of exchange.connections) connection.data!.act = passes
  const restless = setInterval(() => {
    const connection = exchange.connections[count++ % 40]!
    connection.pause()
    connection.resume()
  }, 1)
  for (const text of ['a', 'b', 'c']) exchange.send(text)
  await exchange.until(() => exchange.connections.every((connection) => connection.data!.text.length === 4))
  clearInterval(restless)
  assert.ok(exchange.connections.every((connection) => connection.data!.text === '.abc'))
})

test('a reset among messages is told to its connection alone, be it paused or not', async () => {
  await using exchange = await Exchange.open(4)
  exchange.told(0).act = () => exchange.connections[3]!.pause()
  exchange.clients[0]!.sendAll('a')
  for (const number of [1, 3]) {
    exchange.clients[number]!.setOption(SO_LINGER, 0)
    exchange.clients[number]!.close()
  }
  exchange.clients[2]!.sendAll('a')
  await exchange.until(() => exchange.told(2).text === '.a' && exchange.events.length >= 2)
  exchange.connections[3]!.resume()
  await exchange.until(() => exchange.events.length === 4)
  assert.deepEqual(exchange.events.toSorted(), ['ECONNRESET 1', 'ECONNRESET 3', 'close 1', 'close 3'])
})

test('an end among messages, also of a connection that another has paused', async () => {
  await using exchange = await Exchange.open(3)
  exchange.told(0).act = () => exchange.connections[2]!.pause()
  exchange.clients[0]!.sendAll('a')
  for (const number of [1, 2]) exchange.clients[number]!.shutdown('write')
  await exchange.until(() => exchange.events.includes('close 1'))
  await turns(3)
  exchange.connections[2]!.resume()
  await exchange.until(() => exchange.events.includes('close 2'))
  assert.deepEqual(exchange.events.toSorted(), ['close 1', 'close 2', 'end 1', 'end 2'])
})

test('one that goes on, and is closed by another before its turn, hears no more, and nothing of others', async () => {
  await using exchange = await Exchange.open(6)
  const [acting, victim, slow, slower] = exchange.connections
  for (const connection of [victim, slow, slower]) connection!.pause()
  for (const client of exchange.clients.slice(1, 4)) client.sendAll('kept')
  await turns()
  acting!.data!.act = () => victim!.close()
  // The victim's turn comes when the others' messages lie where its own was.
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
  // Where rows come in another order, it may have had its turn before.
  assert.ok(['.', '.kept', '.keptnow'].includes(exchange.told(1).text))
  assert.deepEqual(exchange.events, ['close 1'])
})

test('a message as long as there is room for, and the next ones', async () => {
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

test('a handler that throws ends its own connection, and the others are told', async () => {
  await using exchange = await Exchange.open(3)
  let thrown = -1
  exchange.whoIsFirst((connection) => {
    thrown = connection.data!.number
    throw Object.assign(new Error('for a test'), { code: 'ERR_TEST' })
  })
  exchange.send('a')
  await exchange.until(() => exchange.texts().every((text) => text === '.a') && exchange.events.length === 2)
  assert.deepEqual(exchange.events, [`ERR_TEST ${thrown}`, `close ${thrown}`])
})

test('unix sockets, and a header of the PROXY protocol in several parts', async () => {
  const unix = { path: join(temporaryFolder(), 'many') }
  for (const [options, target] of [
    [{}, unix],
    [{ proxyProtocol: true }, anywhere],
  ] as const) {
    await using exchange = await Exchange.open(3, options, target)
    for (const text of ['a', 'b', 'c']) exchange.send(text)
    await exchange.until(() => exchange.texts().every((text) => text === '.abc'))
  }
})

test('while a trace is on each receives by itself, and the trace has them all', async () => {
  await using exchange = await Exchange.open(3)
  const recording = trace()
  exchange.send('a')
  await exchange.until(() => [0, 1, 2].every((number) => exchange.told(number).text === '.a'))
  const [thread] = recording.stop().threads
  const received = thread!.calls.filter(({ verb, bytes }) => verb === 'recv' && bytes === 1)
  assert.equal(received.length, 3)
})

test('one that is paused while a trace begins stays so when it has ended', async () => {
  await using exchange = await Exchange.open(2)
  let recording: Recording | undefined
  exchange.whoIsFirst((_, [other]) => {
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

test('the memory of all is nobody’s to give away, whether it was received alone or together', async () => {
  await using exchange = await Exchange.open(2, { reuseBuffer: true })
  let length = 0
  exchange.told(0).act = ({ buffer }) => {
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

test('all of it over and over leaves no descriptor', { skip: uncountable }, async () => {
  const before = openDescriptors()
  for (let round = 0; round < 10; round++) {
    await using exchange = await Exchange.open(10, { reuseBuffer: round % 2 === 0 })
    exchange.told(0).act = () => exchange.connections[1]!.close()
    exchange.send('a')
    await exchange.until(() => exchange.told(9).text === '.a')
  }
  assert.equal(openDescriptors(), before)
})
