import type { IncomingMessage } from "node:http";
import { RequestProblem } from "./problem.ts";

/** How much of a body that is too large is read before its sender is cut off. */
const LARGEST_DISCARDED_BYTES = 64 * 1_048_576;

/**
 * Reads a request's body. One over the limit is read to its end and thrown away: a client sees an answer only when it
 * has sent everything; cut off before, it would report a broken connection and try again.
 *
 * @throws RequestProblem 413 with the limit in its text.
 */
export const readBody = (incoming: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks = [];
      if (size > LARGEST_DISCARDED_BYTES) incoming.destroy();
    });
    incoming.once("end", () => {
      if (size <= maxBytes) resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      else reject(new RequestProblem(413, `ERR max request size exceeded. Limit: ${maxBytes} bytes`));
    });
    // A client that leaves in the middle waits for no answer; what is rejected here reaches nobody.
    incoming.once("close", () => {
      if (!incoming.readableEnded) reject(new RequestProblem(400, "ERR the request body was cut off"));
    });
  });
