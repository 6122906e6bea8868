// A client for line-based protocols: sends each argument as a line, and prints the line that the server replies.
//   node dist/examples/line-client.js localhost 6379 PING 'INCR visits'
import { createConnection } from 'berkeley'

const [host = 'localhost', port = '6379', ...lines] = process.argv.slice(2)

// Tries all addresses of the name within two seconds; the timeout also applies to each later call.
using socket = createConnection({ host, port: Number(port) }, { timeout: 2000 })
const reader = socket.reader()
for (const line of lines) {
  socket.sendAll(`${line}\r\n`)
  const reply = reader.readLine()
  if (reply === null) break
  console.log(reply)
}
