// A server on all cores: each worker has a listener of its own at the same port, and the kernel spreads the connections.
//   node dist/examples/all-cores.js 8080 [threads]
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads'
import { SO_REUSEPORT, Socket, serve } from 'berkeley'

function startWorkers(): void {
  const [port = '0', threads = String(availableParallelism())] = process.argv.slice(2)
  // Bound, but not listening: it reserves the port, and no connection arrives here.
  const reservation = new Socket()
  reservation.setOption(SO_REUSEPORT, true)
  reservation.bind({ host: '127.0.0.1', port: Number(port) })
  const address = reservation.getSockName()
  let listening = 0
  for (let count = 0; count < Number(threads); count++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: address })
    worker.once('message', () => {
      if (++listening === Number(threads)) console.log('port:', (address as { port: number }).port)
    })
  }
}

if (isMainThread) startWorkers()
else {
  serve(
    { ...workerData, reusePort: true },
    { data: (connection, bytes) => connection.write(`thread ${threadId}: ${bytes}`) },
  )
  parentPort?.postMessage('listening')
}
