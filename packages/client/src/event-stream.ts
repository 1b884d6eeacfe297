/** No wake-up comes near this; more is no stream of a lock service's. */
const MAX_REST = 65_536;

/**
 * Calls back for each event of a Server-Sent Events body (HTML standard §9.2.6), until it ends or breaks or the signal
 * that it was fetched with aborts; and `onBytes` whenever anything came, comments included.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (type: string, data: string) => void,
  onBytes: () => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  // Some runtimes do not end a body whose fetch is aborted once they have collected garbage.
  signal.addEventListener("abort", () => reader.cancel().catch(() => {}), { once: true });
  const decoder = new TextDecoder();
  let rest = "";
  let type = "";
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_REST) throw new Error("an event that does not end");
    for (const ended of lines) {
      const line = ended.replace(/\r$/, "");
      const [, field, text = ""] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === "event") type = text;
      if (field === "data") data.push(text);
      if (line !== "") continue;
      if (type !== "" || data.length > 0) onEvent(type, data.join("\n"));
      type = "";
      data = [];
    }
  }
}
