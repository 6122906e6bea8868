// The package.json of the package: that of the repository, with the files of lib/ and without what only the repository
// needs.

const REPOSITORY_ONLY = ['private', 'scripts', 'devDependencies', 'allowScripts']

export function packedManifest({ manifest, exports, bin }) {
  const kept = Object.entries(manifest).filter(([name]) => !REPOSITORY_ONLY.includes(name))
  const targets = exports.map(({ key, name }) => [key, { types: `./lib/${name}.d.ts`, default: `./lib/${name}.js` }])
  return {
    ...Object.fromEntries(kept),
    exports: { ...Object.fromEntries(targets), './package.json': './package.json' },
    types: './lib/index.d.ts',
    bin: Object.fromEntries(bin.map(({ key, name }) => [key, `lib/${name}.js`])),
  }
}
