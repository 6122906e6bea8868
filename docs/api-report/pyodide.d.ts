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
interface Pyodide {
    runPython(code: string, options?: object): unknown;
    runPythonAsync(code: string, options?: object): Promise<unknown>;
    setInterruptBuffer(buffer: never): void;
    toPy(value: unknown): unknown;
    readonly globals: {
        get(name: string): unknown;
        set(name: string, value: unknown): void;
    };
    readonly FS: unknown;
    readonly version: string;
}
interface PyodideSocketOptions<Loaded extends Pyodide = Pyodide> {
    readonly allow?: AccessPolicy;
    readonly signals?: readonly NodeJS.Signals[];
    readonly loadPyodide?: (config: never) => Promise<Loaded>;
    readonly config?: {
        readonly indexURL?: string;
        readonly [name: string]: unknown;
    };
}
declare function loadPyodideWithSockets<Loaded extends Pyodide = Pyodide>(options?: PyodideSocketOptions<Loaded>): Promise<Loaded>;
export { AccessPolicy, loadPyodideWithSockets };
export type { Pyodide, PyodideSocketOptions };
