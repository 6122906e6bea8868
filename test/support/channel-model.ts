// A connection of the event loop next to a plain model of it: counts of bytes, and what each side has ended. Every event
// is checked when it is emitted, and `unsettled` names what must still be emitted while nothing else happens.
//
// Bytes are those of a sequence in which each position has a known value, so that a byte that is lost, repeated or out of
// order is noticed. Urgent bytes have a value of their own: the kernel takes one out of the stream, or leaves it there
// where another urgent byte followed.

import { MSG_OOB, SO_LINGER, type Socket } from 'berkeley'
import type { Face, Observer } from './channel-face.js'
import type { Connect } from './channel-faces.js'

const URGENT = 255
const MAX_SEND_BYTES = 1 << 20
const bytesOfSequence = Buffer.from(Uint8Array.from({ length: MAX_SEND_BYTES + URGENT }, (_, index) => index % URGENT))

/** Bytes of the sequence from a position on. */
function sequence(from: number, length: number): Buffer {
  const start = from % URGENT
  return bytesOfSequence.subarray(start, start + length)
}

function withoutUrgent(bytes: Uint8Array): Uint8Array {
  return bytes.includes(URGENT) ? bytes.filter((byte) => byte !== URGENT) : bytes
}

export const EVENTS = ['open', 'data', 'drain', 'end', 'error', 'close'] as const
export type EventName = (typeof EVENTS)[number]

/** The events of a stream of Node's after which it does nothing: a listener of another that throws stops the stream. */
const LAST_EVENTS: ReadonlySet<EventName> = new Set(['error', 'close'])

/** The errors by which a face learns that the peer is gone. */
const PEER_IS_GONE = /^(ECONNRESET|EPIPE|ENOTCONN)$/

/** The error that handlers throw on purpose. */
export class PlannedError extends Error {}

/** A connection and its model. */
export class ModelledConnection {
  /** The events, and what was done, in their order. */
  readonly log: string[] = []
  /** Rules that an event broke. They are not thrown, because a face catches what its handlers throw. */
  readonly violations: string[] = []
  #plan: { readonly event: EventName; readonly act: () => unknown } | null = null
  readonly #kind: string
  readonly #face: Face
  readonly #peer: Socket
  /** Bytes that each side has sent, and that arrived at the other. */
  #sentByPeer = 0
  #delivered = 0
  #sentByUs = 0
  #arrivedAtPeer = 0
  // Events of the face.
  #isOpen = false
  #hasEnded = false
  #hasFailed = false
  #isClosed = false
  // What our side did.
  #isPaused = false
  #isOurSideEnded = false
  #isCloseCalled = false
  #throws = 0
  // What the peer did, and saw.
  #peerSide: 'open' | 'ended' | 'closed' = 'open'
  /** Whether bytes may be lost, and a reset may be on its way. */
  #isBroken = false
  #hasPeerSeenEnd = false

