// Certificates for tests of TLS, made with the openssl command in a temporary folder: two authorities, an intermediate one,
// and certificates with the faults that badssl.com shows.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { find } from './debian.js'
import { temporaryFolder } from './folders.js'

/** A certificate with what comes after it in the chain, and its key; in PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

/** The reason why no certificates can be made, as `skip` takes it; false where they can. */
export const noOpenSsl = find('openssl') === undefined ? 'openssl is not installed (Debian: openssl)' : false

const GOOD_NAMES = 'subjectAltName=DNS:localhost,DNS:*.wild.example,IP:127.0.0.1,IP:::1'
const VALID = ['20240101000000Z', '20490101000000Z'] as const
const FUTURE = ['20480101000000Z', '20490101000000Z'] as const
const EXPIRED = ['20200101000000Z', '20210101000000Z'] as const

interface Request {
  readonly name: string
  /** The common name; `name` by default. */
  readonly subject?: string
  /** Whose key it has; by default one of its own. */
  readonly keyOf?: Identity
  readonly issuer?: Identity
  readonly extensions?: readonly string[]
  readonly dates?: readonly [string, string]
  readonly keyOptions?: readonly string[]
  readonly digest?: string
  /** Of version 1, signed by itself. */
  readonly isOld?: boolean
}

/** The certificates of one run. */
export class Certificates {
  readonly folder = temporaryFolder()
  readonly #made = new Map<string, Identity>()

  constructor() {
    writeFileSync(join(this.folder, 'index'), '')
    const ca = ['database = index', 'rand_serial = yes', 'new_certs_dir = .', 'policy = any', 'unique_subject = no']
    const config = ['[ca]', 'default_ca = all', '[all]', ...ca, '[any]', 'commonName = supplied']
    writeFileSync(join(this.folder, 'config'), `${config.join('\n')}\n`)
  }

  get root(): Identity {
    return this.#get({ name: 'root', extensions: ['basicConstraints=critical,CA:TRUE'] })
  }

  get otherRoot(): Identity {
    return this.#get({ name: 'other-root', extensions: ['basicConstraints=critical,CA:TRUE'] })
  }

  /** Has the name of the root, and another key. */
  get renewedRoot(): Identity {
    return this.#get({ name: 'renewed-root', subject: 'root', extensions: ['basicConstraints=critical,CA:TRUE'] })
  }

  /** So many that have the name of the root, and keys of their own. */
  namesakesOfRoot(count: number): Identity[] {
    const extensions = ['basicConstraints=critical,CA:TRUE']
    return Array.from({ length: count }, (_, index) =>
      this.#get({ name: `namesake-${index}`, subject: 'root', extensions }),
    )
  }

  /** Has the key of the root, and its name in capital letters, which names do not differ by. */
  get rootInCapitals(): Identity {
    const extensions = ['basicConstraints=critical,CA:TRUE']
    return this.#get({ name: 'root-in-capitals', subject: 'ROOT', keyOf: this.root, extensions })
  }

  /** Of version 1 of X.509, which has no extensions. */
  get oldRoot(): Identity {
    return this.#get({ name: 'old-root', isOld: true })
  }

  get intermediate(): Identity {
    return this.#get({ name: 'intermediate', issuer: this.root, extensions: ['basicConstraints=critical,CA:TRUE'] })
  }

  /** For localhost, *.wild.example, 127.0.0.1 and ::1. */
  get good(): Identity {
    return this.#get({ name: 'localhost', issuer: this.root, extensions: [GOOD_NAMES] })
  }

  get ofRenewedRoot(): Identity {
    return this.#get({ name: 'of-renewed-root', issuer: this.renewedRoot, extensions: [GOOD_NAMES] })
  }

  get ofOldRoot(): Identity {
    return this.#get({ name: 'of-old-root', issuer: this.oldRoot, extensions: [GOOD_NAMES] })
  }

  get goodRsa(): Identity {
    const keyOptions = ['-newkey', 'rsa:2048']
    return this.#get({ name: 'localhost-rsa', issuer: this.root, extensions: [GOOD_NAMES], keyOptions })
  }

  get client(): Identity {
    return this.#get({ name: 'client', issuer: this.root })
  }

  get expired(): Identity {
    return this.#get({ name: 'expired', issuer: this.root, extensions: [GOOD_NAMES], dates: EXPIRED })
  }

  get notYetValid(): Identity {
    return this.#get({ name: 'future', issuer: this.root, extensions: [GOOD_NAMES], dates: FUTURE })
  }

