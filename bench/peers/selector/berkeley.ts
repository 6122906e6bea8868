// Waits for many sockets, a few of them ready, without any I/O: an operation is one event.
import { AF_INET, EVENT_READ, Selector, SOCK_DGRAM, Socket } from 'berkeley'
import { check, measure, variant } from '../shared/measure.js'

const READY_COUNT = 64

const selector = new Selector<number>()
// The selector keeps its registered sockets open: no other reference to them is needed.
for (let i = 0; i < READY_COUNT; i++) {
  const [a, b] = Socket.pair()
  b.send('x')
  b.detach()
  selector.register(a, EVENT_READ, i)
}
for (let i = READY_COUNT; i < Number(variant); i++) selector.register(new Socket(AF_INET, SOCK_DGRAM), EVENT_READ, i)

function run(count: number): void {
  let seen = 0
  for (let done = 0; done < count; done += READY_COUNT) {
    const ready = selector.select()
    check(ready.length === READY_COUNT, 'not all are ready')
    for (const { data, events } of ready) seen += data + (events & EVENT_READ)
  }
  check(seen > 0, 'nothing is ready')
}

await measure(run, 0)
