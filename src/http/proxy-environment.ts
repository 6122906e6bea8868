// The proxy that the environment names, by the rules of curl.
//
// Facts: there is no standard. All programs know http_proxy, https_proxy and no_proxy; most also in capitals. A web server
// that runs CGI programs puts the header "Proxy" of any request into HTTP_PROXY, so that any client could choose the proxy
// (CVE-2016-5385).
// Consequence: HTTP_PROXY in capitals does not count where REQUEST_METHOD says that this is a CGI program.

import { proxyVariable } from '../native/environment.js'
import { isIP, nodeNet } from '../native/node-modules.js'
import { proxyUrl } from './options.js'

/**
 * The proxy for a host, or null.
 * @throws TypeError `ERR_INVALID_ARG_VALUE` where a variable names no proxy of http or https
 */
export function environmentProxy(host: string, port: number, protocol: string): URL | null {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const text = proxyVariable(name) ?? proxyVariable('all_proxy') ?? ''
  if (text === '' || isExcluded(host, port, proxyVariable('no_proxy') ?? '')) return null
  return proxyUrl(text, `the environment variable ${name} or all_proxy`)
}

/** Whether a list of hosts, domains, addresses and networks has a host; each may name a port. `*` has all. */
export function isExcluded(host: string, port: number, list: string): boolean {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '')
  return entries.some((entry) => entry === '*' || matches(host.toLowerCase(), port, entry.toLowerCase()))
}

function matches(host: string, port: number, entry: string): boolean {
  const [, name, ofPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (name === undefined || (ofPort !== undefined && Number(ofPort) !== port)) return false
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0) return isSameAddress(host, bare)
  // `example.org`, `.example.org` and `*.example.org` mean the domain with all names below it.
  const domain = bare.replace(/^\*?\./, '').replace(/\.$/, '')
  const known = host.replace(/\.$/, '')
  return domain !== '' && (known === domain || known.endsWith(`.${domain}`))
}

/** Whether an entry is the address, or a network that has it: `10.0.0.0/8`. */
function isSameAddress(address: string, entry: string): boolean {
  const [network = '', bits] = entry.split('/')
  const version = isIP(network)
  if (version === 0 || version !== isIP(address)) return false
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : Number(bits)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const { BlockList } = nodeNet()
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(address, family)
}
