// Waits for many sockets of which a few are ready, without any I/O: an operation is one event.
import { AF_INET, EVENT_READ, Selector, SOCK_DGRAM, Socket } from 'berkeley'
import { measure, must, variant } from '../shared/measure.js'

const READY = 64

const selector = new Selector<number>()
// Sockets that nothing else holds stay open as long as the selector does.
for (let i = 0; i < READY; i++) {
  const [a, b] = Socket.pair()
  b.send('x')
  b.detach()
  selector.register(a, EVENT_READ, i)
}
for (let i = READY; i < Number(variant); i++) selector.register(new Socket(AF_INET, SOCK_DGRAM), EVENT_READ, i)

function run(count: number): void {
  let seen = 0
  for (let done = 0; done < count; done += READY) {
    const ready = selector.select()
    must(ready.length === READY, 'not all are ready')
    for (const { data, events } of ready) seen += data + (events & EVENT_READ)
  }
  must(seen > 0, 'nothing is ready')
}

await measure(run, 0)
