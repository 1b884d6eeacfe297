import type { HistoryEvent, Invoked, Operation } from "../events.ts";
import { asks } from "./hand-made.ts";
import { CLAIM_MS, type ModelServer, modelServer, TTL_MS, WAIT_MS } from "./model-server.ts";

export interface ModelOptions {
  /** Decides everything: numbers from 0 to 999, used one after the other and over again. */
  readonly tape: readonly number[];
  readonly operations: number;
  readonly capacity: number;
  readonly names: number;
}

/** By how much earlier than the server a holder counts its lease as over. */
const ALLOWANCE_MS = 1;

/** A random history of a correct lock over a network that is slow and loses messages. */
export function modelHistory({ tape, operations, capacity, names }: ModelOptions): HistoryEvent[] {
  const history: HistoryEvent[] = [];
  const planned: { at: number; order: number; run: () => void }[] = [];
  let now = 0;
  let order = 0;
  let drawn = 0;

  const after = (ms: number, run: () => void) => planned.push({ at: now + ms, order: order++, run });
  const draw = () => tape[drawn++ % tape.length] ?? 0;
  const chance = (percent: number) => draw() % 100 < percent;
  const delay = () => 1 + (draw() % 12);
  const record = (event: HistoryEvent) => void history.push(event);

  const woken = new Map<Operation, () => void>();
  const servers = Array.from({ length: names }, (_, i) =>
    modelServer(
      `n${i}`,
      capacity,
      () => now,
      (op) => woken.get(op)?.(),
    ),
  );

  /** Runs something on the server and records the state that it left. */
  function onServer<T>(server: ModelServer, run: () => T): T {
    const before = JSON.stringify({ ...server.state(), at: 0 });
    const result = run();
    const state = server.state();
    if (JSON.stringify({ ...state, at: 0 }) !== before) {
      record(state);
      for (const { until } of state.holders) after(until - now, () => onServer(server, server.tidy));
    }
    return result;
  }

  function operate(op: Operation): void {
    const server = servers[draw() % names] as ModelServer;
    const asked: Invoked = asks(now, op, {
      names: [server.state().name],
      capacity,
      weight: chance(30) ? 1 + (draw() % capacity) : 1,
      fair: !chance(10),
      waits: !chance(25),
      waitMs: WAIT_MS,
      ttlMs: TTL_MS,
      claimMs: CLAIM_MS,
    });
    record(asked);
    let settled = false;
    let hold: ReturnType<typeof holding> | undefined;
    const settle = (type: "failed" | "unknown") => {
      settled = true;
      record({ type, at: now, op });
    };
    const takeBack = () => after(delay(), () => onServer(server, () => server.remove(op)));
    const learn = (until: number, windowed: boolean) => {
      const fence = server.holder(op)?.fence;
      if (settled || hold || until <= now || fence === undefined) return;
      record({ type: "granted", at: now, op, fences: [fence], until });
      hold = holding(server, op, fence, until);
      if (windowed) hold.extend();
    };
    // A lost wake-up: the waiter never comes.
    const heard = !chance(10);
    woken.set(op, () => {
      const until = now + CLAIM_MS - ALLOWANCE_MS;
      if (heard) after(delay(), () => learn(until, true));
    });

    const sent = now;
    const answered = !chance(6);
    after(delay(), () => {
      const reply = onServer(server, () => server.acquire({ op, attempt: `${op}!`, asked }));
      if (!answered) return;
      after(delay(), () => {
        if (settled || hold) return;
        if (reply === "granted") learn(sent + TTL_MS - ALLOWANCE_MS, false);
        else if (reply === "refused") settle("failed");
        else record({ type: "queued", at: now, op });
      });
    });
    after(answered ? WAIT_MS : 40, () => {
      if (settled || hold) return;
      settle(answered ? "failed" : "unknown");
      takeBack();
    });
  }

  function holding(server: ModelServer, op: Operation, fence: number, until: number) {
    const name = server.state().name;
    let over = false;
    let deadline = until;
    const expire = () => {
      if (over || now < deadline) return;
      over = true;
      record({ type: "lost", at: now, op });
    };
    after(deadline - now, expire);

    function extend(): void {
      const sent = now;
      const ttlMs = chance(50) ? TTL_MS : TTL_MS + 50;
      if (ttlMs !== TTL_MS) record({ type: "extending", at: now, op, ttlMs });
      const answered = !chance(10);
      after(delay(), () => {
        const extended = onServer(server, () => server.extend(op, ttlMs));
        after(delay(), () => {
          if (over || !answered || extended === undefined) return;
          deadline = Math.max(deadline, sent + ttlMs - ALLOWANCE_MS);
          record({ type: "extended", at: now, op, until: deadline });
          after(deadline - now, expire);
        });
      });
    }
    function release(): void {
      if (over) return;
      over = true;
      record({ type: "releasing", at: now, op });
      const answered = !chance(10);
      after(delay(), () => {
        const held = onServer(server, () => server.remove(op));
        after(delay(), () => {
          const outcome = !answered ? "unknown" : held ? "released" : "expired";
          record({ type: "released", at: now, op, outcome });
        });
      });
    }

    after(draw() % 20, () => {
      if (!over) record({ type: "effect", at: now, op, name, fence, accepted: true });
    });
    if (chance(30)) after(draw() % 50, () => !over && extend());
    if (!chance(10)) after(5 + (draw() % 60), release);
    return { extend };
  }

  for (let i = 0; i < operations; i++) {
    const op = `${"abcde"[i % 5]}${i}`;
    after(Math.floor(i / 3) * (draw() % 40), () => operate(op));
  }
  for (let next = soonest(); next; next = soonest()) {
    now = Math.max(now, next.at);
    next.run();
  }
  history.push({ type: "quiet", at: now }, { type: "end", at: now + 1000, keys: 0 });
  return history;

  function soonest() {
    return planned.sort((a, b) => b.at - a.at || b.order - a.order).pop();
  }
}
