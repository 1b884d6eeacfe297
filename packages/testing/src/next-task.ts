/**
 * Resolves in a later task of the event loop, after every promise that could settle has settled. A message is the
 * quickest task that all runtimes have: `setTimeout` takes a millisecond, and a test may have replaced it.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