  constructor(kind: string, connect: Connect) {
    this.#kind = kind
    const [face, peer] = connect(this.#observer())
    this.#face = face
    this.#peer = peer
    peer.setBlocking(false)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether the connection is over for both sides: its place is free. */
  get isOver(): boolean {
    return this.#isClosed && this.#peerSide === 'closed'
  }

  /** Plans what the handler of an event does in its next call. */
  planFor(event: EventName, act: () => unknown): void {
    this.#plan = { event, act }
  }

  planNothing(): void {
    this.#plan = null
  }

  // Our side.

  send(length: number): void {
    if (!this.#maySend()) return
    this.log.push(`send ${length}`)
    if (this.#peerSide === 'closed') this.#isBroken = true
    this.#sentByUs += this.#face.send(sequence(this.#sentByUs, length))
  }

  pause(): void {
    if (!this.#isOpen) return
    this.log.push('pause')
    this.#isPaused = true
    this.#face.pause()
  }

  resume(): void {
    if (!this.#isOpen) return
    this.log.push('resume')
    this.#isPaused = false
    this.#face.resume()
  }

  end(): void {
    if (!this.#isOpen) return
    this.log.push('end our side')
    this.#isOurSideEnded = true
    this.#face.end()
  }

  close(): void {
    if (!this.#isOpen) return
    this.log.push('close()')
    this.#isCloseCalled = true
    this.#face.close()
  }

  reset(): void {
    if (!this.#isOpen) return
    this.log.push('reset()')
    this.#isCloseCalled = true
    this.#face.reset()
  }

  /** A handler throws, or its promise rejects. */
  fail(event: EventName, isRejected: boolean): unknown {
    const { onThrow } = this.#face
    if (onThrow === 'unsupported' || (onThrow === 'is uncaught' && (isRejected || !LAST_EVENTS.has(event))))
      return undefined
    this.log.push(isRejected ? 'reject' : 'throw')
    this.#throws++
    const error = new PlannedError('planned')
    if (isRejected) return Promise.reject(error)
    throw error
  }

  // The peer.

  peerSend(length: number): void {
    if (this.#peerSide !== 'open') return
    this.#asPeer(`send ${length}`, () => {
      this.#sentByPeer += this.#peer.trySend(sequence(this.#sentByPeer, length)) ?? 0
    })
  }

  peerSendUrgent(): void {
    if (this.#peerSide !== 'open' || this.#kind.includes('unix')) return
    this.#asPeer('send urgent', () => this.#peer.trySend(Buffer.of(URGENT), { flags: MSG_OOB }))
  }

  peerReceive(): void {
    if (this.#peerSide === 'closed' || this.#hasPeerSeenEnd) return
    this.#asPeer(null, () => {
      const bytes = this.#peer.tryRecv(65536)
      if (bytes === undefined) return
      this.log.push(`peer: ${bytes === null ? 'sees end' : `receives ${bytes.length}`}`)
      if (bytes === null) return this.#peerSeesEnd()
      const expected = sequence(this.#arrivedAtPeer, bytes.length)
      if (!expected.equals(bytes)) this.violations.push(`the peer got other bytes at ${this.#arrivedAtPeer}`)
      this.#arrivedAtPeer += bytes.length
    })
  }

  /** Receives all that is there: whether there was any. */
  peerDrain(): boolean {
    const before = this.#arrivedAtPeer
    for (let last = -1; last !== this.#arrivedAtPeer; ) {
      last = this.#arrivedAtPeer
      this.peerReceive()
    }
    return this.#arrivedAtPeer !== before
  }

  peerEnd(): void {
    if (this.#peerSide !== 'open') return
    this.#peerSide = 'ended'
    this.#asPeer('end', () => this.#peer.shutdown('write'))
  }

  peerClose(): void {
    if (this.#peerSide === 'closed') return
    this.log.push('peer: close')
    // Bytes that the peer has not read make its close a reset.
    if (this.#arrivedAtPeer !== this.#sentByUs) this.#isBroken = true
    this.#peerSide = 'closed'
    this.#peer.close()
  }

  peerReset(): void {
    if (this.#peerSide === 'closed') return
    this.log.push('peer: reset')
    this.#isBroken = true
    this.#peerSide = 'closed'
    this.#peer.setOption(SO_LINGER, 0)
    this.#peer.close()
  }

  // The model.

  /** What must still happen without any step; null where nothing must. */
  unsettled(): string | null {
    if (!this.#isOpen) return 'it has not opened'
    if (this.#isClosed) return this.#peerSide === 'closed' || this.#hasPeerSeenEnd ? null : 'the peer saw no end'
    if (this.#mustClose()) return 'it has not closed'
    if (this.#isBroken) return this.#noticesBreak() ? 'it has not noticed that the peer is gone' : null
    if (!this.#isPaused && this.#delivered !== this.#sentByPeer) return 'bytes of the peer were not delivered'
    if (!this.#isPaused && this.#peerSide !== 'open' && !this.#hasEnded) return 'the end of the peer was not delivered'
    if (this.#peerSide === 'closed') return null
    if (this.#arrivedAtPeer !== this.#sentByUs) return 'bytes did not arrive at the peer'
    return this.#isOurSideEnded && !this.#hasPeerSeenEnd ? 'the peer saw no end' : null
  }

  #mustClose(): boolean {
    if (this.#isCloseCalled || this.#hasFailed) return true
    if (this.#throws > 0 && this.#face.onThrow === 'closes') return true
    return this.#hasEnded && this.#endsOurSide
  }

  /** Whether it closes at once, whatever is under way. */
  get #isClosing(): boolean {
    return this.#isCloseCalled || this.#hasFailed
  }

  /** A reset is noticed by receiving and sending alone. */
  #noticesBreak(): boolean {
    return !this.#isPaused && !this.#hasEnded
  }

  /** Whether our side ends, by a call or because the peer's has. */
  get #endsOurSide(): boolean {
    return this.#isOurSideEnded || (this.#hasEnded && !this.#face.allowsHalfOpen)
  }

  #maySend(): boolean {
    const isOpen = this.#isOpen && !this.#isClosed && !this.#isCloseCalled
    return isOpen && !this.#isOurSideEnded && !this.#hasFailed && (!this.#hasEnded || this.#face.allowsHalfOpen)
  }

  /** A step of the peer's, which may find that our side is gone. */
  #asPeer(step: string | null, act: () => unknown): void {
    if (step !== null) this.log.push(`peer: ${step}`)
    try {
      act()
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!PEER_IS_GONE.test(code)) throw error
      this.log.push(`peer: ${code}`)
      if (!this.#isClosed && !this.#isClosing) this.violations.push(`the peer got ${code} from an open connection`)
      this.#hasPeerSeenEnd = true
    }
  }

  #peerSeesEnd(): void {
    this.#hasPeerSeenEnd = true
    const isRegular = this.#endsOurSide && (this.#arrivedAtPeer === this.#sentByUs || this.#isBroken)
    if (!isRegular && !this.#isClosing)
      this.violations.push(`the peer saw the end after ${this.#arrivedAtPeer} of ${this.#sentByUs} bytes`)
  }

  #observer(): Observer {
    return {
      open: () => this.#emitted('open', !this.#isOpen, () => (this.#isOpen = true)),
      data: (bytes) => this.#received(bytes),
      drain: () => this.#emitted('drain', !this.#isCloseCalled),
      end: () => {
        const isWhole = this.#isBroken || this.#delivered === this.#sentByPeer
        const isDue = this.#peerSide !== 'open' && isWhole && !this.#hasEnded
        return this.#emitted('end', isDue, () => (this.#hasEnded = true))
      },
      error: (error) => this.#failed(error),
      close: () => {
        const isDue = this.#isClosing || (this.#hasEnded && this.#endsOurSide)
        return this.#emitted('close', isDue, () => (this.#isClosed = true))
      },
    }
  }

  /** An event: whether it may be emitted now, what it changes in the model, and what was planned for it. */
  #emitted(event: EventName, isAllowed: boolean, change: () => void = () => {}): unknown {
    this.log.push(event)
    const isInLife = event === 'open' || (this.#isOpen && !this.#isClosed)
    if (!isAllowed || !isInLife) this.violations.push(`'${event}' was emitted when it must not be`)
    change()
    if (this.#plan?.event !== event) return undefined
    const { act } = this.#plan
    this.#plan = null
    return act()
  }

  #received(bytes: Uint8Array): unknown {
    const ordinary = withoutUrgent(bytes)
    const isInOrder = sequence(this.#delivered, ordinary.length).equals(ordinary)
    const isSent = this.#delivered + ordinary.length <= this.#sentByPeer
    const isPaused = this.#isPaused && this.#face.hasStrictPause
    const isSilent = this.#isCloseCalled && this.#face.isSilentOnceClosing
    const isWanted = !this.#hasEnded && !isPaused && !isSilent
    return this.#emitted('data', isInOrder && isSent && isWanted, () => {
      this.#delivered += ordinary.length
    })
  }

  #failed(error: Error): unknown {
    const { code = error.message } = error as NodeJS.ErrnoException
    this.log.push(code)
    if (error instanceof PlannedError) {
      this.#throws--
      if (this.#throws < 0) this.violations.push('an error was reported twice')
      this.#hasFailed = true
      // A handler that throws when its connection has closed is reported as well.
      return this.#isClosed ? undefined : this.#emitted('error', true)
    }
    const isReason = PEER_IS_GONE.test(code) && this.#peerSide === 'closed'
    const isSilent = this.#isCloseCalled && this.#face.isSilentOnceClosing
    return this.#emitted('error', isReason && !isSilent && !this.#hasFailed, () => (this.#hasFailed = true))
  }
}
