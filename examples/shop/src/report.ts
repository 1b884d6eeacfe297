import type { Run } from "@holdfast/cron";

/** Sends the report for which a run is scheduled, whatever schedules it. */
export async function report({ occurrence, fence, signal }: Run, url: string): Promise<{ sent: string }> {
  const answer = await fetch(`${url}/reports`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `report-${occurrence}` },
    body: JSON.stringify({ occurrence, fence }),
    signal, // a run that lost its lease, or takes too long, ends: somebody else may begin
  });
  if (!answer.ok) throw new Error(`the report was not taken: ${answer.status}`);
  return { sent: occurrence };
}
