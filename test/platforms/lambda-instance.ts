// One execution environment of a Lambda function: it handles one event at a time and is frozen in between.

interface Invocation {
  readonly event: unknown;
  readonly timeoutMs: number;
}

const { handler } = await import(String(process.argv[2]));

process.on("message", async ({ event, timeoutMs }: Invocation) => {
  const deadline = Date.now() + timeoutMs;
  const context = { getRemainingTimeInMillis: () => deadline - Date.now() };
  process.send?.(await handler(event, context));
});
process.send?.("ready");
