"use client";

export { LocksProvider, type LocksProviderProps } from "./provider.ts";
export type { LockState } from "./state.ts";
export { type UseLock, type UseLockOptions, useLock } from "./use-lock.ts";
