import type { Command } from "./commands/command.ts";
import { refusal } from "./commands/permission.ts";
import type { Connection } from "./engine/connection.ts";
import type { Engine } from "./engine/engine.ts";
import type { ServerFacts } from "./engine/server-facts.ts";
import type { TokenAccess } from "./options.ts";
import type { Reply, StatusLines } from "./reply/reply.ts";
import { KeyLocking, type Prepared } from "./scripts/key-locking.ts";

/** Valkey leaves out the second sentence, and clients compare the whole text. */
const NO_SCRIPT = new Error("NOSCRIPT No matching script. Please use EVAL.");

const normalize = (reply: Reply): Reply =>
  reply instanceof Error && reply.message.startsWith("NOSCRIPT") ? NO_SCRIPT : reply;

const waitsForReplicas = (command: Command): boolean => command.name === "wait" || command.name === "waitaof";

/** Runs clients' commands on the engine: what may run, on which connection, and what comes back. */
export class Executor {
  readonly #engine: Engine;
  readonly #facts: ServerFacts;
  readonly #keyLocking: KeyLocking;

  constructor(engine: Engine, facts: ServerFacts) {
    this.#engine = engine;
    this.#facts = facts;
    this.#keyLocking = new KeyLocking(facts.commands, facts.valkey);
  }

  /** Why the command may not run, as an error reply. */
  refusal(command: Command, access: TokenAccess): Error | undefined {
    const text = refusal(command, access, this.#facts.commands);
    return text === undefined ? undefined : new Error(text);
  }

  /** Runs commands in order, not atomically; a refused or failed one does not stop the others. */
  async run(
    commands: readonly Command[],
    access: TokenAccess,
    statusLines: StatusLines = "bytes",
  ): Promise<Reply[]> {
    const sendAll = (connection: Connection): Promise<Reply[]> =>
      Promise.all(
        commands.map(
          (command) => this.refusal(command, access) ?? this.#send(connection, command, statusLines),
        ),
      );
    if (!commands.some(waitsForReplicas)) return sendAll(await this.#engine.shared());
    // Nobody else should stand behind a WAIT. It covers what its own connection has seen, so that one looks first.
    return this.#engine.isolated(async (connection) => {
      void this.#engine.own(connection, ["PING"]).catch(() => {});
      return sendAll(connection);
    });
  }

  /** Runs commands as one transaction. An error means that none ran. */
  async transaction(commands: readonly Command[], access: TokenAccess): Promise<Reply[] | Error> {
    for (const command of commands) {
      const refused = this.refusal(command, access);
      if (refused) return refused;
    }
    if (commands.length === 0) return [];
    return this.#engine.isolated(async (connection) => {
      const prepared = commands.map((command) => this.#keyLocking.prepare(command));
      const opened = this.#engine.own(connection, ["MULTI"]);
      const queued = prepared.map(({ args }) => connection.send(args));
      const executed = this.#engine.own(connection, ["EXEC"]);
      const answers = await Promise.all([opened, ...queued, executed]);
      const replies = answers.at(-1);
      if (Array.isArray(replies)) {
        return replies.map((reply, i) => normalize(prepared[i]?.reply?.(reply) ?? reply));
      }
      // EXECABORT says only that something was wrong; the command that was refused says what.
      const cause = answers.find((answer) => answer instanceof Error);
      return cause instanceof Error ? cause : new Error("EXECABORT Transaction discarded.");
    });
  }

  #send(connection: Connection, command: Command, statusLines: StatusLines): Promise<Reply> {
    const { args, reply }: Prepared = this.#keyLocking.prepare(command);
    return connection.send(args, statusLines).then((answer) => normalize(reply ? reply(answer) : answer));
  }
}
