import type { Open } from "../attempts.ts";

/** What a client in a worker tells the page over their port. */
export type FromWorker =
  /** It lives for as long as it holds this Web Lock. */
  | { readonly watch: string }
  /** What it has at the service, or will have as soon as a request arrives; nothing any more without `open`. */
  | { readonly key: string; readonly open: Open | undefined }
  /** It was closed and has given back everything itself. */
  | { readonly end: true };

/** What the page tells the client: the page is frozen, and the worker with it, so let go of everything. */
export interface ToWorker {
  readonly lost: true;
}
