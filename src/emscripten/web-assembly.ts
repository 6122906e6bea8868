// The part of the WebAssembly interface that is used here. @types/node has none of it, and TypeScript declares it among the
// types of browsers, which projects on Node leave out.

/** Functions, memories and tables that a module imports, by module and name. */
export type Imports = Record<string, Record<string, unknown>>

export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array | ArrayBuffer) => object
  readonly Instance: new (module: object, imports: Imports) => Instance
  readonly Memory: abstract new () => { readonly buffer: ArrayBufferLike }
  instantiate(
    bytes: Uint8Array | ArrayBuffer,
    imports: Imports,
  ): Promise<{ readonly instance: Instance; readonly module: object }>
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly
