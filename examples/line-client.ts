// Speaks a protocol of lines: sends each argument as a line and prints the line that comes back.
//   node dist/examples/line-client.js localhost 6379 PING 'INCR visits'
import { createConnection } from 'berkeley'

const [host = 'localhost', port = '6379', ...lines] = process.argv.slice(2)

// Tries all addresses of the name, and gives every later call two seconds too.
using socket = createConnection({ host, port: Number(port) }, { timeout: 2000 })
const reader = socket.reader()
for (const line of lines) {
  socket.sendAll(`${line}\r\n`)
  const answer = reader.readLine()
  if (answer === null) break
  console.log(answer)
}
