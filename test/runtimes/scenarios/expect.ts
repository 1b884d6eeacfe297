// As much of a test library as every runtime can load.

const DEADLINE_MS = 10_000;
const LOOK_MS = 20;

export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Compares by JSON, so that values of another realm count too. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (is !== should) throw new Error(`${what}: ${is}, not ${should}`);
}

/** What the promise rejects with. */
export async function rejection(work: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error(`${what} did not reject`);
}

/** Waits for a condition, not for a time. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let left = DEADLINE_MS / LOOK_MS; left > 0; left--) {
    if (await holds()) return;
    await pause(LOOK_MS);
  }
  throw new Error(`not within ${DEADLINE_MS} ms: ${what}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
