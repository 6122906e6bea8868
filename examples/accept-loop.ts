// A server that can be stopped: Ctrl-C interrupts the blocked accept, and the program ends in its own way.
//   node dist/examples/accept-loop.js 7778
import { createServer, InterruptedError } from 'berkeley'

const [port = '0'] = process.argv.slice(2)
let served = 0

// Without a listener Ctrl-C kills the process at once. With one, the call that blocks throws, and the listener runs
// as soon as the program gives control back to the event loop.
process.once('SIGINT', () => console.log(`served ${served}`))

const listener = createServer({ host: '127.0.0.1', port: Number(port) })
console.log('greeting at', listener.getSockName())
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
