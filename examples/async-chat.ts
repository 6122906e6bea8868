// A chat server that awaits: what one says, all others read. Each guest is a loop over his lines.
//   node dist/examples/async-chat.js 7779        and then several times: nc localhost 7779
import { type AsyncSocket, createServer, SocketError } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

// One that reads nothing must not fill our memory.
const PATIENCE = 1 << 20

/** One who chats: what he is told goes out in its order, however long that takes. */
class Guest {
  readonly #socket: AsyncSocket
  readonly name: string
  #unsent = 0
  #told: Promise<void> = Promise.resolve()

  constructor(socket: AsyncSocket, name: string) {
    this.#socket = socket
    this.name = name
  }

  tell(words: string): void {
    this.#unsent += words.length
    if (this.#unsent > PATIENCE) this.#socket.close()
    else this.#told = this.#told.then(() => this.#send(words))
  }

  async #send(words: string): Promise<void> {
    try {
      await this.#socket.sendAll(words)
      this.#unsent -= words.length
    } catch {
      // A connection that breaks ends the loop over its lines as well, which says the rest.
      this.#socket.close()
    }
  }

  /** What he says, until he leaves. */
  async *lines(): AsyncGenerator<string> {
    try {
      yield* this.#socket.reader({ maxLineBytes: PATIENCE })
    } catch (error) {
      if (!(error instanceof SocketError)) throw error
    } finally {
      this.#socket.close()
    }
  }
}

const guests = new Set<Guest>()
let arrivals = 0

function say(speaker: Guest, words: string): void {
  for (const guest of guests) if (guest !== speaker) guest.tell(`${speaker.name}: ${words}\n`)
}

async function chat(socket: AsyncSocket): Promise<void> {
  const guest = new Guest(socket, `guest ${++arrivals}`)
  guests.add(guest)
  guest.tell('welcome\n')
  say(guest, 'has come')
  for await (const line of guest.lines()) say(guest, line)
  guests.delete(guest)
  say(guest, 'has left')
}

const listener = createServer({ host: '127.0.0.1', port }).toAsync()
console.log('chatting at', listener.getSockName())
for await (const socket of listener.connections()) void chat(socket)
