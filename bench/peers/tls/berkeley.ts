// TLS 1.3, as a client that verifies the server. `send` and `receive`: blocks of 64 KiB. `full` and `resumed`: connect,
// handshake, one byte, close. With `-system` after the name, by the libssl of the system, which the C peer uses, instead
// of Node's.
import { readFileSync } from 'node:fs'
import { check, measure, port, variant } from '../shared/measure.js'

const BLOCK_BYTES = 65_536

const [work, library] = variant.split('-')
// Before the library is loaded, which reads it once.
if (library === 'system') process.env['BERKELEY_OPENSSL'] = 'system'
const { connectTls, TCP_NODELAY, TlsContext } = await import('berkeley')

const ca = readFileSync(`${process.env['TLS_CERTIFICATES']}/cert.pem`)
const secureContext = new TlsContext({ ca, minVersion: 'TLSv1.3' })
const target = { host: '127.0.0.1', port }
const open = (session?: Buffer) => {
  const options = { secureContext, servername: 'localhost' }
  const socket = connectTls(target, session === undefined ? options : { ...options, session })
  socket.setOption(TCP_NODELAY, true)
  return socket
}
const block = Buffer.alloc(BLOCK_BYTES)

function transfers(): (count: number) => void {
  const socket = open()
  const send = (count: number): void => {
    for (let i = 0; i < count; i++) socket.sendAll(block)
  }
  const receive = (count: number): void => {
    for (let remaining = count * BLOCK_BYTES; remaining > 0; ) {
      const got = socket.recvInto(remaining < BLOCK_BYTES ? block.subarray(0, remaining) : block)
      check(got > 0, 'unexpected end of stream')
      remaining -= got
    }
  }
  return work === 'send' ? send : receive
}

function handshakes(): (count: number) => void {
  const exchange = (session?: Buffer): Buffer | null => {
    using socket = open(session)
    check(socket.recvInto(block, { length: 1 }) === 1, 'unexpected end of stream')
    check(socket.tls.isSessionReused === (session !== undefined), 'resumption')
    return session ?? socket.tls.session
  }
  const session = work === 'resumed' ? exchange()! : undefined
  return (count) => {
    for (let i = 0; i < count; i++) exchange(session)
  }
}

const isTransfer = work === 'send' || work === 'receive'
await measure(isTransfer ? transfers() : handshakes(), isTransfer ? BLOCK_BYTES : 0)
