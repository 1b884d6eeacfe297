import type { LockRow } from "@holdfast/protocol";
import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { lockHref } from "../state/route.ts";
import { age, count } from "./format.ts";
import { Fence, Kind, TimeLeft, Who } from "./lease.tsx";
import { Text } from "./text.tsx";

/** Locks as rows; the whole row leads to the lock's page. */
export function LockTable({ rows }: { rows: readonly LockRow[] }): JSX.Element {
  return (
    <table class="locks">
      <caption class="unseen">Locks in use</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="wide">
            Kind
          </th>
          <th scope="col" class="wide">
            Held by
          </th>
          <th scope="col" class="wide number">
            For
          </th>
          <th scope="col">Time left</th>
          <th scope="col" class="number">
            Queue
          </th>
          <th scope="col" class="widest number">
            Fence
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} key={row.name} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: LockRow }): JSX.Element {
  const { holder } = row;
  const href = lockHref(row.name);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" {...(href === undefined ? {} : { href })}>
          <Text value={row.name} />
        </a>
        <span class="narrow muted small">
          <Kind value={row.kind} />
          {holder && ` · ${age(now.value - holder.since)}`}
        </span>
      </th>
      <td class="wide">
        <Kind value={row.kind} />
      </td>
      <td class="wide">
        {holder ? <Holders row={row} hash={holder.hash} /> : <span class="muted">nobody</span>}
      </td>
      <td class="wide number">{holder ? age(now.value - holder.since) : ""}</td>
      <td>
        {holder ? (
          <TimeLeft since={holder.since} expiresAt={holder.expiresAt} key={holder.hash} />
        ) : (
          <span class="muted">free</span>
        )}
      </td>
      <td class="number">
        {row.waiting === 0 ? <span class="muted">–</span> : <span class="queue">{count(row.waiting)}</span>}
      </td>
      <td class="widest number">{row.lastFence > 0 && <Fence value={row.lastFence} />}</td>
    </tr>
  );
}

function Holders({ row, hash }: { row: LockRow; hash: string }): JSX.Element {
  const others = row.holders - 1;
  return (
    <>
      <Who hash={hash} />
      {others > 0 && (
        <span class="muted" title={`and ${count(others)} more`}>
          {" "}
          +{count(others)}
        </span>
      )}
      {row.kind === "semaphore" && (
        <span class="muted">
          {" "}
          · {count(row.used)} of {count(row.capacity)}
        </span>
      )}
    </>
  );
}
