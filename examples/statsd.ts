// A sender of metrics in the format of StatsD: one datagram each, which is dropped where nothing receives it.
//   node dist/examples/statsd.js 8125 requests:1\|c latency:12.5\|ms
import { AF_INET, SOCK_DGRAM, Socket } from 'berkeley'

const [port = '8125', ...metrics] = process.argv.slice(2)

using socket = new Socket(AF_INET, SOCK_DGRAM)
socket.connect({ host: '127.0.0.1', port: Number(port) })
for (const metric of metrics) {
  try {
    // It never waits: a full queue returns undefined, and the metric is lost.
    socket.trySend(metric)
  } catch (error) {
    // The datagram before was refused, because nothing listens. That is no failure of this program.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
  }
}
