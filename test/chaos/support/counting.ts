import type { Lease } from "@holdfast/core";
import type { CounterFile } from "./counter-file.ts";

/** Counts one further under a lease: reads, looks whether it still holds, writes. */
export function countOn({ url }: CounterFile): (lease: Lease) => Promise<void> {
  const ask = async (act: string, body: object): Promise<{ value: number } | undefined> => {
    const response = await fetch(`${url}/${act}`, {
      method: "POST",
      body: JSON.stringify({ ...body, pid: process.pid }),
    });
    return response.ok ? await response.json() : undefined;
  };
  return async ({ fence, signal }) => {
    const read = await ask("read", { fence });
    if (read && !signal.aborted) await ask("write", { fence, value: read.value + 1 });
  };
}
