import { createHash } from "node:crypto";
import { type Command, word } from "../commands/command.ts";
import type { CommandTable } from "../commands/table.ts";
import type { Argument } from "../engine/connection.ts";
import type { Reply } from "../reply/reply.ts";
import { type KeyCheck, keyCheck } from "./prologue.ts";

/** Digests remembered; a client whose script fell out gets NOSCRIPT and sends it again. */
const REMEMBERED = 10_000;
const FLAG = "allow-key-locking";
const SHEBANG = /^#!lua(?:[ \t]+flags=([\w,-]*))?[ \t]*\r?\n/;

const sha1 = (text: Argument): string => createHash("sha1").update(text).digest("hex");

/** A command as the engine gets it, and how its reply becomes the one the client expects. */
export interface Prepared {
  args: readonly Argument[];
  reply?: (reply: Reply) => Reply;
}

/**
 * Gives Upstash's `#!lua flags=allow-key-locking` to engines that do not know it. The flag is taken off, the checks it
 * stands for are put before the body, and the client goes on using the digest of the script it wrote.
 */
export class KeyLocking {
  readonly #prologue: KeyCheck;
  readonly #digests = new Map<string, string>();

  constructor(table: CommandTable, valkey: boolean) {
    this.#prologue = keyCheck(table, valkey);
  }

  prepare(command: Command): Prepared {
    const { name, args } = command;
    switch (name) {
      case "eval":
      case "eval_ro":
        return { args: this.#withSource(args, 1) };
      case "evalsha":
      case "evalsha_ro":
        return { args: this.#withDigests(args, 1, 2) };
      case "script":
        return this.#script(args);
      default:
        return { args };
    }
  }

  #script(args: readonly Argument[]): Prepared {
    switch (word(args[1])?.toLowerCase()) {
      case "load": {
        const source = args[2];
        const sent = this.#withSource(args, 2);
        if (sent === args || source === undefined) return { args };
        const digest = Buffer.from(sha1(source));
        return { args: sent, reply: (reply) => (reply instanceof Error ? reply : digest) };
      }
      case "exists":
        return { args: this.#withDigests(args, 2, args.length) };
      case "flush":
        return {
          args,
          reply: (reply) => {
            if (!(reply instanceof Error)) this.#digests.clear();
            return reply;
          },
        };
      default:
        return { args };
    }
  }

  #withSource(args: readonly Argument[], at: number): readonly Argument[] {
    const source = args[at];
    const checked = source === undefined ? undefined : this.#checked(source);
    if (source === undefined || checked === undefined) return args;
    this.#remember(sha1(source), sha1(checked));
    return args.map((argument, i) => (i === at ? checked : argument));
  }

  #withDigests(args: readonly Argument[], from: number, to: number): readonly Argument[] {
    if (this.#digests.size === 0) return args;
    return args.map((argument, i) =>
      i >= from && i < to ? (this.#digests.get(argument.toString().toLowerCase()) ?? argument) : argument,
    );
  }

  /** The script with its checks in place of the flag; undefined when it does not carry the flag. */
  #checked(source: Argument): Argument | undefined {
    // Most scripts have no shebang; looking at two bytes keeps them free of any cost.
    if (source[0] !== "#" && source[0] !== 0x23) return undefined;
    const text = source.toString(source instanceof Buffer ? "latin1" : undefined);
    const shebang = SHEBANG.exec(text);
    const flags = shebang?.[1]?.split(",") ?? [];
    if (!shebang || !flags.includes(FLAG)) return undefined;
    const others = flags.filter((flag) => flag !== FLAG);
    const body = text.slice(shebang[0].length);
    const prologue = this.#prologue(body);
    const firstLine = others.length > 0 ? `#!lua flags=${others.join(",")}\n${prologue} ` : `${prologue}\n`;
    const checked = firstLine + body;
    return source instanceof Buffer ? Buffer.from(checked, "latin1") : checked;
  }

  #remember(digest: string, sent: string): void {
    this.#digests.delete(digest);
    this.#digests.set(digest, sent);
    if (this.#digests.size > REMEMBERED) this.#digests.delete(this.#digests.keys().next().value as string);
  }
}
