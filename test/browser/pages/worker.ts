import { createClient } from "@holdfast/client";

// A worker that takes a name, waits for another, and then does nothing until it is ended.

addEventListener("message", async ({ data: { service, key, port, name, wanted } }) => {
  try {
    const client = createClient({ url: service, token: key, releasePort: port });
    await client.acquire(name, { ttlMs: 60_000 });
    if (wanted) {
      const told = { onPlace: () => postMessage("taken") };
      await client.acquire(wanted, { ttlMs: 60_000, waitMs: Number.POSITIVE_INFINITY, ...told });
    } else postMessage("taken");
  } catch (error) {
    postMessage(String(error));
  }
});
