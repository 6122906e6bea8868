// Builds the page of the HTML report, dist/report/page.html.br: script, style and the chart library in one file. It is
// compressed, because it is the largest file of the package, and most users never ask for a report.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'report')

// The licences of the bundled libraries require their notices in the bundle.
function notices() {
  const require = createRequire(import.meta.url)
  const echarts = dirname(require.resolve('echarts/package.json'))
  const zrender = dirname(createRequire(join(echarts, 'package.json')).resolve('zrender/package.json'))
  const [head] = readFileSync(join(echarts, 'dist', 'echarts.min.js'), 'utf8').match(/\/\*[\s\S]*?\*\//)
  const texts = [
    readFileSync(join(echarts, 'NOTICE'), 'utf8'),
    'ZRender',
    readFileSync(join(zrender, 'LICENSE'), 'utf8'),
  ]
  return `${head}\n/*\n${texts.join('\n')}\n*/`
}

/**
 * Leaves out what the chart library registers and the report does not use: Chinese texts, the dark theme, axes of time and
 * logarithms, patterns, and the conversion of what earlier versions had.
 */
const UNUSED =
  /echarts\/lib\/(i18n\/langZH|theme\/dark|preprocessor\/backwardCompat|scale\/(Time|Log)|util\/(decal|styleCompat))\.js$/
const unusedModules = {
  name: 'unused-modules',
  setup({ onLoad }) {
    onLoad({ filter: UNUSED }, ({ path }) => {
      const names = readFileSync(path, 'utf8').matchAll(/^export (?:var|function) (\w+)/gm)
      const functions = [...names].map(([, name]) => `export const ${name} = () => {}\n`)
      return { contents: `${functions.join('')}export default () => {}` }
    })
  },
}

const { outputFiles } = await build({
  entryPoints: [join(folder, 'main.ts'), join(folder, 'style.css')],
  outdir: 'unused',
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  legalComments: 'inline',
  plugins: [unusedModules],
  logLevel: 'warning',
})

/** The built file with this ending. */
const built = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text

// Smaller than esbuild alone makes it, by a twentieth of the page.
const { code } = await minify(built('.js'), {
  ecma: 2020,
  compress: { passes: 3 },
  format: { comments: 'some', preamble: notices() },
})
const contents = { style: built('.css'), script: code }

// In one pass: the style or the script may contain the other's placeholder.
const page = readFileSync(join(folder, 'page.html'), 'utf8').replaceAll(/\/\*%(style|script)%\*\//g, (_, part) =>
  // A closing tag would end its element in the page.
  contents[part].replaceAll(/<\/(script|style)/gi, '<\\/$1'),
)
mkdirSync(join(root, 'dist', 'report'), { recursive: true })
writeFileSync(join(root, 'dist', 'report', 'page.html.br'), brotliCompressSync(page))
