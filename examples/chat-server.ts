// A chat server: one thread and one Selector for all guests. Text from one guest goes to all others.
//   node dist/examples/chat-server.js 7779        and then several times: nc localhost 7779
import { createServer, EVENT_READ, EVENT_WRITE, Selector, type Socket, SocketError } from 'berkeley'

const [port = '0'] = process.argv.slice(2)

interface Guest {
  readonly socket: Socket
  readonly name: string
  /** Bytes that the kernel has not taken yet. */
  unsent: Buffer
}

// Limits what is queued for a guest that does not read.
const MAX_UNSENT_BYTES = 1 << 20

const selector = new Selector<Guest | null>()
const listener = createServer({ host: '127.0.0.1', port: Number(port) })
const guests = new Set<Guest>()
let arrivals = 0

function leave(guest: Guest): void {
  guests.delete(guest)
  // Closing a socket also unregisters it from the selector.
  guest.socket.close()
  say(guest, 'has left\n')
}

function deliver(guest: Guest): void {
  const taken = guest.unsent.length > 0 ? (guest.socket.trySend(guest.unsent) ?? 0) : 0
  guest.unsent = guest.unsent.subarray(taken)
  // Watch for EVENT_WRITE only while bytes are queued: a socket is nearly always ready to write.
  selector.modify(guest.socket, guest.unsent.length > 0 ? EVENT_READ | EVENT_WRITE : EVENT_READ)
}

function say(speaker: Guest, text: string): void {
  for (const guest of guests) {
    if (guest === speaker) continue
    guest.unsent = Buffer.concat([guest.unsent, Buffer.from(`${speaker.name}: ${text}`)])
    attend(guest, deliver)
  }
}

function welcome(): void {
  const socket = listener.tryAccept()
  if (socket === undefined) return
  socket.setBlocking(false)
  const guest = { socket, name: `guest ${++arrivals}`, unsent: Buffer.from('welcome\n') }
  guests.add(guest)
  selector.register(socket, EVENT_READ | EVENT_WRITE, guest)
  say(guest, 'has joined\n')
}

function listen(guest: Guest): void {
  const bytes = guest.socket.tryRecv(4096)
  if (bytes === null) leave(guest)
  else if (bytes !== undefined) say(guest, bytes.toString())
}

/** Runs an action for a guest. A guest whose connection fails, or that reads too slowly, is removed; others stay. */
function attend(guest: Guest, act: (guest: Guest) => void): void {
  if (!guests.has(guest)) return
  try {
    act(guest)
    if (guest.unsent.length > MAX_UNSENT_BYTES) leave(guest)
  } catch (error) {
    if (!(error instanceof SocketError)) throw error
    leave(guest)
  }
}

selector.register(listener, EVENT_READ, null)
console.log('chatting at', listener.address)
for (;;) {
  for (const { events, data: guest } of selector.select()) {
    if (guest === null) welcome()
    else {
      if (events & EVENT_WRITE) attend(guest, deliver)
      if (events & ~EVENT_WRITE) attend(guest, listen)
    }
  }
}
