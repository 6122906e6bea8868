// getaddrinfo(3), getnameinfo(3) and the lookup under gethostbyname(3), by the system's own lookups.
//
// Emscripten's freeaddrinfo frees `ai_addr` of the first entry, and the first entry. So that nothing is left then, the first
// address is one piece of memory, and everything else another, which begins with the first entry.

import { sockaddrOf } from '../addresses/sockaddr.js'
import { InterruptedError, ResolveError } from '../core/errors.js'
import { native } from '../native/addon.js'
import type { AddressInfoFlag, Family, NameInfoFlag, Protocol, SocketType } from '../native/constant-kinds.js'
import { AF_INET } from '../native/generated/constants.js'
import { type ResolvedAddress, resolve, reverse } from '../resolve/resolve.js'
import { errnoValue, fromKernelErrno } from './errno-values.js'
import { CallFailure, errnoOfError } from './failure.js'
import { unsigned } from './memory.js'
import { reportFound } from './policy.js'
import { type Call, type Program, request } from './program.js'
import { addressFor, readSockaddr } from './sockaddrs.js'

/** musl's numbers by the names of ResolveError's codes; netdb.h. */
const GAI_ERRORS: Readonly<Record<string, number>> = {
  __proto__: null as never,
  EAI_BADFLAGS: -1,
  EAI_NONAME: -2,
  EAI_AGAIN: -3,
  EAI_FAIL: -4,
  EAI_NODATA: -5,
  EAI_FAMILY: -6,
  EAI_SOCKTYPE: -7,
  EAI_SERVICE: -8,
  EAI_ADDRFAMILY: -2,
  EAI_MEMORY: -10,
  EAI_SYSTEM: -11,
  EAI_OVERFLOW: -12,
}

/** The members of struct addrinfo behind its four ints, in 32-bit and in 64-bit programs. */
const LAYOUTS = {
  4: { length: 16, address: 20, name: 24, next: 28, size: 32 },
  8: { length: 16, address: 24, name: 32, next: 40, size: 48 },
} as const

/** Entries and their addresses are aligned to this. */
const ALIGNMENT = 16

/** How a lookup fails towards the program: a code of getaddrinfo's, and errno where that is EAI_SYSTEM. */
function gaiFailure(program: Program, error: unknown): number {
  if (error instanceof InterruptedError) program.interrupted(native.interruption())
  if (error instanceof ResolveError && error.code !== 'EAI_SYSTEM')
    return GAI_ERRORS[error.code] ?? GAI_ERRORS['EAI_FAIL']!
  setErrno(program, error instanceof ResolveError ? fromKernelErrno(error.errno) : errnoOfError(error))
  return GAI_ERRORS['EAI_SYSTEM']!
}

function setErrno({ exports, memory }: Program, value: number): void {
  const location = exports().__errno_location
  if (location !== undefined) memory.setInt32(memory.unsigned(location()), value)
}

