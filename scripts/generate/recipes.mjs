// The guide's recipes: a section for each program in examples/, with what its first comment says and its code.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const HEAD = `# Recipes

Made by \`npm run generate\` from the programs in examples/, which tests run.

Each is a whole program to start from. In a built clone the command above the code runs it. A copy is run as
\`node name.ts\` by Node 23.6 and newer, and compiled by \`tsc\` before.

`

/** Headings with the words that people search for. */
const GROUPS = {
  'Blocking clients': ['blocking-client', 'line-client', 'wait-for-port', 'worker-socket'],
  'HTTP and TLS': ['download', 'https-client', 'send-mail', 'postgres-query', 'client-certificates'],
  'Without waiting': ['non-blocking-client', 'port-scanner'],
  'Servers in one thread': ['accept-loop', 'file-server', 'udp-echo', 'chat-server', 'proxy'],
  'The event loop': ['echo-handlers', 'echo-await', 'async-chat', 'messages', 'fetch', 'connect-proxy'],
  'Datagrams and messages': [
    'dns-client',
    'mdns-query',
    'offer-server',
    'statsd',
    'syslog',
    'sd-notify',
    'pass-descriptor',
  ],
  'Network tools': ['ping', 'traceroute', 'interfaces', 'sniff', 'hash'],
  'Threads and processes': ['child-process', 'echo-threads', 'all-cores', 'cluster', 'service'],
}

/** The command of a line; after a gap there is what to do next. */
function commandLines(line) {
  const [command, ...next] = line.split(/ {3,}/)
  return [command, ...next.map((text) => `# ${text}`)]
}

/** Splits a program into the sentences of its first comment, its command lines, and its code. */
function parts(source) {
  const lines = source.split('\n')
  const count = lines.findIndex((line) => !line.startsWith('//'))
  const comment = lines.slice(0, count).map((line) => line.slice(2))
  return {
    about: comment
      .filter((line) => !line.startsWith('   '))
      .map((line) => line.trim())
      .join(' '),
    commands: comment.filter((line) => line.startsWith('   ')).flatMap((line) => commandLines(line.trim())),
    code: lines.slice(count).join('\n').trim(),
  }
}

/** "A blocking TCP client: each call ..." has the title "A blocking TCP client". */
function titleOf(about) {
  return about.split(/[:.]( |$)/, 1)[0]
}

function recipe(root, name) {
  const { about, commands, code } = parts(readFileSync(join(root, 'examples', `${name}.ts`), 'utf8'))
  const path = `examples/${name}.ts`
  // The site leads links to a program here.
  const anchor = `<a id="example-${name}"></a>\n\n`
  return `${anchor}### ${titleOf(about)}\n\n${about} (\`${path}\`)\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\`\n\n\`\`\`ts\n${code}\n\`\`\`\n`
}

export function recipesPage(root) {
  const files = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'))
  const names = files.map((file) => file.slice(0, -3))
  const grouped = Object.values(GROUPS).flat()
  const missing = [...names, ...grouped].filter((name) => !names.includes(name) || !grouped.includes(name))
  if (missing.length > 0) throw new Error(`scripts/generate/recipes.mjs and examples/ differ in ${missing.join(', ')}`)
  const groups = Object.entries(GROUPS).map(
    ([group, members]) => `## ${group}\n\n${members.map((name) => recipe(root, name)).join('\n')}`,
  )
  return HEAD + groups.join('\n')
}
