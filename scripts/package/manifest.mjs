// The package.json of the package: that of the repository, with the files of lib/ and without what only the repository
// needs.

const REPOSITORY_ONLY = ['private', 'scripts', 'devDependencies', 'allowScripts']

export function packedManifest({ manifest, exports, bin }) {
  const kept = Object.entries(manifest).filter(([name]) => !REPOSITORY_ONLY.includes(name))
  // TypeScript's oldest resolution of modules knows no `exports`.
  const older = exports.filter(({ key }) => key !== '.').map(({ key, name }) => [key.slice(2), [`./lib/${name}.d.ts`]])
  // `node-addons` is a condition of runtimes. Bundlers, which do not see what lib/index.js loads at run time, get the default.
  // Bun's bundler has that condition too, and shares `bun` with its runtime.
  const targets = exports.map(({ key, name }) => {
    const whole = `./lib/for-bundlers/${name}.js`
    return [key, { types: `./lib/${name}.d.ts`, bun: whole, 'node-addons': `./lib/${name}.js`, default: whole }]
  })
  return {
    ...Object.fromEntries(kept),
    exports: { ...Object.fromEntries(targets), './package.json': './package.json' },
    // The core adds methods to its classes, and loads the addon.
    sideEffects: true,
    types: './lib/index.d.ts',
    typesVersions: { '*': Object.fromEntries(older) },
    bin: Object.fromEntries(bin.map(({ key, name }) => [key, `lib/${name}.js`])),
  }
}
