import type { ServerState, Withdrawn } from "./events.ts";
import type { OperationRecord } from "./operation-record.ts";
import { readServed, type Served } from "./served.ts";

/** What happened to one name. */
export class NameHistory {
  readonly name: string;
  /** Who asked for it, in the order in which they did. */
  readonly asked: OperationRecord[] = [];
  /** Who was granted it, in the order in which they learned it. */
  readonly granted: OperationRecord[] = [];
  /** Empty when the history does not look into the server. */
  readonly states: ServerState[] = [];
  /** What was undone on the server, each with the place in `states` of the state after it. */
  readonly withdrawn: (Withdrawn & { readonly state: number })[] = [];
  #served: Served | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get served(): Served {
    this.#served ??= readServed(this.states);
    return this.#served;
  }
}
