import type { LockEventBody } from "@holdfast/protocol";

/** What happened to a lock, as `onEvent` is told. */
export type ServiceEvent = Omit<LockEventBody, "id"> & { readonly namespace: string };
