// A chat server with await: each line from a guest goes to all others. One loop per guest reads its lines.
//   node dist/examples/async-chat.js 7779        and then several times: nc localhost 7779
import { type AsyncSocket, createServer, SocketError } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

// Limits what is queued for a guest that does not read, and the length of a line.
const MAX_BUFFERED_BYTES = 1 << 20

/** A connected guest: messages to it are sent in order, however slowly it reads. */
class Guest {
  readonly #socket: AsyncSocket
  readonly name: string
  #unsent = 0
  #sent: Promise<void> = Promise.resolve()

  constructor(socket: AsyncSocket, name: string) {
    this.#socket = socket
    this.name = name
  }

  /** Queues text to be sent after everything before it. */
  write(text: string): void {
    this.#unsent += text.length
    if (this.#unsent > MAX_BUFFERED_BYTES) this.#socket.close()
    else this.#sent = this.#sent.then(() => this.#send(text))
  }

  async #send(text: string): Promise<void> {
    try {
      await this.#socket.sendAll(text)
      this.#unsent -= text.length
    } catch {
      // Closing also ends the loop over the guest's lines, which removes the guest.
      this.#socket.close()
    }
  }

  /** The guest's lines, until it disconnects. */
  async *lines(): AsyncGenerator<string> {
    try {
      yield* this.#socket.reader({ maxLineBytes: MAX_BUFFERED_BYTES })
    } catch (error) {
      if (!(error instanceof SocketError)) throw error
    } finally {
      this.#socket.close()
    }
  }
}

const guests = new Set<Guest>()
let arrivals = 0

function say(speaker: Guest, text: string): void {
  for (const guest of guests) if (guest !== speaker) guest.write(`${speaker.name}: ${text}\n`)
}

async function chat(socket: AsyncSocket): Promise<void> {
  const guest = new Guest(socket, `guest ${++arrivals}`)
  guests.add(guest)
  guest.write('welcome\n')
  say(guest, 'has joined')
  for await (const line of guest.lines()) say(guest, line)
  guests.delete(guest)
  say(guest, 'has left')
}

const listener = createServer({ host: '127.0.0.1', port }).toAsync()
console.log('chatting at', listener.localAddress)
for await (const socket of listener.connections()) void chat(socket)
