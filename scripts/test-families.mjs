// Runs the tests of address families under a kernel that has most families: User-Mode Linux of Debian, a kernel that is an
// ordinary program. Its root is this machine's file system, which it cannot write. It takes some ten seconds.
//   node scripts/test-families.mjs [name ...]
// A name is a part of a test's path, as of scripts/test.mjs. Needs root, and on Debian: apt-get install user-mode-linux kmod
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const KERNEL = '/usr/bin/linux.uml'
const MODULES = '/usr/lib/uml/modules'
const DEADLINE_MS = 300_000
const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.argv.slice(2)
const names = given.length > 0 ? given : ['addresses/families-in-kernel', 'package/hash-example']

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

if (!existsSync(KERNEL)) fail('there is no User-Mode Linux: on Debian, apt-get install user-mode-linux kmod')

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`

/** The first process of the kernel. Its own files are in memory, over the folder that the host made for them. */
function initScript(folder) {
  return `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp ${folder}/tmp
printf '#!/bin/sh\\nexec /sbin/modprobe -d ${folder} "$@"\\n' > ${folder}/tmp/modprobe
chmod +x ${folder}/tmp/modprobe
echo ${folder}/tmp/modprobe > /proc/sys/kernel/modprobe
for module in can-raw can-j1939 vcan vsock_loopback sctp tipc; do /sbin/modprobe -d ${folder} $module; done
ip link set lo up
cd ${quoted(root)}
export NO_COLOR=1 TMPDIR=${folder}/tmp PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=${folder}/tmp
${quoted(process.execPath)} scripts/test.mjs ${names.map(quoted).join(' ')}
echo "ended with $?"
echo o > /proc/sysrq-trigger
sleep 60
`
}

const folder = mkdtempSync(join(tmpdir(), 'berkeley-families-'))
try {
  for (const name of ['tmp', 'lib', 'uml']) mkdirSync(join(folder, name))
  symlinkSync(MODULES, join(folder, 'lib', 'modules'))
  const init = join(folder, 'init')
  writeFileSync(init, initScript(folder), { mode: 0o755 })
  const kernel = ['mem=1G', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`, `uml_dir=${join(folder, 'uml')}`]
  const consoles = ['con=null', 'con0=null,fd:1', 'quiet', 'loglevel=2']
  const { stdout, stderr, error } = spawnSync(KERNEL, [...kernel, ...consoles], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    maxBuffer: 2 ** 26,
  })
  process.stdout.write(stdout.replaceAll('\r\n', '\n'))
  const status = /^ended with (\d+)\s*$/m.exec(stdout)
  if (status === null) fail(`the kernel ended before the tests did: ${error?.message ?? ''}\n${stderr}`)
  process.exitCode = Number(status[1])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
