/**
 * What listens to a signal: those who came by `addEventListener` from now on and were not removed. For tests that look
 * for leaks; a listener that runs `once` stays in it until somebody removes it.
 *
 * @example
 * const { signal } = new AbortController();
 * const listeners = watchListeners(signal);
 * await locks.acquire("name", { signal });
 * expect(listeners.size).toBe(0);
 */
export function watchListeners(signal: AbortSignal): ReadonlySet<unknown> {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return listeners;
}
