import { json } from "node:stream/consumers";
import { vi } from "vitest";
import { type Serving, serve } from "../support/serve.ts";

/** A payment service that an example calls under its lock. It takes a while, and remembers everything. */
export interface Payments extends Serving {
  /** How often an invoice was charged. */
  charges(invoice: string): number;
  /** Resolves once a charge of the invoice has begun. Call {@link Payments.stall} before, or it may be over already. */
  begun(invoice: string): Promise<void>;
  /** Resolves once the caller has hung up before its charge was answered. */
  hungUp(invoice: string): Promise<void>;
  /** Answers no charge of this invoice. */
  stall(invoice: string): void;
  /** The most charges of one invoice that were under way at the same time. */
  readonly mostAtOnce: number;
}

const TAKES_MS = 40;

export async function startPayments(): Promise<Payments> {
  const charged = new Map<string, number>();
  const underWay = new Map<string, number>();
  const stalled = new Set<string>();
  const abandoned = new Set<string>();
  let mostAtOnce = 0;
  const add = (to: Map<string, number>, invoice: string, by: number) =>
    to.set(invoice, (to.get(invoice) ?? 0) + by);

  const serving = await serve(async (request, response) => {
    const { invoice } = (await json(request)) as { invoice: string };
    add(underWay, invoice, 1);
    mostAtOnce = Math.max(mostAtOnce, underWay.get(invoice) ?? 0);
    response.once("close", () => {
      add(underWay, invoice, -1);
      if (!response.writableFinished) abandoned.add(invoice);
    });
    if (stalled.has(invoice)) return;
    setTimeout(() => {
      if (response.destroyed) return;
      add(charged, invoice, 1);
      response.writeHead(201, { "content-type": "application/json" }).end("{}");
    }, TAKES_MS);
  });

  const until = (condition: () => boolean) =>
    vi.waitUntil(condition, { timeout: 15_000, interval: 10 }).then(() => {});
  return {
    ...serving,
    charges: (invoice) => charged.get(invoice) ?? 0,
    begun: (invoice) => until(() => (underWay.get(invoice) ?? 0) > 0),
    hungUp: (invoice) => until(() => abandoned.has(invoice)),
    stall: (invoice) => void stalled.add(invoice),
    get mostAtOnce() {
      return mostAtOnce;
    },
  };
}
