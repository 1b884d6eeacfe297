import type { LockEventBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ApiError } from "../api/client.ts";
import { day, duration, time } from "./format.ts";
import { Fence, Who } from "./lease.tsx";
import { Empty, Trouble } from "./notice.tsx";
import { Text } from "./text.tsx";

const FIRST = 25;
const LOUD = new Set(["lost", "broken", "expired"]);

interface Props {
  readonly events: readonly LockEventBody[];
  readonly error: ApiError | null;
}

/** What happened, in words; the latest first. */
export function EventList({ events, error }: Props): JSX.Element {
  const all = useSignal(false);
  const latest = events.toReversed();
  const shown = all.value ? latest : latest.slice(0, FIRST);
  return (
    <section class="card" aria-labelledby="events">
      <h2 id="events">Events</h2>
      <Trouble error={error} />
      {events.length === 0 ? (
        <Empty title="Nothing is remembered of it.">
          Only what goes through this service is recorded, and only for a while.
        </Empty>
      ) : (
        <table class="events">
          <caption class="unseen">What happened to this lock, the latest first</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Event</th>
              <th scope="col">Who</th>
              <th scope="col" class="wide">
                By
              </th>
              <th scope="col" class="wide number">
                Waited
              </th>
              <th scope="col" class="wide number">
                Held
              </th>
              <th scope="col" class="widest number">
                Fence
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((event) => (
              <Row event={event} key={event.id} />
            ))}
          </tbody>
        </table>
      )}
      {!all.value && latest.length > FIRST && (
        <button
          type="button"
          onClick={() => {
            all.value = true;
          }}
        >
          Show all {latest.length}
        </button>
      )}
    </section>
  );
}

function Row({ event }: { event: LockEventBody }): JSX.Element {
  return (
    <tr>
      <td>
        <time dateTime={new Date(event.at).toISOString()} title={day(event.at)}>
          {time(event.at)}
        </time>
      </td>
      <td>
        <span class="event" data-loud={LOUD.has(event.type)}>
          {event.type}
        </span>
        {event.reason !== undefined && (
          <span class="reason muted">
            {" "}
            <Text value={event.reason} />
          </span>
        )}
      </td>
      <td>{event.holder === undefined ? <span class="muted">–</span> : <Who hash={event.holder} />}</td>
      <td class="wide actor">
        <Text value={event.actor} />
      </td>
      <td class="wide number">
        {event.waitedMs === undefined || event.waitedMs === 0 ? "" : duration(event.waitedMs)}
      </td>
      <td class="wide number">{event.heldMs === undefined ? "" : duration(event.heldMs)}</td>
      <td class="widest number">{event.fence !== undefined && <Fence value={event.fence} />}</td>
    </tr>
  );
}
