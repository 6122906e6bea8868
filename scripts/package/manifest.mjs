// The package.json of the package: that of the repository, with the files of lib/ and without what only the repository
// needs.

const REPOSITORY_ONLY = ['private', 'scripts', 'devDependencies', 'allowScripts']

export function packedManifest({ manifest, exports, bin }) {
  const kept = Object.entries(manifest).filter(([name]) => !REPOSITORY_ONLY.includes(name))
  // TypeScript's oldest resolution of modules knows no `exports`.
  const older = exports.filter(({ key }) => key !== '.').map(({ key, name }) => [key.slice(2), [`./lib/${name}.d.ts`]])
  // `module` is the condition of bundlers: they do not see what lib/index.js loads at run time.
  const targets = exports.map(({ key, name }) => [
    key,
    { types: `./lib/${name}.d.ts`, module: `./lib/for-bundlers/${name}.js`, default: `./lib/${name}.js` },
  ])
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
