import { type Guard, HoldfastError, type Lease, LockTimeoutError } from "@holdfast/core";

/** Charges an invoice once. It must run under the lock of that invoice. */
export async function pay(id: string, lease: Lease, guard: Guard, paymentsUrl: string): Promise<Response> {
  const state = await guard.get(`invoice:${id}`, lease);
  if (state.outcome === "stale") return comeBack(503, "somebody else has the invoice now");
  if (state.value === "paid") return Response.json({ status: "already paid" });

  const charge = await fetch(`${paymentsUrl}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `invoice-${id}` },
    body: JSON.stringify({ invoice: id }),
    signal: lease.signal, // a lost lock ends the call: from now on somebody else may charge
  });
  if (!charge.ok) return comeBack(502, "the payment service refused");

  const { outcome } = await guard.set(`invoice:${id}`, "paid", lease);
  if (outcome === "stale") return comeBack(503, "somebody else has the invoice now");
  return Response.json({ status: "paid", fence: lease.fence });
}

/** What to tell a caller when there was no lock, or no longer. Everything else is somebody else's to handle. */
export function answerTo(error: unknown): Response {
  if (error instanceof LockTimeoutError) return comeBack(409, "the invoice is being worked on");
  // `lost`: what was under way was ended by lease.signal. `unavailable`: the lock store did not answer.
  if (error instanceof HoldfastError && (error.code === "lost" || error.code === "unavailable"))
    return comeBack(503, "the invoice could not be kept locked");
  throw error;
}

function comeBack(status: number, detail: string): Response {
  return Response.json({ detail }, { status, headers: { "retry-after": "2" } });
}
