import type { AuditEntry } from "@holdfast/protocol";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { day, time } from "../parts/format.ts";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { Refresher } from "../state/refresher.ts";
import type { Session } from "../state/session.ts";

/** Who did what that needed a right. */
export function AuditView({ session }: { session: Session }): JSX.Element {
  const audit = useMemo(
    () =>
      new Refresher<{ entries: AuditEntry[] }>(
        (signal) => session.api.get("/v1/audit", { limit: 200 }, signal),
        {
          everyMs: 30_000,
          gapMs: 5000,
        },
      ),
    [session],
  );
  useEffect(() => () => audit.stop(), [audit]);
  const data = audit.data.value;
  return (
    <>
      <h1 id="title" tabIndex={-1}>
        Audit
      </h1>
      <p class="muted">Who did what that needed a right: the last 200, the latest first.</p>
      <Trouble error={audit.error.value} />
      {data === null ? (
        audit.error.value === null && <Loading />
      ) : data.entries.length === 0 ? (
        <Empty title="Nothing yet.">
          Keys made and revoked, locks broken and requests refused are listed here.
        </Empty>
      ) : (
        <table class="events">
          <caption class="unseen">The audit, the latest first</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col">By</th>
              <th scope="col">Of</th>
              <th scope="col" class="wide">
                Reason
              </th>
            </tr>
          </thead>
          <tbody>
            {data.entries.toReversed().map((entry) => (
              <tr key={entry.id}>
                <td>
                  <time dateTime={new Date(entry.at).toISOString()} title={day(entry.at)}>
                    {time(entry.at)}
                  </time>
                </td>
                <td>
                  <span class="event" data-loud={entry.action === "refused"}>
                    {entry.action.replace("-", " ")}
                  </span>
                </td>
                <td class="actor">
                  <Text value={entry.actor} />
                </td>
                <td class="actor">{entry.target !== undefined && <Text value={entry.target} />}</td>
                <td class="wide">{entry.reason !== undefined && <Text value={entry.reason} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
