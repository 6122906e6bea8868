// A blocking TLS server that admits clients with a certificate alone: it greets each by the name in the certificate, and
// echoes its lines. A client without one is refused, and the next one served.
//   node dist/examples/client-certificates.js cert.pem key.pem ca.pem
import { readFileSync } from 'node:fs'
import { createServer, TlsContext, wrapTls } from 'berkeley'

const [cert = 'cert.pem', key = 'key.pem', ca = 'ca.pem'] = process.argv.slice(2)

// Made once: it has the server's own certificate, and the authority that clients' certificates must be of.
const secureContext = new TlsContext({ cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) })

const listener = createServer({ host: '127.0.0.1', port: 0 })
console.log(`port: ${listener.getSockName().port}`)
for (;;) {
  const connection = listener.accept()
  try {
    using client = wrapTls(connection, { isServer: true, requestCert: true, secureContext, timeout: 5000 })
    client.setTimeout(5000)
    const name = client.tls.peerCertificate?.subject.replace(/^.*CN=/s, '')
    console.log(`admitted ${name}`)
    client.sendAll(`hello ${name}\n`)
    for (const line of client.reader()) client.sendAll(`${line}\n`)
  } catch (error) {
    console.log(`refused: ${(error as NodeJS.ErrnoException).code}`)
  }
}
