/** One request as it left the client. */
export interface SentRequest {
  readonly url: string;
  readonly command: readonly string[];
}

/** A fetch that keeps what was sent through it. */
export interface Recorder {
  readonly fetch: typeof fetch;
  readonly sent: SentRequest[];
}

/** Records every request and passes it on to `next` (default: the platform's fetch). */
export function recordingFetch(next: typeof fetch = fetch): Recorder {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: (input, init) => {
      sent.push({ url: String(input), command: JSON.parse(String(init?.body)) as string[] });
      return next(input, init);
    },
  };
}

/** A fetch that answers every request with `answer`, and keeps what was sent. */
export function answeringFetch(
  answer: (command: readonly string[]) => Response | Promise<Response>,
): Recorder {
  return recordingFetch(async (_input, init) => answer(JSON.parse(String(init?.body)) as string[]));
}

/** The keys that a script request names: `EVALSHA digest count key… argument…`. */
export function keysOf({ command }: SentRequest): readonly string[] {
  return command.slice(3, 3 + Number(command[2]));
}
