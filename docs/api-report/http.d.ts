/// <reference types="node" />
import { Data, WaitOptions, TlsOptions, SocketError } from "./index.js";
import "node:fs/promises";
import "node:tls";
import "node:crypto";
import "node:events";
import "node:worker_threads";
import "node:net";
import "node:stream";
import "node:stream/web";
type HeadersInput = Iterable<readonly [
    name: string,
    value: string | number
]> | Readonly<Record<string, string | number>>;
type RequestBodyInput = Data | URLSearchParams | Iterable<Data>;
interface FetchProgress {
    readonly transferredBytes: number;
    readonly totalBytes: number | null;
}
interface FetchSyncOptions extends WaitOptions {
    readonly timeout?: number | null;
    readonly method?: string;
    readonly headers?: HeadersInput;
    readonly body?: RequestBodyInput | null;
    readonly redirect?: "follow" | "error" | "manual";
    readonly maxBodyBytes?: number;
    readonly decompress?: boolean;
    readonly keepAlive?: boolean;
    readonly proxy?: string | URL | null;
    readonly socketPath?: string;
    readonly tls?: TlsOptions;
    readonly onUploadProgress?: (progress: FetchProgress) => void;
    readonly onDownloadProgress?: (progress: FetchProgress) => void;
}
declare function closeIdleConnections(): void;
interface HttpErrorDetails {
    readonly url?: string;
    readonly status?: number;
    readonly cause?: unknown;
}
declare class HttpError extends SocketError {
    readonly url?: string;
    readonly status?: number;
    constructor(code: string, explanation: string, details?: HttpErrorDetails);
}
declare class SyncResponse {
    #private;
    readonly status: number;
    readonly statusText: string;
    readonly redirected: boolean;
    readonly url: string;
    get ok(): boolean;
    get headers(): Headers;
    header(name: string): string | null;
    get bodyUsed(): boolean;
    get body(): Iterable<Buffer>;
    bytes(): Buffer;
    text(): string;
    json(): unknown;
    arrayBuffer(): ArrayBuffer;
    blob(): Blob;
    close(): void;
    [Symbol.dispose](): void;
}
declare function fetchSync(url: string | URL, options?: FetchSyncOptions): SyncResponse;
interface ResponseParserOptions {
    readonly method?: string;
}
interface ReceivedHead {
    readonly version: "1.0" | "1.1";
    readonly status: number;
    readonly statusText: string;
    readonly fields: readonly (readonly [
        name: string,
        value: string
    ])[];
    readonly text: string;
}
declare class ResponseParser {
    #private;
    constructor(options?: ResponseParserOptions);
    push(bytes: Data | null): void;
    readHead(): ReceivedHead | undefined;
    header(name: string): string | null;
    read(): Buffer | null | undefined;
    get heldBytes(): number;
    get keepsConnection(): boolean;
}
export { HttpError, ResponseParser, SyncResponse, closeIdleConnections, fetchSync };
export type { FetchProgress, FetchSyncOptions, HeadersInput, HttpErrorDetails, ReceivedHead, RequestBodyInput, ResponseParserOptions };
