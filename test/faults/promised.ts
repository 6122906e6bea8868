// Which errors a program may see when a system call fails.
import { partsOf } from './errors.js'

/** Errors that mean: not now. A verb that has a limit ends with that. */
const LATER = new Set(['EAGAIN', 'EINTR', 'EINPROGRESS', 'EALREADY'])

/** Their errno is the reason of EAI_SYSTEM. */
const LOOKUP_CALLS = new Set(['getaddrinfo', 'getnameinfo', 'pthread_create'])

/** The set has the descriptor, says the error, or the attempt to add it where it is said to be missing. */
const ALREADY_THERE = new Set(['EEXIST', 'ENOENT'])

/** What duplicating an offered socket fails with once its thread has ended: no descriptor has the number, or a file. */
const GONE = new Set(['EBADF', 'ENOTSOCK'])
const DUPLICATING = new Set(['fcntl', 'getsockopt'])

/** The code of an error; the error as text where it has none. */
export function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? `${error}`
}

/** The codes that a fault may show as. */
function codesOf(fault: string): Set<string> {
  const { call, error } = partsOf(fault)
  const codes = new Set([error, 'ERR_SOCKET_TIMEOUT'])
  if (LATER.has(error)) codes.add('EAGAIN')
  // It has begun in the background, so the next call finds it connected.
  if (error === 'EALREADY') codes.add('EISCONN')
  if (call === 'epoll_ctl' && ALREADY_THERE.has(error)) codes.add('ERR_ALREADY_REGISTERED')
  // glibc reports several reasons by this one.
  if (call === 'if_nametoindex' && error === 'ENOENT') codes.add('ENODEV')
  if (DUPLICATING.has(call) && GONE.has(error)) codes.add('ERR_NOT_SHARED')
  // Two names of one number.
  if (error === 'EOPNOTSUPP') codes.add('ENOTSUP')
  if (LOOKUP_CALLS.has(call)) codes.add('EAI_SYSTEM')
  return codes
}

/** What is wrong with an error under a fault; undefined where it is the promised one. */
export function problemWith(error: unknown, fault: string, usual: ReadonlySet<string>): string | undefined {
  const code = codeOf(error)
  // Where the runtime cannot allocate, the addon has thrown, or has not been loaded whole. A serving thread's error arrives
  // as a copy of no class.
  const isTypeError = error instanceof TypeError || code === 'ERR_INTERNAL_ASSERTION'
  const isUnloaded = partsOf(fault).call === 'napi_create' && isTypeError
  if (usual.has(code) || isUnloaded) return undefined
  if (!codesOf(fault).has(code)) return `an error that is not the fault's: ${(error as Error)?.stack ?? error}`
  // A serving thread's error arrives as a copy, so no class is asked for.
  const isSystemError = typeof (error as { syscall?: unknown }).syscall === 'string'
  return isSystemError || code.startsWith('ERR_') ? undefined : `an error that is no SocketError: ${error}`
}
