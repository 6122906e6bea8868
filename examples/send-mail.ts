// Sends a mail with a blocking socket: SMTP with STARTTLS, RFC 3207. The text comes from standard input; a file of the
// authority to trust may follow.
//   echo 'Hello' | node dist/examples/send-mail.js mail.example.org 587 me@example.org you@example.org
import { readFileSync } from 'node:fs'
import { createConnection, type Socket, type TlsOptions, wrapTls } from 'berkeley'

const [host = 'localhost', port = '587', from = '', to = '', authority] = process.argv.slice(2)
const tls: TlsOptions = authority === undefined ? {} : { ca: readFileSync(authority) }

/** Reads a reply, which may have several lines: all but the last have a hyphen after the code. */
function reply(socket: Socket, expected: number): void {
  for (;;) {
    const line = socket.reader({ requireEnd: true }).readLine()
    if (line === null) throw new Error('the server closed the connection')
    if (!line.startsWith(String(expected))) throw new Error(line)
    if (line[3] !== '-') return
  }
}

function command(socket: Socket, line: string, expected: number): void {
  socket.sendAll(`${line}\r\n`)
  reply(socket, expected)
}

/** The text with CRLF; a line that is a dot would end the message. */
function escaped(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..')
}

const plain = createConnection({ host, port: Number(port) }, { timeout: 10_000 })
reply(plain, 220)
command(plain, 'EHLO localhost', 250)
command(plain, 'STARTTLS', 220)
// A man in the middle could have put commands behind the reply: they must not count as sent over TLS.
if (plain.reader().bufferedBytes > 0) throw new Error('the server sent something before TLS')
using socket = wrapTls(plain, { ...tls, servername: host })
command(socket, 'EHLO localhost', 250)
command(socket, `MAIL FROM:<${from}>`, 250)
command(socket, `RCPT TO:<${to}>`, 250)
command(socket, 'DATA', 354)
command(socket, `From: ${from}\r\nTo: ${to}\r\n\r\n${escaped(readFileSync(0, 'utf8'))}\r\n.`, 250)
command(socket, 'QUIT', 221)
console.log('sent')
