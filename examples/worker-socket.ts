// A blocking socket in a worker: the main thread's event loop keeps running while the worker waits. After the last line
// the main thread interrupts that wait.
//   node dist/examples/worker-socket.js
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { InterruptedError, interruptThread, Socket } from 'berkeley'

async function main(): Promise<void> {
  const [mine, its] = Socket.pair()
  // A descriptor is passed to another thread as a number, and has one owner: detach releases it, the worker adopts it.
  const worker = new Worker(new URL(import.meta.url), { workerData: its.detach() })
  worker.on('message', (line: string) => {
    console.log(`the worker ${line}`)
    if (line === 'read: three') interruptThread(worker.threadId)
  })
  for (const word of ['one', 'two', 'three']) {
    await delay(50)
    mine.sendAll(`${word}\n`)
  }
}

function work(descriptor: number): void {
  using socket = Socket.fromFd(descriptor)
  // Not console.log: in a worker it needs the event loop, which does not run while this thread blocks.
  const report = (what: string): void => parentPort?.postMessage(what)
  try {
    for (const line of socket.reader()) report(`read: ${line}`)
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    report(`was interrupted by a ${error.reason}`)
  }
}

if (isMainThread) await main()
else work(workerData)
