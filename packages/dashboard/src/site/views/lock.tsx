import type { InspectionBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { BreakDialog } from "../parts/break-dialog.tsx";
import { EventList } from "../parts/event-list.tsx";
import { count, plural } from "../parts/format.ts";
import { History } from "../parts/history.tsx";
import { Fence, Kind } from "../parts/lease.tsx";
import { NodeVotes } from "../parts/nodes.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { HolderList, WaiterList } from "../parts/people.tsx";
import { Text } from "../parts/text.tsx";
import { LockStory } from "../state/lock-story.ts";
import type { Session } from "../state/session.ts";

/** One lock: who has it, who waits, what has happened. */
export function LockView({ session, name }: { session: Session; name: string }): JSX.Element {
  const story = useMemo(() => new LockStory(session.api, name), [session, name]);
  useEffect(() => () => story.stop(), [story]);
  const breaking = useSignal(false);
  const said = useSignal("");
  const lock = story.now.data.value;
  const events = story.events.value;
  return (
    <>
      <nav aria-label="Back">
        <a href="#/">← All locks</a>
      </nav>
      <div class="lock-head">
        <h1 id="title" tabIndex={-1}>
          <Text value={name} title={false} />
        </h1>
        {session.mayAdminister && lock !== null && (
          <button
            type="button"
            class="danger"
            disabled={!lock.held}
            title={lock.held ? undefined : "Nobody holds it"}
            onClick={() => {
              breaking.value = true;
            }}
          >
            Force release…
          </button>
        )}
      </div>
      <p class="said" role="status">
        {said.value}
      </p>
      <Trouble error={story.now.error.value} />
      {lock === null ? (
        story.now.error.value === null && <Loading />
      ) : (
        <>
          <Summary lock={lock} />
          <div class="two">
            <section class="card" aria-labelledby="holders">
              <h2 id="holders">{lock.capacity > 1 || lock.holders.length > 1 ? "Holders" : "Holder"}</h2>
              {lock.holders.length === 0 ? (
                <Empty title="Nobody holds it." />
              ) : (
                <HolderList holders={lock.holders} />
              )}
            </section>
            <section class="card" aria-labelledby="queue">
              <h2 id="queue">Queue</h2>
              {lock.waiting === 0 ? (
                <Empty title="Nobody waits." />
              ) : (
                <WaiterList waiters={lock.waiters} waiting={lock.waiting} />
              )}
            </section>
          </div>
          {lock.nodes !== undefined && <NodeVotes nodes={lock.nodes} />}
          <History events={events} inspection={lock} />
          <EventList events={events} error={story.historyError.value} />
          <p class="muted small">
            It is looked at again when something happens to it, otherwise every 5 s, and not while this tab is
            hidden.
          </p>
        </>
      )}
      {breaking.value && lock !== null && (
        <BreakDialog
          session={session}
          name={name}
          lock={lock}
          onClose={() => {
            breaking.value = false;
          }}
          onBroken={(text) => {
            breaking.value = false;
            said.value = text;
            story.now.poke();
          }}
        />
      )}
    </>
  );
}

function Summary({ lock }: { lock: InspectionBody }): JSX.Element {
  return (
    <dl class="facts">
      <div>
        <dt>State</dt>
        <dd>
          <span class="state" data-held={lock.held}>
            {lock.held ? "Held" : "Free"}
          </span>
        </dd>
      </div>
      <div>
        <dt>Kind</dt>
        <dd>
          {lock.kind === undefined ? <span class="muted">not in use</span> : <Kind value={lock.kind} />}
        </dd>
      </div>
      {lock.kind === "semaphore" && (
        <div>
          <dt>Permits</dt>
          <dd>
            {count(lock.used)} of {count(lock.capacity)}
          </dd>
        </div>
      )}
      <div>
        <dt>Queue</dt>
        <dd>{lock.waiting === 0 ? "empty" : plural(lock.waiting, "waiter")}</dd>
      </div>
      <div>
        <dt>Last fence</dt>
        <dd>{lock.lastFence === 0 ? <span class="muted">none</span> : <Fence value={lock.lastFence} />}</dd>
      </div>
    </dl>
  );
}
