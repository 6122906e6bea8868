/// <reference types="node" />
import { Address } from "./index.js";
type AccessRequest = {
    readonly operation: "socket";
    readonly family: number;
    readonly type: number;
    readonly protocol: number;
} | {
    readonly operation: "bind" | "connect" | "send";
    readonly address: Address;
} | {
    readonly operation: "lookup";
    readonly host: string | null;
} | {
    readonly operation: "reverse";
    readonly address: Address;
};
type AccessPolicy = (request: AccessRequest) => boolean;
declare function loopbackOnly(): AccessPolicy;
declare function allowHosts(hosts: readonly string[]): AccessPolicy;
export { allowHosts as b, loopbackOnly as l };
export type { AccessPolicy as A, AccessRequest as a };
