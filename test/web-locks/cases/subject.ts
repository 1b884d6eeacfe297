import { it } from "vitest";

/** Who answers for the specification: our lock manager, or Node's own. */
export interface Subject {
  /** The lock manager of one client, the same on each call. */
  manager(): LockManager;
  /** Another client's, of the same locks. */
  another(): LockManager;
  /** A name that no other case uses. */
  name(): string;
  /** Whether this is Node's own. */
  readonly node: boolean;
}

/** Takes the cases of a section of the specification to a subject. */
export type Cases = (subject: Subject) => void;

/** A case that Node's own lock manager does not pass, and why. It has to fail there, or the note is out of date. */
export function exceptNode(subject: Subject, why: string): typeof it.fails {
  return ((title: string, test: () => Promise<void>) =>
    subject.node
      ? it.fails(`${title} (Node: ${why})`, { timeout: 2000 }, test)
      : it(title, test)) as typeof it.fails;
}

export interface Held {
  readonly lock: Lock;
  /** What `request` returned. */
  readonly done: Promise<unknown>;
  /** What the callback returned. */
  readonly until: Promise<unknown>;
  /** Ends the callback. */
  release(value?: unknown): void;
  fail(error: unknown): void;
}

/** Requests a lock that is held until it is released. Resolves when it is held. */
export async function hold(manager: LockManager, name: string, options: LockOptions = {}): Promise<Held> {
  return (await ask(manager, name, options)).granted;
}

export interface Asked {
  readonly granted: Promise<Held>;
  readonly done: Promise<unknown>;
  /** Whether the callback was called. */
  readonly called: () => boolean;
}

/** The same, without waiting for the lock. */
export function ask(manager: LockManager, name: string, options: LockOptions = {}): Asked {
  const until = Promise.withResolvers<unknown>();
  const given = Promise.withResolvers<Lock>();
  let called = false;
  const done: Promise<unknown> = manager.request(name, options, (lock) => {
    called = true;
    if (lock) given.resolve(lock);
    else given.reject(new Error("not available"));
    return lock ? until.promise : undefined;
  });
  done.catch((error) => given.reject(error));
  const granted = given.promise.then((lock) => ({
    lock,
    done,
    until: until.promise,
    release: until.resolve,
    fail: until.reject,
  }));
  for (const promise of [granted, until.promise]) promise.catch(() => {});
  return { granted, done, called: () => called };
}

/** Everything of this name that a query shows: `mode` of those held and of those pending. */
export async function look(
  manager: LockManager,
  name: string,
): Promise<{ held: string[]; pending: string[] }> {
  const { held = [], pending = [] } = await manager.query();
  const modes = (infos: LockInfo[]) =>
    infos.filter((info) => info.name === name).map(({ mode }) => String(mode));
  return { held: modes(held), pending: modes(pending) };
}

/** Whether the lock can be had at once; it is given back. */
export function isFree(manager: LockManager, name: string, mode: LockMode = "exclusive"): Promise<boolean> {
  return manager.request(name, { mode, ifAvailable: true }, (lock) => lock !== null);
}
