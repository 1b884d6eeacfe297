/** No wake-up comes near this; more is no event stream of a lock store's. */
const MAX_LINE = 1_048_576;

/**
 * Calls back for each `data:` line of a Server-Sent Events body, until it ends or breaks, or the signal that it was
 * fetched with aborts.
 * Upstash puts one event on one line; comments and other fields carry nothing here.
 */
export async function readEventStream(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  // Deno 2.9 does not end a body whose fetch is aborted once it has collected garbage: the connection would stay open,
  // and the process with it.
  signal.addEventListener("abort", () => reader.cancel().catch(() => {}), { once: true });
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new Error("an event that does not end");
    for (const line of lines) if (line.startsWith("data: ")) onData(line.slice(6).replace(/\r$/, ""));
  }
}
