// Lookups of localhost, one after the other: resolve, or resolveAsync awaited.
import { resolve, resolveAsync, SOCK_STREAM } from 'berkeley'
import { check, measure, variant } from '../shared/measure.js'

const options = { type: SOCK_STREAM }

function blocking(count: number): void {
  for (let i = 0; i < count; i++) check(resolve('localhost', 80, options).length > 0, 'no address')
}

async function awaited(count: number): Promise<void> {
  for (let i = 0; i < count; i++) check((await resolveAsync('localhost', 80, options)).length > 0, 'no address')
}

await measure(variant === 'awaited' ? awaited : blocking, 0)
