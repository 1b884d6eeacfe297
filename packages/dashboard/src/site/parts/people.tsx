import type { InspectionBody } from "@holdfast/protocol";
import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { age, count } from "./format.ts";
import { Fence, TimeLeft, Who } from "./lease.tsx";
import { useMovingList } from "./moving-list.ts";
import { Metadata } from "./text.tsx";

type Holder = InspectionBody["holders"][number];
type Waiter = InspectionBody["waiters"][number];

/** Those who have it. */
export function HolderList({ holders }: { holders: readonly Holder[] }): JSX.Element {
  return (
    <ul class="people">
      {holders.map((holder) => (
        <li key={holder.hash}>
          <div class="person">
            <Who hash={holder.hash} />
            <Share mode={holder.mode} weight={holder.weight} />
            <span class="muted">for {age(now.value - holder.since)}</span>
          </div>
          <TimeLeft since={holder.since} expiresAt={holder.expiresAt} />
          <p class="muted small">
            Fence <Fence value={holder.fence} />
          </p>
          {holder.metadata !== undefined && <Metadata value={holder.metadata} />}
        </li>
      ))}
    </ul>
  );
}

/** Those who want it, in their order. Who moves up is seen to move. */
export function WaiterList({
  waiters,
  waiting,
}: {
  waiters: readonly Waiter[];
  waiting: number;
}): JSX.Element {
  const list = useMovingList<HTMLOListElement>();
  return (
    <>
      <ol class="people waiters" ref={list}>
        {waiters.map((waiter) => (
          <li key={waiter.hash} data-key={waiter.hash}>
            <div class="person">
              <span class="place">{count(waiter.position)}</span>
              <Who hash={waiter.hash} />
              <Share mode={waiter.mode} weight={waiter.weight} />
              <span class="muted">waits for {age(now.value - waiter.since)}</span>
            </div>
            {waiter.metadata !== undefined && <Metadata value={waiter.metadata} />}
          </li>
        ))}
      </ol>
      {waiting > waiters.length && (
        <p class="muted">and {count(waiting - waiters.length)} more behind them</p>
      )}
    </>
  );
}

function Share({ mode, weight }: { mode: string; weight: number }): JSX.Element | null {
  if (weight > 1 && mode !== "write") return <span class="kind">takes {count(weight)}</span>;
  if (mode === "exclusive" || mode === "mutex") return null;
  return <span class="kind">{mode}</span>;
}
