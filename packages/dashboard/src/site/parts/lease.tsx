import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { now } from "../state/clock.ts";
import { left } from "./format.ts";

/** The small signs of a lease: how long it lasts, its fence, who has it. */

/**
 * The time that a lease has left, as a bar that shrinks. Full is what it was granted or last extended for, which is seen when
 * it is extended.
 */
export function TimeLeft({ since, expiresAt }: { since: number; expiresAt: number }): JSX.Element {
  const seen = useRef({ expiresAt, full: expiresAt - since });
  if (expiresAt > seen.current.expiresAt) seen.current = { expiresAt, full: expiresAt - now.peek() };
  const ms = Math.max(0, expiresAt - now.value);
  const share = Math.min(1, ms / Math.max(1, seen.current.full));
  return (
    <span class="time-left" data-low={ms > 0 && share < 0.2}>
      <span class="time-left-text">{left(ms)}</span>
      <span class="bar" aria-hidden="true">
        <span class="bar-fill" style={{ transform: `scaleX(${share})` }} />
      </span>
    </span>
  );
}

/** A fence is 16 digits, of which the last ones tell two apart. Grouped by style only, so that it is copied whole. */
export function Fence({ value }: { value: number }): JSX.Element {
  const groups = String(value).split(/(?=(?:\d{3})+$)/);
  return (
    <span class="fence">
      {groups.map((digits, index) => (
        <span key={index}>{digits}</span>
      ))}
    </span>
  );
}

/** A holder or a waiter, by the hash of its attempt. */
export function Who({ hash }: { hash: string }): JSX.Element {
  return (
    <code class="who" title={`SHA-1 of the attempt: ${hash}`}>
      {hash.slice(0, 8)}
    </code>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  mutex: "Mutex",
  readwrite: "Read/write",
  semaphore: "Semaphore",
};

export function Kind({ value }: { value: string }): JSX.Element {
  return <span class="kind">{KINDS[value] ?? value}</span>;
}
