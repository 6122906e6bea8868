// The report of `berkeley tls` for a terminal of 80 columns.

import { counted, duration, wrapped } from '../terminal/formatting.js'
import { bold, dim, green, type LinePart, print, red } from '../terminal/output.js'
import type { CertificateFacts } from './chain.js'
import type { StepTimes } from './connecting.js'
import type { Resumption } from './resumption.js'
import type { Trust } from './trust.js'

/** What is reported. */
export interface HandshakeReport {
  readonly host: string
  readonly port: number
  /** The numeric address that was connected to. */
  readonly address: string
  readonly protocol: string
  readonly cipher: string
  readonly alpnProtocol: string | null
  readonly resumption: Resumption
  readonly times: StepTimes
  readonly trust: Trust
  readonly certificates: readonly CertificateFacts[]
}

const LABEL_WIDTH = 13
const TEXT_WIDTH = 80 - LABEL_WIDTH

/** Prints a fact; text that is longer than a line continues below its beginning. */
function printFact(label: string, text: string, paint: (line: string) => LinePart = (line) => line): void {
  for (const [index, line] of wrapped(text, TEXT_WIDTH).entries()) {
    print(dim((index === 0 ? label : '').padEnd(LABEL_WIDTH)), paint(line))
  }
}

/** Prints the report. */
export function printReport(report: HandshakeReport): void {
  const { host, port, address, protocol, cipher, alpnProtocol, trust, certificates } = report
  print(bold(`${host} port ${port}`), host === address ? '' : ` at ${address}`)
  print()
  printFact('version', protocol)
  printFact('cipher', cipher)
  printFact('ALPN', alpnProtocol ?? 'none')
  printFact('resumption', resumptionText(report))
  printTimes(report)
  const verdict = trust.isTrusted ? 'yes' : `no, ${trust.code ?? 'unverified'}`
  printFact('trusted', `${verdict}: ${trust.reason}`, trust.isTrusted ? green : red)
  for (const [index, certificate] of certificates.entries()) printCertificate(index, certificate)
}

function resumptionText({ resumption: { resumed, reason, handshakeMs } }: HandshakeReport): string {
  if (resumed) return `a second connection resumed the session, in ${duration(handshakeMs!)}`
  return reason === undefined ? 'no: a second connection made a whole handshake' : `no: ${reason}`
}

function printTimes({ times: { lookupMs, connectMs, startTlsMs, handshakeMs } }: HandshakeReport): void {
  printFact('lookup', duration(lookupMs))
  printFact('connect', duration(connectMs))
  if (startTlsMs !== null) printFact('STARTTLS', duration(startTlsMs))
  printFact('handshake', duration(handshakeMs))
}

function printCertificate(index: number, certificate: CertificateFacts): void {
  const { subject, issuer, names, validFrom, validTo, daysLeft, key, fingerprint256 } = certificate
  const left = daysLeft < 0 ? `expired ${counted(-daysLeft, 'day')} ago` : `${counted(daysLeft, 'day')} left`
  print()
  print(bold(`certificate ${index}`))
  printFact('  subject', subject)
  if (names.length > 0) printFact('  names', names.join(', '))
  printFact('  issuer', issuer)
  printFact('  valid', `${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}, ${left}`)
  printFact('  key', key)
  // A line has room for half of the bytes.
  printFact('  SHA-256', `${fingerprint256.slice(0, 47)} ${fingerprint256.slice(48)}`)
}
