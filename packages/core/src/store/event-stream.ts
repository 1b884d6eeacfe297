/** No wake-up comes near this; more is no event stream of a lock store's. */
const MAX_LINE = 1_048_576;

/**
 * Calls back for each `data:` line of a Server-Sent Events body, until it ends or breaks.
 * Upstash puts one event on one line; comments and other fields carry nothing here.
 */
export async function readEventStream(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
): Promise<void> {
  const reader = body.getReader();
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
