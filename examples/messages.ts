// A server of messages, each after its length in four bytes, the highest first: it answers each with the words reversed.
//   node dist/examples/messages.js 7778
import { type Connection, serve } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

const HEAD = 4
// A length that somebody else sends must not fill our memory.
const LONGEST = 1 << 20

/** Finds the messages in a stream, whose pieces begin and end anywhere. */
class Messages {
  #pieces: Buffer[] = []
  #length = 0
  #wanted = HEAD

  /** Whether a message has begun that is not whole. */
  get unfinished(): boolean {
    return this.#length > 0
  }

  /** The messages that are whole with what has come. */
  *push(bytes: Buffer): Generator<Buffer> {
    this.#pieces.push(bytes)
    this.#length += bytes.length
    // Put together once, and not with every piece anew.
    if (this.#length < this.#wanted) return
    let rest = Buffer.concat(this.#pieces)
    for (this.#wanted = wantedOf(rest); rest.length >= this.#wanted; this.#wanted = wantedOf(rest)) {
      yield rest.subarray(HEAD, this.#wanted)
      rest = rest.subarray(this.#wanted)
    }
    this.#pieces = [rest]
    this.#length = rest.length
  }
}

/** How long a message is with its head, as far as it is known. */
function wantedOf(bytes: Buffer): number {
  if (bytes.length < HEAD) return HEAD
  const length = bytes.readUInt32BE(0)
  if (length > LONGEST) throw new RangeError(`a message of ${length} bytes is too long`)
  return HEAD + length
}

function answer(connection: Connection<Messages>, message: Buffer): void {
  const words = Buffer.from(String(message).split(' ').reverse().join(' '))
  const head = Buffer.alloc(HEAD)
  head.writeUInt32BE(words.length)
  // Who does not read his answers is not asked for more questions.
  if (!connection.write(Buffer.concat([head, words]))) connection.pause()
}

const server = serve<Messages>(
  { host: '127.0.0.1', port },
  {
    open(connection) {
      connection.data = new Messages()
    },
    data(connection, bytes) {
      for (const message of connection.data!.push(bytes)) answer(connection, message)
    },
    drain: (connection) => connection.resume(),
    end(connection) {
      if (connection.data!.unfinished) throw new Error('the stream ended inside of a message')
    },
    // What a handler throws, a length that is too large say, closes its connection and no other.
    error: (connection, error) => console.error(connection?.peerAddress, error.message),
  },
)
process.once('SIGTERM', () => server.close({ drainMs: 1000 }))
console.log('answering on port:', server.address().port)
