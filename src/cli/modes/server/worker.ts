// The worker of the slow server: it serves one connection at a time until another thread interrupts its wait.

import { parentPort, workerData } from 'node:worker_threads'
import { InterruptedError, Socket, SocketError } from '../../../index.js'
import type { SlowServerData } from './slow-server.js'

const { listener: descriptor, delayMs } = workerData as SlowServerData

const head = ['HTTP/1.0 200 OK', 'Content-Type: text/plain; charset=utf-8', '', ''].join('\r\n')
const body = Array.from(
  { length: 40 },
  (_, index) => `${String(index + 1).padStart(2)}  The quick brown fox jumps over the lazy dog.\n`,
).join('')

function sleep(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function reply(connection: Socket): void {
  if (connection.reader().readUntil('\r\n\r\n') === null) return
  sleep(delayMs)
  connection.sendAll(head + body)
}

function serve(listener: Socket): void {
  for (;;) {
    using connection = listener.accept()
    try {
      reply(connection)
    } catch (error) {
      // A client that disconnects early must not end the server.
      if (!(error instanceof SocketError) || error instanceof InterruptedError) throw error
    }
  }
}

using listener = Socket.fromFd(descriptor)
parentPort?.postMessage('ready')
try {
  serve(listener)
} catch (error) {
  if (!(error instanceof InterruptedError)) throw error
}