  /** Issued by a certificate that is no authority, which is sent beside it. */
  get ofNoAuthority(): Identity {
    const issuer = this.#get({
      name: 'no-authority',
      issuer: this.root,
      extensions: ['basicConstraints=critical,CA:FALSE'],
    })
    return this.#withIssuer(this.#get({ name: 'of-no-authority', issuer, extensions: [GOOD_NAMES] }), issuer)
  }

  /** Issued by an authority that may issue for other names only, which is sent beside it. */
  get outOfConstraints(): Identity {
    const extensions = ['basicConstraints=critical,CA:TRUE', 'nameConstraints=critical,permitted;DNS:other.example']
    const issuer = this.#get({ name: 'constrained', issuer: this.root, extensions })
    return this.#withIssuer(this.#get({ name: 'out-of-constraints', issuer, extensions: [GOOD_NAMES] }), issuer)
  }

  /** Three levels below a root that allows no authority below it but one. */
  get tooLongChain(): Identity {
    const short = ['basicConstraints=critical,CA:TRUE,pathlen:0']
    const first = this.#get({ name: 'short', issuer: this.root, extensions: short })
    const second = this.#get({ name: 'too-deep', issuer: first, extensions: ['basicConstraints=critical,CA:TRUE'] })
    const leaf = this.#get({ name: 'below', issuer: second, extensions: [GOOD_NAMES] })
    return this.#withIssuer(this.#withIssuer(leaf, second), first)
  }

  /** For clients only. */
  get wrongPurpose(): Identity {
    return this.#get({ name: 'purpose', issuer: this.root, extensions: [GOOD_NAMES, 'extendedKeyUsage=clientAuth'] })
  }

  get wrongHost(): Identity {
    return this.#get({ name: 'wrong', issuer: this.root, extensions: ['subjectAltName=DNS:wrong.example'] })
  }

  get noNames(): Identity {
    return this.#get({ name: 'no-names', issuer: this.root })
  }

  /** Its common name is an address, which is no name of the certificate. */
  get addressAsName(): Identity {
    return this.#get({ name: '127.0.0.1', issuer: this.root })
  }

  get selfSigned(): Identity {
    return this.#get({ name: 'self-signed', extensions: [GOOD_NAMES] })
  }

  get untrustedRoot(): Identity {
    return this.#get({ name: 'untrusted', issuer: this.otherRoot, extensions: [GOOD_NAMES] })
  }

  /** Of the intermediate authority, whose certificate is not sent. */
  get incompleteChain(): Identity {
    return this.#get({ name: 'incomplete', issuer: this.intermediate, extensions: [GOOD_NAMES] })
  }

  get completeChain(): Identity {
    const leaf = this.incompleteChain
    return { ...leaf, cert: `${leaf.cert}\n${this.intermediate.cert}` }
  }

  get weakKey(): Identity {
    const keyOptions = ['-newkey', 'rsa:512']
    return this.#get({ name: 'weak', issuer: this.root, extensions: [GOOD_NAMES], keyOptions })
  }

  get sha1(): Identity {
    return this.#get({ name: 'sha1', issuer: this.root, extensions: [GOOD_NAMES], digest: 'sha1' })
  }

  /** Signed by the RSA key of an authority, which is sent beside it: no signature by an elliptic curve has MD5. */
  get md5(): Identity {
    const keyOptions = ['-newkey', 'rsa:2048']
    const extensions = ['basicConstraints=critical,CA:TRUE']
    const issuer = this.#get({ name: 'rsa-authority', issuer: this.root, extensions, keyOptions })
    return this.#withIssuer(this.#get({ name: 'md5', issuer, extensions: [GOOD_NAMES], digest: 'md5' }), issuer)
  }

  /** Of the key of an identity with a passphrase, in PEM. */
  encryptedKey({ keyFile }: Identity, passphrase: string): string {
    return this.#run('pkey', '-in', keyFile, '-aes256', '-passout', `pass:${passphrase}`)
  }

  /** An identity as a file of PKCS #12. */
  pkcs12({ certFile, keyFile }: Identity, passphrase: string): Buffer {
    const file = join(this.folder, 'identity.p12')
    this.#run('pkcs12', '-export', '-in', certFile, '-inkey', keyFile, '-passout', `pass:${passphrase}`, '-out', file)
    return readFileSync(file)
  }

  #withIssuer(identity: Identity, issuer: Identity): Identity {
    return { ...identity, cert: `${identity.cert}\n${issuer.cert}` }
  }

  #get(request: Request): Identity {
    const known = this.#made.get(request.name)
    if (known !== undefined) return known
    const made = this.#make(request)
    this.#made.set(request.name, made)
    return made
  }

  #make(request: Request): Identity {
    const { name, subject = name, keyOptions, keyOf, isOld = false } = request
    const certFile = join(this.folder, `${name}.pem`)
    const keyFile = keyOf?.keyFile ?? join(this.folder, `${name}.key`)
    const kind = keyOptions ?? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    const key = keyOf === undefined ? [...kind, '-noenc', '-keyout', keyFile] : ['-key', keyFile]
    this.#run('req', '-new', ...key, '-out', 'request', '-subj', `/CN=${subject}`)
    if (isOld) this.#run('x509', '-req', '-in', 'request', '-signkey', keyFile, '-days', '3650', '-out', certFile)
    else this.#sign(request, keyFile, certFile)
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile }
  }

  #sign(
    { issuer, extensions = [], dates = VALID, digest = 'sha256' }: Request,
    keyFile: string,
    certFile: string,
  ): void {
    writeFileSync(join(this.folder, 'extensions'), extensions.join('\n'))
    const signer =
      issuer === undefined ? ['-selfsign', '-keyfile', keyFile] : ['-cert', issuer.certFile, '-keyfile', issuer.keyFile]
    const when = ['-startdate', dates[0], '-enddate', dates[1]]
    const how = ['-batch', '-notext', '-md', digest, '-extfile', 'extensions', ...when]
    this.#run('ca', '-config', 'config', '-in', 'request', '-out', certFile, ...signer, ...how)
  }

  #run(...args: string[]): string {
    return execFileSync(find('openssl')!, args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}
