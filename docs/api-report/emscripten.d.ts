/// <reference types="node" />
import { A as AccessPolicy } from "./policy.d.js";
export { a as AccessRequest, b as allowHosts, l as loopbackOnly } from "./policy.d.js";
import "./index.js";
import "node:fs/promises";
import "node:tls";
import "node:crypto";
import "node:events";
import "node:worker_threads";
import "node:net";
import "node:stream";
import "node:stream/web";
interface EmscriptenModule {
    readonly FS?: unknown;
    readonly wasmMemory?: {
        readonly buffer: ArrayBufferLike;
    };
    readonly HEAPU8?: Uint8Array;
}
type ProgramImport = (...args: (number | bigint)[]) => number | bigint | undefined;
interface SocketImportsOptions {
    readonly allow?: AccessPolicy;
    readonly imports?: Readonly<Record<string, unknown>>;
    readonly exports?: () => object;
    readonly onInterrupted?: (signal: number) => void;
}
interface SocketImports extends Disposable {
    readonly functions: Readonly<Record<string, ProgramImport>>;
    close(): void;
}
declare function socketImports(module: EmscriptenModule, options?: SocketImportsOptions): SocketImports;
interface ModuleSettings {
    instantiateWasm?: (imports: never, receive: never) => unknown;
    onExit?: (status: number) => void;
    locateFile?: (path: string, folder: string) => string;
    wasmBinary?: ArrayBuffer | Uint8Array;
    [setting: string]: unknown;
}
interface WithSocketsOptions extends Omit<SocketImportsOptions, "imports" | "exports"> {
    readonly wasm?: string | URL;
}
declare function withSockets<Settings extends ModuleSettings>(settings: Settings, options?: WithSocketsOptions): Settings;
export { AccessPolicy, socketImports, withSockets };
export type { EmscriptenModule, ModuleSettings, ProgramImport, SocketImports, SocketImportsOptions, WithSocketsOptions };
