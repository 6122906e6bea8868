// STARTTLS: how a connection in plain text becomes one over TLS, for each protocol.

import { getHostName, type Socket, type SocketReader, type WaitOptions } from '../../index.js'

/** A protocol that begins in plain text. */
export interface StartTlsProtocol {
  /** The port of a server, unless the command line says. */
  readonly port: number
  /** Asks the server for TLS. @throws Error if it refuses */
  negotiate(socket: Socket, wait: WaitOptions): void
}

export type StartTlsName = 'smtp' | 'imap' | 'postgres'

/** More lines than any server sends before TLS. */
const MAX_LINES = 100

function nextLine(reader: SocketReader, wait: WaitOptions): string {
  const line = reader.readLine(wait)
  if (line === null) throw new Error('the server closed the connection before TLS began')
  return line
}

/** The lines of an SMTP reply, RFC 5321: all but the last have a hyphen after the code. */
function smtpReply(reader: SocketReader, code: string, wait: WaitOptions): string[] {
  const lines: string[] = []
  while (lines.length < MAX_LINES) {
    const line = nextLine(reader, wait)
    if (!line.startsWith(code)) throw new Error(`the server refuses with '${line}': expected ${code}`)
    lines.push(line)
    if (line[3] !== '-') return lines
  }
  throw new Error(`the server's reply has more than ${MAX_LINES} lines`)
}

/** RFC 3207. */
function negotiateSmtp(socket: Socket, wait: WaitOptions): void {
  const reader = socket.reader()
  smtpReply(reader, '220', wait)
  socket.sendAll(`EHLO ${getHostName()}\r\n`, wait)
  const extensions = smtpReply(reader, '250', wait).map((line) => line.slice(4).toUpperCase())
  if (!extensions.includes('STARTTLS')) throw new Error('the server does not offer STARTTLS')
  socket.sendAll('STARTTLS\r\n', wait)
  smtpReply(reader, '220', wait)
}

/** RFC 9051, section 6.2.1. */
function negotiateImap(socket: Socket, wait: WaitOptions): void {
  const reader = socket.reader()
  const greeting = nextLine(reader, wait)
  if (!/^\* (OK|PREAUTH)\b/i.test(greeting)) throw new Error(`the server refuses with '${greeting}': expected * OK`)
  socket.sendAll('a1 STARTTLS\r\n', wait)
  for (let lines = 0; lines < MAX_LINES; lines++) {
    const line = nextLine(reader, wait)
    if (/^a1 OK\b/i.test(line)) return
    if (!line.startsWith('* ')) throw new Error(`the server refuses with '${line}': expected a1 OK`)
  }
  throw new Error(`the server's reply has more than ${MAX_LINES} lines`)
}

/** The message SSLRequest of PostgreSQL: its length, and 80877103. The server replies with one byte. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

function negotiatePostgres(socket: Socket, wait: WaitOptions): void {
  socket.sendAll(SSL_REQUEST, wait)
  const reply = socket.recv(1, wait)
  if (reply === null) throw new Error('the server closed the connection before TLS began')
  if (String(reply) !== 'S') throw new Error(`the server refuses TLS: it replied '${reply}', expected 'S'`)
}

export const startTlsProtocols: Readonly<Record<StartTlsName, StartTlsProtocol>> = {
  smtp: { port: 25, negotiate: negotiateSmtp },
  imap: { port: 143, negotiate: negotiateImap },
  postgres: { port: 5432, negotiate: negotiatePostgres },
}

/**
 * Asks the server for TLS.
 * @throws Error if it refuses, or if it sends more in plain text, which anyone on the way could have put there
 */
export function startTls(name: StartTlsName, socket: Socket, wait: WaitOptions): void {
  startTlsProtocols[name].negotiate(socket, wait)
  const { bufferedBytes } = socket.reader()
  if (bufferedBytes > 0) throw new Error(`the server sent ${bufferedBytes} bytes of plain text after it agreed to TLS`)
}
