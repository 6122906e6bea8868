// A blocking conversation with a child process: one end of Socket.pair is the child's descriptor 3. The parent sends each
// line, and waits some seconds at most for the reply. The child is this program too.
//   node dist/examples/child-process.js 5 'first line' 'second line'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Socket, SocketError } from 'berkeley'

const [role = '5', ...lines] = process.argv.slice(2)

/** The child: replies to each line until the parent closes its end. */
function reply(): void {
  using parent = Socket.fromFd(3)
  for (const line of parent.reader()) parent.sendAll(`${line.toUpperCase()}\n`)
}

/** Sends a line, and returns the reply; null if the child has ended. */
function ask(child: Socket, line: string): string | null {
  try {
    child.sendAll(`${line}\n`)
    return child.reader({ requireEnd: true }).readLine()
  } catch (error) {
    // EPIPE: the child ended before the line was sent. ECONNRESET: it ended and had not read the line.
    if (error instanceof SocketError && (error.code === 'EPIPE' || error.code === 'ECONNRESET')) return null
    throw error
  }
}

function converse(child: Socket): void {
  for (const line of lines) {
    const received = ask(child, line)
    if (received === null) throw new Error(`the child ended without a reply to '${line}'`)
    console.log(received)
  }
}

async function start(timeoutMs: number): Promise<void> {
  const [ours, end] = Socket.pair()
  // Detached, because that makes it block: a child that is not of Node expects it.
  const its = end.detach()
  const command = [fileURLToPath(import.meta.url), 'child']
  // Not 'pipe': nothing empties a pipe while this thread blocks, and a child whose pipe is full stops.
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit', its] })
  const ended = once(child, 'exit')
  // The child has a duplicate. While this one is open, the end of the child is never seen.
  closeSync(its)
  // It could not be started: the promise rejects with the reason.
  if (child.pid === undefined) await ended
  ours.setTimeout(timeoutMs)
  try {
    converse(ours)
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
  // The child finds the end of the stream, and ends. One that hangs is killed.
  ours.close()
  const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const [code, signal] = await ended
  clearTimeout(killer)
  console.log(`the child ended with ${signal ?? `status ${code}`}`)
}

if (role === 'child') reply()
else await start(Number(role) * 1000)
