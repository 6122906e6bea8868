// A server on all cores with node:cluster: each process has a listener of its own, and the kernel spreads the
// connections. The primary replaces a process that has died.
//   node dist/examples/cluster.js 8080 [processes]
import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import { serve } from 'berkeley'

const [port = '8080', processes = String(availableParallelism())] = process.argv.slice(2)

if (cluster.isPrimary) {
  for (let count = 0; count < Number(processes); count++) cluster.fork()
  cluster.on('exit', () => cluster.fork())
} else {
  serve(
    { host: '127.0.0.1', port: Number(port), reusePort: true },
    { data: (connection, bytes) => connection.write(`process ${process.pid}: ${bytes}`) },
  )
  console.log(`process ${process.pid} listens at port ${port}`)
}
