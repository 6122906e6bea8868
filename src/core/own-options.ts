// What a caller gives as options, handlers or an address, without what Object.prototype has.
//
// Facts: a program whose Object.prototype was extended, by a merge of untrusted JSON say, has the new member in every object:
// `{}.timeout` is a number then. Most programs never extend it.
// Consequence: whatever reads the fields of a caller's object passes the object through `own` first. Members of the object
// itself count, and members that it has from a prototype of its own, as an instance of a class with getters has them;
// those of Object.prototype do not.

const { create, getPrototypeOf, prototype: objectPrototype } = Object
const { get, ownKeys } = Reflect

/** An object with the members of Object.prototype and no others. */
const none = Object.freeze({})

/** Every name that is read as an option, a handler or a part of an address. A test compares it with the declared types. */
export const OPTION_NAMES: readonly string[] = [
  'abstract',
  'address',
  'allowHalfOpen',
  'attemptDelay',
  'backlog',
  'bytes',
  'checksum',
  'clock',
  'close',
  'command',
  'context',
  'data',
  'deadline',
  'destination',
  'drain',
  'drainMs',
  'dualStack',
  'edge',
  'encoding',
  'end',
  'error',
  'events',
  'execArgv',
  'family',
  'flags',
  'flowInfo',
  'group',
  'high',
  'highWaterMark',
  'host',
  'idleTimeout',
  'interface',
  'keepEnvironment',
  'key',
  'kind',
  'length',
  'limit',
  'listener',
  'localAddress',
  'localPort',
  'low',
  'maxBufferedBytes',
  'maxConnections',
  'maxHeaderBytes',
  'maxLineBytes',
  'maxPending',
  'maxTotalBufferedBytes',
  'mode',
  'offset',
  'oneShot',
  'open',
  'option',
  'path',
  'port',
  'protocol',
  'proxyProtocol',
  'raw',
  'read',
  'readableHighWaterMark',
  'resourceLimits',
  'reuseBuffer',
  'reusePort',
  'scopeId',
  'signal',
  'source',
  'sources',
  'target',
  'threads',
  'timeout',
  'tlvs',
  'transport',
  'type',
  'value',
  'version',
  'whenFull',
  'workers',
  'writableHighWaterMark',
  'write',
]

/**
 * Whether Object.prototype has one of the names. They are written out because optimized code then knows the result without
 * looking, for as long as Object.prototype stays as it is.
 */
function isPolluted(): boolean {
  return (
    'abstract' in none ||
    'address' in none ||
    'allowHalfOpen' in none ||
    'attemptDelay' in none ||
    'backlog' in none ||
    'bytes' in none ||
    'checksum' in none ||
    'clock' in none ||
    'close' in none ||
    'command' in none ||
    'context' in none ||
    'data' in none ||
    'deadline' in none ||
    'destination' in none ||
    'drain' in none ||
    'drainMs' in none ||
    'dualStack' in none ||
    'edge' in none ||
    'encoding' in none ||
    'end' in none ||
    'error' in none ||
    'events' in none ||
    'execArgv' in none ||
    'family' in none ||
    'flags' in none ||
    'flowInfo' in none ||
    'group' in none ||
    'high' in none ||
    'highWaterMark' in none ||
    'host' in none ||
    'idleTimeout' in none ||
    'interface' in none ||
    'keepEnvironment' in none ||
    'key' in none ||
    'kind' in none ||
    'length' in none ||
    'limit' in none ||
    'listener' in none ||
    'localAddress' in none ||
    'localPort' in none ||
    'low' in none ||
    'maxBufferedBytes' in none ||
    'maxConnections' in none ||
    'maxHeaderBytes' in none ||
    'maxLineBytes' in none ||
    'maxPending' in none ||
    'maxTotalBufferedBytes' in none ||
    'mode' in none ||
    'offset' in none ||
    'oneShot' in none ||
    'open' in none ||
    'option' in none ||
    'path' in none ||
    'port' in none ||
    'protocol' in none ||
    'proxyProtocol' in none ||
    'raw' in none ||
    'read' in none ||
    'readableHighWaterMark' in none ||
    'resourceLimits' in none ||
    'reuseBuffer' in none ||
    'reusePort' in none ||
    'scopeId' in none ||
    'signal' in none ||
    'source' in none ||
    'sources' in none ||
    'target' in none ||
    'threads' in none ||
    'timeout' in none ||
    'tlvs' in none ||
    'transport' in none ||
    'type' in none ||
    'value' in none ||
    'version' in none ||
    'whenFull' in none ||
    'workers' in none ||
    'writableHighWaterMark' in none ||
    'write' in none
  )
}

/** Returns `given`; where Object.prototype has an option's name, a copy of what is the caller's own. */
export function own<Given extends object>(given: Given): Given {
  return isPolluted() ? copyOfOwn(given) : given
}

function copyOfOwn<Given extends object>(given: Given): Given {
  const copy = create(null) as Record<PropertyKey, unknown>
  for (let at: object | null = given; at !== null && at !== objectPrototype; at = getPrototypeOf(at)) {
    for (const name of ownKeys(at)) if (!(name in copy)) copy[name] = get(given, name)
  }
  return copy as Given
}
