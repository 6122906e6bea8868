// A server with a clean shutdown: Ctrl-C interrupts the blocked accept, and the program closes its listener.
//   node dist/examples/accept-loop.js 7778
import { createServer, InterruptedError } from 'berkeley'

const [port = '0'] = process.argv.slice(2)
let served = 0

// Without a signal listener, Ctrl-C kills the process at once. With one, the blocked call throws InterruptedError, and
// the listener runs once the program has returned to the event loop.
process.once('SIGINT', () => console.log(`served ${served}`))

const listener = createServer({ host: '127.0.0.1', port: Number(port) })
console.log('greeting at', listener.address)
try {
  for (const connection of listener) {
    connection.send('hello\n')
    connection.close()
    served++
  }
} catch (error) {
  if (!(error instanceof InterruptedError)) throw error
  console.log(`interrupted by ${error.signal}`)
} finally {
  listener.close()
}
