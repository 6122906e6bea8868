// TLS 1.3 with node:tls, as a client that verifies the server. `send` and `receive`: blocks of 64 KiB. `full` and
// `resumed`: connect, handshake, one byte, close.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createSecureContext } from 'node:tls'
import { check, measure, port, variant } from '../shared/measure.js'

const BLOCK_BYTES = 65_536

const ca = readFileSync(`${process.env['TLS_CERTIFICATES']}/cert.pem`)
const secureContext = createSecureContext({ ca, minVersion: 'TLSv1.3' })
const target = { host: '127.0.0.1', port, secureContext, servername: 'localhost' }
const block = Buffer.alloc(BLOCK_BYTES)

let remaining = 0
let complete = (): void => {}

async function transfers(): Promise<(count: number) => Promise<void>> {
  const socket = connect(target)
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  if (variant === 'send') {
    return async (count) => {
      for (let i = 0; i < count; i++) if (!socket.write(block)) await once(socket, 'drain')
    }
  }
  socket.on('data', (bytes: Buffer) => {
    remaining -= bytes.length
    if (remaining > 0) return
    socket.pause()
    complete()
  })
  socket.pause()
  return (count) =>
    new Promise((resolve) => {
      remaining += count * BLOCK_BYTES
      complete = resolve
      socket.resume()
    })
}

/** Connects, receives the byte of the server and closes. Returns the session. */
async function exchange(session?: Buffer): Promise<Buffer | undefined> {
  const socket = connect(session === undefined ? target : { ...target, session })
  socket.setNoDelay(true)
  await once(socket, 'data')
  check(socket.isSessionReused() === (session !== undefined), 'resumption')
  const received = session ?? socket.getSession()
  socket.end()
  socket.destroy()
  return received
}

async function handshakes(): Promise<(count: number) => Promise<void>> {
  const session = variant === 'resumed' ? await exchange() : undefined
  return async (count) => {
    for (let i = 0; i < count; i++) await exchange(session)
  }
}

const isTransfer = variant === 'send' || variant === 'receive'
await measure(await (isTransfer ? transfers() : handshakes()), isTransfer ? BLOCK_BYTES : 0)
