// Waiting for an event of somebody else's object.
import type { EventEmitter } from 'node:events'

/** Waits for an event. Unlike once() it lets an error that comes before it be an error of others. */
export function happening(emitter: EventEmitter, event: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    emitter.once(event, (...args: unknown[]) => resolve(args))
  })
}

/** A promise, and what settles it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
}

export function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
