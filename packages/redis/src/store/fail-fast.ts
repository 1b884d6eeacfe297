interface Emitter {
  on(event: "error", listener: (error: unknown) => void): unknown;
  off(event: "error", listener: (error: unknown) => void): unknown;
}

/**
 * A client that the server does not let in keeps trying, and holds commands back meanwhile. What it says of that only
 * its `error` listeners hear, so while it is not ready this is one of them, and fails the command with what it hears.
 */
export function failFast(client: object, isReady: () => boolean): <T>(reply: Promise<T>) => Promise<T> {
  const emitter = client as Emitter;
  const waiting = new Set<(reason: unknown) => void>();
  const hear = (error: unknown) => {
    const reason = (error as { lastNodeError?: unknown } | undefined)?.lastNodeError ?? error;
    if (/^(Ready check failed: )?(WRONGPASS|NOAUTH|NOPERM)\b/.test(String((reason as Error)?.message)))
      for (const fail of waiting) fail(reason);
  };
  return (reply) => {
    if (isReady()) return reply;
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) emitter.on("error", hear);
      waiting.add(reject);
      const settled = () => {
        waiting.delete(reject);
        if (waiting.size === 0) emitter.off("error", hear);
      };
      reply.finally(settled).then(resolve, reject);
    });
  };
}
