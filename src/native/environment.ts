// The environment variables BERKELEY_*, and those of other programs: every one that the library reads is read here. A constant is read once, when
// the package is imported; a function reads its variable at each call.

const { env } = process

/** A variable; undefined where it is not set, and under Deno without the permission to read it. */
function variable(name: string): string | undefined {
  try {
    return env[name]
  } catch {
    return undefined
  }
}

/** BERKELEY_ADDON: the .node file to load in place of the one that the package brings. */
export const addonFile: string | undefined = variable('BERKELEY_ADDON')

/** BERKELEY_STACKS=1 records for each open descriptor the stack that made it, which `openDescriptors` returns. */
export const recordsStacks: boolean = variable('BERKELEY_STACKS') === '1'

/** BERKELEY_DEBUG=1 overwrites a reused buffer as soon as its handler returns, so that keeping it shows. */
export const overwritesReusedBuffers: boolean = variable('BERKELEY_DEBUG') === '1'

/** BERKELEY_TRACE: traces the program from its beginning, into a file for each thread in this folder. */
export const traceFolder: string | undefined = variable('BERKELEY_TRACE')

/** BERKELEY_TRACE_LIMIT: how many calls of each thread that trace keeps. */
export const traceLimit: string | undefined = variable('BERKELEY_TRACE_LIMIT')

/** BERKELEY_OPENSSL=system uses the system's libssl for TLS, although the process has an OpenSSL of its own. */
export const usesSystemOpenSsl: boolean = variable('BERKELEY_OPENSSL') === 'system'

/** NODE_EXTRA_CA_CERTS: a file of certificates that are trusted beside the runtime's, as Node documents it. */
export const extraCertificatesFile = (): string | undefined => variable('NODE_EXTRA_CA_CERTS')

/** BERKELEY_SELECTOR: the backend of a new Selector, `epoll` or `poll`. */
export const selectorBackend = (): string | undefined => variable('BERKELEY_SELECTOR')

/** BERKELEY_REACTOR: the notifier of the event loop's reactor, `uv`, `thread` or `poll`; read when it first opens. */
export const reactorNotifier = (): string | undefined => variable('BERKELEY_REACTOR')

/**
 * http_proxy, https_proxy, all_proxy, no_proxy, or the same in capitals. HTTP_PROXY is left out in a CGI program, where it
 * is a field of the request that the program serves.
 */
export function proxyVariable(name: 'http_proxy' | 'https_proxy' | 'all_proxy' | 'no_proxy'): string | undefined {
  const isForged = name === 'http_proxy' && variable('REQUEST_METHOD') !== undefined
  return variable(name) ?? (isForged ? undefined : variable(name.toUpperCase()))
}
