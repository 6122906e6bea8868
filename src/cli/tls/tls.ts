// `berkeley tls`: the handshake with a server.
//
//   connecting.ts   the steps to it, timed; starttls.ts, the one in plain text
//   chain.ts        the certificates; trust.ts, the verdict in words
//   resumption.ts   the second connection
//   printing.ts     the report for a terminal

import { readFileSync } from 'node:fs'
import { TlsContext, type TlsOptions, type TlsSocket, type TlsVersion } from '../../index.js'
import { printJson } from '../terminal/output.js'
import { factsOf } from './chain.js'
import { openTimed, type TlsRequest } from './connecting.js'
import { type HandshakeReport, printReport } from './printing.js'
import { tryResumption } from './resumption.js'
import { type StartTlsName, startTlsProtocols } from './starttls.js'
import { trustOf } from './trust.js'

export interface TlsCommandOptions {
  readonly alpn?: readonly string[]
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly json?: boolean
  readonly maxVersion?: TlsVersion
  readonly minVersion?: TlsVersion
  readonly servername?: string
  readonly starttls?: StartTlsName
  /** Milliseconds for each of the two connections. */
  readonly timeout: number
}

const HTTPS_PORT = 443

/**
 * Connects, and prints what was agreed on.
 * @throws Error if there is no handshake, or the certificate is not trusted
 */
export function runTls(host: string, port: number | undefined, options: TlsCommandOptions): void {
  const { starttls } = options
  const usualPort = starttls === undefined ? HTTPS_PORT : startTlsProtocols[starttls].port
  const report = reportOn(host.replace(/^\[(.*)\]$/, '$1'), port ?? usualPort, options)
  if (options.json) printJson(report)
  else printReport(report)
  const { isTrusted, code, reason } = report.trust
  if (!isTrusted) throw new Error(`the certificate is not trusted: ${code ?? 'unverified'}: ${reason}`)
}

/**
 * Connects, and returns what was agreed on.
 * @throws Error if there is no handshake
 */
export function reportOn(host: string, port: number, options: TlsCommandOptions): HandshakeReport {
  const cacert = options.cacert === undefined ? undefined : readFileSync(options.cacert, 'utf8')
  const tls = tlsOptions(host, options, contextFor(options, cacert))
  const request = (): TlsRequest => ({
    host,
    port,
    startTls: options.starttls,
    tls,
    wait: { deadline: performance.now() + options.timeout },
  })
  const connection = openTimed(request())
  const { address, times, socket } = connection
  const agreed = agreedOn(socket, options.servername ?? host, cacert)
  // It closes the connection, whose facts are gone then.
  const resumption = tryResumption(connection, request())
  return { host, port, address: address.host, ...agreed, resumption, times }
}

function agreedOn(
  { tls: { protocol, cipher, alpnProtocol, authorizationError, peerCertificates } }: TlsSocket,
  name: string,
  cacert: string | undefined,
): Omit<HandshakeReport, 'host' | 'port' | 'address' | 'resumption' | 'times'> {
  const now = Date.now()
  const trust = trustOf(peerCertificates, authorizationError, name, cacert, now)
  const certificates = peerCertificates.map((certificate) => factsOf(certificate, now))
  return { protocol, cipher: cipher.name, alpnProtocol, trust, certificates }
}

/** The context is made before the steps are timed: it parses the authorities. */
function contextFor({ cert, key, maxVersion, minVersion }: TlsCommandOptions, cacert: string | undefined): TlsContext {
  return new TlsContext({
    ...(cacert === undefined ? {} : { ca: cacert }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(minVersion === undefined ? {} : { minVersion }),
  })
}

function tlsOptions(host: string, options: TlsCommandOptions, secureContext: TlsContext): TlsOptions {
  const { alpn, servername = host, starttls } = options
  // A server without HTTP may refuse the protocols of HTTP.
  const protocols = alpn ?? (starttls === undefined ? ['h2', 'http/1.1'] : [])
  return { servername, secureContext, ...(protocols.length === 0 ? {} : { ALPNProtocols: protocols }) }
}
