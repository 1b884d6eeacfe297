/** redlock's own types are not reachable through its exports map. This much of them is used here. */
declare module "redlock" {
  export default class Redlock {
    constructor(clients: object[], settings?: { retryCount?: number; automaticExtensionThreshold?: number });
    on(event: "error", listener: (error: Error) => void): this;
    acquire(resources: string[], durationMs: number): Promise<{ release(): Promise<unknown> }>;
    using<T>(
      resources: string[],
      durationMs: number,
      routine: (signal: AbortSignal) => Promise<T>,
    ): Promise<T>;
  }
}
