// Which part of the package each module of src/ belongs to.
//
// Importing the package compiles the core alone: V8 reads every byte of what is imported, 20 bytes a microsecond. What the
// first socket does not need is in other parts, in lib/PART.cjs, and is loaded when a function or a class of it is first
// used: runtime/parts.js says how. In the core such a function or class is a small one that loads it (`lazyFunction`,
// `lazyClass`); a part imports from another, and from the core, directly.
//
// The folders of src/ are layers, so parts that consist of whole layers do not need each other in a circle.

/** The parts and what they consist of: the first pattern that fits a module decides. `undefined`: in each entry's own file. */
const PARTS = [
  ['families', /^addresses\/(linux-codecs|linux-families|field-kinds|fields-codec)$/],
  [
    'core',
    /^(native|core|addresses|options|socket|resolve\/(lookup|resolve)$|messages\/socket-verbs$|async\/to-async$)/,
  ],
  ['core', /^(selector\/events|serve-blocking\/(thread-program|protocol|shortage)|trace\/start)$/],
  ['messages', /^messages\//],
  ['names', /^resolve\//],
  ['selector', /^(readiness|selector)\//],
  ['connect', /^connect\//],
  ['descriptors', /^handover\/handover$/],
  ['events', /^(reactor|async|proxy-protocol|handover|streams|serve)\//],
  ['tls', /^tls\//],
  ['threads', /^serve-blocking\/(?!(thread|error-data)$)/],
  ['trace', /^trace\//],
]

/** The name of the part that has a module, such as `async/reader`. */
export function partOf(module) {
  return PARTS.find(([, pattern]) => pattern.test(module))?.[0]
}

/** The parts that are loaded on use. */
export const LAZY_PARTS = [...new Set(PARTS.map(([name]) => name))].filter((name) => name !== 'core')
