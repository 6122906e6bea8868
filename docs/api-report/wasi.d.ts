/// <reference types="node" />
import { Socket } from "./index.js";
import "node:fs/promises";
import "node:tls";
import "node:crypto";
import "node:events";
import "node:worker_threads";
import "node:net";
import "node:stream";
import "node:stream/web";
interface SocketWasiOptions {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly preopens?: Readonly<Record<string, string>>;
    readonly stdin?: number;
    readonly stdout?: number;
    readonly stderr?: number;
    readonly listen?: readonly Socket[];
}
declare class SocketWasi implements Disposable {
    #private;
    constructor(options?: SocketWasiOptions);
    getImportObject(): Record<string, Record<string, unknown>>;
    start(instance: object): number;
    initialize(instance: object): void;
    run(module: Uint8Array | ArrayBuffer): number;
    close(): void;
    [Symbol.dispose](): void;
}
export { SocketWasi };
export type { SocketWasiOptions };
