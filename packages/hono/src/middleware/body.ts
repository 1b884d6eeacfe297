type Bytes = Uint8Array<ArrayBuffer>;
type Stream = ReadableStream<Bytes>;

/** A body that is whole, or one that was too long to be: then a stream of all of it. */
export type Taken = { readonly whole: Bytes } | { readonly longer: Stream };

/** Reads a body to its end, if that comes within so many bytes. */
export async function take(body: Stream | null, maxBytes: number): Promise<Taken> {
  const chunks: Bytes[] = [];
  let length = 0;
  if (body) {
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      chunks.push(read.value);
      length += read.value.length;
      if (length > maxBytes) return { longer: resumed(chunks, reader) };
    }
  }
  return { whole: joined(chunks, length) };
}

/** What was read, and then what is still to come. */
function resumed(chunks: readonly Bytes[], reader: ReadableStreamDefaultReader<Bytes>): Stream {
  const read = chunks.values();
  return new ReadableStream({
    async pull(controller) {
      const next = read.next();
      const { done, value } = next.done ? await reader.read() : next;
      if (done || value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function joined(chunks: readonly Bytes[], length: number): Bytes {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** The same body; its end is held back until `atEnd` has settled, and a reader that leaves before it starts `atEnd`, too. */
export function endingWith(body: Stream, atEnd: () => Promise<unknown>): Stream {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
      } catch (error) {
        await atEnd();
        return controller.error(error);
      }
      await atEnd();
      controller.close();
    },
    async cancel(reason) {
      await Promise.allSettled([reader.cancel(reason), atEnd()]);
    },
  });
}

const STREAMED = /^(text\/event-stream|application\/(x-ndjson|jsonl|json-seq)|multipart\/x-mixed-replace)\b/i;

/** Whether an answer is meant to arrive piece by piece, so that collecting it first would spoil it. */
export function isStream({ headers }: Response): boolean {
  // Hono's streamText and streamSSE say chunked.
  return STREAMED.test(headers.get("content-type") ?? "") || headers.has("transfer-encoding");
}
