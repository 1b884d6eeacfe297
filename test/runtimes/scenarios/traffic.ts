/** What went over one client's `fetch`. */
export interface Traffic {
  readonly fetch: typeof fetch;
  /** Requests that were sent, without event streams. */
  readonly requests: number;
  /** Those of them that have no answer yet. */
  readonly pending: number;
  /** Event streams that were opened. */
  readonly streams: number;
}

export function countedFetch(): Traffic {
  const traffic = { requests: 0, pending: 0, streams: 0 };
  const send: typeof fetch = async (input, init) => {
    if (String(input).includes("/subscribe/")) {
      const response = await fetch(input, init);
      traffic.streams++;
      return response;
    }
    traffic.requests++;
    traffic.pending++;
    try {
      return await fetch(input, init);
    } finally {
      traffic.pending--;
    }
  };
  return Object.assign(traffic, { fetch: send });
}
