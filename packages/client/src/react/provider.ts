import type { Locks } from "@holdfast/core";
import {
  type Context,
  createContext,
  createElement,
  type FunctionComponentElement,
  type ProviderProps,
  type ReactNode,
  useContext,
} from "react";
import { invalid } from "../check.ts";

const LocksContext: Context<Locks | undefined> = /* @__PURE__ */ createContext<Locks | undefined>(undefined);

export interface LocksProviderProps {
  /** Made once by `createClient`, outside of components. It is not closed when the provider goes. */
  readonly client: Locks;
  readonly children?: ReactNode;
}

/**
 * The client that `useLock` asks below it.
 *
 * @example
 * ```tsx
 * <LocksProvider client={client}><Editor /></LocksProvider>
 * ```
 */
export function LocksProvider({
  client,
  children,
}: LocksProviderProps): FunctionComponentElement<ProviderProps<Locks | undefined>> {
  return createElement(LocksContext.Provider, { value: client }, children);
}

export function useLocks(): Locks {
  const locks = useContext(LocksContext);
  if (!locks) throw invalid("useLock needs a <LocksProvider client={…}> around it.");
  return locks;
}
