// A message server: a four-byte big-endian length precedes each message. The reply has the words in reverse order.
//   node dist/examples/messages.js 7778
import { type Connection, serve } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

const HEAD_BYTES = 4
// A length from the network must not make us fill our memory.
const MAX_MESSAGE_BYTES = 1 << 20

/** Splits a stream into messages, however the bytes are split into pieces. */
class Messages {
  #pieces: Buffer[] = []
  #length = 0
  #wanted = HEAD_BYTES

  /** Whether a message has begun and is not complete. */
  get unfinished(): boolean {
    return this.#length > 0
  }

  /** Returns the messages that these bytes complete. */
  *push(bytes: Buffer): Generator<Buffer> {
    this.#pieces.push(bytes)
    this.#length += bytes.length
    // Concatenate only once a message is complete, not for every piece.
    if (this.#length < this.#wanted) return
    let rest = Buffer.concat(this.#pieces)
    for (this.#wanted = wantedOf(rest); rest.length >= this.#wanted; this.#wanted = wantedOf(rest)) {
      yield rest.subarray(HEAD_BYTES, this.#wanted)
      rest = rest.subarray(this.#wanted)
    }
    this.#pieces = [rest]
    this.#length = rest.length
  }
}

/** How many bytes to wait for: the head, and once that is known, the whole message. */
function wantedOf(bytes: Buffer): number {
  if (bytes.length < HEAD_BYTES) return HEAD_BYTES
  const length = bytes.readUInt32BE(0)
  if (length > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${length} bytes is too long`)
  return HEAD_BYTES + length
}

function reply(connection: Connection<Messages>, message: Buffer): void {
  const words = Buffer.from(String(message).split(' ').reverse().join(' '))
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(words.length)
  // Backpressure: read no more requests from a client that does not read its replies.
  if (!connection.write(Buffer.concat([head, words]))) connection.pause()
}

const server = serve<Messages>(
  { host: '127.0.0.1', port },
  {
    open(connection) {
      connection.data = new Messages()
    },
    data(connection, bytes) {
      for (const message of connection.data!.push(bytes)) reply(connection, message)
    },
    drain: (connection) => connection.resume(),
    end(connection) {
      if (connection.data!.unfinished) throw new Error('the stream ended inside a message')
    },
    // A handler that throws, for example because a message is too long, closes only its own connection.
    error: (connection, error) => console.error(connection?.peerAddress, error.message),
  },
)
process.once('SIGTERM', () => server.close({ drainMs: 1000 }))
console.log('listening on port:', server.address.port)
