import { type CommandStats, growth, NO_STATS, readStats, STATS_COMMAND } from "./engine/command-stats.ts";
import type { Argument } from "./engine/connection.ts";
import type { Engine } from "./engine/engine.ts";
import type { Reply } from "./reply/reply.ts";

/** What clients have used since the gateway started or the meter was reset. */
export interface MeterReading {
  /** HTTP requests, whatever came of them; /admin/* and preflights are not counted. */
  requests: number;
  /** Commands in those requests, as the client counts them: a script is one. */
  commands: number;
  /** What is paid for: each command, and for a script itself and every call inside it. */
  billedCommands: number;
  /** Bytes of request bodies. */
  bytesIn: number;
  /** Bytes of response bodies, event streams included. */
  bytesOut: number;
}

const RUNS_SCRIPT = /^(eval|fcall)/i;
/** Errors that come before a command runs, so that the engine counts no call. */
const NEVER_RAN = /^(ERR unknown (sub)?command|ERR wrong number of arguments|NOAUTH|NOPERM)/;

/** Counts what clients use; what is billed is read from the engine's own command statistics. */
export class Meter {
  readonly #engine: Engine;
  #requests = 0;
  #commands = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  /** Billed up to `#seen`. */
  #billed = 0;
  #seen: CommandStats = NO_STATS;
  #ownSeen = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** An HTTP request has arrived. */
  arrived(): void {
    this.#requests++;
  }

  /** A request turned out to hold so many commands. */
  asked(commands: number): void {
    this.#commands += commands;
  }

  received(bytes: number): void {
    this.#bytesIn += bytes;
  }

  sent(bytes: number): void {
    this.#bytesOut += bytes;
  }

  async read(): Promise<MeterReading> {
    await this.look();
    return {
      requests: this.#requests,
      commands: this.#commands,
      billedCommands: this.#billed,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    };
  }

  async reset(): Promise<void> {
    await this.look();
    this.#requests = 0;
    this.#commands = 0;
    this.#bytesIn = 0;
    this.#bytesOut = 0;
    this.#billed = 0;
  }

  /** Adds what the engine has run since the last look; looks follow one another, so that none counts a call twice. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => {}).then(() => this.#look());
    return this.#looking;
  }

  /** Runs a command that no client asked for, with whatever its script calls, and leaves all of it out. */
  async apart(args: readonly Argument[]): Promise<Reply> {
    if (!RUNS_SCRIPT.test(String(args[0]))) {
      const reply = await this.#engine.own(await this.#engine.shared(), args);
      if (reply instanceof Error && NEVER_RAN.test(reply.message)) this.#engine.ownCalls--;
      return reply;
    }
    // Between two looks in one transaction nobody else's calls can be.
    return this.#engine.isolated(async (connection) => {
      const opened = this.#engine.own(connection, ["MULTI"]);
      const queued = [STATS_COMMAND, args, STATS_COMMAND].map((command) => connection.send(command));
      const executed = this.#engine.own(connection, ["EXEC"]);
      const answers = await Promise.all([opened, ...queued, executed]);
      const replies = answers.at(-1);
      if (!Array.isArray(replies)) return answers.find((answer) => answer instanceof Error) ?? null;
      const [before, reply, after] = replies as [Reply, Reply, Reply];
      // The first look shows in the second one; the second does not show yet.
      this.#engine.ownCalls += growth(readStats(String(before)), readStats(String(after))) + 1;
      return reply;
    });
  }

  async #look(): Promise<void> {
    const connection = await this.#engine.shared();
    // An engine reports a command only after it ran: this INFO shows in the next look.
    const own = this.#engine.ownCalls;
    const reply = await this.#engine.own(connection, STATS_COMMAND);
    if (reply instanceof Error) throw new Error(`the engine refused INFO: ${reply.message}`);
    const now = readStats(String(reply));
    const ownBefore = now.runId === this.#seen.runId ? this.#ownSeen : 0;
    this.#billed += Math.max(0, growth(this.#seen, now) - (own - ownBefore));
    this.#ownSeen = own;
    this.#seen = now;
  }
}
