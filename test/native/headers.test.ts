// The exported constants against the system's headers: a C program that includes them prints what they define.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as berkeley from 'berkeley'
import { root, temporaryFolder } from '../support/folders.js'

const noCompiler = spawnSync('cc', ['--version']).status === 0 ? false : 'no C compiler'

/** Headers that define the same names cannot be included together: the C library's, and Linux's own. */
const HEADERS = {
  "the C library's": [
    'sys/socket.h sys/un.h netinet/in.h netinet/ip.h netinet/tcp.h netinet/udp.h netdb.h poll.h errno.h time.h',
    'net/if.h netpacket/packet.h linux/vm_sockets.h linux/mptcp.h',
  ],
  "Linux's own": [
    'linux/time.h asm/socket.h asm/poll.h linux/socket.h linux/errno.h linux/in.h linux/in6.h linux/ip.h linux/ipv6.h linux/tcp.h',
    'linux/udp.h linux/can.h linux/can/raw.h linux/can/isotp.h linux/can/j1939.h linux/netlink.h linux/rtnetlink.h',
    'linux/net_tstamp.h linux/errqueue.h linux/if_ether.h linux/if_packet.h linux/tipc.h',
    'linux/tls.h linux/rds.h linux/net.h',
  ],
}

/** The number that this library has for each name: a constant's, an errno's or an option's. */
const numbers = new Map<string, number>(
  [...Object.entries(berkeley), ...Object.entries(berkeley.errno)].filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  ),
)
for (const { name, number } of berkeley.optionTable) numbers.set(name, number)

/** The names to ask for, and the macro whose presence says that there is such a name. */
function asked(): [name: string, macro: string][] {
  const list = readFileSync(join(root, 'native/constants.def'), 'utf8')
  const names = [...list.matchAll(/^(\w+)\((\w+)(?:, (\w+))?\)/gm)].filter(([, kind]) => kind !== 'GaiError')
  const options = berkeley.optionTable.map(({ name }): [string, string] => [name, name])
  return [...names.map(([, , name, macro]): [string, string] => [name!, macro ?? name!]), ...options]
}

/** Compiles a program that prints the names that the headers define, and their numbers. */
function compile(headers: readonly string[], names: readonly [string, string][], program: string): string {
  const includes = headers
    .flatMap((line) => line.split(' '))
    .map((header) => {
      return `#if __has_include(<${header}>)\n#include <${header}>\n#endif`
    })
  const prints = names.map(
    ([name, macro]) => `#ifdef ${macro}\n  printf("${name} %lld\\n", (long long)(${name}));\n#endif`,
  )
  writeFileSync(`${program}.c`, [...includes, '#include <stdio.h>', 'int main(void) {', ...prints, '}', ''].join('\n'))
  const args = ['-D_GNU_SOURCE', '-w', '-o', program, `${program}.c`]
  return spawnSync('cc', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stderr
}

function defined(headers: readonly string[]): Map<string, number> {
  const program = join(temporaryFolder(), 'constants')
  // The macro may be in these headers and the enumerator in others. The compiler reports those.
  const missing = new Set(
    [...compile(headers, asked(), program).matchAll(/'(\w+)' undeclared/g)].map(([, name]) => name),
  )
  const present = asked().filter(([name]) => !missing.has(name))
  assert.equal(compile(headers, present, program), '')
  const lines = spawnSync(program, { encoding: 'utf8' }).stdout.trim().split('\n')
  return new Map(lines.map((line): [string, number] => [line.split(' ')[0]!, Number(line.split(' ')[1])]))
}

for (const [whose, headers] of Object.entries(HEADERS)) {
  test(`constants: have the numbers of ${whose} headers, and lack none that these define`, { skip: noCompiler }, () => {
    const found = defined(headers)
    assert.ok(found.size > 100)
    const differing = [...found].filter(([name, number]) => numbers.get(name) !== number)
    assert.deepEqual(
      differing.map(([name, number]) => `${name} is ${number}, not ${numbers.get(name)}`),
      [],
    )
  })
}
