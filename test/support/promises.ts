// Promises: one that is settled by hand, an event as a promise, and the error of one that rejects.
import assert from 'node:assert/strict'
import type { EventEmitter } from 'node:events'

/** A promise, and what resolves it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Waits for an event, and returns its arguments. Unlike once(), it leaves an earlier `error` to other listeners. */
export function nextEvent(emitter: EventEmitter, event: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    emitter.once(event, (...args: unknown[]) => resolve(args))
  })
}

/** Expects a promise to reject, and returns the error. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  return assert.fail('it was not rejected')
}