/** Memory of the program's own. @throws CallFailure `ENOMEM` */
function allocate({ exports, memory }: Program, bytes: number): number {
  const { malloc } = exports()
  if (malloc === undefined) throw new CallFailure('ENOSYS')
  const pointer = memory.unsigned(malloc(memory.pointerBytes === 8 ? BigInt(bytes) : bytes))
  if (pointer === 0) throw new CallFailure('ENOMEM')
  return pointer
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** Writes the list of struct addrinfo, and returns the pointer to the first. */
function writeList(program: Program, found: readonly ResolvedAddress[]): number {
  const { memory } = program
  const layout = LAYOUTS[memory.pointerBytes]
  const addresses = found.map(({ address, family }) => sockaddrOf(address, family))
  const name = found[0]?.canonicalName
  const nameBytes = name === undefined ? 0 : Buffer.byteLength(name) + 1
  const entryBytes = aligned(layout.size)
  const rest = addresses.slice(1).reduce((sum, bytes) => sum + aligned(bytes.length), 0)
  const list = allocate(program, found.length * entryBytes + rest + nameBytes)
  const first = allocate(program, addresses[0]!.length)
  let free = list + found.length * entryBytes
  for (const [index, { family, type, protocol }] of found.entries()) {
    const at = list + index * entryBytes
    const sockaddr = addresses[index]!
    const address = index === 0 ? first : free
    if (index > 0) free += aligned(sockaddr.length)
    memory.bytes(at, layout.size).fill(0)
    memory.write(address, sockaddr)
    for (const [field, value] of [0, family, type, protocol].entries()) memory.setInt32(at + field * 4, value)
    memory.setInt32(at + layout.length, sockaddr.length)
    memory.setWord(at + layout.address, address)
    if (index + 1 < found.length) memory.setWord(at + layout.next, at + entryBytes)
  }
  if (name !== undefined) {
    memory.writeText(free, nameBytes, name)
    memory.setWord(list + layout.name, free)
  }
  return list
}

/** The hints of getaddrinfo(3). */
function hintsAt({ memory }: Program, pointer: number) {
  const [flags, family, type, protocol] = [0, 4, 8, 12].map((at) => (pointer === 0 ? 0 : memory.int32(pointer + at)))
  if ([flags!, family!, type!, protocol!].some((value) => value < 0)) {
    throw new ResolveError('EAI_BADFLAGS', GAI_ERRORS['EAI_BADFLAGS']!, 'getaddrinfo', null, 'negative hints')
  }
  return {
    flags: flags as AddressInfoFlag,
    family: family as Family,
    type: type as SocketType,
    protocol: protocol as Protocol,
  }
}

/** The calls by the names under which a program imports them. */
export function lookupCalls(program: Program): Record<string, Call> {
  const { memory } = program

  /** Asks the policy, looks up, and lets the policy learn the addresses. */
  function lookUp(host: string | null, service: string | null, hints: ReturnType<typeof hintsAt>): ResolvedAddress[] {
    if (host === '' || service === '' || (host === null && service === null)) {
      throw new ResolveError('EAI_NONAME', GAI_ERRORS['EAI_NONAME']!, 'getaddrinfo', host, 'no host and no service')
    }
    request(program, { operation: 'lookup', host })
    const found = resolve(host, service, hints)
    reportFound(
      program.allow,
      host,
      found.map(({ address }) => address),
    )
    return found
  }

  return {
    getaddrinfo(host, service, hints, result) {
      try {
        const name = host === 0 ? null : memory.text(unsigned(host))
        const port = service === 0 ? null : memory.text(unsigned(service))
        const found = lookUp(name, port, hintsAt(program, unsigned(hints)))
        memory.setWord(unsigned(result), writeList(program, found))
        return 0
      } catch (error) {
        return gaiFailure(program, error)
      }
    },

    getnameinfo(pointer, length, host, hostBytes, service, serviceBytes, flags) {
      try {
        const address = addressFor(readSockaddr(program, unsigned(pointer), length!))
        if (!('host' in address)) return GAI_ERRORS['EAI_FAMILY']!
        request(program, { operation: 'reverse', address })
        const names = reverse(address, { flags: flags as NameInfoFlag })
        const fits = [
          host === 0 || hostBytes === 0 || memory.writeText(unsigned(host), unsigned(hostBytes), names.host),
          service === 0 ||
            serviceBytes === 0 ||
            memory.writeText(unsigned(service), unsigned(serviceBytes), names.service),
        ]
        return fits.includes(false) ? GAI_ERRORS['EAI_OVERFLOW']! : 0
      } catch (error) {
        return gaiFailure(program, error)
      }
    },

    /** The IPv4 address of a name in network order; 0.0.0.0 for one without, because the call has no way to fail. */
    _emscripten_lookup_name(host) {
      try {
        const name = memory.text(unsigned(host))
        const [first] = lookUp(name, null, { ...hintsAt(program, 0), family: AF_INET })
        return new DataView(sockaddrOf(first!.address, AF_INET).buffer).getInt32(4, true)
      } catch (error) {
        setErrno(program, error instanceof ResolveError ? errnoValue('EINVAL') : errnoOfError(error))
        return 0
      }
    },
  }
}
